"""What 429s make of the pace: down at once, up slowly, and never for longer than they come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.providers.pace import Pace
from reconciler.providers.throttle import FLOOR, WAITS, Throttle
from reconciler.sandbox.limits import Limits, Quota
from tests.clock import run_virtual


def test_several_429s_of_one_moment_count_once() -> None:
    """Five were under way when the limit was met; they say one thing."""
    throttle = Throttle()
    waits = [throttle.refused(9.8 + number / 100, 10.0 + number / 100) for number in range(5)]
    assert waits == [1, 0, 0, 0, 0]
    assert throttle.factor(10.1) == 0.5


def test_while_nothing_is_taken_the_wait_doubles_and_the_pace_stays() -> None:
    """A full minute empties no faster for a slower pace; 63 seconds of waits outlast it."""
    throttle, now, waits = Throttle(), 10.0, []
    for _ in range(7):
        waits.append(throttle.refused(now, now + 0.1))
        now += 0.1 + waits[-1]
    assert waits == [1, 2, 4, 8, 16, 32, 32]
    assert sum(WAITS) > 60
    assert throttle.factor(now) == pytest.approx(0.5)


def test_the_next_meeting_halves_what_is_left_down_to_a_tenth() -> None:
    """A request was taken in between, so this is news; below a tenth it does not go."""
    throttle, factors = Throttle(), []
    for now in range(0, 50, 10):
        throttle.refused(now, now + 0.1)
        factors.append(throttle.factor(now + 0.1))
        throttle.taken(now + 5, now + 5)
    assert factors == pytest.approx([0.5, 0.254, 0.131, FLOOR, FLOOR], abs=0.005)


def test_the_pace_grows_back_by_a_tenth_of_the_whole_in_a_minute() -> None:
    """From half to all in five minutes, from the moment when a request is taken again."""
    throttle = Throttle()
    throttle.refused(0.0, 0.1)
    throttle.taken(100.0, 100.0)
    assert [round(throttle.factor(100 + 60 * minute), 3) for minute in (0, 1, 4.5, 5, 60)] == [0.5, 0.6, 0.95, 1, 1]


def test_what_was_taken_before_a_429_ends_nothing() -> None:
    """An answer that was on its way tells of the time before."""
    throttle = Throttle()
    throttle.refused(9.0, 10.0)
    throttle.taken(9.5, 10.5)
    assert throttle.refused(11.0, 11.1) == 2


@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.floats(0, 10), st.sampled_from(("refused", "taken"))), min_size=1, max_size=60
    )
)
def test_whatever_comes_the_pace_stays_between_its_floor_and_the_whole(told: list[tuple[float, float, str]]) -> None:
    """And it never grows by a 429."""
    throttle, now = Throttle(), 0.0
    for after, under_way, answer in told:
        now += after
        before = throttle.factor(now)
        if answer == "refused":
            assert 0 <= throttle.refused(now - under_way, now) <= WAITS[-1]
            assert throttle.factor(now) <= before
        else:
            throttle.taken(now - under_way, now)
        assert FLOOR <= throttle.factor(now) <= 1


class Vendor:
    """A limit that answers after a fifth of a second, and counts what it took and what it turned away."""

    def __init__(self, requests: int) -> None:
        self.quota = Quota(key="k", requests=requests)
        self._limits = Limits(lambda: asyncio.get_running_loop().time())
        self.refused: list[float] = []
        self.taken: list[float] = []

    async def ask(self, pace: Pace) -> bool:
        """Send one request and tell the pace what came of it."""
        async with pace.turn() as set_out:
            let_in = self.use()
            await asyncio.sleep(0.2)
            if let_in:
                pace.taken(set_out)
            else:
                pace.refused(set_out, 0.0)
        return let_in

    def use(self) -> bool:
        """Take one request, from wherever it comes."""
        now = asyncio.get_running_loop().time()
        let_in = self._limits.enter(self.quota).wait is None
        (self.taken if let_in else self.refused).append(now)
        return let_in

    async def ask_until(self, pace: Pace, end: Callable[[], bool]) -> None:
        """Ask as a run does, five at a time, and each one again that was turned away."""

        async def labour() -> None:
            while not end():
                await self.ask(pace)

        await asyncio.gather(*(labour() for _ in range(5)))


def test_a_vendor_with_half_the_limit_that_we_were_told_is_learnt_about() -> None:
    """Ten minutes at a vendor that takes 300 of our 540 a minute: two thirds of them are used, 429s stay rare."""
    vendor = Vendor(300)

    async def work() -> None:
        loop = asyncio.get_running_loop()
        await vendor.ask_until(Pace(requests_per_minute=540, in_flight=5), lambda: loop.time() > 600)

    run_virtual(work())
    assert len(vendor.taken) > 0.65 * 3000
    assert len(vendor.refused) < 0.02 * len(vendor.taken)


def test_when_another_stops_asking_the_pace_grows_back() -> None:
    """Somebody else takes 300 of the 600 for three minutes; five minutes after that, the pace is what it was."""
    vendor = Vendor(600)

    async def disturb() -> None:
        for _ in range(900):
            vendor.use()
            await asyncio.sleep(0.2)

    async def work() -> None:
        loop = asyncio.get_running_loop()
        disturbing = asyncio.create_task(disturb())
        await vendor.ask_until(Pace(requests_per_minute=540, in_flight=5), lambda: loop.time() > 600)
        await disturbing

    run_virtual(work())
    assert any(vendor.refused)
    assert not [time for time in vendor.refused if time > 190]
    assert len([time for time in vendor.taken if time > 540]) in range(514, 528)


def test_two_runs_that_share_a_limit_both_get_on_and_neither_starves() -> None:
    """Each was told that all of it is its own; over twenty minutes the smaller part is not a quarter of the whole."""
    vendor = Vendor(600)
    counts = [0, 0]

    async def run(number: int) -> None:
        pace, loop = Pace(requests_per_minute=540, in_flight=5), asyncio.get_running_loop()

        async def labour() -> None:
            while loop.time() < 1200:
                taken = await vendor.ask(pace)
                counts[number] += taken

        await asyncio.sleep(number * 100)
        await asyncio.gather(*(labour() for _ in range(5)))

    async def work() -> None:
        await asyncio.gather(run(0), run(1))

    run_virtual(work())
    assert min(counts) > 0.25 * sum(counts)
    assert sum(counts) > 0.65 * 12_000
    assert len(vendor.refused) < 0.02 * sum(counts)
