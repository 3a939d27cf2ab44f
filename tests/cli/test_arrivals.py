"""Events that are waited for beside whoever takes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from reconciler.cli.arrivals import Arrivals
from reconciler.model.change import Action
from reconciler.model.event import Done, Event, Skipped
from tests.clock import run_virtual
from tests.render.plans import change

DONE = Done(change=change("C-1", Action.CREATE), remote_id="u")


async def work(before: float, after: float, closed: list[float]) -> AsyncGenerator[Event, None]:
    """Give an event, then another a while later; closing takes its time."""
    try:
        yield DONE
        await asyncio.sleep(before)
        yield Skipped(change=DONE.change, because=DONE.change.address)
    finally:
        await asyncio.sleep(after)
        closed.append(asyncio.get_running_loop().time())


def test_events_come_in_order_and_end_with_none() -> None:
    """And closing after the end is nothing."""

    async def scenario() -> None:
        arrivals = Arrivals(work(1, 1, []))
        taken = [await arrivals.next(), await arrivals.next(), await arrivals.next()]
        assert [type(one) for one in taken] == [Done, Skipped, type(None)]
        assert await arrivals.close(None)

    run_virtual(scenario())


@pytest.mark.parametrize("waits", [True, False])
def test_who_closes_waits_for_what_is_in_flight(waits: bool) -> None:
    """Be it that the next event was waited for just then or not; with too little patience it is cut off."""

    async def scenario(patience: float | None) -> tuple[bool, list[float]]:
        closed: list[float] = []
        arrivals = Arrivals(work(60, 5, closed))
        await arrivals.next()
        if waits:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(arrivals.next(), 1)
        return await arrivals.close(patience), closed

    ended, closed = run_virtual(scenario(None))
    assert (ended, len(closed)) == (True, 1)
    assert run_virtual(scenario(2)) == (False, [])


def test_closing_can_be_hurried() -> None:
    """Whoever was cancelled in waiting closes again, with less patience."""

    async def scenario() -> float:
        arrivals = Arrivals(work(60, 60, []))
        await arrivals.next()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(arrivals.close(None), 1)
        assert not await arrivals.close(2)
        return asyncio.get_running_loop().time()

    assert 3 <= run_virtual(scenario()) < 4


def test_what_ends_the_work_unexpectedly_is_raised() -> None:
    """From closing too."""

    async def broken() -> AsyncGenerator[Event, None]:
        try:
            yield DONE
        finally:
            raise ZeroDivisionError

    async def scenario() -> None:
        arrivals = Arrivals(broken())
        await arrivals.next()
        await arrivals.close(None)

    with pytest.raises(ZeroDivisionError):
        run_virtual(scenario())
