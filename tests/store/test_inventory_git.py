"""The inventory in git: one push is one compare-and-swap, and no answer is never an empty inventory."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from reconciler.errors import Locked, LockLost, ReconcilerError
from reconciler.store.inventory_git import GitInventoryStore
from tests.store.ownership import Clock, asking, inventory
from tests.store.repositories import clone_of, git, make_remote, named, store_in

REF = "refs/reconciler/acme"


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository."""
    return make_remote(tmp_path)


@pytest.fixture
def clone(remote: Path) -> Path:
    """A clone of it."""
    return clone_of(remote, "one")


@pytest.fixture
def store(clone: Path, clock: Clock) -> GitInventoryStore:
    """A store in which nothing was ever written."""
    return store_in(clone, clock.terms)


def code_of(caught: pytest.ExceptionInfo[ReconcilerError]) -> str:
    """Give the code of the one problem."""
    (problem,) = caught.value.problems
    assert problem.where == "acme"
    return problem.code


def snapshot(clone: Path) -> dict[str, object]:
    """Give what a person has in a clone: files, index, branches, what was fetched."""
    files = {path.name: path.read_bytes() for path in clone.iterdir() if path.is_file()}
    refs = git(clone, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/remotes", "refs/tags")
    fetched = (clone / ".git" / "FETCH_HEAD").exists()
    return {"files": files, "index": (clone / ".git" / "index").read_bytes(), "refs": refs, "fetched": fetched}


def install_hook(repository: Path, name: str, script: str) -> Path:
    """Install a hook and give its file."""
    hook = repository / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    hook.chmod(0o755)
    return hook


def test_lock_and_intents_come_in_one_push(store: GitInventoryStore, remote: Path) -> None:
    """After take there is one commit with both, after release one without the lock; each has its parent."""
    hold = store.take(asking(), inventory())
    assert git(remote, "ls-tree", "--name-only", REF).split() == ["inventory.json", "lock.json"]
    assert git(remote, "rev-list", "--count", REF) == "1"
    hold.checkpoint(inventory("ROW"))
    hold.release(inventory("ROW"))
    assert git(remote, "ls-tree", "--name-only", REF).split() == ["inventory.json"]
    assert git(remote, "rev-list", "--count", REF) == "3"
    assert git(remote, "log", "-1", "--format=%an %ad", "--date=iso-strict", REF) == (
        "reconciler 2026-03-01T12:00:00+00:00"
    )


def test_a_diff_of_two_commits_shows_the_entries_that_changed(store: GitInventoryStore, remote: Path) -> None:
    """An entry is a line."""
    hold = store.take(asking(), inventory("GYM", "ROW"))
    hold.checkpoint(inventory("GYM", "POL", "ROW"))
    diff = git(remote, "diff", "--unified=0", f"{REF}~1", REF, "--", "inventory.json").splitlines()
    assert [line for line in diff if "GYM" in line or "ROW" in line] == []
    assert len([line for line in diff if "POL" in line]) == 1


def test_a_large_inventory_is_kept_in_pieces_of_which_a_checkpoint_writes_the_new_ones(
    store: GitInventoryStore, remote: Path
) -> None:
    """Whoever reads gets it whole, from another clone too, and a piece that is missing is noticed."""
    many = [f"{number:05}" for number in range(3_000)]
    hold = store.take(asking(), inventory(*many))
    hold.checkpoint(inventory(*many[:1_500], *many[1_501:]))
    assert store_in(clone_of(remote, "two"), store.terms).read() == inventory(*many[:1_500], *many[1_501:], serial=2)
    names = git(remote, "ls-tree", "--name-only", REF).split()
    assert len(names) > 5
    changed = git(remote, "diff", "--name-only", f"{REF}~1", REF).split()
    assert (len(changed), changed[0]) == (2, "inventory.json")
    hold.release(inventory("ROW"))
    assert git(remote, "ls-tree", "--name-only", REF).split() == ["inventory.json"]
    files = store.repository.files(f"{REF}~1")
    torn = {name: blob for name, blob in files.items() if name not in (names[2], "lock.json")}
    git(store.repository.directory, "push", "origin", f"{store.repository.write_commit(torn, REF, 'Torn')}:{REF}")
    with pytest.raises(ReconcilerError) as caught:
        store.read()
    assert code_of(caught) == "inventory-unreadable"


def test_the_users_work_is_not_touched(store: GitInventoryStore, clone: Path) -> None:
    """Neither files nor index nor branches; a hook of theirs does not run, and nobody has to have a name."""
    (clone / "reconciler.yaml").write_text("edited\n", encoding="utf-8")
    (clone / "staged.yaml").write_text("new\n", encoding="utf-8")
    git(clone, "add", "staged.yaml")
    install_hook(clone / ".git", "pre-push", "exit 1")
    install_hook(clone / ".git", "reference-transaction", "exit 1")
    before = snapshot(clone)
    hold = store.take(asking(), inventory())
    assert store.read() == inventory(serial=1)
    hold.release(inventory("ROW"))
    assert snapshot(clone) == before


def test_two_clones_read_what_the_other_wrote(store: GitInventoryStore, remote: Path, clock: Clock) -> None:
    """Back and forth, from a folder inside the clone too."""
    folder = clone_of(remote, "two") / "customers"
    folder.mkdir()
    other = store_in(folder, clock.terms)
    store.take(asking("one"), inventory()).release(inventory("ROW"))
    assert other.read() == inventory("ROW", serial=2)
    other.take(asking("two"), inventory("ROW", serial=2)).release(inventory("GYM"))
    assert store.read() == inventory("GYM", serial=4)


def test_organizations_do_not_meet(store: GitInventoryStore) -> None:
    """Each has its ref and its lock; a name that git does not allow in a ref is encoded."""
    odd = ("acme.lock", "a..b", "acme.", "acme-fr")
    stores = [named(store, name) for name in odd]
    for one in (store, *stores):
        one.take(asking(), inventory(organization=one.organization))
        assert one.read() == inventory(organization=one.organization, serial=1)
    assert [one.ref.rpartition("/")[2] for one in stores] == ["acme%2Elock", "a%2E%2Eb", "acme%2E", "acme-fr"]


def test_a_remote_that_is_gone_is_no_first_run(store: GitInventoryStore, remote: Path) -> None:
    """Before and after an inventory was there; the answer is an error each time, from every method."""
    away = remote.with_name("away.git")
    remote.rename(away)
    for _ in range(2):
        for attempt in (store.read, store.holder, lambda: store.take(asking(), inventory())):
            with pytest.raises(ReconcilerError) as caught:
                attempt()
            assert code_of(caught) == "inventory-unreachable"
        away.rename(remote)
        if store.read() is None:
            store.take(asking(), inventory()).release(inventory("ROW"))
        remote.rename(away)


def test_a_folder_without_a_repository_and_an_unknown_remote_are_unreachable(tmp_path: Path, clock: Clock) -> None:
    """What git cannot do is told in words of ours."""
    lone = tmp_path / "lone"
    lone.mkdir()
    for _ in range(2):
        with pytest.raises(ReconcilerError) as caught:
            store_in(lone, clock.terms).read()
        assert code_of(caught) == "inventory-unreachable"
        assert caught.value.problems[0].detail.startswith("git knows no such remote")
        git(lone, "init", "--quiet")


def test_no_password_of_a_remote_is_shown(store: GitInventoryStore, clone: Path) -> None:
    """Git quotes the URL in its messages; we do not."""
    git(clone, "remote", "set-url", "origin", "https://dora:s3cret@127.0.0.1:1/acme.git")
    with pytest.raises(ReconcilerError) as caught:
        store.read()
    assert code_of(caught) == "inventory-unreachable"
    assert "s3cret" not in str(caught.value)
    assert "dora" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_ref_that_was_deleted_is_a_first_run_that_counts_on(store: GitInventoryStore, remote: Path) -> None:
    """Nothing is managed then; the serial still grows where the old one was seen."""
    store.take(asking(), inventory()).release(inventory("ROW"))
    git(remote, "update-ref", "-d", REF)
    assert store.read() is None
    store.take(asking(), inventory())
    assert store.read() == inventory(serial=3)


def test_an_old_inventory_put_back_is_refused_where_a_later_one_was_seen(
    store: GitInventoryStore, remote: Path, clock: Clock
) -> None:
    """It would call objects ours that are not any more, and it can be rebuilt with a serial above all seen."""
    store.take(asking(), inventory("ROW")).release(inventory())
    git(remote, "update-ref", REF, f"{REF}~1")
    with pytest.raises(ReconcilerError) as caught:
        store.read()
    assert code_of(caught) == "inventory-unreadable"
    clock.advance(1000)
    store.rebuild(asking(), inventory("GYM")).release(inventory("GYM"))
    assert store.read() == inventory("GYM", serial=4)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("inventory.json", b'{"checksum":"', "inventory-unreadable"),
        ("inventory.json", b'{"version": 4}', "inventory-foreign"),
        ("readme.md", b"another tool's", "inventory-foreign"),
    ],
)
def test_what_is_no_inventory_is_refused_and_can_be_rebuilt(
    name: str, content: bytes, code: str, store: GitInventoryStore, clone: Path
) -> None:
    """Neither read nor take gets past it."""
    blob = store.repository.write_blob(content)
    git(clone, "push", "--quiet", "origin", f"{store.repository.write_commit({name: blob}, None, 'Foreign')}:{REF}")
    with pytest.raises(ReconcilerError) as caught:
        store.read()
    assert code_of(caught) == code
    store.rebuild(asking(), inventory("ROW")).release(inventory("ROW"))
    assert store.read() == inventory("ROW", serial=2)


