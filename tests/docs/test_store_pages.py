"""The pages about stores and locks that no command on a page could show: they give the very words of the stores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import ReconcilerError
from reconciler.model.inventory import Holder
from reconciler.store.git import GitRepository
from reconciler.store.inventory_file import FileInventoryStore
from reconciler.store.inventory_git import GitInventoryStore
from tests.docs.fences import DOCS, fences
from tests.store.ownership import Clock, inventory
from tests.store.repositories import BARE_ENVIRONMENT, clone_of, git, make_remote

ORGANIZATION = "lumiere-fr"
OURS = inventory(organization=ORGANIZATION)
HOLDER = Holder(id="run-1", who="claire", host="runner-7", command="reconciler apply", since="", until="")


def in_file(folder: Path) -> FileInventoryStore:
    """Keep the inventory in a file."""
    return FileInventoryStore(folder=folder, organization=ORGANIZATION, terms=Clock().terms)


def in_git(folder: Path) -> GitInventoryStore:
    """Keep the inventory at the remote of a clone."""
    terms = Clock().terms
    repository = GitRepository(directory=folder, where=ORGANIZATION, environment=BARE_ENVIRONMENT, now=terms.now)
    return GitInventoryStore(repository=repository, organization=ORGANIZATION, terms=terms)


def free_by_hand(folder: Path) -> None:
    """Free the lock of a run that is at work, and let that run go on."""
    store = in_file(folder)
    hold = store.take(HOLDER, OURS)
    store.unlock(HOLDER.id)
    hold.checkpoint(OURS)


def come_in_between(folder: Path) -> None:
    """Let another run write the inventory after this one has read it."""
    store = in_file(folder)
    store.take(HOLDER, OURS).release(OURS)
    store.take(HOLDER, OURS)


def call_a_silent_remote(folder: Path) -> None:
    """Read from a remote where nobody answers."""
    clone = clone_of(make_remote(folder), "clone")
    git(clone, "remote", "set-url", "origin", "http://127.0.0.1:1/customers.git")
    in_git(clone).read()


def meet_a_rule(folder: Path) -> None:
    """Push to a remote that takes nothing."""
    remote = make_remote(folder)
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    in_git(clone_of(remote, "clone")).take(HOLDER, OURS)


@pytest.mark.parametrize(
    ("code", "provoke"),
    [
        ("lock-lost", free_by_hand),
        ("inventory-moved", come_in_between),
        ("inventory-unreachable", call_a_silent_remote),
        ("inventory-unwritable", meet_a_rule),
    ],
)
def test_a_page_gives_the_words_of_the_store(code: str, provoke: Callable[[Path], None], tmp_path: Path) -> None:
    """What happens to the store is told as the page shows it."""
    with pytest.raises(ReconcilerError) as caught:
        provoke(tmp_path)
    shown = fences(DOCS / "problems" / f"{code}.md")[0].content
    assert str(caught.value) == shown.rstrip("\n")
