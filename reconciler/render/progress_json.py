"""What is going on -> lines of the event stream, of types of our own; said on the way, not at every step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from reconciler.render.event_json import Json, line_json
from reconciler.render.note import Note
from reconciler.render.outlook import Outlook
from reconciler.render.progress import Lines


class ProgressLines:
    """A narration for programs. How far it is comes as often as plain lines do, with the numbers beside the words."""

    def __init__(self, write: Callable[[Json], None], clock: Callable[[], float], now: Callable[[], datetime]) -> None:
        self._write = write
        self._now = now
        self._facts: Json = {}
        self._lines = Lines(self._told, clock)

    def say(self, line: str) -> None:
        """Write what happened; a note by its own type."""
        self._facts = {}
        self._lines.say(line)

    def advance(self, label: str, done: int, total: int | None = None, outlook: Outlook | None = None) -> None:
        """Write how far it is, if that is due."""
        self._facts = {"done": done, "total": total}
        if outlook is not None:
            seconds = None if outlook.seconds is None else round(outlook.seconds)
            self._facts |= {"requests_per_minute": outlook.per_minute, "requests_left": outlook.left}
            self._facts["seconds_left"] = seconds
        self._lines.advance(label, done, total, outlook)

    def _told(self, line: str) -> None:
        kind, facts = (line.kind, dict(line.facts)) if isinstance(line, Note) else ("progress", self._facts)
        self._write({**line_json(kind, line, self._now()), **facts})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to take down."""
