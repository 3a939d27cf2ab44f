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
from typing import TYPE_CHECKING

from reconciler.cli.private_folder import NAME
from reconciler.cli.terminal import now
from reconciler.errors import DesiredStateInvalid, ReconcilerError
from reconciler.model.inventory import Inventory
from reconciler.model.organization import Organization
from reconciler.model.state import Move
from reconciler.render.words import counted
from reconciler.store import inventory_problems as problems
from reconciler.store.inventory import InventoryStore
from reconciler.store.inventory_file import FileInventoryStore
from reconciler.store.lock import LeaseTerms

if TYPE_CHECKING:
    from reconciler.store.inventory_git import GitInventoryStore

STORE = "store: "
"""What begins `moved_to` of an inventory that is kept in another store since."""

_OTHER = {"file": "remote's ref", "git": "file on this machine"}

PATIENCE = 30.0
"""Seconds that a call of git may take: one that hangs ends before the run must stop for want of a renewed lease."""


def terms() -> LeaseTerms:
    """Give the terms of a lease by this machine's clock."""
    return LeaseTerms(now=now, sleep=time.sleep)


def store_of(organization: Organization, directory: Path, name: str | None = None) -> InventoryStore:
    """Give the store of an organization's inventory, or of the one that it was called by another name."""
    kept_as = name or organization.name
    if organization.inventory.store == "file":
        return _file_store(kept_as, directory)
    return _git_store(kept_as, directory, organization.inventory.remote)


def other_store(organization: Organization, directory: Path) -> InventoryStore:
    """Give the store that `reconciler.yaml` does not name."""
    if organization.inventory.store == "file":
        return _git_store(organization.name, directory, organization.inventory.remote)
    return _file_store(organization.name, directory)


def _file_store(name: str, directory: Path) -> FileInventoryStore:
    return FileInventoryStore(folder=directory / NAME, organization=name, terms=terms())


def _git_store(name: str, directory: Path, remote: str) -> GitInventoryStore:
    from reconciler.store.git import GitRepository
    from reconciler.store.inventory_git import GitInventoryStore

    repository = GitRepository(
        directory=directory, where=name, environment=os.environ, now=now, remote=remote, patience=PATIENCE
    )
    return GitInventoryStore(repository=repository, organization=name, terms=terms())


def alive_run(organization: Organization, directory: Path) -> str:
    """Name the run that holds an organization's lock and has not been dead for long; nothing if none does.

    Raises:
        ReconcilerError: nobody can say who holds it.
    """
    holder = store_of(organization, directory).holder()
    return "" if holder is None or terms().abandoned(holder) else holder.id


def inventory_of(organization: Organization, directory: Path, former: str = "") -> Inventory | None:
    """Read what is managed of an organization, or was of the one it was before; None on a first run.

    Raises:
        ReconcilerError: it cannot be read, or is kept elsewhere, which is never taken for a first run.
    """
    found = store_of(organization, directory).read()
    if found is not None and not found.moved_to:
        return found
    inherited = store_of(organization, directory, former).read() if former else None
    for one in (found, inherited):
        if one is not None and one.moved_to not in ("", organization.name, former):
            raise _gone_on(organization, one)
    if inherited is not None:
        return replace(inherited, organization=organization.name, serial=0, moved_to="", former=inherited)
    if found is not None:
        raise _gone_on(organization, found)
    _check_other_store(organization, directory)
    return None


def left_in_other_store(organization: Organization, directory: Path) -> Inventory | None:
    """Give what the other store is known here to hold of an organization, if that is anything of this endpoint."""
    if organization.inventory.store == "git":
        found = _file_store(organization.name, directory).read()
    else:
        try:
            found = _git_store(organization.name, directory, organization.inventory.remote).remembered()
        except ReconcilerError:  # no repository here, or no git
            return None
    if found is None or found.moved_to or not (found.managed or found.intents):
        return None
    return found if found.endpoint == (organization.base_url or organization.endpoint) else None


def _check_other_store(organization: Organization, directory: Path) -> None:
    left = left_in_other_store(organization, directory)
    if left is None:
        return
    here = organization.inventory.store
    raise problems.elsewhere(
        organization.name,
        f"reconciler.yaml says store: {here}, which holds none. "
        f"The {_OTHER[here]} holds one, with {counted(len(left.managed), 'object')}.",
        "Take it along:",
        f"reconciler inventory move --org {organization.name}",
    )


def _gone_on(organization: Organization, ended: Inventory) -> ReconcilerError:
    """Say where an inventory went that has ended here."""
    if ended.moved_to.startswith(STORE):
        return problems.elsewhere(
            organization.name,
            f"It was moved to {ended.moved_to}, and reconciler.yaml says {STORE}{organization.inventory.store}.",
            "Update this checkout if its reconciler.yaml is older than that. To take the inventory back:",
            f"reconciler inventory move --org {organization.name}",
        )
    return problems.elsewhere(
        organization.name,
        f'The organization "{ended.organization}" is called "{ended.moved_to}" since, and is managed by that name.',
        "Update this checkout: its documents are older than that.",
    )


def standing_inventory(organization: Organization, directory: Path) -> Inventory | None:
    """Read what a plan would go on with: its own inventory, or that of the name which its documents say it had before.

    They are read only where it has none of its own yet. Where they are wrong, they say nothing of a former name.

    Raises:
        ReconcilerError: it cannot be read, which is never taken for a first run.
    """
    found = inventory_of(organization, directory)
    if found is not None:
        return found
    from reconciler.desired.load import load

    try:
        moves = load(organization, directory, now().date()).moves
    except DesiredStateInvalid:
        return None
    return inventory_of(organization, directory, former_name(moves))


def former_name(moves: Iterable[Move]) -> str:
    """Give the name that an organization had before, as its documents say; empty if it was not renamed."""
    return next((move.organization for move in moves if move.organization is not None), "")


def first_inventory(organization: Organization) -> Inventory:
    """Give the inventory of an organization of which nothing is managed yet."""
    return Inventory(organization=organization.name, provider="", endpoint="", digest_key_id="")
