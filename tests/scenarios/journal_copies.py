"""What a SIGKILL at lines of the journal would leave, copied out of one apply that goes on.

Premise. A process that is killed leaves what is on the disk, and nothing of what it held in memory. So a copy of the
folder that is made while the process stands still over a line is the folder that a kill at that line leaves: the
journal with half a line or a whole one, lock and inventory, the sandbox's SQLite file with what of it lies beside
(`-wal`, `-shm`). One apply leaves as many of them as are asked for; to kill as many, each had to begin anew.

| what could make a copy another thing      | why it does not                                                      |
|-------------------------------------------|----------------------------------------------------------------------|
| a thread that writes meanwhile            | there is one for all such work, and it is waited for                 |
| an open transaction of SQLite             | held to be none (`_check_quiet`)                                     |
| copying from within lets go of the locks  | another process copies                                               |
| that a process holds on a file            |                                                                      |
| a lock that looks alive                   | a lock is a lease with an id; it names no process                    |
| a copy that lies about for a while, so    | whoever goes on with it sees the time of day at which it was made    |
| that nothing is in doubt any more         | (`Copy.age`)                                                         |

`test_kills_journal` holds copies against what real kills leave (`left_in`), in everything but ids of runs and of
requests, and times.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from reconciler.cli.terminal import now
from reconciler.store.journal_file import JournalFile
from tests.clock import run_virtual
from tests.scenarios.journalled import apply_with

DATABASE = "sandbox.db"
_RANDOM = re.compile(
    r"\d{8}T\d{6}Z-[0-9a-f]*"  # the id of a run
    r"|\d{4}-\d\d-\d\d[T ]\d\d:[\d:.]*Z?"  # a time
    r'|(?<="request":")[0-9a-f-]*'  # the id of a request
    r'|(?<="checksum":")[0-9a-f]*'  # of a file that holds such
)
_READ = "'method': 'GET'"
_TIMES = frozenset({"started", "ended", "until", "expires"})
"""Columns of the sandbox's tables that hold times."""


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A line of the journal, counted from 1; `half` of it is on the disk, or all of it."""

    last: int
    half: bool

    @property
    def name(self) -> str:
        """The point as `journalled` calls it."""
        return "half" if self.half else "after"

    def __str__(self) -> str:
        return f"{self.name}-{self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A folder as a kill at a point leaves it."""

    point: Point
    folder: Path
    made: datetime

    @property
    def age(self) -> timedelta:
        """For how long it has been lying about."""
        return now() - self.made


class Copier:
    """Makes the copies of one apply; `lines` counts what it wrote into its journal."""

    def __init__(self, folder: Path, into: Path, points: Collection[Point]) -> None:
        self._folder = folder
        self._into = into
        self._points = frozenset(points)
        self.threads = ThreadPoolExecutor(1)
        self.lines = 0
        self.copies: list[Copy] = []

    def wants(self, *, half: bool) -> bool:
        """Say whether this is a point."""
        return Point(self.lines, half) in self._points

    def copy(self, *, half: bool) -> None:
        """Copy the folder as it is."""
        point = Point(self.lines, half)
        self.threads.submit(int).result()
        into = self._into / str(point)
        subprocess.run(["cp", "-a", str(self._folder), str(into)], check=True)
        _check_quiet(self._folder / ".reconciler" / DATABASE)
        self.copies.append(Copy(point=point, folder=into, made=now()))


class CopiedFile(JournalFile):
    """A journal at whose lines the folder is copied."""

    copier: ClassVar[Copier]

    def _write(self, content: bytes) -> None:
        copier = self.copier
        copier.lines += 1
        middle = len(content) // 2 if copier.wants(half=True) else 0
        if middle:
            super()._write(content[:middle])
            copier.copy(half=True)
        super()._write(content[middle:])
        if copier.wants(half=False):
            copier.copy(half=False)


def copies_at(points: Collection[Point], seeded: Path, into: Path) -> Copier:
    """Apply once, in a copy of the company, and give what kills at these points leave; none past the last line."""
    folder = into / "undisturbed"
    shutil.copytree(seeded, folder)
    copier = Copier(folder, into, points)

    class Journal(CopiedFile):
        copier: ClassVar[Copier]

    Journal.copier = copier
    with copier.threads:
        run_virtual(_apply(folder, copier, Journal))
    shutil.rmtree(folder)
    return copier


async def _apply(folder: Path, copier: Copier, journal: type[CopiedFile]) -> None:
    asyncio.get_running_loop().set_default_executor(copier.threads)
    await apply_with(folder, journal.begun)


def _check_quiet(database: Path) -> None:
    """Hold SQLite to be in no transaction that writes: else this one is refused."""
    asking = sqlite3.connect(database, timeout=0, isolation_level=None)
    asking.execute("BEGIN IMMEDIATE")
    asking.execute("ROLLBACK")
    asking.close()


def left_in(folder: Path, scratch: Path) -> Mapping[str, str]:
    """Give what a kill left: of each file its mode, size and content, of the sandbox's each row of each table.

    Ids of runs and of requests, and times, are taken out; the folder is left as it is, and looked at in `scratch`.
    """
    shutil.copytree(folder, scratch)
    found: dict[str, str] = {}
    for file in sorted(scratch.rglob("*")):
        name, stat = _told(str(file.relative_to(scratch))), file.stat()
        found[name] = f"{stat.st_mode:o} {stat.st_size if file.is_file() else ''}"
        if file.is_file() and not file.name.startswith(DATABASE):
            found[name] += f"\n{_told(file.read_text())}"
    found["rows"] = _told("\n".join(_rows(scratch / ".reconciler" / DATABASE)))
    shutil.rmtree(scratch)
    return found


def _rows(database: Path) -> list[str]:
    """Give each row of each table, as the next process to open the file finds it, without times.

    The reads of a plan cross each other: two organizations are asked at the same time, by threads. They stand without
    their numbers, and in order of what they ask.
    """
    reading = sqlite3.connect(database)
    reading.row_factory = sqlite3.Row
    tables = [row["name"] for row in reading.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = [_row(table, dict(row)) for table in tables for row in reading.execute(f"SELECT * FROM {table}")]
    reading.close()
    return [*sorted(row for row in found if _READ in row), *(row for row in found if _READ not in row)]


def _row(table: str, values: dict[str, str | float | None]) -> str:
    left_out = {*_TIMES, "number"} if table == "requests" and values["method"] == "GET" else _TIMES
    return f"{table} { {name: value for name, value in values.items() if name not in left_out} }"


def _told(text: str) -> str:
    return _RANDOM.sub("…", text)
