"""When there is colour, and how progress keeps its beat."""

from __future__ import annotations

import asyncio
import io
from itertools import pairwise

import pytest

from reconciler.cli.terminal import takes_colour
from reconciler.cli.watching import watched
from reconciler.render.progress import Lines
from tests.clock import run_virtual


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Claim to be one."""
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "no_color", "colour"),
    [
        (Terminal(), {}, False, True),
        (Terminal(), {"NO_COLOR": ""}, False, True),
        (Terminal(), {"NO_COLOR": "1"}, False, False),
        (Terminal(), {"TERM": "dumb"}, False, False),
        (Terminal(), {}, True, False),
        (io.StringIO(), {}, False, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    stream: io.StringIO, environ: dict[str, str], no_color: bool, colour: bool
) -> None:
    """https://no-color.org: set and not empty means no."""
    assert takes_colour(stream, environ, no_color=no_color) is colour


def test_waiting_is_never_silent_for_two_seconds() -> None:
    """Work that says nothing for ten seconds, as in a backoff, is told of all the while."""
    lines: list[str] = []
    instants: list[float] = []

    async def scenario() -> None:
        clock = asyncio.get_running_loop().time

        def write(line: str) -> None:
            lines.append(line)
            instants.append(clock())

        async with watched(Lines(write, clock)) as watch:
            watch.turn_to("Reading acme-fr")
            watch.reads("acme-fr", 3, 12)
            await asyncio.sleep(10.1)
        instants.append(clock())

    run_virtual(scenario())
    assert lines[0] == "Reading acme-fr…"
    assert set(lines[1:]) == {"Reading acme-fr: 3 of 12"}
    assert all(1 < later - earlier < 2 for earlier, later in pairwise(instants[:-1]))
    assert instants[-1] - instants[-2] < 2


def test_requests_of_several_organizations_are_counted_together() -> None:
    """One bar for all."""
    lines: list[str] = []

    async def scenario() -> None:
        async with watched(Lines(lines.append, asyncio.get_running_loop().time)) as watch:
            watch.turn_to("Reading")
            watch.reads("one", 3, 12)
            watch.reads("two", 1, 5)
            await asyncio.sleep(2.1)

    run_virtual(scenario())
    assert lines[-1] == "Reading: 4 of 17"
