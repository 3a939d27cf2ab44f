"""Who goes before whom: a change that has begun before what has not, in one line that starves nobody."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from reconciler.live.passage import passage
from reconciler.providers.pace import Pace
from tests.clock import run_virtual
from tests.providers.test_pace import most_in_a_minute

LONGEST = 10_000.0
"""Virtual seconds, by which all that is drawn here is done at any pace."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """One request: of which change, if of any, and when it came and went."""

    change: int | None
    write: bool
    first: bool
    came: float
    went: float = -1.0


class World:
    """Changes and readers who ask at one pace, and what they did."""

    def __init__(self, pace: Pace, answer: float) -> None:
        self.asked: list[Asked] = []
        self._pace = pace
        self._answer = answer

    async def change(self, number: int, comes: float, steps: str) -> None:
        """Send a change's requests one after the other: `r` for a read, `w` for a write."""
        await asyncio.sleep(comes)
        with passage():
            for place, step in enumerate(steps):
                await self.ask(change=number, write=step == "w", first=not place)

    async def read(self, comes: float) -> None:
        """Read what belongs to no change."""
        await asyncio.sleep(comes)
        await self.ask(change=None, write=False, first=False)

    async def ask(self, *, change: int | None, write: bool, first: bool) -> None:
        """Send one request."""
        one = Asked(change=change, write=write, first=first, came=asyncio.get_running_loop().time())
        self.asked.append(one)
        async with self._pace.turn(write=write) as one.went:
            await asyncio.sleep(self._answer)

    def overtaken(self, one: Asked) -> list[Asked]:
        """Give the requests that came after this one and went before it."""
        return [other for other in self.asked if other.came > one.came and other.went < one.went]

    def beginning_of(self, one: Asked) -> Asked:
        """Give the first request of a request's change."""
        return next(other for other in self.asked if other.change == one.change and other.first)


STEPS = st.text("rw", max_size=6).map(lambda more: f"r{more}")
COMES = st.floats(0, 200)


@given(
    limit=st.integers(3, 120),
    in_flight=st.integers(1, 6),
    answer=st.floats(0, 12),
    changes=st.lists(st.tuples(COMES, STEPS), max_size=12),
    reads=st.lists(COMES, max_size=25),
)
def test_right_of_way_breaks_no_limit_and_starves_nobody(
    limit: int, in_flight: int, answer: float, changes: list[tuple[float, str]], reads: list[float]
) -> None:
    """No minute holds more than the limit, all are served, and only what began earlier goes before whoever waits."""
    world = World(Pace(requests_per_minute=limit, in_flight=in_flight), answer)

    async def work() -> None:
        ways = [world.change(number, comes, steps) for number, (comes, steps) in enumerate(changes)]
        await asyncio.wait_for(asyncio.gather(*ways, *(world.read(comes) for comes in reads)), LONGEST)

    run_virtual(work())
    assert len(world.asked) == sum(len(steps) for _, steps in changes) + len(reads)
    assert most_in_a_minute(sorted(one.went for one in world.asked)) <= limit
    for one in world.asked:
        begun = one.change is not None and not one.first
        for other in world.overtaken(one):
            assert other.change is not None
            assert not other.first
            assert begun or world.beginning_of(other).came <= one.came
            assert not one.write
            assert not begun or other.write


def test_what_has_begun_goes_before_what_has_not() -> None:
    """At a slow pace one change goes all its way, and the next looks at its object after that."""
    world = World(Pace(requests_per_minute=10, in_flight=5), 0.2)

    async def work() -> None:
        await asyncio.gather(*(world.change(number, 0.0, "rrwr") for number in range(3)), world.read(0.0))

    run_virtual(work())
    went = sorted(world.asked, key=lambda one: one.went)
    assert [one.change for one in went] == [0] * 4 + [1] * 4 + [2] * 4 + [None]


def test_two_organizations_at_one_pace_get_on_side_by_side() -> None:
    """A run without end of changes of one does not keep the other from its first look."""
    world = World(Pace(requests_per_minute=60, in_flight=5), 3.0)

    async def one_after_the_other(start: int) -> None:
        for number in range(20):
            await world.change(start + number, 0.0, "rrwrr")

    async def work() -> None:
        await asyncio.gather(*(one_after_the_other(100 * number) for number in range(5)), world.read(30.0))

    run_virtual(work())
    (other,) = (one for one in world.asked if one.change is None)
    assert other.went - other.came < 30
