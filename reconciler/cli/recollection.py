"""The journals of dead runs, asked what they sent of the creates that an inventory has intents of (`told_creates`).

A plan that was saved before is held against the same doubt: what it creates may have been sent since by a run that it
was begun with, and may not show yet.

They are read after the inventory, and after it was seen that their run holds no lock: then nothing is added to them.
A journal that says nothing for certain is none, and leaves the doubt as it is.
"""

from __future__ import annotations

import asyncio
import socket
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from reconciler.cli.private_folder import journals_of
from reconciler.cli.stores import alive_run
from reconciler.errors import PlanStale, Problem, ReconcilerError
from reconciler.live.asked import ask
from reconciler.live.provider import Provider
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.inventory import Intent, Inventory
from reconciler.model.journal import Opening
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan
from reconciler.model.state import Absent
from reconciler.plan.lost_creates import create_in_doubt, is_in_doubt
from reconciler.plan.told_creates import Key, Recollection, Told, asked_of, recollected, told_of
from reconciler.store.journal import Journals


def recollection(organization: Organization, directory: Path, inventory: Inventory | None) -> Recollection | None:
    """Ask the journals of a folder about the creates that have no ending; None where there is no inventory.

    Raises:
        ReconcilerError: nobody can say who holds the lock.
    """
    if inventory is None:
        return None
    asked = asked_of(inventory, {kind.name: kind for kind in organization.vendor.kinds})
    journals = journals_of(directory)
    here = {run: keys for run, keys in asked.items() if journals.has(run)}
    told: dict[Key, Told] = {}
    alive = alive_run(organization, directory) if here else ""
    for run, keys in here.items():
        if run != alive:
            told |= _told(journals, run, organization, keys)
    return recollected(inventory, told)


async def check_certain(
    plan: Plan,
    organizations: Iterable[Organization],
    inventories: Mapping[str, Inventory | None],
    providers: Mapping[str, Provider],
    directory: Path,
    at: datetime,
) -> None:
    """Refuse a saved plan that creates what a run may have created already, and that does not show.

    What shows is in no doubt: the plan's create then finds it as it is to be, or is stale.

    Raises:
        PlanStale: it does; nothing was written.
        ReconcilerError: nobody can say who holds a lock.
        LiveStateUnreadable: what was created may show, and cannot be read.
    """
    creates = {one.address for one in plan.changes if one.action is Action.CREATE}
    doubted: list[Problem] = []
    for organization in organizations:
        inventory = inventories[organization.name]
        intents = await asyncio.to_thread(_doubtful, organization, directory, inventory, creates, at)
        if intents:
            keys: dict[str, set[str]] = defaultdict(set)
            for address in intents:
                keys[address.kind].add(address.key)
            live = await ask(providers[organization.name], organization.name, keys)
            hidden = {name: one for name, one in intents.items() if isinstance(live.find(name.kind, name.key), Absent)}
            doubted += (_doubted(address, intent) for address, intent in hidden.items())
    if doubted:
        raise PlanStale(*doubted)


def _doubtful(
    organization: Organization,
    directory: Path,
    inventory: Inventory | None,
    creates: Collection[Address],
    at: datetime,
) -> Mapping[Address, Intent]:
    """Give the intents of which nobody knows by what was written down whether they took effect."""
    recalled = recollection(organization, directory, inventory)
    found: dict[Address, Intent] = {}
    for intent in recalled.inventory.intents if recalled is not None else ():
        kind = organization.vendor.kind(intent.kind)
        address = Address(organization=organization.name, kind=intent.kind, key=intent.key)
        unsent = recalled is not None and (intent.kind, intent.key) in recalled.unsent
        if address in creates and not unsent and kind is not None and is_in_doubt(intent, kind, at):
            found[address] = intent
    return found


def _doubted(address: Address, intent: Intent) -> Problem:
    flaw = create_in_doubt(address, intent)
    return Problem(
        code=flaw.code,
        summary=flaw.summary,
        where=str(address),
        detail=flaw.detail,
        why=flaw.why,
        remedy=f"A plain `reconciler apply`, without the saved plan, does all the rest at once.\n{flaw.remedy}",
    )


def _told(journals: Journals, run: str, organization: Organization, keys: frozenset[Key]) -> Mapping[Key, Told]:
    try:
        lines = journals.lines(run)
        opening = next(lines, None)
        if not isinstance(opening, Opening) or opening.host != socket.gethostname() or not opening.was_at(organization):
            return {}  # it came with a copy of the folder, or tells of another place
        return told_of(lines, organization.name, keys)
    except ReconcilerError:
        return {}
