"""A write whose turn comes when the run may not write any more, or that is taken back from the line."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from reconciler.live.passage import AlwaysClear, Passage, Stage, passage
from reconciler.live.provider import NotProcessed
from reconciler.providers.pace import Pace
from tests.clock import run_virtual
from tests.providers.billabex.granting import client_of
from tests.providers.scripted import Script, answer, client


class HalfAMinute(AlwaysClear):
    """A run that may write at one organization for half a minute."""

    def cleared(self, organization: str) -> bool:
        """Say whether it is over."""
        return organization == "acme" and asyncio.get_running_loop().time() < 30


def test_a_write_is_asked_for_its_clearance_when_its_turn_has_come() -> None:
    """Not when it got in line, a minute before: it stays here, and is known to have had no effect."""
    script = Script(answer(200, b"{}"))

    async def written() -> None:
        http = client(script, requests_per_minute=1)
        with passage(Passage("acme", HalfAMinute())):
            await http.write("PUT", "/customers/1", None)
            await http.write("PUT", "/customers/2", None)

    with pytest.raises(NotProcessed, match="might not write"):
        run_virtual(written())
    assert len(script.requests) == 1


@pytest.mark.parametrize("holds", [False, True])
def test_a_write_in_line_is_taken_back_by_a_stop_unless_something_of_its_change_stands(holds: bool) -> None:
    """It leaves the line at once, nothing of it has gone out, and its place is free for the next."""
    pace = Pace(requests_per_minute=2, in_flight=1)
    own = Passage()
    own.holds = holds

    async def write() -> None:
        with passage(own):
            async with pace.turn(write=True):
                pass

    async def scenario() -> tuple[bool, Stage]:
        async with pace.turn():
            writing = asyncio.create_task(write())
            await asyncio.sleep(1)
            own.stop()
            await asyncio.sleep(1)
            ended, stage = writing.cancelled(), own.stage
        own.abandon()
        await asyncio.wait([writing])
        async with pace.turn():
            return ended, stage

    assert run_virtual(scenario()) == (not holds, Stage.IN_LINE)


@pytest.mark.parametrize("stage", [Stage.TOLD, Stage.OUT])
def test_what_is_on_its_way_to_the_line_or_past_it_is_not_cut_off(stage: Stage) -> None:
    """The one is broken off when it gets there, the other when it was answered."""
    own = Passage()

    async def scenario() -> None:
        with passage(own):
            own.stage = stage
            own.abandon()
            await asyncio.sleep(1)
            with pytest.raises(asyncio.CancelledError), own.line():
                raise AssertionError("It stands in line.")
            assert own.stage is Stage.IN_LINE
            with pytest.raises(asyncio.CancelledError):
                own.heed()

    run_virtual(scenario())


class SlowTokens:
    """Tokens that take half a minute to come."""

    remedy = ""

    async def current(self, client: httpx.AsyncClient) -> str:
        """Give one, late."""
        del client
        await asyncio.sleep(30)
        return "late"

    async def instead_of(self, refused: str, client: httpx.AsyncClient) -> str | None:
        """Have no other."""
        del refused, client
        return None

    async def aclose(self) -> None:
        """Have nothing to finish."""


@pytest.mark.parametrize("holds", [False, True])
def test_a_write_that_waits_for_a_token_is_taken_back_as_one_that_waits_for_its_turn(holds: bool) -> None:
    """Not a byte of it is out before the token is there."""
    script = Script(answer(200, b"{}"))
    own = Passage()
    own.holds = holds

    async def scenario() -> tuple[bool, Stage]:
        http = client_of(SlowTokens(), script)

        async def write() -> None:
            with passage(own):
                own.stage = Stage.OUT  # as whoever sends it says: nobody has told of a line yet
                await http.write("PUT", "/accounts/1", None)

        writing = asyncio.create_task(write())
        await asyncio.sleep(1)
        own.stop()
        await asyncio.sleep(1)
        ended, stage = writing.cancelled(), own.stage
        own.abandon()
        await asyncio.wait([writing])
        return ended, stage

    assert run_virtual(scenario()) == (not holds, Stage.IN_LINE)
    assert script.requests == []
