"""When there is colour, and how progress keeps its beat."""

from __future__ import annotations

import asyncio
import io
from itertools import pairwise

import pytest

from reconciler.cli.terminal import takes_colour
from reconciler.cli.watching import watched
from reconciler.render.progress import EVERY, LIFE, Lines
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


def waited(seconds: float, life: float) -> list[tuple[float, str]]:
    """Wait once a few requests were made, and give what was told, and when."""
    told: list[tuple[float, str]] = []

    async def scenario() -> None:
        clock = asyncio.get_running_loop().time
        begun = clock()
        lines = Lines(lambda line: told.append((clock() - begun, line)), clock, life=life)
        async with watched(lines) as watch:
            watch.turn_to("Reading acme-fr")
            watch.reads("acme-fr", 3, 12)
            await asyncio.sleep(seconds)

    run_virtual(scenario())
    return told


def test_waiting_is_never_silent_for_two_seconds_on_a_terminal() -> None:
    """Work that says nothing for ten seconds, as in a backoff, is told of all the while, where no bar can be shown."""
    told = waited(10.1, EVERY)
    assert told[0][1] == "Reading acme-fr…"
    assert all(line.startswith("Reading acme-fr: 3 of 12") for _, line in told[1:])
    instants = [instant for instant, _ in told]
    assert all(1 < later - earlier < 2 for earlier, later in pairwise(instants))
    assert 10.1 - instants[-1] < 2


def test_a_log_hears_of_waiting_every_ten_seconds() -> None:
    """No line stands in it twice: each sign of life says how long it has taken so far."""
    told = waited(35.0, LIFE)
    lines = [line for _, line in told]
    assert lines[:3] == ["Reading acme-fr…", "Reading acme-fr: 3 of 12", "Reading acme-fr: 3 of 12 (12s)"]
    assert len(lines) == len(set(lines)) == 5
    assert all(10 <= later - earlier < 10.5 for (earlier, _), (later, _) in pairwise(told[1:]))


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