def test_a_remote_that_may_not_be_written_is_told_so(store: GitInventoryStore, remote: Path) -> None:
    """A rule of the remote refuses the push: nobody holds the lock, and it is no lost race."""
    install_hook(remote, "pre-receive", "echo no; exit 1")
    with pytest.raises(ReconcilerError) as caught:
        store.take(asking(), inventory())
    assert code_of(caught) == "inventory-unwritable"
    assert caught.value.problems[0].detail == "A rule of the remote refused it."
    assert store.read() is None


def test_a_push_whose_answer_was_lost_is_looked_up(clone: Path, remote: Path, clock: Clock) -> None:
    """The remote took it and did not say so in time: the lock is ours."""
    hook = install_hook(remote, "post-receive", "sleep 20")
    hold = store_in(clone, clock.terms, patience=1).take(asking(), inventory())
    hook.unlink()
    assert store_in(clone, clock.terms).holder() == hold.holder
    hold.release(inventory("ROW"))


def test_a_checkpoint_goes_on_from_one_that_was_not_heard_of(clone: Path, remote: Path, clock: Clock) -> None:
    """The remote took it, went away, and came back: the next checkpoint builds upon it, the lock is still ours."""
    hold = store_in(clone, clock.terms, patience=1).take(asking(), inventory())
    hook = install_hook(remote, "post-receive", 'mv "$PWD" "$PWD.away"; sleep 20')
    with pytest.raises(ReconcilerError) as caught:
        hold.checkpoint(inventory("ROW"))
    assert code_of(caught) == "inventory-unreachable"
    Path(f"{remote}.away").rename(remote)
    hook.unlink()
    store = store_in(clone, clock.terms)
    assert store.read() == inventory("ROW", serial=2)
    hold.checkpoint(inventory("ROW", "GYM"))
    assert store.read() == inventory("ROW", "GYM", serial=3)


