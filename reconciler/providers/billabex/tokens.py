"""Where a refresh token is kept that the vendor replaces: a file on this machine, or a command that takes it over.

With rotation a refresh token is good for one use, and the answer brings the next one (fact sheet §3, R-AUTH). Whoever
loses that is locked out until a person authorises anew. So a place for it is needed before the first refresh, and the
new one is put there before the access token is used. The file is replaced whole, flushed, readable by its owner alone;
several runs on one machine take turns, and a later one reads what an earlier one left.

Never in the inventory, and so never in git: a token in a repository's history is known to whoever can read it.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from reconciler.errors import Problem, UsageInvalid

_PATIENCE = 60.0  # seconds; a refresh takes a second


class TokenPlace(Protocol):
    """A place that outlives the run."""

    def alone(self) -> AbstractContextManager[object]:
        """Be the only one on this machine who refreshes, inside the block."""

    def read(self, first: str) -> str:
        """Give the latest refresh token: the kept one, or `first` where none was kept since it was set."""

    def keep(self, token: str, first: str) -> None:
        """Keep a new one, as the successor of the one that the environment holds.

        Raises:
            UsageInvalid: it could not be kept.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFile:
    """A file of its own. It says of which first token it holds the successor, so that a newly set one wins."""

    path: Path

    def alone(self) -> AbstractContextManager[object]:
        """Hold the lock file beside it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(f"{self.path}.lock", timeout=_PATIENCE, mode=0o600)

    def read(self, first: str) -> str:
        """Give the kept token if it comes from `first`."""
        try:
            kept = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return first
        token = kept.get("refreshToken") if isinstance(kept, dict) and kept.get("from") == _mark(first) else None
        return token if isinstance(token, str) and token else first

    def keep(self, token: str, first: str) -> None:
        """Replace the file."""
        try:
            with _replacing(self.path) as descriptor:
                os.write(descriptor, json.dumps({"from": _mark(first), "refreshToken": token}).encode())
        except OSError as error:
            raise UsageInvalid(_unkept(str(self.path), error.strerror or "")) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCommand:
    """A command that stores the token, for instance in a secret manager; it is given the token on standard input."""

    command: str

    def alone(self) -> AbstractContextManager[object]:
        """Leave taking turns to whoever runs us: the place is not on this machine."""
        return nullcontext()

    def read(self, first: str) -> str:
        """Give the one of the environment: the command's store fills that."""
        return first

    def keep(self, token: str, first: str) -> None:
        """Run the command."""
        del first
        done = subprocess.run(self.command, shell=True, input=token.encode(), capture_output=True, check=False)
        if done.returncode:
            raise UsageInvalid(_unkept("tokens.command", f"it ended with {done.returncode}"))


def _mark(token: str) -> str:
    """Recognise a token without holding it."""
    import hashlib

    return hashlib.sha256(token.encode()).hexdigest()[:16]


@contextmanager
def _replacing(path: Path) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        yield descriptor
        os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def _unkept(where: str, why: str) -> Problem:
    return Problem(
        code="token-unkept",
        summary="the new refresh token could not be kept",
        detail=f"{where}: {why}." if why else where,
        why="The vendor has replaced the old one already, so the next run will be refused.",
        remedy="Mend the place, authorise the client anew, and set the refresh token that you get.",
    )
