"""Telling what is going on."""

from __future__ import annotations

import io

from reconciler.render.outlook import Outlook
from reconciler.render.progress import Bar, Lines


def test_lines_come_at_least_every_two_seconds_and_not_at_every_step() -> None:
    """A hundred steps in ten seconds give six lines: sooner than promised, because nobody asks at the very moment."""
    now = [0.0]
    lines: list[str] = []
    progress = Lines(lines.append, lambda: now[0])
    with progress:
        for step in range(1, 101):
            now[0] = step / 10
            progress.advance("Applying", step, 100)
    assert lines == [f"Applying: {step} of 100" for step in (15, 30, 45, 60, 75, 90)]


def test_a_thing_said_is_written_at_once() -> None:
    """And the time until the next line counts from it."""
    now = [0.0]
    lines: list[str] = []
    progress = Lines(lines.append, lambda: now[0])
    now[0] = 1.9
    progress.say("Reading documents")
    now[0] = 3.0
    progress.advance("Reading", 0)
    assert lines == ["Reading documents"]
    now[0] = 4.0
    progress.advance("Reading", 0)
    assert lines[-1] == "Reading…"


def test_how_far_it_is_comes_now_and_then_though_something_is_said_all_the_time() -> None:
    """Every ten seconds, with rate and time left; in the log of a CI run that is six lines a minute."""
    now = [0.0]
    lines: list[str] = []
    progress = Lines(lines.append, lambda: now[0])
    for second in range(1, 61):
        now[0] = float(second)
        progress.say("acme-fr/customer/C-1: Creating...")
        progress.advance("Applying", second, 60, Outlook(per_minute=512, left=60 - second, seconds=7.0))
    told = [line for line in lines if line.startswith("Applying")]
    assert len(told) == 6
    assert told[0] == "Applying: 10 of 60; 512 requests/min, 50 requests left, ~7s"


def test_a_bar_keeps_the_lines_said() -> None:
    """The bar goes, the lines stay; brackets in them are no markup."""
    stream = io.StringIO()
    with Bar(stream, colour=False) as bar:
        bar.advance("Applying", 1, 2)
        bar.say("acme-fr/customer/C-1: Creating... [id=u-1]")
    assert "acme-fr/customer/C-1: Creating... [id=u-1]\n" in stream.getvalue()
