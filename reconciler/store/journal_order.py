"""Which journal was begun after which: what `last` means, what came later than a run, what goes when there are many.

Premise: whoever takes a wrong run for the last one undoes the wrong run. Ids and lines hold times of a clock, and a
clock can be set back. An id is also older than its journal, by a prompt that was answered late or a lock that was
waited for. So the first line carries a serial, one more than the greatest that stands in the folder. A run takes it
while it holds its locks: of two runs of one organization the later finds the journal of the earlier, and has the
greater serial. Runs of different organizations that begin at once may take the same; neither was first, and the time
and the id give them places that stay.

| the first line                 | its place                                                           |
|--------------------------------|---------------------------------------------------------------------|
| has a serial                   | by that                                                             |
| has none: an earlier version's | before all that have one, by the time in the id, then in the line   |
| is half a line, or damaged     | right behind the last run whose id is not of a later time than this |

The last row goes by the clock, as nothing else is left. One in doubt comes later rather than earlier: `last` stops at
what it cannot read.

Only regular files, or links to them, are journals: to open a FIFO or a device may wait for ever.

Rejected: the times of files, which the same clock gives, and a copy of the folder changes. A serial in the file's name,
which is the run's id that people type. A counter beside the journals, or a lock on their folder while one is begun:
one file more to lose, and a stopped process that holds up all others, for an order among runs that overlap anyway.
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

from reconciler.model.journal import Opening
from reconciler.store import journal_problems as problems
from reconciler.store.journal_lines import parse_line

SUFFIX = ".jsonl"


def runs_in_order(folder: Path) -> tuple[str, ...]:
    """Name the runs that have a journal in a folder, the earliest first.

    Raises:
        ReconcilerError: `journal-unreadable`; something is there that is no folder, or cannot be read.
    """
    openings = _openings(folder)
    placed = [run for _, run in sorted((_place(one), run) for run, one in openings.items() if one is not None)]
    behind: dict[int, list[str]] = defaultdict(list)
    for run in sorted(run for run, one in openings.items() if one is None):
        behind[_not_later(placed, run)].append(run)
    return (*behind[0], *(name for number, run in enumerate(placed, start=1) for name in (run, *behind[number])))


def next_serial(folder: Path) -> int:
    """Give the serial of a journal that is begun now.

    Raises:
        ReconcilerError: as `runs_in_order`.
    """
    return 1 + max((one.serial for one in _openings(folder).values() if one is not None), default=0)


def _openings(folder: Path) -> dict[str, Opening | None]:
    return {run: _opening(folder / f"{run}{SUFFIX}") for run in _runs(folder)}


def _runs(folder: Path) -> list[str]:
    """List what is there; of a folder that is not there yet nothing."""
    try:
        with os.scandir(folder) as found:
            return [one.name.removesuffix(SUFFIX) for one in found if one.name.endswith(SUFFIX) and _is_file(one)]
    except FileNotFoundError:
        for place in (folder, folder.parent):
            if place.is_symlink() and not place.exists():
                raise problems.no_folder(str(place), "It is a link to something that is not there.") from None
        return []
    except OSError as error:
        raise problems.no_folder(str(folder), error.strerror or "") from error


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _opening(path: Path) -> Opening | None:
    try:
        with path.open("rb") as file:
            line = parse_line(file.readline())
    except OSError:
        return None
    return line if isinstance(line, Opening) else None


def _place(opening: Opening) -> tuple[int, str, str]:
    return opening.serial, "" if opening.serial else _time(opening.run), opening.at


def _not_later(placed: list[str], run: str) -> int:
    """Say behind how many a run comes of which only its id is known."""
    return max((number for number, one in enumerate(placed, start=1) if _time(one) <= _time(run)), default=0)


def _time(run: str) -> str:
    return run.partition("-")[0]
