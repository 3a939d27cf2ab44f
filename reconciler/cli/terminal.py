"""The streams that people and programs read: whether they take colour, and how progress is shown on them."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

import click

from reconciler.render.paint import Paint

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from reconciler.render.progress import Narration

PIPE_CLOSED = 141  # as a shell reports SIGPIPE


def takes_colour(stream: TextIO, environ: Mapping[str, str], *, no_color: bool) -> bool:
    """Say whether colour is wanted: a terminal that can, and nobody who asked to do without (https://no-color.org)."""
    return stream.isatty() and not no_color and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def paint_for(stream: TextIO, *, no_color: bool = False) -> Paint:
    """Choose the brush for a stream."""
    return Paint(enabled=takes_colour(stream, os.environ, no_color=no_color))


def out(text: str) -> None:
    """Write a result on stdout as it is; `text` ends with its own line break.

    Raises:
        SystemExit: whoever read the output has left, as `head` does; that is nothing to complain about.
    """
    try:
        click.echo(text, nl=False, color=True)
    except BrokenPipeError:
        _abandon(sys.stdout)
        raise SystemExit(PIPE_CLOSED) from None


def reached(text: str) -> bool:
    """Write on stdout what is told beside the work, and say whether that is still possible.

    For where vendors are written to: that nobody listens any more is no reason to leave a change half done.
    """
    try:
        click.echo(text, nl=False, color=True)
    except OSError:
        _abandon(sys.stdout)
        return False
    return True


def err(line: str) -> None:
    """Write a line on stderr as it is, or nowhere if nobody listens any more: the exit code still says what was."""
    try:
        click.echo(line, err=True, color=True)
    except OSError:
        _abandon(sys.stderr)


def _abandon(stream: TextIO) -> None:
    """Let a stream lead nowhere from now on, or Python complains when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def narration(*, no_color: bool = False, silent: bool = False) -> Narration:
    """Open the place where progress is told: a bar on a terminal, lines elsewhere, both on stderr; or nowhere."""
    from reconciler.cli.logs import is_logging
    from reconciler.render.progress import Bar, Lines

    if silent:
        return Lines(lambda _line: None, time.monotonic)
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not is_logging():
        return Bar(_lasting(sys.stderr), colour=takes_colour(sys.stderr, os.environ, no_color=no_color))
    return Lines(err, time.monotonic)


class _Lasting(io.FileIO):
    """A file whose end nobody notices: of what is written to a terminal that has gone away, nothing is told."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write, or pretend to."""
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def _lasting(stream: TextIO) -> TextIO:
    """Give a way to a terminal that stands open after it: work does not fail for want of somebody to watch it."""
    file = io.BufferedWriter(_Lasting(stream.fileno(), "w", closefd=False))
    return io.TextIOWrapper(file, encoding=stream.encoding, errors="backslashreplace", line_buffering=True)


def now() -> datetime:
    """Give the time of day; commands stamp what they write with it."""
    return datetime.now(UTC)
