"""The inventory as a file: whole or old, private, and one writer at a time."""

from __future__ import annotations

import itertools
import signal
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from reconciler.errors import Locked, LockLost, ReconcilerError
from reconciler.store.inventory_file import FileInventoryStore
from tests.store.ownership import Clock, asking, inventory


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> FileInventoryStore:
    """A store in which nothing was ever written."""
    return FileInventoryStore(folder=tmp_path / ".reconciler", organization="acme", terms=clock.terms)


def code_of(caught: pytest.ExceptionInfo[ReconcilerError]) -> str:
    """Give the code of the one problem."""
    (problem,) = caught.value.problems
    assert problem.where == "acme"
    return problem.code


def test_a_first_run_finds_nothing_and_reading_writes_nothing(store: FileInventoryStore) -> None:
    """No inventory and no lock; not even the folder is made."""
    assert store.read() is None
    assert store.holder() is None
    assert not store.folder.exists()


def test_folders_and_files_are_the_owners_alone(store: FileInventoryStore) -> None:
    """Also when the folder was open to others before."""
    store.folder.mkdir(mode=0o755)
    store.take(asking(), inventory())
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (store.folder, *store.folder.rglob("*"))}
    assert set(modes.values()) == {0o700, 0o600}
    assert all((mode == 0o700) == path.is_dir() for path, mode in modes.items())
    assert {path.name for path in store.path.parent.iterdir()} == {"acme.json", "acme.lock", "acme.guard"}


def test_a_damaged_lock_is_somebodys(store: FileInventoryStore) -> None:
    """It is refused and can be freed by the id that is shown."""
    store.take(asking(), inventory())
    store.lock_path.write_bytes(b"")
    with pytest.raises(Locked) as caught:
        store.take(asking(), inventory(serial=1))
    store.unlock(caught.value.problems[0].command.split()[-1])
    assert store.take(asking(), inventory(serial=1)).taken_from is None


def test_an_inventory_put_back_by_hand_in_mid_run_ends_the_run(store: FileInventoryStore) -> None:
    """It is not overwritten by what the run believes."""
    hold = store.take(asking(), inventory())
    old = store.path.read_bytes()
    hold.checkpoint(inventory("ROW"))
    store.path.write_bytes(old)
    with pytest.raises(LockLost):
        hold.checkpoint(inventory("ROW", "GYM"))
    assert store.path.read_bytes() == old


@pytest.mark.parametrize("content", [b"", b'{"version": 4}', b"half"])
def test_what_cannot_be_read_is_no_first_run_and_can_be_rebuilt(content: bytes, store: FileInventoryStore) -> None:
    """Neither read nor take gets past it; rebuilding puts a good one in its place."""
    store.path.parent.mkdir(parents=True)
    store.path.write_bytes(content)
    for attempt in (store.read, lambda: store.take(asking(), inventory())):
        with pytest.raises(ReconcilerError) as caught:
            attempt()
        assert caught.value.problems[0].command == "reconciler inventory rebuild --org acme"
    assert store.holder() is None
    store.rebuild(asking(), inventory("ROW")).release(inventory("ROW"))
    assert store.read() == inventory("ROW", serial=2)


def test_rebuilding_counts_on_from_what_stood_there(store: FileInventoryStore) -> None:
    """The serial grows even over a torn file, as long as its head is there."""
    store.take(asking(), inventory()).release(inventory("ROW"))
    store.path.write_bytes(store.path.read_bytes()[:-20])
    store.rebuild(asking(), inventory()).release(inventory("ROW"))
    assert store.read() == inventory("ROW", serial=4)


def test_a_link_that_leads_nowhere_is_no_first_run(store: FileInventoryStore) -> None:
    """A disk that is not there today may hold the inventory."""
    store.folder.symlink_to(store.folder.with_name("not-mounted"))
    with pytest.raises(ReconcilerError) as caught:
        store.read()
    assert code_of(caught) == "inventory-unreadable"


def test_a_failed_write_leaves_no_lock_behind(store: FileInventoryStore) -> None:
    """Nothing was begun, so nobody has to wait."""
    store.path.mkdir(parents=True)
    with pytest.raises(ReconcilerError):
        store.rebuild(asking(), inventory())
    assert store.holder() is None


KILLED = """
import itertools, sys
from dataclasses import replace
from pathlib import Path
from datetime import UTC, datetime
from reconciler.store.inventory_file import FileInventoryStore
from reconciler.store.lock import LeaseTerms
from tests.store.ownership import asking, inventory
terms = LeaseTerms(now=lambda: datetime.now(UTC), sleep=print)
store = FileInventoryStore(folder=Path(sys.argv[1]), organization="acme", terms=terms)
keys = [f"{number:05}" for number in range(2000)]
hold = store.rebuild(asking("dead"), inventory(*keys))
print("ready", flush=True)
for number in itertools.count():
    hold.checkpoint(inventory(*keys, f"extra-{number}"))
"""


def test_a_run_killed_while_it_writes_leaves_a_whole_inventory(tmp_path: Path, clock: Clock) -> None:
    """At whatever moment it dies there is the old one or the new one, and what lay half written is swept up."""
    store = FileInventoryStore(folder=tmp_path, organization="acme", terms=clock.terms)
    for number in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path.cwd()
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.01 + number * 0.007)  # anywhere in a write
            process.send_signal(signal.SIGKILL)
        found = store.read()
        assert found is not None
        assert len(found.managed) in (2000, 2001)
        store.unlock("lock-dead")
    store.rebuild(asking(), inventory()).release(inventory())
    assert {path.name for path in store.path.parent.iterdir()} == {"acme.json", "acme.guard"}


def _race(folder: Path, name: str) -> str:
    clock = Clock()
    store = FileInventoryStore(folder=folder, organization="acme", terms=clock.terms)
    try:
        store.take(asking(name), inventory(name))
    except Locked:
        return "locked"
    return name


def test_of_many_runs_at_once_one_gets_the_lock(tmp_path: Path) -> None:
    """Processes race for a free lock; one wins, and the inventory is its own."""
    with get_context("spawn").Pool(4) as pool:
        ended = pool.starmap(_race, zip(itertools.repeat(tmp_path), "abcdefgh", strict=False))
    (winner,) = [name for name in ended if name != "locked"]
    store = FileInventoryStore(folder=tmp_path, organization="acme", terms=Clock().terms)
    assert store.read() == replace(inventory(winner), serial=1)


def test_steps_of_other_processes_wait_for_the_guard_and_it_ends_with_its_process(store: FileInventoryStore) -> None:
    """A step that another process is in the middle of is waited for; killing that process lets go of it."""
    store.take(asking(), inventory()).release(inventory())
    guard, before = store.path.with_name("acme.guard"), store.read()
    assert before is not None
    code = f"from filelock import FileLock; lock = FileLock({str(guard)!r}); lock.acquire(); print('held'); input()"
    with subprocess.Popen([sys.executable, "-u", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"held\n"
        taking = threading.Thread(target=lambda: store.take(asking(), before))
        taking.start()
        taking.join(0.2)
        assert taking.is_alive() and store.holder() is None
        other.kill()
        taking.join(10)
    assert not taking.is_alive() and store.holder() is not None
