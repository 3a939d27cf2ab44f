"""Where the inventories of a folder's organizations are kept, and reading them. Nothing is written here.

An organization that was renamed (`moved:` from its former name) goes on with the former one's inventory, until its own
has been written.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from reconciler.cli.private_folder import NAME
from reconciler.cli.terminal import now
from reconciler.model.inventory import Inventory
from reconciler.model.organization import Organization
from reconciler.model.state import Move
from reconciler.store.inventory import InventoryStore
from reconciler.store.inventory_file import FileInventoryStore
from reconciler.store.lock import LeaseTerms

PATIENCE = 30.0
"""Seconds that a call of git may take: one that hangs ends before the run must stop for want of a renewed lease."""


def terms() -> LeaseTerms:
    """Give the terms of a lease by this machine's clock."""
    return LeaseTerms(now=now, sleep=time.sleep)


def store_of(organization: Organization, directory: Path, name: str | None = None) -> InventoryStore:
    """Give the store of an organization's inventory, or of the one that it was called by another name."""
    kept_as = name or organization.name
    if organization.inventory.store == "file":
        return FileInventoryStore(folder=directory / NAME, organization=kept_as, terms=terms())
    from reconciler.store.git import GitRepository
    from reconciler.store.inventory_git import GitInventoryStore

    repository = GitRepository(
        directory=directory,
        where=kept_as,
        environment=os.environ,
        now=now,
        remote=organization.inventory.remote,
        patience=PATIENCE,
    )
    return GitInventoryStore(repository=repository, organization=kept_as, terms=terms())


def inventory_of(organization: Organization, directory: Path, former: str = "") -> Inventory | None:
    """Read what is managed of an organization, or was of the one it was before; None on a first run.

    Raises:
        ReconcilerError: it cannot be read, which is never taken for a first run.
    """
    found = store_of(organization, directory).read()
    if found is not None:
        return found
    inherited = store_of(organization, directory, former).read() if former else None
    return None if inherited is None else replace(inherited, organization=organization.name, serial=0)


def former_name(moves: Iterable[Move]) -> str:
    """Give the name that an organization had before, as its documents say; empty if it was not renamed."""
    return next((move.organization for move in moves if move.organization is not None), "")


def first_inventory(organization: Organization) -> Inventory:
    """Give the inventory of an organization of which nothing is managed yet."""
    return Inventory(organization=organization.name, provider="", endpoint="", digest_key_id="")
