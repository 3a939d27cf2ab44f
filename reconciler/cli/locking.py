"""Taking the locks that a plan needs: one for each organization that something is to be done at, or none at all.

Every lock is taken with the intents of all changes in one step, and kept from then on. Where a later one cannot be had,
or the run is ended meanwhile in whatever way, those before it are let go again with the inventory as it was. A store
that is asked in a thread cannot be stopped there: its lock is waited for, and let go.
"""

from __future__ import annotations

import asyncio
import getpass
import secrets
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from reconciler.apply.entries import Circumstances
from reconciler.apply.record import Record
from reconciler.cli.holding import Holding, Locks, stamp, undisturbed
from reconciler.cli.stores import first_inventory, store_of, terms
from reconciler.cli.succession import take_store
from reconciler.cli.terminal import now
from reconciler.cli.watching import Watch
from reconciler.errors import Locked, ReconcilerError
from reconciler.model.address import digest_key_id
from reconciler.model.change import Change
from reconciler.model.event import Done
from reconciler.model.inventory import Agreement, Holder, Inventory
from reconciler.model.log import Log
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan, Share
from reconciler.plan.digest import change_digest
from reconciler.store import inventory_problems as problems
from reconciler.store.inventory import Hold, InventoryStore
from reconciler.store.lock import await_turn

LOG = Log("lock")

Kept = Callable[[Organization, Path], InventoryStore]
"""Says in which store the inventory of an organization is kept."""


def check_free(organizations: Iterable[Organization], directory: Path) -> None:
    """See that nobody holds the lock of any of these, for a command that does not wait.

    Raises:
        Locked: somebody does.
    """
    for one in organizations:
        holder = store_of(one, directory).holder()
        if holder is not None and not terms().abandoned(holder):
            raise problems.locked(one.name, holder, waits=False)


def await_free(organizations: Iterable[Organization], directory: Path, wait: float, say: Callable[[str], None]) -> None:
    """Wait until nobody holds the lock of any of these, before anything is read; `wait` seconds for all together.

    Args:
        organizations: Whose locks.
        directory: The folder that holds `reconciler.yaml`.
        wait: The patience, in seconds.
        say: Is told once, for each organization, whom is waited for.

    Raises:
        Locked: somebody still does when the patience is over.
    """
    end = now() + timedelta(seconds=wait)
    for organization in organizations:
        left = max(0.0, (end - now()).total_seconds())
        _await_free(organization.name, store_of(organization, directory), left, say)


def outrun(error: ReconcilerError) -> bool:
    """Say whether it was but another run that came between planning and the lock: then planning again may do."""
    return isinstance(error, Locked) or any(one.code == "inventory-moved" for one in error.problems)


def _await_free(name: str, store: InventoryStore, wait: float, say: Callable[[str], None]) -> None:
    clock = terms()
    told = wait <= 0

    def look() -> Holder | None:
        nonlocal told
        holder = store.holder()
        if holder is None or clock.abandoned(holder):
            return None
        if not told:
            say(f"{name}: {problems.describe(holder)}; waiting for it, {wait:.0f} s at most…")
            LOG.info("waiting for the lock", organization=name, run=holder.id, seconds=round(wait))
            told = True
        return holder

    await_turn(look, lambda other: problems.locked(name, other), clock, wait)


