"""Live objects that documents declare, taken into the inventory as they were read: no request is sent for it.

Only what a document declares now ever enters. What would change is not known to have been applied, so its entry holds
no last applied values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from reconciler.apply.entries import Circumstances, complete_entry, settled_under
from reconciler.cli.composition import Planned
from reconciler.cli.holding import stamp
from reconciler.cli.locking import circumstances_of, this_run
from reconciler.cli.stores import first_inventory, standing_inventory, store_of
from reconciler.cli.succession import take_store
from reconciler.errors import PlanStale
from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.inventory import Inventory, Managed
from reconciler.model.organization import Organization
from reconciler.model.resource import Observed


def enterable(changes: Iterable[Change], organization: str) -> list[Change]:
    """Choose, of changes, those of an organization's objects that are live, declared and known by remote id."""
    return [
        one
        for one in changes
        if one.address.organization == organization
        and one.action in (Action.ADOPT, Action.UPDATE, Action.REPLACE)
        and one.entry is not None
        and one.remote_id is not None
    ]


def enter(
    planned: Planned,
    organization: Organization,
    directory: Path,
    changes: Iterable[Change],
    command: str,
    *,
    rebuilding: bool = False,
    wait: float = 0.0,
) -> Inventory:
    """Write an inventory with these changes' objects in it, and give it.

    Args:
        planned: The plan that the changes are of, with the state that it was made from.
        organization: Whose inventory it is.
        directory: The folder that holds `reconciler.yaml`.
        changes: Those of the plan that are to be entered; what cannot be entered is left.
        command: What the lock says that we run.
        rebuilding: Whether to put it in the place of whatever stands there, readable or not.
        wait: For how many seconds to wait for another run.

    Raises:
        Locked: another run holds the lock.
        ReconcilerError: the store does not answer, or does not let us write.
    """
    holder = this_run(command)
    part = planned.parts[organization.name]
    share = next(one for one in planned.plan.shares if one.organization == organization.name)
    circumstances = replace(circumstances_of(organization, share, holder.id), spends=())
    before = settled_under(part.inventory or first_inventory(organization), circumstances)
    entered = [
        _entry(one, part.live.objects.get(one.address.kind, {}).get(one.address.key), circumstances)
        for one in enterable(changes, organization.name)
    ]
    added = {entry.name: entry for entry in entered}
    inventory = replace(
        before,
        managed={**before.managed, **added},
        intents=tuple(one for one in before.intents if f"{one.kind}/{one.key}" not in added),
        sizes={**before.sizes, **circumstances.sizes},
        spent=(*before.spent, *(share.doubts if part.inventory is None else ())),
    )
    store = store_of(organization, directory)
    taken = take_store(organization, directory, store, holder, inventory, wait=wait, rebuilding=rebuilding)
    taken.release(inventory)
    return inventory


def rewrite(
    organization: Organization,
    directory: Path,
    command: str,
    alter: Callable[[Inventory], Inventory],
    wait: float = 0.0,
) -> None:
    """Write the inventory anew with something altered in it; if another run wrote it meanwhile, in what that wrote.

    Raises:
        Locked: another run holds the lock, and still does after `wait` seconds.
        ReconcilerError: the store does not answer, or does not let us write.
    """
    store = store_of(organization, directory)
    holder = this_run(command)
    hold = None
    while hold is None and (found := standing_inventory(organization, directory)) is not None:
        altered = alter(found)
        with suppress(PlanStale):
            hold = take_store(organization, directory, store, holder, altered, wait=wait)
            hold.release(altered)


def without(inventory: Inventory, address: Address) -> Inventory:
    """Give an inventory that lacks the entry of an address, and any intent of it."""
    name = f"{address.kind}/{address.key}"
    return replace(
        inventory,
        managed={one: entry for one, entry in inventory.managed.items() if one != name},
        intents=tuple(one for one in inventory.intents if f"{one.kind}/{one.key}" != name),
    )


def _entry(change: Change, found: Observed | None, circumstances: Circumstances) -> Managed:
    entry = change.entry or Managed(
        kind=change.address.kind, key=change.address.key, remote_id="", document="", applied_at="", run=""
    )
    kind = circumstances.kinds[entry.kind]
    whole = complete_entry(entry, change.remote_id or "", found, change, kind, circumstances, stamp())
    if change.action is Action.ADOPT:
        return whole
    known = {section: ids for section, ids in whole.members.items() if ids}  # an empty list was never sent either
    return replace(whole, last_applied={}, members=known, overridden={}, fingerprint="")
