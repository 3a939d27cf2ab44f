"""What was last told of an organization's drift, so that each is told once: beside the inventory, wherever that is.

A scheduled job has a fresh checkout every time, so with an inventory in git this stands at the same remote, under a
ref of its own; with one in a file, in `.reconciler/drift.json`. It holds a keyed digest and no value, no lock is needed
to write it, and losing it means that somebody is told once more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reconciler.model.resource import Value
from reconciler.store.atomic_file import replace_file
from reconciler.store.git import GitRepository
from reconciler.store.own_folder import make_own_folder

FILE = "drift.json"


class Told(Protocol):
    """Where it is kept which drift of one organization was told last."""

    def read(self) -> str:
        """Give the digest of what was told; "" for no drift, or nothing yet."""

    def write(self, digest: str) -> None:
        """Keep the digest of what was told.

        Raises:
            OSError, ReconcilerError: it could not be kept.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTold:
    """One file for all organizations, in a folder that is there or can be made."""

    folder: Path
    organization: str

    def read(self) -> str:
        """Give what the file says; "" where there is none, or it cannot be read."""
        return _text(self._all().get(self.organization))

    def write(self, digest: str) -> None:
        """Put it into the file, which keeps the others'."""
        make_own_folder(self.folder)
        told = {**self._all(), self.organization: digest}
        replace_file(self.folder / FILE, f"{json.dumps(told, sort_keys=True)}\n".encode())

    def _all(self) -> Mapping[str, Value]:
        try:
            return _mapping((self.folder / FILE).read_bytes())
        except OSError:
            return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class GitTold:
    """A ref of a remote, which is written in one push upon what was read, or not at all."""

    repository: GitRepository
    organization: str

    @property
    def ref(self) -> str:
        """The ref; it is not below the inventory's, where git would not let it be."""
        name = self.organization
        if ".." in name or name.endswith((".", ".lock")):
            name = name.replace(".", "%2E")
        return f"refs/reconciler-drift/{name}"

    def read(self) -> str:
        """Give what the remote has."""
        commit = self._commit()
        blob = None if commit is None else self.repository.files(commit).get(FILE)
        return "" if blob is None else _text(_mapping(self.repository.content(blob)).get(self.organization))

    def write(self, digest: str) -> None:
        """Put it there; where another run was first, its word stands."""
        before = self._commit()
        blob = self.repository.write_blob(f"{json.dumps({self.organization: digest})}\n".encode())
        commit = self.repository.write_commit({FILE: blob}, before, f"{self.organization}: drift told")
        self.repository.push(self.ref, commit, before)

    def _commit(self) -> str | None:
        commit = self.repository.remote_commit(self.ref)
        if commit is not None:
            self.repository.fetch(self.ref, commit)
        return commit


def _mapping(content: bytes) -> Mapping[str, Value]:
    try:
        tree: Value = json.loads(content)
    except ValueError:
        return {}
    return tree if isinstance(tree, dict) else {}


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