def test_a_run_that_lost_the_race_changes_nothing(store: GitInventoryStore, remote: Path, clock: Clock) -> None:
    """It was unlocked and another began: neither its checkpoint nor its end gets to the remote."""
    loser = store.take(asking("one"), inventory("ROW"))
    other = store_in(clone_of(remote, "two"), clock.terms)
    other.unlock("lock-one")
    winner = other.take(asking("two"), inventory("ROW", serial=1))
    before = git(remote, "rev-parse", REF)
    for write in (loser.checkpoint, loser.release):
        with pytest.raises(LockLost):
            write(inventory())
    assert git(remote, "rev-parse", REF) == before
    winner.release(inventory("ROW"))


def _race(clone: Path, name: str) -> str:
    try:
        store_in(clone, Clock().terms).take(asking(name), inventory(name))
    except Locked as refusal:
        return refusal.problems[0].code
    return name


def test_of_two_clones_at_once_one_gets_the_lock(remote: Path) -> None:
    """Processes in two clones race for a free lock; one wins, the others are refused, one commit was made."""
    clones = [clone_of(remote, name) for name in ("one", "two")]
    with get_context("spawn").Pool(4) as pool:
        ended = pool.starmap(_race, zip(itertools.cycle(clones), "abcdef", strict=False))
    (winner,) = [name for name in ended if name != "locked"]
    assert store_in(clones[0], Clock().terms).read() == inventory(winner, serial=1)
    assert git(remote, "rev-list", "--count", REF) == "1"


KILLED = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from reconciler.store.lock import LeaseTerms
from tests.store.ownership import asking, inventory
from tests.store.repositories import store_in
terms = LeaseTerms(now=lambda: datetime.now(UTC), sleep=print)
keys = [f"{number:05}" for number in range(2000)]
hold = store_in(Path(sys.argv[1]), terms).rebuild(asking("dead"), inventory(*keys))
print("ready", flush=True)
for number in itertools.count():
    hold.checkpoint(inventory(*keys, f"extra-{number}"))
"""


def test_a_run_killed_while_it_pushes_leaves_a_whole_inventory(store: GitInventoryStore, clone: Path) -> None:
    """At whatever moment it dies the remote has the old one or the new one, and the lock that was recorded with it."""
    for number in range(4):
        with subprocess.Popen([sys.executable, "-c", KILLED, str(clone)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.02 + number * 0.03)  # anywhere in a write
            process.send_signal(signal.SIGKILL)
        found = store.read()
        assert found is not None
        assert len(found.managed) in (2000, 2001)
        assert store.unlock("lock-dead").who == "dead"
