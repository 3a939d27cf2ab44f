"""Real git repositories for tests: a bare remote and its clones, as a runner without any settings has them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

from reconciler.store.git import GitRepository
from reconciler.store.inventory_git import GitInventoryStore
from reconciler.store.lock import LeaseTerms

BARE_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
"""No name, no e-mail address, no credentials."""


def git(folder: Path, *words: str, check: bool = True) -> str:
    """Run git as a person would, and give what it printed."""
    person = {f"GIT_{role}_{part}": "someone" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", "-C", str(folder), *words], env={**BARE_ENVIRONMENT, **person}, check=check, capture_output=True
    )
    return done.stdout.decode().strip()


def make_remote(folder: Path) -> Path:
    """Make a bare repository with one commit on `main`, that takes fast-forwards alone."""
    remote, seed = folder / "remote.git", folder / "seed"
    for path, words in ((remote, ("--bare",)), (seed, ())):
        path.mkdir()
        git(path, "init", "--quiet", "--initial-branch=main", *words)
    git(remote, "config", "receive.denyNonFastForwards", "true")
    (seed / "reconciler.yaml").write_text("organizations: {}\n", encoding="utf-8")
    git(seed, "add", "--all")
    git(seed, "commit", "--quiet", "-m", "Begin")
    git(seed, "push", "--quiet", str(remote), "main")
    return remote


def clone_of(remote: Path, name: str) -> Path:
    """Clone the remote into a folder beside it, in which nobody has said who commits."""
    clone = remote.parent / name
    git(remote.parent, "clone", "--quiet", str(remote), str(clone))
    git(clone, "config", "user.useConfigOnly", "true")
    return clone


def store_in(clone: Path, terms: LeaseTerms, patience: float = 60.0) -> GitInventoryStore:
    """Open the store of a clone."""
    repository = GitRepository(
        directory=clone, where="acme", environment=BARE_ENVIRONMENT, now=terms.now, patience=patience
    )
    return GitInventoryStore(repository=repository, organization="acme", terms=terms)


def named(store: GitInventoryStore, organization: str) -> GitInventoryStore:
    """Give the store of another organization in the same clone."""
    return replace(store, organization=organization)
