"""Telling what is going on."""

from __future__ import annotations

import io

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


def test_a_bar_keeps_the_lines_said() -> None:
    """The bar goes, the lines stay; brackets in them are no markup."""
    stream = io.StringIO()
    with Bar(stream, colour=False) as bar:
        bar.advance("Applying", 1, 2)
        bar.say("acme-fr/customer/C-1: Creating... [id=u-1]")
    assert "acme-fr/customer/C-1: Creating... [id=u-1]\n" in stream.getvalue()
