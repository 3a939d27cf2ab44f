"""What both stores promise: one writer at a time, nothing overwritten that its writer has not seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import Locked, LockLost, PlanStale, ReconcilerError
from reconciler.store.inventory import InventoryStore
from reconciler.store.inventory_file import FileInventoryStore
from reconciler.store.inventory_git import GitInventoryStore
from reconciler.store.lock import LeaseTerms
from tests.store.ownership import Clock, asking, inventory
from tests.store.repositories import clone_of, make_remote, store_in

Opened = Callable[[LeaseTerms], InventoryStore]


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture(params=["file", "git"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Open a store on the same place each time; in git, from a new clone each time."""
    if request.param == "file":
        return lambda terms: FileInventoryStore(folder=tmp_path, organization="acme", terms=terms)
    remote = make_remote(tmp_path)

    def open_store(terms: LeaseTerms) -> GitInventoryStore:
        return store_in(clone_of(remote, f"clone-{len(list(tmp_path.iterdir()))}"), terms)

    return open_store


@pytest.fixture
def store(opened: Opened, clock: Clock) -> InventoryStore:
    """A store in which nothing was ever written."""
    return opened(clock.terms)


@pytest.fixture
def elsewhere(opened: Opened, clock: Clock) -> InventoryStore:
    """The same store, as another run sees it."""
    return opened(clock.terms)


def code_of(caught: pytest.ExceptionInfo[ReconcilerError]) -> str:
    """Give the code of the one problem."""
    (problem,) = caught.value.problems
    assert problem.where == "acme"
    return problem.code


def test_a_first_run_finds_nothing(store: InventoryStore) -> None:
    """No inventory and no lock."""
    assert store.read() is None
    assert store.holder() is None


def test_a_run_records_intents_outcomes_and_its_end(store: InventoryStore) -> None:
    """What take, checkpoint and release write is read back, each with a higher serial."""
    hold = store.take(asking(), inventory())
    assert store.read() == inventory(serial=1)
    hold.checkpoint(inventory("ROW"))
    assert store.read() == inventory("ROW", serial=2)
    hold.release(inventory("ROW", "GYM"))
    assert store.read() == inventory("ROW", "GYM", serial=3)
    assert store.holder() is None
    store.take(asking("two"), inventory("ROW", "GYM", serial=3)).release(inventory("ROW"))
    assert store.read() == inventory("ROW", serial=5)


def test_a_held_lock_refuses_the_second_run_which_changes_nothing(
    store: InventoryStore, elsewhere: InventoryStore
) -> None:
    """The refusal names the first; its inventory and its lock stand."""
    hold = store.take(asking("one"), inventory("ROW"))
    with pytest.raises(Locked) as caught:
        elsewhere.take(asking("two"), inventory("GYM", serial=1))
    assert code_of(caught) == "locked"
    assert caught.value.problems[0].command == "reconciler unlock lock-one"
    assert elsewhere.read() == inventory("ROW", serial=1)
    assert elsewhere.holder() == hold.holder
    hold.checkpoint(inventory("ROW", "GYM"))


def test_who_built_upon_an_older_inventory_must_plan_again(store: InventoryStore, elsewhere: InventoryStore) -> None:
    """A run that came and went in between is not overwritten, and the lock is left free."""
    store.take(asking("one"), inventory()).release(inventory("ROW"))
    with pytest.raises(PlanStale) as caught:
        elsewhere.take(asking("two"), inventory())
    assert code_of(caught) == "inventory-moved"
    assert store.holder() is None
    assert store.read() == inventory("ROW", serial=2)


def test_a_checkpoint_renews_the_lease(store: InventoryStore, clock: Clock) -> None:
    """What is left of it falls with time and is whole again afterwards, in the store too."""
    hold = store.take(asking(), inventory())
    clock.advance(90)
    assert hold.lease_left() == 30
    hold.checkpoint(inventory())
    assert hold.lease_left() == 120
    assert store.holder() == hold.holder


def test_a_lease_that_ran_out_is_not_renewed(store: InventoryStore, clock: Clock) -> None:
    """Even if nobody took the lock: another run may be about to."""
    hold = store.take(asking(), inventory("ROW"))
    clock.advance(120)
    with pytest.raises(LockLost) as caught:
        hold.checkpoint(inventory())
    assert code_of(caught) == "lock-lost"
    assert store.read() == inventory("ROW", serial=1)


def test_outcomes_are_recorded_at_the_end_if_nobody_came(store: InventoryStore, clock: Clock) -> None:
    """A late release writes no vendor; what was done is better known than not."""
    hold = store.take(asking(), inventory())
    clock.advance(1000)
    hold.release(inventory("ROW"))
    assert store.read() == inventory("ROW", serial=2)
    assert store.holder() is None


def test_a_dead_run_is_taken_over_and_told_so_when_it_wakes(
    store: InventoryStore, elsewhere: InventoryStore, clock: Clock
) -> None:
    """The new hold says from whom; the old one can write neither outcomes nor its end."""
    old = store.take(asking("one"), inventory("ROW"))
    clock.advance(149)
    with pytest.raises(Locked):
        elsewhere.take(asking("two"), inventory("ROW", serial=1))
    clock.advance(1)
    new = elsewhere.take(asking("two"), inventory("GYM", serial=1))
    assert new.taken_from == old.holder
    for write in (old.checkpoint, old.release):
        with pytest.raises(LockLost):
            write(inventory())
    assert store.read() == inventory("GYM", serial=2)
    assert store.holder() == new.holder


def test_unlocking_takes_the_id_that_the_refusal_showed(store: InventoryStore, elsewhere: InventoryStore) -> None:
    """Another id frees nothing and is told the right one; the run that was unlocked finds out."""
    with pytest.raises(ReconcilerError) as caught:
        elsewhere.unlock("lock-one")
    assert code_of(caught) == "unlock-free"
    hold = store.take(asking("one"), inventory())
    with pytest.raises(ReconcilerError) as caught:
        elsewhere.unlock("lock-two")
    assert code_of(caught) == "unlock-mismatch"
    assert caught.value.problems[0].command == "reconciler unlock lock-one"
    assert elsewhere.unlock("lock-one") == hold.holder
    assert store.holder() is None
    with pytest.raises(LockLost):
        hold.checkpoint(inventory())


def test_waiting_ends_when_the_other_lets_go(opened: Opened, clock: Clock) -> None:
    """With patience the second run goes on after the first; what the first wrote makes its plan stale."""

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if clock.slept == [0.25, 0.5]:
            first.release(inventory("ROW"))

    terms = LeaseTerms(now=clock.now, sleep=sleep)
    store = opened(terms)
    first = store.take(asking("one"), inventory())
    with pytest.raises(PlanStale):
        store.take(asking("two"), inventory(serial=1), wait=60)
    assert clock.slept == [0.25, 0.5]
    assert store.take(asking("two"), inventory("ROW", serial=2)).holder.id == "lock-two"
