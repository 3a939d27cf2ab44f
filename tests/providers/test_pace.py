"""Who goes when there is not room for all."""

from __future__ import annotations

import asyncio

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
