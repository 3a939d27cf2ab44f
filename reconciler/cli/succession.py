"""Taking the lock of an organization whose inventory may still be a former one's: two owners are never there.

The former one is ended first, under its own lock, and says who goes on with it; then the present one is written, and
the former's lock let go.

| killed                             | what stands there               | the next run                             |
|------------------------------------|---------------------------------|------------------------------------------|
| before the former one is ended     | all as before                   | does the same again                      |
| before the present one is written  | the former one, ended; its lock | goes on with it when the lease has ended |
| before the former's lock is let go | both; the former's lock         | goes on; nobody asks for that lock       |

Rejected: ending it afterwards. A run that is killed in between would leave two that are both alive.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from reconciler.cli.stores import STORE, other_store, store_of
from reconciler.errors import Problem, ReconcilerError, UsageInvalid
from reconciler.model.inventory import Holder, Inventory
from reconciler.model.organization import Organization
from reconciler.store.inventory import Hold, InventoryStore


def take_store(
    organization: Organization,
    directory: Path,
    store: InventoryStore,
    holder: Holder,
    inventory: Inventory,
    *,
    wait: float = 0.0,
    rebuilding: bool = False,
) -> Hold:
    """Take the lock of an organization, and end the inventory that it goes on with where that is another name's.

    Raises:
        Locked: another run holds one of the locks.
        PlanStale: one of the inventories was written since it was read.
        ReconcilerError: the store does not answer, or does not let us write.
    """
    former = inventory.former
    if former is None or rebuilding:
        take = store.rebuild if rebuilding else store.take
        return take(holder, inventory, wait)
    left = store_of(organization, directory, former.organization)
    return _succeed(left, former, organization.name, store, holder, inventory, wait)


def move_store(organization: Organization, directory: Path, holder: Holder, wait: float) -> Inventory:
    """Take an organization's inventory from the other store into the one that `reconciler.yaml` names.

    Raises:
        UsageInvalid: there is nothing to be moved, or one stands in its place.
        Locked: another run holds one of the locks.
        ReconcilerError: a store does not answer, or does not let us write.
    """
    left, store = other_store(organization, directory), store_of(organization, directory)
    standing, found = store.read(), left.read()
    if standing is not None and not standing.moved_to:
        raise UsageInvalid(_nothing_to_move(organization, "It is there already."))
    if found is None or found.moved_to:
        raise UsageInvalid(_nothing_to_move(organization, "The other store holds none."))
    present = replace(found, serial=0)
    ended = f"{STORE}{organization.inventory.store}"
    _succeed(left, found, ended, store, holder, present, wait).release(present)
    return present


def _succeed(
    left: InventoryStore,
    former: Inventory,
    moved_to: str,
    store: InventoryStore,
    holder: Holder,
    inventory: Inventory,
    wait: float,
) -> Hold:
    before = store.read()  # one that ended, where something came back to it
    ended = replace(former, moved_to=moved_to)
    leaving = left.take(holder, ended, wait)
    try:
        hold = store.take(holder, replace(inventory, serial=before.serial if before else 0), wait)
    except ReconcilerError:
        _let_go(lambda: leaving.release(former))
        raise
    _let_go(lambda: leaving.release(ended))
    return hold


def _let_go(release: Callable[[], None]) -> None:
    """Let go of the former's lock; where that fails it ends with its lease, and nobody asks for it any more."""
    with suppress(ReconcilerError):
        release()


def _nothing_to_move(organization: Organization, detail: str) -> Problem:
    return Problem(
        code="inventory-settled",
        summary="no inventory is to be moved",
        where=organization.name,
        detail=f"reconciler.yaml says {STORE}{organization.inventory.store}. {detail}",
        remedy="Nothing needs to be done.",
    )
