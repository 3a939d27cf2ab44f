"""The run behind `undo`: a journal, and the plan kept beside it, are read; then the vendor, as far as the run went.

Only the organizations that the run was at are asked, and there only for the objects that it changed. A run that still
goes on is waited out by nobody: its lock refuses.
"""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from reconciler.cli.composition import Scope, scope_of, together
from reconciler.cli.connections import connected
from reconciler.cli.journals import image_of
from reconciler.cli.kept_plans import kept_changes
from reconciler.cli.locking import check_free
from reconciler.cli.private_folder import journals_of
from reconciler.cli.running import result_of
from reconciler.cli.stores import inventory_of
from reconciler.cli.terminal import now
from reconciler.cli.watching import Watch, watched
from reconciler.desired.collector import collector_held
from reconciler.errors import PlanStale, Problem, UsageInvalid
from reconciler.live.observe import observe
from reconciler.live.provider import Provider
from reconciler.model.change import Change
from reconciler.model.journal import Entry, Opening
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan
from reconciler.model.state import Allowance
from reconciler.plan.undo import aims_of
from reconciler.plan.undo_plan import Undoing, known_of, state_of, undo_plan
from reconciler.render.progress import Narration
from reconciler.store.journal import Journals, Say, quiet

Planned = Mapping[tuple[str, str], Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A run that is to be undone: its journal's first line, what it did by organization, and what it had planned."""

    opening: Opening
    entries: Mapping[str, Sequence[Entry]]
    planned: Planned


def make_undo_plan(
    directory: Path,
    run: str,
    names: Sequence[str],
    narration: Narration,
    allowances: tuple[Allowance, ...] = (),
    most: int | None = None,
) -> Plan:
    """Make the plan that undoes a run at these organizations, at all that it was at without a name.

    Raises:
        UsageInvalid: there is no journal of such a run here, or it was not at one of these organizations.
        Locked: a run is at work there.
        PlanStale: an organization answers elsewhere now.
        ReconcilerError: something could not be read.
    """
    undone = undone_run(journals_of(directory), run, narration.say)
    chosen = chosen_sites(undone.opening, names)
    scope = replace(scope_of(directory, chosen, now().date(), most), allowances=allowances)
    check_sites(undone.opening, scope.organizations)
    check_free(scope.organizations, directory)
    with asyncio.Runner() as runner:
        return result_of(runner, _make(undone, scope, narration))


def undone_run(journals: Journals, name: str, say: Say = quiet) -> Undone:
    """Read what a run did; `say` is told of what `last` passes over.

    Raises:
        UsageInvalid: there is no journal of it here.
        ReconcilerError: the journal cannot be read.
    """
    run = journals.find(name, say)
    with collector_held():
        found = journals.read(run)
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in found.entries:
        entries[entry.address.partition("/")[0]].append(entry)
    return Undone(opening=found.opening, entries=entries, planned=kept_changes(journals, run))


def chosen_sites(opening: Opening, names: Sequence[str]) -> tuple[str, ...]:
    """Choose from the organizations that a run was at.

    Raises:
        UsageInvalid: it was not at one of these names.
    """
    sites = [site.organization for site in opening.sites]
    foreign = [name for name in names if name not in sites]
    if foreign:
        raise UsageInvalid(*(_not_there(name, opening.run, sites) for name in foreign))
    return tuple(names) or tuple(sites)


async def planned_undo(undone: Undone, scope: Scope, providers: Mapping[str, Provider], watch: Watch) -> Plan:
    """Read what the run's objects are now, and plan.

    Raises:
        ReconcilerError: something could not be read, or cannot be meant any more.
    """
    with collector_held():
        undoings = await together(
            _undoing(one, undone, scope, providers[one.name], watch) for one in scope.organizations
        )
        watch.turn_to("Comparing")
        return await asyncio.to_thread(
            undo_plan, undone.opening, undoings, image_of(scope, masked=undone.opening.masked)
        )


def check_sites(opening: Opening, organizations: Sequence[Organization]) -> None:
    """Refuse to undo at another place than where it was done.

    Raises:
        PlanStale: `reconciler.yaml` was changed since.
    """
    moved = [_elsewhere(opening.run, one) for one in organizations if not opening.was_at(one)]
    if moved:
        raise PlanStale(*moved)


async def _make(undone: Undone, scope: Scope, narration: Narration) -> Plan:
    async with connected(scope.organizations, scope.directory, os.environ) as providers, watched(narration) as watch:
        return await planned_undo(undone, scope, providers, watch)


async def _undoing(
    organization: Organization, undone: Undone, scope: Scope, provider: Provider, watch: Watch
) -> Undoing:
    inventory = await asyncio.to_thread(inventory_of, organization, scope.directory)
    kinds = {kind.name: kind for kind in organization.vendor.kinds}
    entries = undone.entries.get(organization.name, ())
    aims = aims_of(undone.opening, entries, kinds, inventory, undone.planned)
    watch.turn_to(f"Reading {organization.name}")
    wanted = state_of(organization.name, aims.aims)
    live = await observe(provider, wanted, partial(watch.reads, organization.name), known_of(aims))
    return Undoing(organization=organization, aims=aims, live=live, allowances=scope.allowances)


def _not_there(name: str, run: str, sites: Sequence[str]) -> Problem:
    return Problem(
        code="undo-organization",
        summary="the run was not at this organization",
        where="--org",
        detail=f'Run {run} changed nothing at "{name}".',
        remedy=f"It was at {', '.join(sites)}.",
    )


def _elsewhere(run: str, organization: Organization) -> Problem:
    return Problem(
        code="undo-elsewhere",
        summary="the run was at another endpoint",
        where=organization.name,
        detail=f"Run {run} was at another vendor or endpoint than reconciler.yaml names for it now.",
        why="What stood there before says nothing of another organization.",
        remedy="Put the endpoint back in reconciler.yaml, or leave the organization out with --org.",
    )