def this_run(command: str) -> Holder:
    """Name this run as the holder of locks; its id is the run's."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):  # a container without an account
        who = "unknown"
    name = f"{now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    texts = (who, socket.gethostname(), command)
    who, host, command = (one.encode(errors="replace").decode() for one in texts)  # names may be no UTF-8
    return Holder(id=name, who=who, host=host, command=command, since="", until="")


async def take_locks(
    plan: Plan,
    organizations: Sequence[Organization],
    inventories: Mapping[str, Inventory | None],
    directory: Path,
    stop: asyncio.Event,
    watch: Watch,
    *,
    holder: Holder,
    agreed: str = "",
    kept_in: Kept = store_of,
    told: Sequence[Done] = (),
) -> Locks:
    """Take the lock of every organization that the plan has changes of, or whose inventory is another's still.

    So is that of one where live and declared came to agree without a write: the inventory is to remember that.
    `told` is what an earlier run of the plan did and did not record: that is recorded under the lock, before all else.

    All of them are taken or none, though signals are heard meanwhile (`stop` says so) or the caller is cancelled.

    Raises:
        Locked: another run holds one.
        PlanStale: an inventory was written since the plan read it.
        ReconcilerError: a store does not answer.
    """
    locks = Locks(stop, watch.say)
    taking = _take(locks, plan, organizations, inventories, directory, watch, holder, agreed, kept_in, told)
    try:
        await undisturbed(taking, stop)
    except BaseException:
        await undisturbed(locks.give_back(), stop)
        raise
    return locks


async def _take(
    locks: Locks,
    plan: Plan,
    organizations: Sequence[Organization],
    inventories: Mapping[str, Inventory | None],
    directory: Path,
    watch: Watch,
    holder: Holder,
    agreed: str,
    kept_in: Kept,
    told: Sequence[Done],
) -> None:
    """Take one lock after the other; those that are had stand in `locks`, whatever ends it."""
    shares = {share.organization: share for share in plan.shares}
    for organization in organizations:
        inventory = inventories[organization.name]
        changes = [one for one in plan.changes if one.address.organization == organization.name]
        share = shares[organization.name]
        done = [one for one in told if one.change.address.organization == organization.name]
        continues = bool(share.former) and inventory is not None and not inventory.serial
        before = inventory or first_inventory(organization)
        learns = bool(share.applied) and before.serial == share.serial
        if not changes and not done and not continues and not learns:
            continue
        record = Record(
            before,
            changes,
            circumstances_of(organization, share, holder.id, _agreement(share, changes, before, agreed)),
        )
        for one in done:
            record.learn(one, stamp())
        watch.linger(f"Taking the lock of {organization.name}")
        store = kept_in(organization, directory)
        take = partial(take_store, organization, directory, store, holder, record.now(stamp()))
        await _had(asyncio.get_running_loop().run_in_executor(None, take), organization.name, record, locks)
        LOG.info("lock taken", organization=organization.name, run=holder.id, changes=len(changes))


async def _had(taking: asyncio.Future[Hold], organization: str, record: Record, locks: Locks) -> None:
    """Wait for a lock, also where this is cancelled meanwhile: whoever gives locks back has to know of it."""
    cancelled = False
    while not taking.done():
        try:
            await asyncio.shield(taking)
        except asyncio.CancelledError:
            cancelled = True
    locks.add(Holding(organization, taking.result(), record))
    if cancelled:
        raise asyncio.CancelledError


def circumstances_of(
    organization: Organization, share: Share, run: str, agreement: Agreement | None = None
) -> Circumstances:
    """Say what an organization's entries of one run have in common."""
    return Circumstances(
        run=run,
        provider=organization.vendor.name,
        endpoint=organization.base_url or organization.endpoint,
        digest_key=organization.digest_key,
        digest_key_id=digest_key_id(organization.digest_key),
        kinds={kind.name: kind for kind in organization.vendor.kinds},
        sizes=share.sizes,
        spends=share.spends,
        agreement=agreement,
        seal=share.seal,
        doubts=share.doubts,
        documents=share.documents,
        applied=share.applied,
        fingerprints=share.fingerprints,
        serial=share.serial,
    )


def _agreement(share: Share, changes: Sequence[Change], before: Inventory, agreed: str) -> Agreement | None:
    """Note what was agreed on; a run that continues an earlier one keeps to what that one noted."""
    if not agreed or not (changes or share.former):
        return None
    digests = tuple(change_digest(one, share.seal) for one in changes)
    earlier = before.agreement if before.agreement is not None and before.agreement.plan == agreed else None
    if earlier is not None and set(digests) <= set(earlier.changes):
        return replace(earlier, spent=tuple(dict.fromkeys((*earlier.spent, *share.spends))))
    spent = tuple(dict.fromkeys((*(earlier.spent if earlier is not None else ()), *share.spends)))
    return Agreement(plan=agreed, changes=digests, spent=spent, serial=share.serial)
