"""What is going on -> a bar on a terminal, plain lines elsewhere; on stderr, so that stdout keeps the result alone.

A line is written at once for whatever is worth one, and at least every two seconds while anything is under way: whoever
drives the work calls `advance` as often as it likes, and here it is decided when that is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from reconciler.render.outlook import Outlook, outlook_text

EVERY = 1.5  # seconds; two are promised, and whoever asks whether it is time asks now and then only
OFTEN = 10.0
"""Seconds after which it is told how far it is even where something is said all the time."""


def progress_text(label: str, done: int, total: int | None, outlook: Outlook | None) -> str:
    """Say how far it is: `Applying: 30 of 200; 512 requests/min, 340 requests left, ~40s`."""
    told = f"{label}…" if total is None else f"{label}: {done} of {total}"
    return told if outlook is None or total is None else f"{told}; {outlook_text(outlook)}"


class Narration(Protocol):
    """Somewhere to tell what is going on."""

    def say(self, line: str) -> None:
        """Tell one thing, for good."""

    def advance(self, label: str, done: int, total: int | None = None, outlook: Outlook | None = None) -> None:
        """Tell how far it is; `total` is None where nobody knows it, `outlook` where nobody knows how fast it goes."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Lines:
    """Plain lines, for logs and CI."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._write = write
        self._clock = clock
        self._last = self._advanced = clock()

    def say(self, line: str) -> None:
        """Write a line."""
        self._write(line)
        self._last = self._clock()

    def advance(self, label: str, done: int, total: int | None = None, outlook: Outlook | None = None) -> None:
        """Write a line if the last one is old enough, or the last one that said how far it is."""
        instant = self._clock()
        if instant - self._last < EVERY and (outlook is None or instant - self._advanced < OFTEN):
            return
        self._advanced = instant
        self.say(progress_text(label, done, total, outlook))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to take down."""


class Bar:
    """A moving bar at the foot of a terminal, with the lines above it."""

    def __init__(self, stream: TextIO, *, colour: bool) -> None:
        console = Console(file=stream, no_color=not colour, highlight=False, soft_wrap=True)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[outlook]}", markup=False),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("", total=None, visible=False, outlook="")

    def say(self, line: str) -> None:
        """Write a line above the bar."""
        self._progress.console.print(Text.from_ansi(line))

    def advance(self, label: str, done: int, total: int | None = None, outlook: Outlook | None = None) -> None:
        """Move the bar."""
        words = outlook_text(outlook) if outlook is not None else ""
        self._progress.update(self._task, description=label, completed=done, total=total, visible=True, outlook=words)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar down."""
        self._progress.stop()
