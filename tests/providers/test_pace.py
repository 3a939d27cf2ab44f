"""Who goes when there is not room for all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from reconciler.providers.pace import Pace
from tests.clock import run_virtual


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
    assert order == ["read 1", "read 2", "write 1", "write 2", "read 3"]  # the second was at the bucket already


@pytest.mark.parametrize("seconds", [0.0, 6.5, 7.0])
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


def test_a_turn_that_is_called_and_cancelled_at_once_is_passed_on() -> None:
    """Between being called and going on lies a step of the loop, in which a task may be cancelled."""
    went: list[str] = []
    others: list[asyncio.Task[None]] = []

    async def wait(pace: Pace, name: str) -> None:
        async with pace.turn():
            went.append(name)

    async def leave(pace: Pace) -> None:
        async with pace.turn():
            others[0].cancel()

    async def line_up() -> None:
        pace = Pace(requests_per_minute=10, in_flight=9)
        async with pace.turn():
            pass
        leaving = asyncio.create_task(leave(pace))
        others.extend(asyncio.create_task(wait(pace, name)) for name in ("first", "second", "last"))
        await asyncio.gather(leaving, *others, return_exceptions=True)

    run_virtual(line_up())
    assert went == ["second", "last"]


def times_of(pace: Pace, requests: int, told: Callable[[int], None]) -> list[float]:
    """Give the seconds at which so many requests set out, one by one; `told` is called with the number of each."""

    async def ask() -> list[float]:
        times = []
        for number in range(requests):
            async with pace.turn():
                times.append(round(asyncio.get_running_loop().time(), 2))
                told(number)
        return times

    return run_virtual(ask())


def test_a_smaller_limit_of_the_vendors_is_kept_and_given_up_again() -> None:
    """600 were set, and the vendor says 60: nine tenths of a request a second, until it says 600 again."""
    pace = Pace(requests_per_minute=600, in_flight=1)
    limits = [60] * 20 + [9000] * 20
    times = times_of(pace, 40, lambda number: pace.told(limit=limits[number], remaining=50, moves_on=None))
    assert times[:2] == [0, 1]
    assert times[19] - times[10] == pytest.approx(10, abs=0.1)  # the burst of 6 is gone by then
    assert times[39] - times[21] < 0.1


def test_when_little_is_left_everybody_waits_for_the_window_to_move_on() -> None:
    """Others share the limit: what they leave is not fought for."""
    pace = Pace(requests_per_minute=300, in_flight=5)
    told = [(9, 40.0), (5, 7.0), (100, None), (0, None), (100, None)]
    times = times_of(pace, 5, lambda number: pace.told(limit=300, remaining=told[number][0], moves_on=told[number][1]))
    assert times == [0, 0, 7, 7, 7.2]


def test_whoever_is_told_to_wait_holds_up_all() -> None:
    """A 429 with Retry-After is about the organization, not about the request."""
    pace = Pace(requests_per_minute=300, in_flight=5)
    times = times_of(pace, 3, lambda number: pace.hold(4) if number == 0 else None)
    assert times == [0, 4, 4]
