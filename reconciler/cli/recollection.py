"""The journals of dead runs, asked what they sent of the creates that an inventory is in doubt of (`told_creates`).

They are read after the inventory, and after it was seen that their run holds no lock: then nothing is added to them.
A journal that says nothing for certain is none, and leaves the doubt as it is.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

from reconciler.cli.private_folder import NAME
from reconciler.cli.stores import store_of, terms
from reconciler.errors import ReconcilerError
from reconciler.model.inventory import Inventory
from reconciler.model.journal import Line, Opening
from reconciler.model.organization import Organization
from reconciler.plan.told_creates import Key, Recollection, Told, asked_of, recollected, told_of
from reconciler.store.journal import Journals


def recollection(organization: Organization, directory: Path, inventory: Inventory | None) -> Recollection | None:
    """Ask the journals of a folder about the creates in doubt; None where there is no inventory.

    Raises:
        ReconcilerError: nobody can say who holds the lock.
    """
    if inventory is None:
        return None
    asked = asked_of(inventory, {kind.name: kind for kind in organization.vendor.kinds})
    journals = Journals(directory / NAME)
    here = {run: keys for run, keys in asked.items() if journals.path(run).exists()}
    told: dict[Key, Told] = {}
    alive = _alive(organization, directory) if here else ""
    for run, keys in here.items():
        if run != alive:
            told |= _told(journals, run, organization, keys)
    return recollected(inventory, told)


def _told(journals: Journals, run: str, organization: Organization, keys: frozenset[Key]) -> Mapping[Key, Told]:
    try:
        lines = journals.lines(run)
        if not _is_certain(next(lines, None), organization):
            return {}
        return told_of(lines, organization.name, keys)
    except ReconcilerError:
        return {}


def _is_certain(line: Line | None, organization: Organization) -> bool:
    """Say whether a journal is of this host, and of a run that was at the organization where it answers now."""
    if not isinstance(line, Opening) or line.host != socket.gethostname():
        return False
    asked = (organization.name, organization.vendor.name, organization.base_url or organization.endpoint)
    return asked in {(one.organization, one.provider, one.endpoint) for one in line.sites}


def _alive(organization: Organization, directory: Path) -> str:
    """Name the run that holds the lock and has not been dead for long; nothing if none does."""
    holder = store_of(organization, directory).holder()
    return "" if holder is None or terms().abandoned(holder) else holder.id
