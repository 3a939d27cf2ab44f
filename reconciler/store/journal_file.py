"""One journal while it is written: each line in one write, on the disk before the caller goes on.

The folder is its owner's alone, and so is the file from its first byte on: it holds values as they stood before.

Half a line is read as the end of a run that died over it, so no line may follow one. What a full disk takes of a line
is therefore taken back, and whoever has it written is told so; a file that cannot be cut back takes no more lines, even
once there is room again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from reconciler.errors import ReconcilerError
from reconciler.model.journal import Answer, Closed, Ended, Line, Opening, Settled, Wrote
from reconciler.model.log import Log
from reconciler.store import journal_problems as problems
from reconciler.store.atomic_file import sync_folder
from reconciler.store.journal_lines import line_text
from reconciler.store.journal_order import next_serial
from reconciler.store.own_folder import make_own_folder

LOG = Log("journal")


class JournalFile:
    """An open journal; use it from one thread at a time, and close it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._torn = False

    @classmethod
    def begun(cls, path: Path, opening: Opening, sync: Callable[[Path], None] = sync_folder) -> JournalFile:
        """Make the file with its first line, which is given its serial here.

        The folders of a first run are new as well, whoever of it made them: without a place on the disk for them the
        file would have none. `sync` keeps what is new in a folder safe.

        Raises:
            ReconcilerError: `journal-unwritable`; the folder is not to be read (`journal-unreadable`).
        """
        folder = path.parent
        try:
            make_own_folder(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
            file = cls(path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600))
        except OSError as error:
            raise problems.unwritable(str(path), error.strerror or "") from error
        try:
            file.write(replace(opening, serial=next_serial(folder)))
            for one in (folder, folder.parent, folder.parent.parent):
                _sync(one, sync)
        except BaseException:
            file.close()
            raise
        LOG.info("journal begun", run=opening.run)
        return file

    @classmethod
    def continued(cls, path: Path) -> JournalFile:
        """Open a journal that stands, to add to it; a line that a dying run left half written is ended first.

        Raises:
            ReconcilerError: `journal-unwritable`.
        """
        try:
            torn = _is_torn(path)
            file = cls(path, os.open(path, os.O_WRONLY | os.O_APPEND))
        except OSError as error:
            raise problems.unwritable(str(path), error.strerror or "") from error
        try:
            if torn:
                file._write(b"\n")
        except BaseException:
            file.close()
            raise
        return file

    def write(self, line: Line) -> None:
        """Write a line; when this returns, it is on the disk.

        Raises:
            ReconcilerError: `journal-unwritable`; what the line announces must not happen.
        """
        if self._torn:
            raise problems.unwritable(str(self._path), "A line before this one is half written.")
        content = line_text(line).encode()
        before = os.fstat(self._descriptor).st_size
        try:
            self._write(content)
        except ReconcilerError:
            self._torn = not self._takes_back(before, len(content))
            raise
        LOG.debug("journal line written", run=self._path.stem, **_told(line))

    def close(self) -> None:
        """Let go of the file; each of its lines is on the disk already."""
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def _write(self, content: bytes) -> None:
        try:
            written = os.write(self._descriptor, content)
            os.fsync(self._descriptor)
        except OSError as error:
            raise problems.unwritable(str(self._path), error.strerror or "") from error
        if written < len(content):
            raise problems.unwritable(str(self._path), "There is no room for a whole line.")

    def _takes_back(self, before: int, most: int) -> bool:
        """Cut off what was written of a line, and say whether that stands; not what somebody else wrote behind it."""
        try:
            if os.fstat(self._descriptor).st_size > before + most:
                return False
            os.ftruncate(self._descriptor, before)
            os.fsync(self._descriptor)
        except OSError:
            return False
        return True


def _told(line: Line) -> dict[str, str | int]:
    """Say of a line what may be logged of it: nothing of what stood before or after."""
    match line:
        case Wrote():
            return {"line": "write", "n": line.n, "address": line.address, "request": line.request}
        case Answer():
            return {"line": "answer", "n": line.n, "reply": line.reply.value}
        case Ended():
            return {"line": "ending", "address": line.address, "outcome": line.outcome}
        case Settled():
            return {"line": "settled", "address": line.address, "by": line.by}
        case Opening() | Closed():
            return {"line": "run" if isinstance(line, Opening) else "end"}


def _sync(folder: Path, sync: Callable[[Path], None]) -> None:
    try:
        sync(folder)
    except OSError as error:
        raise problems.unwritable(str(folder), error.strerror or "") from error


def _is_torn(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        return file.read() not in (b"", b"\n")
