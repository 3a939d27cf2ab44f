"""Freeing locks by their id: one run may hold those of several organizations under the same one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from reconciler.cli.composition import scope_of
from reconciler.cli.stores import store_of
from reconciler.cli.terminal import now
from reconciler.model.inventory import Holder
from reconciler.store import inventory_problems as problems


def freed(directory: Path, names: Sequence[str], lock_id: str) -> list[tuple[str, Holder]]:
    """Free every lock of that id, and say whose they were.

    Raises:
        ReconcilerError: nobody holds a lock of that id.
    """
    scope = scope_of(directory, names, now().date())
    stores = {one.name: store_of(one, directory) for one in scope.organizations}
    holders = {name: store.holder() for name, store in stores.items()}
    matching = [name for name, holder in holders.items() if holder is not None and holder.id == lock_id]
    if matching:
        return [(name, stores[name].unlock(lock_id)) for name in matching]
    for name, holder in holders.items():
        if holder is not None:
            raise problems.unlock_mismatch(name, holder)
    raise problems.unlock_free(", ".join(stores))


def holders(directory: Path, names: Sequence[str]) -> Mapping[str, Holder]:
    """Say who holds the locks of these organizations, those that somebody holds; no name means all of them."""
    scope = scope_of(directory, names, now().date())
    found = {one.name: store_of(one, directory).holder() for one in scope.organizations}
    return {name: holder for name, holder in found.items() if holder is not None}
