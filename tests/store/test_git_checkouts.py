"""The inventory in git from every sort of checkout that a runner may have, and with every sort of git."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import Problem, ReconcilerError
from reconciler.store.git import GitRepository
from reconciler.store.inventory_git import GitInventoryStore
from tests.store.ownership import Clock, asking, inventory
from tests.store.repositories import BARE_ENVIRONMENT, clone_of, git, make_remote, store_in


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository with two commits and an inventory."""
    remote = make_remote(tmp_path)
    seed = tmp_path / "seed"
    git(seed, "commit", "--quiet", "--allow-empty", "-m", "Go on")
    git(seed, "push", "--quiet", str(remote), "main")
    git(remote, "config", "uploadpack.allowFilter", "true")
    git(remote, "config", "uploadpack.allowAnySHA1InWant", "true")
    store_in(clone_of(remote, "first"), Clock().terms).take(asking(), inventory()).release(inventory("ROW"))
    return remote


def works(store: GitInventoryStore) -> bool:
    """Read the inventory that is there, and write another upon it."""
    found = store.read()
    assert found == inventory("ROW", serial=2)
    store.take(asking("two"), found).release(inventory("GYM"))
    return store.read() == inventory("GYM", serial=4)


@pytest.mark.parametrize(
    "options",
    [
        ("--depth=1",),
        ("--filter=blob:none",),
        ("--filter=tree:0",),
        ("--no-checkout",),
        ("--single-branch", "--no-tags"),
    ],
    ids=" ".join,
)
def test_it_works_in_a_clone_that_has_not_all(options: tuple[str, ...], remote: Path, tmp_path: Path) -> None:
    """Shallow, partial, or without files: the ref has a history of its own."""
    git(tmp_path, "clone", "--quiet", *options, remote.as_uri(), "clone")
    assert works(store_in(tmp_path / "clone", Clock().terms))


def test_it_works_on_a_detached_head(remote: Path) -> None:
    """As CI checks a commit out."""
    clone = clone_of(remote, "clone")
    git(clone, "checkout", "--quiet", "--detach")
    assert works(store_in(clone, Clock().terms))


def test_it_works_in_another_work_tree(remote: Path, tmp_path: Path) -> None:
    """A work tree shares the remotes of its repository."""
    git(clone_of(remote, "clone"), "worktree", "add", "--quiet", "-b", "other", str(tmp_path / "tree"))
    assert works(store_in(tmp_path / "tree", Clock().terms))


def test_it_works_with_a_remote_of_another_name(remote: Path, tmp_path: Path) -> None:
    """Named, it is used; not named, the refusal says where it is named."""
    git(tmp_path, "clone", "--quiet", "--origin", "upstream", str(remote), "clone")
    store = store_in(tmp_path / "clone", Clock().terms)
    assert works(replace(store, repository=replace(store.repository, remote="upstream")))
    told = problem_of(store)
    assert (told.code, told.command) == ("inventory-unreachable", "git remote --verbose")
    assert "remote: NAME" in told.remedy


def problem_of(store: GitInventoryStore) -> Problem:
    """Give what stands in the way of taking the lock."""
    with pytest.raises(ReconcilerError) as caught:
        store.take(asking(), store.read() or inventory())
    (problem,) = caught.value.problems
    return problem


def with_git(clone: Path, script: str) -> GitInventoryStore:
    """Open a store whose git is a script; `exec REAL "$@"` in it is the real one."""
    real = shutil.which("git")
    programs = clone.parent / "programs"
    programs.mkdir()
    (programs / "git").write_text(f"#!/bin/sh\n{script.replace('REAL', str(real))}\n")
    (programs / "git").chmod(0o755)
    environment = {**BARE_ENVIRONMENT, "PATH": f"{programs}:{BARE_ENVIRONMENT['PATH']}"}
    terms = Clock().terms
    repository = GitRepository(directory=clone, where="acme", environment=environment, now=terms.now)
    return GitInventoryStore(repository=repository, organization="acme", terms=terms)


FORBIDDEN = """
case "$*" in *push*)
  echo "remote: Permission to acme/customers.git denied to github-actions[bot]." >&2
  echo "fatal: unable to access 'https://x:s3cret@git.example/': The requested URL returned error: 403" >&2
  exit 128;;
esac
exec REAL "$@"
"""
OLD = """
case "$*" in *no-write-fetch-head*) echo "error: unknown option \\`no-write-fetch-head'" >&2; exit 129;; esac
exec REAL "$@"
"""


def test_a_job_that_may_read_and_not_push_is_told_what_it_lacks(remote: Path) -> None:
    """The permission and the setting of the checkout are named; nobody holds the lock, reading goes on."""
    store = with_git(clone_of(remote, "clone"), FORBIDDEN)
    told = problem_of(store)
    assert told.code == "inventory-unwritable"
    assert "contents: write" in told.remedy
    assert "persist-credentials: false" in told.remedy
    assert "s3cret" not in str(told)
    assert store.holder() is None


def test_an_old_git_is_told_as_such(remote: Path, tmp_path: Path) -> None:
    """With the version that is needed."""
    git(tmp_path, "clone", "--quiet", remote.as_uri(), "clone")
    told = problem_of(with_git(tmp_path / "clone", OLD))
    assert (told.code, told.remedy) == ("inventory-unreachable", "Install git 2.29 or later:")


def test_without_git_the_other_store_is_offered(remote: Path) -> None:
    """Nothing is concluded about the inventory."""
    store = store_in(clone_of(remote, "clone"), Clock().terms)
    repository = replace(store.repository, environment={"PATH": "/nonexistent"})
    told = problem_of(replace(store, repository=repository))
    assert told.code == "inventory-unreachable"
    assert "inventory: {store: file}" in told.remedy


def test_a_folder_for_temporary_files_that_is_gone(remote: Path) -> None:
    """Blobs go through files; where there is no room for those, that is told like a repository that takes nothing."""
    store = store_in(clone_of(remote, "here"), Clock().terms)
    torn = replace(store, repository=replace(store.repository, scratch=remote / "gone"))
    found = torn.read()
    assert found is not None
    with pytest.raises(ReconcilerError) as caught:
        torn.take(asking(), found)
    assert [problem.code for problem in caught.value.problems] == ["inventory-unwritable"]
    assert (store.holder(), store.read()) == (None, found)
