"""Where a refresh token is kept that the vendor replaces: a file on this machine; `token_command` is the other place.

With rotation a refresh token is good for one use, and the answer brings the next one (fact sheet §3, R-AUTH). Whoever
loses that is locked out until a person authorises anew. So a place for it is needed before the first refresh, and is
tried before each; the new one is put there before the access token is used.

The file is replaced whole, flushed, readable by its owner alone. It holds a line for each token that was ever set, by
a digest of that one, so organizations may share a file whether or not they share a token, and a newly set token is not
taken for the old one. Several runs on one machine, and organizations of one run, take turns, and a later one reads what
an earlier one left; waiting for the turn leaves everything else of the run going.

Never in the inventory, and so never in git: see `private_file`.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from reconciler.errors import Problem, UsageInvalid
from reconciler.providers.answers import SetbackError
from reconciler.providers.billabex.private_file import Exposure, exposure_of, make_private_folder

PATIENCE = 120.0
"""How many seconds another's refresh is waited for; the slowest one gives up sooner."""
_GLANCE = 0.2  # seconds between two looks whether it is our turn


class TokenPlace(Protocol):
    """A place that outlives the run; two that are equal are one."""

    def alone(self) -> AbstractAsyncContextManager[object]:
        """Be the only one on this machine who refreshes, inside the block.

        Raises:
            SetbackError: another one does not come to an end.
            UsageInvalid: the place cannot be used.
        """

    def check(self) -> None:
        """Make as sure as can be that a token could be kept now.

        Raises:
            UsageInvalid: it could not.
        """

    def read(self, mark: str) -> str | None:
        """Give the successor that was kept under a mark; None where the place knows of none.

        Raises:
            UsageInvalid: what is kept cannot be read.
        """

    def keep(self, token: str, mark: str) -> None:
        """Keep a new one, as the successor of the one that the mark stands for.

        Raises:
            UnkeptError: it could not be kept.
        """


class UnkeptError(Exception):
    """A token could not be kept; the text says where and why."""


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A file of its own, at the end of whatever symbolic links lead to it."""

    path: Path

    @property
    def real(self) -> Path:
        """Give where the file really lies."""
        return Path(os.path.realpath(self.path))

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Hold the lock file beside it, in a folder that is nobody else's business."""
        try:
            await asyncio.to_thread(self._prepare)
            lock = FileLock(f"{self.real}.lock", mode=0o600)
            await _acquired(lock)
        except OSError as error:
            raise UsageInvalid(_unusable(self.path, _reason(error))) from None
        try:
            yield
        finally:
            lock.release()

    def check(self) -> None:
        """Write a file beside it, and drop it."""
        try:
            self._prepare()
            self._lines()
            with _written_beside(self.real, b"a token is about to be kept"):
                pass
        except OSError as error:
            raise UsageInvalid(_unusable(self.path, _reason(error))) from None

    def read(self, mark: str) -> str | None:
        """Give the token in the line of the mark."""
        try:
            return self._lines().get(mark)
        except OSError as error:
            raise UsageInvalid(_unusable(self.path, _reason(error))) from None

    def keep(self, token: str, mark: str) -> None:
        """Replace the file, with one line changed."""
        try:
            text = json.dumps({**self._lines(), mark: token}, indent=1)
            with _written_beside(self.real, text.encode()) as written:
                written.replace(self.real)
        except OSError as error:
            raise UnkeptError(f"{self.path}: {_reason(error)}") from None
        except UsageInvalid:
            raise UnkeptError(f"{self.path}: {_FOREIGN}") from None

    def _prepare(self) -> None:
        """Make the folder, and see that the file is private.

        Raises:
            OSError: the folder cannot be made or looked into.
            UsageInvalid: others could see the file.
        """
        real = self.real
        make_private_folder(real.parent)
        exposure = exposure_of(real, real.with_name(f"{_beside(real)}x"))
        if exposure is not None:
            raise UsageInvalid(_exposed(self.path, exposure))

    def _lines(self) -> Mapping[str, str]:
        """Read the tokens by their marks.

        Raises:
            OSError: it cannot be read.
            UsageInvalid: it is a file of another sort, which is not ours to replace.
        """
        try:
            content = self.real.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            found = json.loads(content) if content.strip() else {}
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(token, str) and token for token in found.values()):
            raise UsageInvalid(_unusable(self.path, _FOREIGN))
        return found


async def _acquired(lock: FileLock) -> None:
    """Wait for the turn without holding up whatever else is going on, the holder's own work among it."""
    clock = asyncio.get_running_loop().time
    until = clock() + PATIENCE
    while True:
        try:
            lock.acquire(blocking=False)
        except Timeout:
            if clock() >= until:
                raise SetbackError("another run has been refreshing the token all the time", unprocessed=True) from None
            await asyncio.sleep(_GLANCE)
        else:
            return


@contextmanager
def _written_beside(path: Path, content: bytes) -> Iterator[Path]:
    """Write a file in the same folder, flushed; it is gone after the block unless it was given the place of another."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_beside(path))
    try:
        try:
            os.write(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _beside(path: Path) -> str:
    """Give how the names of files begin that are about to get this one's place."""
    return f".{path.name}."


_FOREIGN = "it holds something else than tokens that were kept here"
UNUSABLE_WHY = "Billabex may replace the token when it is used; nothing is asked before its successor could be kept."


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _unusable(path: Path, reason: str) -> Problem:
    return Problem(
        code="token-place-unusable",
        summary="the place for a replaced refresh token cannot be used",
        detail=f"{path}: {reason}.",
        why=UNUSABLE_WHY,
        remedy="Make the folder and the file writable, or name another place in reconciler.yaml: tokens: {file: …}",
    )


def _exposed(path: Path, exposure: Exposure) -> Problem:
    return Problem(
        code="token-place-exposed",
        summary="the place for a replaced refresh token is not private",
        detail=f"{path}: {exposure.what}.",
        why="Whoever has the token can do in Billabex whatever we can. Nothing was asked.",
        remedy=exposure.remedy,
        command=exposure.command,
    )
