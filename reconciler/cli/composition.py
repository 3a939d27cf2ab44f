"""The stations, composed: configuration -> documents and live state -> plan. Commands compose through here alone.

Organizations go side by side, and meet once: nothing is sent to any vendor before the documents of all of them are
read and valid. What is wrong in several organizations is told together.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.locating import build_located
from reconciler.cli.narrowing import Before, documents_before
from reconciler.cli.recollection import recollection
from reconciler.cli.stores import former_name, inventory_of
from reconciler.cli.terminal import now
from reconciler.cli.watching import Watch
from reconciler.desired.collector import collector_held
from reconciler.desired.configuration import load_configuration
from reconciler.desired.load import load
from reconciler.errors import DesiredStateInvalid, Problem, ProviderRejected, ReconcilerError, UsageInvalid, in_order
from reconciler.live.observe import observe
from reconciler.live.provider import Provider
from reconciler.live.unbroken import UNBROKEN
from reconciler.model.inventory import Inventory
from reconciler.model.journal import JournalPolicy
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan
from reconciler.model.state import Allowance, DesiredState
from reconciler.plan.build import Part
from reconciler.plan.digest_keys import key_warnings
from reconciler.plan.touched import asked_for
from reconciler.providers.table import VENDORS

Result = TypeVar("Result")

_NO_USE_WAITING = (DesiredStateInvalid, UsageInvalid, ProviderRejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one run is about: the folder, the organizations chosen from it, the day, and what this run allows.

    `agreed` is the digest of the reviewed plan that the run continues; the override lines which that one used up are
    not used up for its rest. `forgetful` plans as if nothing were managed; what `recalled` holds by organization, an
    inventory that is to be replaced, is read from the vendor all the same. `clock` tells the time of day. `unlinted`
    are the lint rules that are turned off. `since` is the revision that the plan is held to the changes since.
    `retry_overridden` says that what the vendor set back is sent again.
    """

    directory: Path
    organizations: tuple[Organization, ...]
    today: date
    allowances: tuple[Allowance, ...] = ()
    agreed: str = ""
    forgetful: bool = False
    recalled: Mapping[str, Inventory] = field(default_factory=dict)
    journal: JournalPolicy = field(default_factory=JournalPolicy)
    clock: Callable[[], datetime] = now
    unlinted: frozenset[str] = frozenset()
    since: str = ""
    retry_overridden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, and by organization what it was made from."""

    plan: Plan
    parts: Mapping[str, Part]


def configured(directory: Path) -> tuple[Organization, ...]:
    """Read the organizations of a folder.

    Raises:
        DesiredStateInvalid, UsageInvalid: `reconciler.yaml` has problems.
    """
    configuration = load_configuration(directory, VENDORS, os.environ)
    if configuration.strays:
        raise UsageInvalid(*configuration.strays)
    return configuration.organizations


def scope_of(directory: Path, names: Sequence[str], today: date, most: int | None = None) -> Scope:
    """Choose organizations by name; no name chooses all. At most `most` requests a minute go to each of them.

    Raises:
        UsageInvalid: there is none of that name; or the environment holds variables that look like ours and are none,
            which are told with what is wrong with the documents.
    """
    configuration = load_configuration(directory, VENDORS, os.environ)
    known = {organization.name: organization for organization in configuration.organizations}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageInvalid(*(no_organization(name, known) for name in unknown))
    chosen = [known[name] for name in dict.fromkeys(names)] or [*known.values()]
    if configuration.strays:
        raise UsageInvalid(*configuration.strays, *in_order(_problems_of(chosen, directory, today)))
    paced = tuple(replace(one, most_per_minute=most) for one in chosen)
    return Scope(
        directory=directory,
        organizations=paced,
        today=today,
        journal=configuration.journal,
        unlinted=configuration.unlinted,
    )


def _problems_of(organizations: Sequence[Organization], directory: Path, today: date) -> Iterator[Problem]:
    for organization in organizations:
        try:
            load(organization, directory, today)
        except DesiredStateInvalid as error:
            yield from error.problems


async def desired_states(scope: Scope) -> list[DesiredState]:
    """Read the documents of every organization.

    Raises:
        DesiredStateInvalid: with the problems of all of them.
    """
    pristine = os.environ.get("CI", "").lower() in ("true", "1")  # as the usual runners set it; nobody edits there
    loads = (
        asyncio.to_thread(load, one, scope.directory, scope.today, pristine=pristine) for one in scope.organizations
    )
    with leaving_at_once():
        return await together(loads)


async def planned(scope: Scope, providers: Mapping[str, Provider], watch: Watch) -> Planned:
    """Make the plan of these organizations.

    Raises:
        DesiredStateInvalid: documents are wrong (then nothing was sent), or name what does not exist.
        UsageInvalid: nobody knows what changed since the revision that the plan is to be held to.
        ReconcilerError: something could not be read at all, an inventory among it.
    """
    with leaving_at_once(), collector_held():  # nothing that is read is garbage before the plan is made
        states = await desired_states(scope)
        before = await _before(scope) if scope.since else None
        organizations = zip(scope.organizations, states, strict=True)
        parts = await together(
            _part(one, desired, scope, providers[one.name], watch, before) for one, desired in organizations
        )
        watch.turn_to("Comparing")
        since = before.since(parts) if before is not None else None
        plan = await asyncio.to_thread(build_located, parts, scope.directory, since)
        keys = (one for part in parts for one in key_warnings(part.organization, part.inventory))
        plan = replace(plan, warnings=(*keys, *plan.warnings))
    return Planned(plan=plan, parts={part.organization.name: part for part in parts})


async def _before(scope: Scope) -> Before:
    with UNBROKEN.work("reading the documents as they were"):  # a copy of them stands in a folder meanwhile
        return await asyncio.to_thread(documents_before, scope.directory, scope.organizations, scope.since, scope.today)


async def _part(
    organization: Organization,
    desired: DesiredState,
    scope: Scope,
    provider: Provider,
    watch: Watch,
    before: Before | None,
) -> Part:
    found = await asyncio.to_thread(_inventory, organization, scope, desired)
    recalled = await asyncio.to_thread(recollection, organization, scope.directory, found)
    inventory = recalled.inventory if recalled is not None else None
    watch.turn_to(f"Reading {organization.name}")
    known = inventory or scope.recalled.get(organization.name)
    focus = before.focus(desired, known, organization.vendor.kinds) if before is not None else None
    wanted, ours = asked_for(desired, known, focus)
    began = scope.clock()  # what is seen from now on shows all that had its time before
    live = await observe(
        provider,
        wanted,
        lambda made, foreseen: watch.reads(organization.name, made, foreseen),
        ours,
        organization.settings,
    )
    return Part(
        organization=organization,
        desired=desired,
        live=live,
        inventory=inventory,
        allowances=scope.allowances,
        read_at=began,
        unsent=recalled.unsent if recalled is not None else (),
        focus=focus,
        retry_overridden=scope.retry_overridden,
    )


def _inventory(organization: Organization, scope: Scope, desired: DesiredState) -> Inventory | None:
    if scope.forgetful:
        return None
    found = inventory_of(organization, scope.directory, former_name(desired.moves))
    if found is None or found.agreement is None or found.agreement.plan != scope.agreed:
        return found
    used = found.agreement.spent
    return replace(found, spent=tuple(one for one in found.spent if one not in used))


async def together(works: Iterable[Coroutine[object, object, Result]]) -> list[Result]:
    """Do several things side by side, each to its end; what went wrong in them is raised as one."""
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if failures:
        raise _one_of(failures)
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]


def _one_of(failures: Sequence[BaseException]) -> BaseException:
    """Make one of several: a bug alone, so that it is seen; else all problems, as the sort that waiting helps least."""
    for failure in failures:
        if not isinstance(failure, ReconcilerError):
            return failure
    errors = [failure for failure in failures if isinstance(failure, ReconcilerError)]
    kinds = [type(one) for one in errors]
    kind = next((one for one in _NO_USE_WAITING if one in kinds), kinds[0])
    return kind(*in_order(problem for one in errors for problem in one.problems))


def no_organization(name: str, known: Iterable[str]) -> Problem:
    """Say that nothing is known of an organization by this name."""
    close = get_close_matches(name, list(known), n=1)
    return Problem(
        code="organization-unknown",
        summary="no such organization",
        where="--org",
        detail=f'reconciler.yaml names no organization "{name}".',
        remedy=f'Did you mean "{close[0]}"?' if close else f"It names {', '.join(known)}.",
    )
