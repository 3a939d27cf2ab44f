"""Who goes when there is not room for all, and how fast."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.organization import part_of
from reconciler.providers.pace import WINDOW, Pace, Paces
from tests.clock import run_virtual
from tests.values import organization


def most_in_a_minute(times: Sequence[float]) -> int:
    """Give how many requests the fullest minute holds, both its ends included."""
    fullest = first = 0
    for last, time in enumerate(times):
        while times[first] < time - WINDOW:
            first += 1
        fullest = max(fullest, last - first + 1)
    return fullest


def test_a_write_goes_before_the_reads_that_wait() -> None:
    """It was built from a look just taken; among equals, whoever came first goes first."""
    order: list[str] = []

    async def ask(pace: Pace, name: str) -> None:
        async with pace.turn(write=name.startswith("write")):
            order.append(name)

    async def line_up() -> None:
        pace = Pace(requests_per_minute=10, in_flight=9)
        await asyncio.gather(*(ask(pace, name) for name in ("read 1", "read 2", "read 3", "write 1", "write 2")))

    run_virtual(line_up())
    assert order == ["read 1", "write 1", "write 2", "read 2", "read 3"]


def test_a_write_goes_first_where_all_places_are_taken_too() -> None:
    """The reads that wait for a place in flight wait behind it as well."""
    order: list[str] = []

    async def ask(pace: Pace, name: str) -> None:
        async with pace.turn(write=name.startswith("write")):
            order.append(name)
            await asyncio.sleep(1)

    async def line_up() -> None:
        pace = Pace(requests_per_minute=6000, in_flight=1)
        await asyncio.gather(*(ask(pace, name) for name in ("read 1", "read 2", "write 1")))

    run_virtual(line_up())
    assert order == ["read 1", "write 1", "read 2"]


@pytest.mark.parametrize("seconds", [0.0, 6.5, 7.5, 15.0])
def test_whoever_goes_away_holds_up_nobody(seconds: float) -> None:
    """One that waits for its turn, or has just got it, may be cancelled; the others go on."""
    went: list[int] = []

    async def ask(pace: Pace, number: int) -> None:
        async with pace.turn():
            went.append(number)

    async def line_up() -> None:
        pace = Pace(requests_per_minute=10, in_flight=9)
        tasks = [asyncio.create_task(ask(pace, number)) for number in range(4)]
        await asyncio.sleep(seconds)
        tasks[1].cancel()
        tasks[2].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run_virtual(line_up())
    assert went[0] == 0
    assert went[-1] == 3


def test_a_turn_that_is_called_and_cancelled_at_once_gives_its_place_back() -> None:
    """Between being called and going on lies a step of the loop, in which a task may be cancelled."""
    went: list[str] = []
    others: list[asyncio.Task[None]] = []

    async def wait(pace: Pace, name: str) -> None:
        async with pace.turn():
            went.append(name)

    async def leave(pace: Pace) -> None:
        async with pace.turn():
            await asyncio.sleep(1)
        others[0].cancel()

    async def line_up() -> None:
        pace = Pace(requests_per_minute=6000, in_flight=1)
        leaving = asyncio.create_task(leave(pace))
        await asyncio.sleep(0)
        others.extend(asyncio.create_task(wait(pace, name)) for name in ("first", "second", "last"))
        await asyncio.gather(leaving, *others, return_exceptions=True)

    run_virtual(line_up())
    assert went == ["second", "last"]


def times_of(pace: Pace, requests: int, told: Callable[[int], None]) -> list[float]:
    """Give the seconds at which so many requests set out, one by one; `told` is called with the number of each."""

    async def ask() -> list[float]:
        times = []
        for number in range(requests):
            async with pace.turn() as set_out:
                times.append(set_out)
                told(number)
        return times

    return run_virtual(ask())


def silent(_number: int) -> None:
    """Say nothing."""


@pytest.mark.parametrize(("limit", "burst", "at_most"), [(540, 13, 527), (270, 6, 264), (60, 1, 59), (7, 1, 6)])
def test_requests_go_out_evenly_after_a_small_burst(limit: int, burst: int, at_most: int) -> None:
    """A fortieth of the limit at once, and then one after the other; no minute holds more than the head says."""
    times = times_of(Pace(requests_per_minute=limit, in_flight=9), 3 * limit, silent)
    gap = WINDOW / (limit - 2 * burst)
    assert times[burst - 1] < 1e-6
    steady = [after - before for before, after in zip(times[burst - 1 :], times[burst:], strict=False)]
    assert steady == pytest.approx([gap] * len(steady), abs=1e-3)
    assert most_in_a_minute(times) == at_most


@pytest.mark.parametrize(("limit", "burst"), [(540, 54), (270, 27), (7, 1)])
def test_where_nobody_else_asks_a_tenth_may_go_at_once(limit: int, burst: int) -> None:
    """The embedded sandbox is our own, and its minute begins with us; the limit is kept all the same."""
    times = times_of(Pace(requests_per_minute=limit, in_flight=9, alone=True), 3 * limit, silent)
    assert times[burst - 1] < 1e-6
    assert most_in_a_minute(times) == limit


@given(
    limit=st.integers(3, 200),
    gone=st.lists(st.tuples(st.floats(0, 90), st.integers(1, 80)), min_size=1, max_size=4),
)
def test_no_minute_over_the_end_of_one_run_and_the_start_of_the_next_holds_more_than_the_limit(
    limit: int, gone: list[tuple[float, int]]
) -> None:
    """Whatever the first run asked and when, the next may begin the moment that it ends, with a full bucket."""

    async def ask() -> list[float]:
        times, pace = [], Pace(requests_per_minute=limit, in_flight=9)
        for rest, requests in gone:
            await asyncio.sleep(rest)
            for _ in range(requests):
                async with pace.turn() as set_out:
                    times.append(set_out)
        pace = Pace(requests_per_minute=limit, in_flight=9)
        for _ in range(limit + 1):
            async with pace.turn() as set_out:
                times.append(set_out)
        return times

    assert most_in_a_minute(run_virtual(ask())) <= limit


def test_a_program_that_wakes_late_makes_up_for_it() -> None:
    """Each request is half a gap late, as on a busy machine; the pace over all is kept nevertheless."""
    pace = Pace(requests_per_minute=540, in_flight=9)

    async def ask() -> float:
        for _ in range(527):
            async with pace.turn():
                await asyncio.sleep(0.06)
        return asyncio.get_running_loop().time()

    assert run_virtual(ask()) == pytest.approx(60, abs=0.2)


def test_a_smaller_limit_of_the_vendors_is_kept_and_given_up_again() -> None:
    """600 are ours, and the vendor says 60: one a second, until it says 600 again."""
    pace = Pace(requests_per_minute=600, in_flight=1)
    limits = [60] * 20 + [9000] * 20
    times = times_of(pace, 40, lambda number: pace.told(limit=limits[number], remaining=50, moves_on=None))
    assert times[:2] == pytest.approx([0, 1], abs=1e-3)
    assert times[19] - times[10] == pytest.approx(9 * 60 / 58, abs=1e-3)
    assert times[39] - times[22] < 17 * 60 / 570 + 1e-3


def test_of_a_limit_that_the_vendor_tells_a_share_is_ours() -> None:
    """Nine tenths of 100, and never more than what we were told to keep."""
    pace = Pace(requests_per_minute=540, in_flight=1, share=0.9)
    times = times_of(pace, 40, lambda _number: pace.told(limit=100, remaining=50, moves_on=None))
    assert times[39] - times[10] == pytest.approx(29 * 60 / (90 - 4), abs=1e-3)


def test_when_little_is_left_everybody_waits_for_the_window_to_move_on() -> None:
    """Others share the limit: what they leave is not fought for, and no burst comes after the wait."""
    pace = Pace(requests_per_minute=300, in_flight=5)
    told = [(9, 40.0), (5, 7.0), (100, None), (0, None), (100, None)]
    times = times_of(pace, 5, lambda number: pace.told(limit=300, remaining=told[number][0], moves_on=told[number][1]))
    gap = 60 / (300 - 14)
    assert times == pytest.approx([0, 0, 7, 7 + gap, 7 + 2 * gap], abs=1e-3)


def test_whoever_is_told_to_wait_holds_up_all() -> None:
    """A 429 with Retry-After is about the organization, not about the request."""
    pace = Pace(requests_per_minute=300, in_flight=5)
    times = times_of(pace, 3, lambda number: pace.hold(4) if number == 0 else None)
    assert times == pytest.approx([0, 4, 4 + 60 / 286], abs=1e-3)


def test_after_a_429_all_wait_and_then_go_at_half_the_pace() -> None:
    """One second where the vendor does not say how long, and no burst after it."""
    pace = Pace(requests_per_minute=300, in_flight=5)

    def answered(number: int) -> None:
        if number == 0:
            pace.refused(0.0, 0.0)
        else:
            pace.taken(asyncio.get_running_loop().time())

    times = times_of(pace, 4, answered)
    assert times[1] == pytest.approx(1)
    assert times[3] - times[1] == pytest.approx(2 * 2 * 60 / 286, rel=0.01)


def test_what_the_vendor_asks_for_goes_before_our_own_wait() -> None:
    """Retry-After says more than a second."""
    pace = Pace(requests_per_minute=300, in_flight=5)
    assert times_of(pace, 2, lambda number: pace.refused(0.0, 30.0) if number == 0 else None)[1] == pytest.approx(30)


@pytest.mark.parametrize(
    ("limit", "share", "ours"), [(600, 0.9, 540), (300, 0.9, 270), (100, 0.29, 29), (1, 0.1, 1), (7, 1.0, 7)]
)
def test_a_share_of_a_limit_is_in_whole_requests(limit: int, share: float, ours: int) -> None:
    """Rounded down, where it is no whole number by itself, and never nothing."""
    assert part_of(limit, share) == ours


def test_what_a_run_is_told_to_send_at_most_is_no_share_of_anything() -> None:
    """It is kept as it was said, and raises nothing."""
    acme = replace(organization(), requests_per_minute=600, share=0.9)
    assert (acme.pace, replace(acme, most_per_minute=100).pace) == (540, 100)
    assert replace(acme, most_per_minute=900).pace == 540


def test_organizations_with_the_same_credentials_at_the_same_place_share_a_pace() -> None:
    """The vendor counts by credentials; who has others, or asks elsewhere, has a limit to itself."""
    paces, acme = Paces(), organization()
    first = paces.of(acme, "https://vendor.invalid", {"accessToken": "a"})
    assert paces.of(replace(acme, name="other"), "https://vendor.invalid", {"accessToken": "a"}) is first
    assert paces.of(acme, "https://vendor.invalid", {"accessToken": "b"}) is not first
    assert paces.of(acme, "https://elsewhere.invalid", {"accessToken": "a"}) is not first


def test_a_shared_pace_is_the_slower_of_both() -> None:
    """Neither organization is asked faster than its own limit says."""
    paces, acme = Paces(), replace(organization(), base_url="https://vendor.invalid")
    paces.of(replace(acme, requests_per_minute=600), "https://vendor.invalid", {})
    pace = paces.of(replace(acme, requests_per_minute=60), "https://vendor.invalid", {})
    times = times_of(pace, 30, silent)
    assert times[29] - times[0] == pytest.approx(29 * 60 / 58, abs=1e-3)
