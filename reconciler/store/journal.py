"""The journals of a folder: one file of lines for each run, made, found, read, settled and pruned here.

`.reconciler/journal/RUN.jsonl` holds what a run did, `RUN.plan` the plan that it carried out. Both are readable by
their owner alone. Writing is `journal_file`'s part, the text of a line `journal_lines`'.

| the file                                               | read as                                   |
|--------------------------------------------------------|-------------------------------------------|
| ends in a line that is none, or a half                 | without it: the run died while writing it |
| has such lines among those that settled it             | the same: so did those who settled it     |
| has such a line anywhere else, or no beginning         | not at all: `journal-unreadable`          |
| of a later format                                      | not at all: `journal-newer`               |

A run that leaves a write open is never pruned, however old: it is the evidence that something may stand which nobody
knows of. Whether one does is told by its last line alone, so that looking through many costs nothing; only one without
an end is read whole.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from reconciler.errors import ReconcilerError
from reconciler.model.change import Action
from reconciler.model.journal import (
    FORMAT,
    FORMAT_VERSION,
    Answer,
    Closed,
    Ended,
    Entry,
    Line,
    Opening,
    Run,
    Settled,
    Try,
    Wrote,
)
from reconciler.store import journal_problems as problems
from reconciler.store.journal_file import JournalFile
from reconciler.store.journal_lines import parse_line

LAST = "last"
_SUFFIX, _PLAN = ".jsonl", ".plan"
_TAIL = 65536


class Journals:
    """The journals below one folder's `.reconciler`."""

    def __init__(self, private: Path) -> None:
        self.folder = private / "journal"

    def begin(self, opening: Opening) -> JournalFile:
        """Begin the journal of a run.

        Raises:
            ReconcilerError: `journal-unwritable`; nothing may be sent.
        """
        return JournalFile.begun(self.path(opening.run), opening)

    def path(self, run: str) -> Path:
        """Say where the lines of a run stand."""
        return self.folder / f"{run}{_SUFFIX}"

    def plan_path(self, run: str) -> Path:
        """Say where the plan of a run is kept."""
        return self.folder / f"{run}{_PLAN}"

    def runs(self) -> tuple[str, ...]:
        """Name all runs, the earliest first."""
        found = [path.name.removesuffix(_SUFFIX) for path in self.folder.glob(f"*{_SUFFIX}")]
        return tuple(sorted(found, key=lambda run: (run.partition("-")[0], self._begun_at(run), run)))

    def find(self, run: str) -> str:
        """Give the whole id for its beginning, or for `last`: that is not one that died over its first line.

        Raises:
            UsageInvalid: `journal-missing` or `journal-ambiguous`.
        """
        runs = self.runs()
        if run == LAST and (latest := next((one for one in reversed(runs) if not self.never_began(one)), "")):
            return latest
        found = [one for one in runs if one.startswith(run)] if run else []
        if run in found:
            return run
        if not found:
            raise problems.missing(run, runs)
        if len(found) > 1:
            raise problems.ambiguous(run, found)
        return found[0]

    def read(self, run: str) -> Run:
        """Read a whole journal; for one of many thousand changes `entries` needs less room.

        Raises:
            ReconcilerError: `journal-unreadable` or `journal-newer`.
        """
        return replace(self.head(run), entries=tuple(self.entries(run)))

    def head(self, run: str) -> Run:
        """Read a journal without its changes.

        Raises:
            UsageInvalid: `journal-missing`; the run died before it wrote anything down.
            ReconcilerError: as `lines`.
        """
        opening, closed, settled = None, None, []
        for line in self.lines(run):
            match line:
                case Opening():
                    opening = line
                case Closed():
                    closed = line
                case Settled():
                    settled.append(line)
        if opening is None and self.never_began(run):
            raise problems.unbegun(run)
        if opening is None:
            raise problems.unreadable(str(self.path(run)), "It has no beginning.")
        return Run(opening=opening, closed=closed, settled=tuple(settled))

    def entries(self, run: str) -> Iterator[Entry]:
        """Read the changes one by one, in the order in which they ended; those without an ending come last."""
        settled = {(one.address, one.action): one for one in self.head(run).settled}
        entries: dict[tuple[str, str], Entry] = {}
        names: dict[int, tuple[str, str]] = {}
        for line in self.lines(run):
            match line:
                case Wrote():
                    name = names[line.n] = (line.address, line.action)
                    entry = entries.get(name) or _entry(name, settled)
                    entries[name] = replace(entry, tries=(*entry.tries, Try(wrote=line)))
                case Answer() if line.n in names:
                    name = names.pop(line.n)
                    entry = entries[name]
                    entries[name] = replace(entry, tries=tuple(_answered(one, line) for one in entry.tries))
                case Ended():
                    name = (line.address, line.action)
                    yield replace(entries.pop(name) if name in entries else _entry(name, settled), ended=line)
        yield from entries.values()

    def lines(self, run: str) -> Iterator[Line]:
        """Read the lines one by one.

        Raises:
            ReconcilerError: `journal-missing`, `journal-unreadable` or `journal-newer`.
        """
        path, torn = self.path(run), 0
        try:
            with path.open("rb") as file:
                for number, text in enumerate(file, start=1):
                    line = parse_line(text) if text.endswith(b"\n") else None
                    if line is None:
                        torn = torn or number
                    elif torn and not isinstance(line, Settled):
                        raise problems.unreadable(str(path), f"Line {torn} is damaged.")
                    elif (number == 1) is not isinstance(line, Opening):
                        raise problems.unreadable(str(path), "It does not begin as a journal does.")
                    else:
                        _check_format(path, line)
                        yield line
        except FileNotFoundError:
            raise problems.missing(run, self.runs()) from None
        except OSError as error:
            raise problems.unreadable(str(path), error.strerror or "") from error

    def unsettled(self) -> tuple[str, ...]:
        """Name the runs that left something open, or may have: those that were killed, or still run."""
        return tuple(run for run in self.runs() if not self._is_settled(run))

    def open_entries(self, run: str) -> tuple[Entry, ...]:
        """Give the changes of which nobody knows yet what became of a write.

        Raises:
            ReconcilerError: as `lines`.
        """
        return tuple(entry for entry in self.entries(run) if entry.open)

    def settle(self, run: str, settled: Iterable[Settled]) -> None:
        """Append what was found out of writes that a run left open.

        Raises:
            ReconcilerError: `journal-unwritable`.
        """
        file = JournalFile.continued(self.path(run))
        try:
            for line in settled:
                file.write(line)
        finally:
            file.close()

    def prune(self, keep: int, before: float) -> None:
        """Delete all but the latest runs, and none that leaves something open; what cannot be deleted stays.

        A run without an end may still run; it stays unless nothing was written to it since `before` (Unix time).
        """
        runs = self.runs()
        for run in runs[: max(0, len(runs) - keep)]:
            if self._has_ended(run) or (self._rests_since(run) < before and not self._leaves_open(run)):
                for path in (self.plan_path(run), self.path(run)):
                    with contextlib.suppress(OSError):
                        path.unlink(missing_ok=True)

    def _rests_since(self, run: str) -> float:
        try:
            return self.path(run).stat().st_mtime
        except OSError:
            return math.inf

    def _leaves_open(self, run: str) -> bool:
        if self.never_began(run):
            return False
        try:
            return any(entry.open for entry in self.entries(run))
        except ReconcilerError:  # nobody can tell, so it is kept
            return True

    def _is_settled(self, run: str) -> bool:
        """Say without reading it whole that a run leaves nothing open; one that cannot be read may do so."""
        return self._has_ended(run) or self.never_began(run)

    def _has_ended(self, run: str) -> bool:
        """Say by its last line alone that a run came to an end, or was settled, and leaves nothing open."""
        line = self._last_line(run)
        return (isinstance(line, Closed) and not line.open) or (isinstance(line, Settled) and not line.left)

    def _last_line(self, run: str) -> Line | None:
        try:
            with self.path(run).open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _TAIL))
                tail = file.read()
        except OSError:
            return None
        lines = tail.splitlines()
        return parse_line(lines[-1]) if lines and tail.endswith(b"\n") else None

    def never_began(self, run: str) -> bool:
        """Say whether a run died before one line of its journal was written whole; then it sent nothing either.

        A file that is gone since it was listed, because another run pruned it, is taken for such a one.
        """
        try:
            with self.path(run).open("rb") as file:
                head = file.read(_TAIL)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return len(head) < _TAIL and b"\n" not in head

    def _begun_at(self, run: str) -> str:
        try:
            with self.path(run).open("rb") as file:
                line = parse_line(file.readline())
        except OSError:
            return ""
        return line.at if isinstance(line, Opening) else ""


def _entry(name: tuple[str, str], settled: dict[tuple[str, str], Settled]) -> Entry:
    address, action = name
    return Entry(address=address, action=Action(action), settled=settled.get(name))


def _answered(one: Try, answer: Answer) -> Try:
    return replace(one, answer=answer) if one.wrote.n == answer.n else one


def _check_format(path: Path, line: Line) -> None:
    if not isinstance(line, Opening):
        return
    if line.format != FORMAT:
        raise problems.unreadable(str(path), "It is no journal of reconciler.")
    if line.format_version > FORMAT_VERSION:
        raise problems.newer(str(path), line.format_version, FORMAT_VERSION)
