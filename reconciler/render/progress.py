"""What is going on -> a bar on a terminal, plain lines elsewhere; on stderr, so that stdout keeps the result alone.

A line is written at once for whatever is worth one. Whoever drives the work calls `advance` as often as it likes, and
here it is decided when that is shown. A bar moves all the time. Lines stay in a log for good, so there:

| since the last line              | the next `advance` writes                                      |
|----------------------------------|----------------------------------------------------------------|
| less than 1.5 s                  | nothing                                                        |
| 1.5 s or more, and it got on     | how far it is                                                  |
| 10 s or more, and it did not     | the same with the time it has taken so far: a sign of life     |

On a terminal that can do no bar the sign of life comes as often as the rest: nobody there waits two seconds for a line.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from reconciler.render.words import duration

EVERY = 1.5  # seconds; two are promised on a terminal, and whoever asks whether it is time asks now and then only
LIFE = 10.0  # seconds after which a log hears of work that does not get on


class Narration(Protocol):
    """Somewhere to tell what is going on."""

    def say(self, line: str) -> None:
        """Tell one thing, for good."""

    def advance(self, label: str, done: int, total: int | None = None) -> None:
        """Tell how far it is; `total` is None where nobody knows it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Lines:
    """Plain lines, for logs and CI; `life` is how long nothing new may be told of."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float], *, life: float = LIFE) -> None:
        self._write = write
        self._clock = clock
        self._life = life
        self._last = self._since = clock()
        self._label = self._told = self._said = ""

    def say(self, line: str) -> None:
        """Write a line."""
        self._write(line)
        self._last, self._said = self._clock(), line

    def advance(self, label: str, done: int, total: int | None = None) -> None:
        """Write a line if there is something to tell and the last one is old enough."""
        now = self._clock()
        if label != self._label:
            self._label, self._since = label, now
        line = f"{label}…" if total is None else f"{label}: {done} of {total}"
        new = line not in (self._told, self._said)
        if now - self._last < (EVERY if new else self._life):
            return
        self.say(line if new else f"{line} ({duration(now - self._since)})")
        self._told = line

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
            TimeElapsedColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("", total=None, visible=False)

    def say(self, line: str) -> None:
        """Write a line above the bar."""
        self._progress.console.print(Text.from_ansi(line))

    def advance(self, label: str, done: int, total: int | None = None) -> None:
        """Move the bar."""
        self._progress.update(self._task, description=label, completed=done, total=total, visible=True)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar down."""
        self._progress.stop()
