"""The journals of a folder: one file of lines for each run, made, found, read, settled and pruned here.

`.reconciler/journal/RUN.jsonl` holds what a run did, `RUN.plan` the plan that it carried out. Both are readable by
their owner alone. Writing is `journal_file`'s part, reading one `journal_reading`'s, which comes after which
`journal_order`'s, the text of a line `journal_lines`'. Nothing is made on the disk before a run begins.

A run that leaves a write open is never pruned, however old: it is the evidence that something may stand which nobody
knows of. Whether one does is told by its last line alone, so that looking through many costs nothing; only one without
an end is read whole. Of one that turns out to leave nothing open that is noted (`RUN.nothing-open`), with its length:
it holds until something is added, and the next look costs nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from reconciler.errors import ReconcilerError
from reconciler.model.journal import Entry, Line, Opening, Run, Settled
from reconciler.store import journal_problems as problems
from reconciler.store.atomic_file import replace_file
from reconciler.store.journal_file import JournalFile
from reconciler.store.journal_order import SUFFIX, runs_in_order
from reconciler.store.journal_reading import entries_of, has_ended, lines_of, never_began, read_head, read_opening

Say = Callable[[str], None]


def quiet(_: str) -> None:
    """Tell nobody."""


LAST = "last"
_PLAN = ".plan"
_NOTE = ".nothing-open"


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
        return self.folder / f"{run}{SUFFIX}"

    def plan_path(self, run: str) -> Path:
        """Say where the plan of a run is kept."""
        return self.folder / f"{run}{_PLAN}"

    def has(self, run: str) -> bool:
        """Say whether there is a journal of a run that can be opened."""
        return self.path(run).is_file()

    def runs(self) -> tuple[str, ...]:
        """Name all runs, the earliest first, as `journal_order` has it.

        Raises:
            ReconcilerError: `journal-unreadable`; what should be the folder is none.
        """
        return runs_in_order(self.folder)

    def find(self, run: str, say: Say = quiet) -> str:
        """Give the whole id for its beginning, or for `last`: that is not one that died over its first line.

        `say` is told of such a one that was passed over.

        Raises:
            UsageInvalid: `journal-missing` or `journal-ambiguous`.
            ReconcilerError: as `runs`; or the last one cannot be read, and an earlier one is not taken for it.
        """
        runs = self.runs()
        if run == LAST and (latest := self._latest(runs, say)):
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
            ReconcilerError: as `head`.
        """
        found = self.head(run)
        return replace(found, entries=tuple(self._entries(run, found)))

    def left_open(self, run: str) -> Run:
        """Read a journal with those changes alone of which nobody knows yet what became of a write.

        Raises:
            ReconcilerError: as `head`.
        """
        found = self.head(run)
        return replace(found, entries=tuple(entry for entry in self._entries(run, found) if entry.open))

    def opening(self, run: str) -> Opening:
        """Read the first line of a journal.

        Raises:
            UsageInvalid: `journal-missing`; the run died before it wrote anything down.
            ReconcilerError: `journal-unreadable` or `journal-newer`.
        """
        with self._known(run):
            return read_opening(self.path(run))

    def head(self, run: str) -> Run:
        """Read a journal without its changes; that takes no longer for many of them.

        Raises:
            ReconcilerError: as `opening`.
        """
        with self._known(run):
            return read_head(self.path(run))

    def entries(self, run: str) -> Iterator[Entry]:
        """Read the changes one by one, in the order in which they ended; those without an ending come last.

        Raises:
            ReconcilerError: as `opening`.
        """
        return self._entries(run, self.head(run))

    def lines(self, run: str) -> Iterator[Line]:
        """Read the lines one by one.

        Raises:
            ReconcilerError: `journal-missing`, `journal-unreadable` or `journal-newer`.
        """
        with self._known(run):
            yield from lines_of(self.path(run))

    def unsettled(self) -> tuple[str, ...]:
        """Name the runs that left something open, or may have: those that were killed, or still run.

        Raises:
            ReconcilerError: as `runs`.
        """
        return tuple(run for run in self.runs() if not self._leaves_nothing(run))

    def examined(self, run: str) -> Run:
        """Give what `left_open` gives, and note where that is nothing; what cannot be noted is read again.

        Raises:
            ReconcilerError: as `head`.
        """
        with self._known(run):
            length = self.path(run).stat().st_size  # before it is read: what comes meanwhile was not seen
        found = self.left_open(run)
        if not found.entries:
            with contextlib.suppress(OSError):
                replace_file(self._note_path(run), str(length).encode())
        return found

    def open_entries(self, run: str) -> tuple[Entry, ...]:
        """Give the changes of which nobody knows yet what became of a write.

        Raises:
            ReconcilerError: as `head`.
        """
        return self.left_open(run).entries

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

    def prune(self, keep: int, before: float, own: str = "") -> None:
        """Delete all but the latest runs, and none that leaves something open; what cannot be deleted stays.

        A run without an end may still run; it stays unless nothing was written to it since `before` (Unix time). `own`
        stays in any case: it is that of the run which prunes.
        """
        with contextlib.suppress(ReconcilerError):
            runs = self.runs()
            for run in runs[: max(0, len(runs) - keep)]:
                if run != own and (has_ended(self.path(run)) or self._is_dead(run, before)):
                    for path in (self.plan_path(run), self._note_path(run), self.path(run)):
                        with contextlib.suppress(OSError):
                            path.unlink(missing_ok=True)

    def never_began(self, run: str) -> bool:
        """Say whether a run died before one line of its journal was written whole; then it sent nothing either.

        A file that is gone since it was listed, because another run pruned it, is taken for such a one.
        """
        return never_began(self.path(run))

    def _leaves_nothing(self, run: str) -> bool:
        """Say whether a run leaves nothing open, as far as that can be told without reading it."""
        return has_ended(self.path(run)) or self.never_began(run) or self._is_noted(run)

    def _is_noted(self, run: str) -> bool:
        try:
            return self._note_path(run).read_bytes() == str(self.path(run).stat().st_size).encode()
        except OSError:
            return False

    def _note_path(self, run: str) -> Path:
        return self.folder / f"{run}{_NOTE}"

    def _latest(self, runs: Sequence[str], say: Say) -> str:
        """Give the last run that began to do something; nothing where none did."""
        for run in reversed(runs):
            if not self.never_began(run):
                self.opening(run)
                return run
            if self.path(run).exists():
                say(f"Run {run} died before it wrote anything; `{LAST}` is the one before it.")
        return ""

    def _entries(self, run: str, head: Run) -> Iterator[Entry]:
        with self._known(run):
            yield from entries_of(self.path(run), head.settled)

    @contextlib.contextmanager
    def _known(self, run: str) -> Iterator[None]:
        """Say of a journal that is not there that there is none."""
        try:
            yield
        except FileNotFoundError:
            raise problems.missing(run, self.runs()) from None

    def _is_dead(self, run: str, before: float) -> bool:
        """Say whether a run that came to no end does not run any more, and left nothing open."""
        try:
            if self.path(run).stat().st_mtime >= before:
                return False
            return self._leaves_nothing(run) or not self.open_entries(run)
        except (OSError, ReconcilerError):  # nobody can tell, so it is kept
            return False
