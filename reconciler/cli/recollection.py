"""The journals of dead runs, asked what they sent of the creates that an inventory is in doubt of (`told_creates`).

A plan that was saved before is held against the same doubt: what it creates may have been sent since by a run that it
was begun with, and may not show yet.

They are read after the inventory, and after it was seen that their run holds no lock: then nothing is added to them.
A journal that says nothing for certain is none, and leaves the doubt as it is.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from reconciler.cli.private_folder import journals_of
from reconciler.cli.stores import store_of, terms
from reconciler.errors import PlanStale, Problem, ReconcilerError
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.inventory import Intent, Inventory
from reconciler.model.journal import Line, Opening
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan
from reconciler.plan.lost_creates import create_in_doubt, is_in_doubt
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
    journals = journals_of(directory)
    here = {run: keys for run, keys in asked.items() if journals.path(run).exists()}
    told: dict[Key, Told] = {}
    alive = _alive(organization, directory) if here else ""
    for run, keys in here.items():
        if run != alive:
            told |= _told(journals, run, organization, keys)
    return recollected(inventory, told)


def check_certain(
    plan: Plan,
    organizations: Iterable[Organization],
    inventories: Mapping[str, Inventory | None],
    directory: Path,
    at: datetime,
) -> None:
    """Refuse a saved plan that creates what a run may have created already, though it does not show yet.

    Raises:
        PlanStale: it does; nothing was written.
        ReconcilerError: nobody can say who holds a lock.
    """
    creates = {one.address for one in plan.changes if one.action is Action.CREATE}
    doubted: list[Problem] = []
    for organization in organizations:
        recalled = recollection(organization, directory, inventories[organization.name])
        for intent in recalled.inventory.intents if recalled is not None else ():
            kind = organization.vendor.kind(intent.kind)
            address = Address(organization=organization.name, kind=intent.kind, key=intent.key)
            unsent = recalled is not None and (intent.kind, intent.key) in recalled.unsent
            if address in creates and not unsent and kind is not None and is_in_doubt(intent, kind, at):
                doubted.append(_doubted(address, intent))
    if doubted:
        raise PlanStale(*doubted)


def _doubted(address: Address, intent: Intent) -> Problem:
    flaw = create_in_doubt(address, intent)
    return Problem(
        code=flaw.code,
        summary=flaw.summary,
        where=str(address),
        detail=flaw.detail,
        why=flaw.why,
        remedy=flaw.remedy,
    )


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
