"""The runs behind `adopt` and `inventory`: the inventory is looked at or written, and the vendor is only read."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from reconciler.cli.composition import Planned, configured, planned, scope_of
from reconciler.cli.connections import connected
from reconciler.cli.entering import enter, enterable
from reconciler.cli.locking import await_free
from reconciler.cli.rebuilding import UNASKED, check_rebuild, protected_beside, still_protected, taken_over
from reconciler.cli.running import result_of
from reconciler.cli.stores import standing_inventory
from reconciler.cli.terminal import now
from reconciler.cli.watching import watched
from reconciler.errors import LiveStateUnreadable, Problem, ReconcilerError, UsageInvalid
from reconciler.model.address import Address, parse_address
from reconciler.model.change import Action, Change
from reconciler.model.inventory import Inventory, Managed
from reconciler.model.organization import Organization
from reconciler.model.state import Allowance
from reconciler.plan.build import Part
from reconciler.providers.starters import EXAMPLE
from reconciler.render.progress import Narration


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What was taken into the inventory of one organization, what was left and why, and what is no longer in it.

    `protected` is what stays in it as it was, for being protected.
    """

    organization: str
    entered: tuple[Address, ...]
    left: tuple[tuple[Address, str], ...]
    dropped: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What stands where an inventory is to be rebuilt; what is readable and None is proven not to be there."""

    inventory: Inventory | None = None
    readable: bool = True


def adopted(
    directory: Path,
    names: Sequence[str],
    addresses: Sequence[str],
    narration: Narration,
    wait: float,
    most: int | None = None,
) -> list[Entered]:
    """Take in what is live exactly as declared: all of it, or these addresses.

    Raises:
        UsageInvalid: an address is none, or not among what could be adopted.
        ReconcilerError: something could not be read, or the inventory not be written.
    """
    wanted = set(map(_address, addresses))
    chosen_names = names or sorted({one.organization for one in wanted})
    made = _plan(directory, chosen_names, narration, most, forgetful=False)
    candidates = [one for one in _open(made) if one.adopts and (not wanted or one.address in wanted)]
    missing = wanted - {one.address for one in candidates}
    if missing:
        raise UsageInvalid(*(_not_adoptable(one, made.parts.get(one.organization)) for one in sorted(missing)))
    chosen = {one.address for one in candidates}
    identical = [
        one for one in made.plan.changes if one.action is Action.ADOPT and one.adopts and one.address in chosen
    ]
    results = []
    for name, part in made.parts.items():
        mine = enterable(identical, name)
        if mine:
            enter(made, part.organization, directory, mine, "reconciler adopt", wait=wait)
        entered = {one.address for one in mine}
        left = [
            (one.address, _why_left(one))
            for one in candidates
            if one.address.organization == name and one.address not in entered
        ]
        results.append(Entered(organization=name, entered=tuple(one.address for one in mine), left=tuple(left)))
    return results


def rebuilt(
    directory: Path,
    names: Sequence[str],
    narration: Narration,
    wait: float,
    allowances: Sequence[Allowance] = (),
    most: int | None = None,
) -> list[Entered]:
    """Make inventories anew from what is declared and live; nothing undeclared enters, and nothing is sent.

    One that can be read is replaced only as it was before the vendor was read, so that no run's work is lost.

    Raises:
        PlanRefused: another organization answers, or one that lists much less, and that was not allowed.
        PlanStale: another run wrote one of them meanwhile.
        ReconcilerError: something could not be read, or the inventory not be written.
    """
    organizations = scope_of(directory, names, now().date()).organizations
    await_free(organizations, directory, wait, narration.say)
    standing = {one.name: _standing(one, directory) for one in organizations}
    recalled = {name: one.inventory for name, one in standing.items() if one.inventory is not None}
    made = _plan(directory, names, narration, most, forgetful=True, recalled=recalled)
    for name, inventory in recalled.items():
        check_rebuild(made.parts[name], inventory, allowances)
    results = []
    for name, part in made.parts.items():
        old, readable = standing[name].inventory, standing[name].readable
        if not readable:
            narration.say(UNASKED.format(name))
        claims = old.claims() if old is not None else None
        changes = [still_protected(one, claims) for one in enterable(made.plan.changes, name)]
        entered = {f"{one.address.kind}/{one.address.key}" for one in changes}
        kept = None if old is None else taken_over(old, entered)
        based = replace(made, parts={**made.parts, name: replace(part, inventory=kept)})
        command = "reconciler inventory rebuild"
        enter(based, part.organization, directory, changes, command, rebuilding=not readable, wait=wait)
        protected = protected_beside(old, entered)
        dropped = sorted(set(old.managed) - entered - set(protected)) if old is not None else []
        left = tuple(
            (one.change.address, one.problem.summary)
            for one in made.plan.blocked
            if one.change.adopts and one.change.address.organization == name
        )
        addresses = tuple(one.address for one in changes)
        results.append(
            Entered(organization=name, entered=addresses, left=left, dropped=tuple(dropped), protected=protected)
        )
    return results


def inventories(directory: Path, names: Sequence[str]) -> Mapping[str, Inventory | None]:
    """Read the inventories of these organizations; no name means all of them."""
    scope = scope_of(directory, names, now().date())
    return {one.name: standing_inventory(one, directory) for one in scope.organizations}


def entry_at(directory: Path, text: str) -> Managed:
    """Find the entry of an address.

    Raises:
        UsageInvalid: the address is none, or nothing of ours.
    """
    address, _, inventory = _place(directory, text)
    entry = None if inventory is None else inventory.find(address.kind, address.key)
    if entry is None:
        raise UsageInvalid(_not_managed(text, inventory))
    return entry


def forgettable(directory: Path, text: str) -> tuple[Organization, Address]:
    """Find whose inventory holds an address, be it as one that a run set out to change and did not come to know of.

    Raises:
        UsageInvalid: the address is none, or nothing of ours.
    """
    address, organization, inventory = _place(directory, text)
    held = inventory is not None and (
        inventory.find(address.kind, address.key) is not None or inventory.claims().intended(address.kind, address.key)
    )
    if not held:
        raise UsageInvalid(_not_managed(text, inventory))
    return organization, address


def _place(directory: Path, text: str) -> tuple[Address, Organization, Inventory | None]:
    address = _address(text)
    organizations = {one.name: one for one in configured(directory)}
    if address.organization not in organizations:
        raise UsageInvalid(_not_configured(address, organizations))
    organization = organizations[address.organization]
    return address, organization, standing_inventory(organization, directory)


def _plan(
    directory: Path,
    names: Sequence[str],
    narration: Narration,
    most: int | None,
    *,
    forgetful: bool,
    recalled: Mapping[str, Inventory] = MappingProxyType({}),
) -> Planned:
    scope = replace(scope_of(directory, names, now().date(), most), forgetful=forgetful, recalled=recalled)

    async def make() -> Planned:
        async with (
            connected(scope.organizations, scope.directory, os.environ) as providers,
            watched(narration) as watch,
        ):
            return await planned(scope, providers, watch)

    with asyncio.Runner() as runner:
        made = result_of(runner, make())
    if not made.plan.complete:
        raise LiveStateUnreadable(*made.plan.problems)
    return made


def _open(made: Planned) -> list[Change]:
    return [*made.plan.changes, *(blocked.change for blocked in made.plan.blocked)]


def _why_left(change: Change) -> str:
    return "it would change" if change.action is not Action.ADOPT else "it is refused"


def _standing(organization: Organization, directory: Path) -> _Standing:
    """Read the inventory that is being replaced, if it can be; that it cannot is why it is rebuilt."""
    try:
        return _Standing(inventory=standing_inventory(organization, directory))
    except ReconcilerError as error:
        if any(problem.code == "inventory-unreachable" for problem in error.problems):
            raise
        return _Standing(readable=False)


def _address(text: str) -> Address:
    address = parse_address(text)
    if address is None or address.parent is not None:
        raise UsageInvalid(
            Problem(
                code="address-invalid",
                summary="not the address of a resource",
                where=text,
                remedy=f"Write organization, kind and key, such as acme-fr/{EXAMPLE.words()['object']}.",
            )
        )
    return address


def _not_adoptable(address: Address, part: Part | None) -> Problem:
    if part is None:
        detail, remedy, command = ("--org leaves its organization out.", "Leave out --org.", "")
    elif part.inventory is not None and part.inventory.find(address.kind, address.key) is not None:
        detail, remedy = ("It is managed already.", "Nothing needs to be done. See what is known of it:")
        command = f"reconciler inventory show {address}"
    elif not any((one.kind, one.key) == (address.kind, address.key) for one in part.desired.declared):
        detail = "No document declares it, and what nobody declares never comes into the inventory."
        remedy, command = ("Declare it as it is, and look at the plan:", "reconciler plan")
    else:
        detail = "It is declared, and is not live."
        remedy, command = ("An apply creates it. Look at the plan:", "reconciler plan")
    summary = "there is nothing to adopt at this address"
    return Problem(
        code="not-adoptable", summary=summary, where=str(address), detail=detail, remedy=remedy, command=command
    )


def _not_configured(address: Address, names: Collection[str]) -> Problem:
    close = get_close_matches(address.organization, names, n=1)
    return Problem(
        code="organization-unknown",
        summary="no such organization",
        where=str(address),
        detail=f'reconciler.yaml names no organization "{address.organization}".',
        remedy=f'Did you mean "{close[0]}"?' if close else f"It names {', '.join(names)}.",
    )


def _not_managed(text: str, inventory: Inventory | None) -> Problem:
    known = [] if inventory is None else [f"{inventory.organization}/{name}" for name in inventory.managed]
    close = get_close_matches(text, known, n=1)
    return Problem(
        code="not-managed",
        summary="the inventory does not hold this address",
        where=text,
        remedy=f'Did you mean "{close[0]}"?' if close else "See what it holds:",
        command="" if close else "reconciler inventory list",
    )
