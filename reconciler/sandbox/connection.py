"""The connection to the sandbox's SQLite file: what the system refuses comes out as an `OSError` that names the file.

A folder that is read only, a full disk, a file that another process holds or that is no database are none of the
sandbox's faults, and whoever calls it already knows what to do about an `OSError`. Every other error of SQLite is a
bug of the sandbox, and stays what it is.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

_BUSY_SECONDS = 30.0
_REFUSALS = {
    sqlite3.SQLITE_PERM: (errno.EACCES, "The system does not let the sandbox use its file."),
    sqlite3.SQLITE_BUSY: (errno.EAGAIN, "Another process holds the sandbox's file."),
    sqlite3.SQLITE_READONLY: (errno.EROFS, "The sandbox's file, or its folder, is read only."),
    sqlite3.SQLITE_IOERR: (errno.EIO, "The system could not read or write the sandbox's file."),
    sqlite3.SQLITE_CORRUPT: (errno.EIO, "The sandbox's file is damaged."),
    sqlite3.SQLITE_FULL: (errno.ENOSPC, "The disk that the sandbox's file is on is full."),
    sqlite3.SQLITE_CANTOPEN: (errno.EACCES, "The sandbox's file cannot be opened; its folder must be writable too."),
    sqlite3.SQLITE_NOTADB: (errno.EINVAL, "The sandbox's file is no database."),
}

_Column = str | int | float | bytes | None


class Connection:
    """A connection to the file at `path`, whose statements raise `OSError` as said above."""

    def __init__(self, path: str) -> None:
        self.path = path
        with _translated(path):
            self._file = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction has begun and not ended."""
        return self._file.in_transaction

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def execute(self, sql: str, parameters: Sequence[_Column] = (), /) -> sqlite3.Cursor:
        """Carry one statement out.

        Raises:
            OSError: the system does not give the file, or does not take what is written.
        """
        with _translated(self.path):
            return self._file.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[_Column]], /) -> sqlite3.Cursor:
        """Carry one statement out for each row.

        Raises:
            OSError: as `execute`.
        """
        with _translated(self.path):
            return self._file.executemany(sql, parameters)

    def executescript(self, sql_script: str, /) -> sqlite3.Cursor:
        """Carry several statements out.

        Raises:
            OSError: as `execute`.
        """
        with _translated(self.path):
            return self._file.executescript(sql_script)


@contextmanager
def _translated(path: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        refusal = _REFUSALS.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
        if refusal is None:
            raise
        raise OSError(*refusal, path) from error
