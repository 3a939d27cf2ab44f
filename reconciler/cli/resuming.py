"""What earlier runs left open, found out and written down.

A run that was killed, or hurried by a second signal, leaves writes whose outcome nobody knows. The next apply, having
read the objects, says of each whether it took effect, and appends that to the journal of the run which sent it. A run
that still holds a lock is left alone.

Whether it is the same organization that answers is asked first (`plan.identity`): what another one does not have says
nothing of what was sent to ours. Such a write stays open, for a run with the right keys.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.apply.aftermath import Name, effect
from reconciler.cli.composition import Planned, Scope, planned
from reconciler.cli.journals import image_of, instant
from reconciler.cli.kept_plans import kept_changes
from reconciler.cli.private_folder import journals_of
from reconciler.cli.stores import alive_run
from reconciler.cli.terminal import now
from reconciler.cli.watching import Watch
from reconciler.errors import ReconcilerError
from reconciler.live.asked import ask
from reconciler.live.provider import Provider
from reconciler.model.change import Change
from reconciler.model.guards import ORGANIZATION_CHANGED
from reconciler.model.inventory import Inventory
from reconciler.model.journal import Entry, Run, Settled, site_of
from reconciler.model.resource import Observed, Value
from reconciler.model.state import Absent, LiveState, Unread
from reconciler.plan.identity import SUMMARY, estrangement, sample_of
from reconciler.render.note import Note
from reconciler.render.words import counted, inert
from reconciler.store.journal import Say

MOST_TOLD = 20
"""How many verdicts are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One run, and what it left open at the organizations at hand.

    `changes` are its plan's, where that was kept; `total` counts what it left open anywhere.
    """

    run: Run
    changes: Mapping[Name, Change]
    total: int


def leftovers(scope: Scope, say: Say) -> tuple[Leftover, ...]:
    """Find the runs that left writes open at these organizations and do not run any more.

    A journal that cannot be read is said to be so, and holds up nothing.

    Raises:
        ReconcilerError: nobody can say which journals there are.
    """
    journals = journals_of(scope.directory)
    suspects = journals.unsettled()
    alive = {alive_run(one, scope.directory) for one in scope.organizations} if suspects else set()
    found: list[Leftover] = []
    for name in suspects:
        if name in alive:
            continue
        try:
            run = journals.examined(name)
        except ReconcilerError as error:
            say(str(error))
            continue
        answering = {one.name for one in scope.organizations if run.opening.was_at(one)}
        here = tuple(entry for entry in run.entries if _organization(entry) in answering)
        if here:
            found.append(
                Leftover(run=replace(run, entries=here), changes=kept_changes(journals, name), total=len(run.entries))
            )
    return tuple(found)


async def settle(
    found: Sequence[Leftover],
    scope: Scope,
    providers: Mapping[str, Provider],
    live: Mapping[str, LiveState],
    inventories: Mapping[str, Inventory | None],
    say: Say,
    by: str,
    read_at: datetime | None = None,
) -> None:
    """Find out what became of each open write, say so, and write it down where it was sent from.

    Args:
        found: What was left open.
        scope: The organizations at hand.
        providers: The way to them.
        live: What this run has read of them; what it has not is asked for by itself.
        inventories: What is managed of them.
        say: Told one line for each write, up to `MOST_TOLD`.
        by: The run that finds it out.
        read_at: When reading began; what was sent shortly before may not show in it, nor ever where that is unknown.
    """
    lines: list[str] = []
    for leftover in found:
        settled = await _verdicts(leftover, scope, providers, live, inventories, say, read_at)
        if unseen := len(leftover.run.open) - len(settled):
            what = f"What became of {counted(unseen, 'write')} that run {leftover.run.id} left open cannot be told yet"
            lines.append(f"{what}; the next apply looks again.")
        if settled:
            left = range(leftover.total - 1, -1, -1)
            numbered = [replace(one, by=by, left=count) for one, count in zip(settled, left, strict=False)]
            try:
                await asyncio.to_thread(journals_of(scope.directory).settle, leftover.run.id, numbered)
            except ReconcilerError as error:
                say(str(error))
            lines += (_told(one, leftover.run.id) for one in settled)
    for line in lines[:MOST_TOLD]:
        say(line)
    if len(lines) > MOST_TOLD:
        say(f"… and {len(lines) - MOST_TOLD} writes more; `reconciler journal show` tells them all.")


async def planned_anew(scope: Scope, providers: Mapping[str, Provider], watch: Watch, by: str) -> Planned:
    """Make a plan for an apply, having settled by the same reading what earlier runs left open.

    Raises:
        ReconcilerError: as `planned`.
    """
    found = await asyncio.to_thread(leftovers, scope, watch.say)
    began = scope.clock()
    made = await planned(scope, providers, watch)
    live = {name: part.live for name, part in made.parts.items()}
    inventories = {name: part.inventory for name, part in made.parts.items()}
    await settle(found, scope, providers, live, inventories, watch.say, by, began)
    return made


async def _verdicts(
    leftover: Leftover,
    scope: Scope,
    providers: Mapping[str, Provider],
    live: Mapping[str, LiveState],
    inventories: Mapping[str, Inventory | None],
    say: Say,
    read_at: datetime | None,
) -> list[Settled]:
    run = leftover.run
    image = image_of(scope, masked=run.opening.masked)
    settled: list[Settled] = []
    for organization, entries in _by_organization(run.open).items():
        provider = providers[organization]
        try:
            ours = inventories.get(organization)
            known = await _known(entries, provider, organization, live.get(organization), ours)
            if ours is not None and _is_another(ours, organization, scope, known[0]):
                say(f"{organization}: what run {run.id} left open cannot be told yet: {SUMMARY}")
                continue
            for entry in entries:
                change = leftover.changes.get((entry.address, entry.action.value))
                verdict = await effect(entry, change, _find(entry, known), provider, image, read_at)
                if verdict is not None:
                    settled.append(
                        Settled(
                            at=instant(now()),
                            address=entry.address,
                            action=entry.action.value,
                            took_effect=verdict.took_effect,
                            because=verdict.because,
                            by="",
                            left=0,
                        )
                    )
        except ReconcilerError as error:
            say(f"{organization}: what run {run.id} left open cannot be told yet: {error.problems[0].summary}")
    return settled


async def _known(
    entries: Sequence[Entry], provider: Provider, organization: str, live: LiveState | None, ours: Inventory | None
) -> Sequence[LiveState]:
    """Give what is known of these objects; those of which nothing is are asked for, and what tells who answers."""
    seen = [live] if live is not None else []
    missing = [entry for entry in entries if isinstance(_find(entry, seen), Unread)]
    if seen and not missing:
        return seen
    keys: dict[str, set[str]] = defaultdict(set)
    for one in sample_of(ours) if ours is not None and not seen else ():
        keys[one.kind].add(one.key)
    for entry in missing:
        if entry.place is not None:
            keys[entry.place.top.kind].add(entry.place.top.key)
    return [*seen, await ask(provider, organization, keys)]


def _is_another(ours: Inventory, name: str, scope: Scope, live: LiveState) -> bool:
    """Say whether another organization answers, as far as is known, and nobody said that it is the same."""
    if any(one.guard == ORGANIZATION_CHANGED and one.target == name for one in scope.allowances):
        return False
    (site,) = (site_of(one) for one in scope.organizations if one.name == name)
    return bool(estrangement(ours, site.provider, site.endpoint, live))


def _find(entry: Entry, known: Iterable[LiveState]) -> Observed | Absent | Unread:
    place = entry.place
    for live in known if place is not None else ():
        found = live.find(place.top.kind, place.top.key) if place is not None else Unread(reason="")
        if not isinstance(found, Unread):
            return found
    return Unread(reason="it was not looked up")


def _by_organization(entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[_organization(entry)].append(entry)
    return found


def _organization(entry: Entry) -> str:
    return entry.address.partition("/")[0]


def _told(settled: Settled, run: str) -> str:
    """Word a verdict: "the update that run R left open took effect"."""
    what = f"the {settled.action} that run {run} left open"
    whether = f"whether {what} took effect" if settled.took_effect is None else what
    facts: dict[str, Value] = {"address": settled.address, "action": settled.action, "run": run}
    return Note(
        f"{inert(settled.address)}: {whether} {settled.told}.", "settled", {**facts, "took_effect": settled.took_effect}
    )
