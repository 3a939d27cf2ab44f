"""Where a refresh token is kept that the vendor replaces: a file on this machine, or a command that takes it over.

With rotation a refresh token is good for one use, and the answer brings the next one (fact sheet §3, R-AUTH). Whoever
loses that is locked out until a person authorises anew. So a place for it is needed before the first refresh, and is
tried before each; the new one is put there before the access token is used. The file is replaced whole, flushed,
readable by its owner alone. Several runs on one machine, and organizations of one run, take turns, and a later one
reads what an earlier one left; waiting for the turn leaves everything else of the run going.

Never in the inventory, and so never in git: a token in a repository's history is known to whoever can read it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from reconciler.errors import Problem, UsageInvalid
from reconciler.providers.answers import SetbackError

PATIENCE = 120.0
"""How many seconds another's refresh is waited for; the slowest one gives up sooner."""
COMMAND_SECONDS = 60.0
"""How long the command may take that stores a token."""
_GLANCE = 0.2  # seconds between two looks whether it is our turn


class TokenPlace(Protocol):
    """A place that outlives the run."""

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

    def read(self, first: str) -> str:
        """Give the latest refresh token: the kept one, or `first` where none was kept since it was set.

        Raises:
            UsageInvalid: what is kept cannot be read.
        """

    def keep(self, token: str, first: str) -> None:
        """Keep a new one, as the successor of the one that the environment holds.

        Raises:
            UsageInvalid: it could not be kept.
        """


class TokenFile:
    """A file of its own. It says of which first token it holds the successor, so that a newly set one wins."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Hold the lock file beside it."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(f"{self.path}.lock", mode=0o600)
            await _acquired(lock)
        except OSError as error:
            raise UsageInvalid(_unusable(self.path, error)) from None
        try:
            yield
        finally:
            lock.release()

    def check(self) -> None:
        """Write a file beside it, and drop it."""
        try:
            with _written_beside(self.path, b"a token is about to be kept"):
                pass
        except OSError as error:
            raise UsageInvalid(_unusable(self.path, error)) from None

    def read(self, first: str) -> str:
        """Give the kept token if it comes from `first`."""
        try:
            kept = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return first
        except OSError as error:
            raise UsageInvalid(_unusable(self.path, error)) from None
        except ValueError:  # not ours, or torn: what is set is all there is
            return first
        token = kept.get("refreshToken") if isinstance(kept, dict) and kept.get("from") == _mark(first) else None
        return token if isinstance(token, str) and token else first

    def keep(self, token: str, first: str) -> None:
        """Replace the file."""
        try:
            text = json.dumps({"from": _mark(first), "refreshToken": token})
            with _written_beside(self.path, text.encode()) as written:
                written.replace(self.path)
        except OSError as error:
            raise UsageInvalid(_unkept(str(self.path), error.strerror or "")) from None


class TokenCommand:
    """A command that stores the token, for instance in a secret manager; it is given the token on standard input.

    What it stored comes back with the environment of a later run; within this one the latest is remembered.
    """

    def __init__(self, command: str, *, seconds: float = COMMAND_SECONDS) -> None:
        self._command = command
        self._seconds = seconds
        self._latest: str | None = None

    def alone(self) -> AbstractAsyncContextManager[object]:
        """Leave taking turns to whoever runs us: the place is not on this machine."""
        return nullcontext()

    def check(self) -> None:
        """Trust the command: whether it works, only a token can show."""

    def read(self, first: str) -> str:
        """Give the one that this run got last, at first the one of the environment: the command's store fills that."""
        return self._latest or first

    def keep(self, token: str, first: str) -> None:
        """Run the command; neither what it prints nor its words are shown, for they may repeat the token."""
        del first
        self._latest = token
        try:
            done = subprocess.run(
                self._command,
                shell=True,
                input=token.encode(),
                capture_output=True,
                check=False,
                timeout=self._seconds,
            )
        except subprocess.TimeoutExpired:
            raise UsageInvalid(_unkept("tokens.command", f"it took more than {self._seconds:g} seconds")) from None
        if done.returncode:
            raise UsageInvalid(_unkept("tokens.command", f"it ended with {done.returncode}"))


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


def _mark(token: str) -> str:
    """Recognise a token without holding it."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


@contextmanager
def _written_beside(path: Path, content: bytes) -> Iterator[Path]:
    """Write a file in the same folder, flushed; it is gone after the block unless it was given the place of another."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        try:
            os.write(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _unusable(path: Path, error: OSError) -> Problem:
    return Problem(
        code="token-place-unusable",
        summary="the place for a replaced refresh token cannot be used",
        detail=f"{path}: {error.strerror or type(error).__name__}.",
        why="Billabex may replace the token when it is used; nothing is asked before its successor could be kept.",
        remedy="Make the folder and the file writable, or name another place in reconciler.yaml: tokens: {file: …}",
    )


def _unkept(where: str, why: str) -> Problem:
    return Problem(
        code="token-unkept",
        summary="the new refresh token could not be kept",
        detail=f"{where}: {why}." if why else where,
        why="The vendor has replaced the old one already, so the next run will be refused.",
        remedy="Mend the place, authorise the client anew, and set the refresh token that you get.",
    )
