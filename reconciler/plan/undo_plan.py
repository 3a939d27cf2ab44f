"""Journal, live state and inventory → the plan that undoes a run: by the ordinary stations, and what they lack. Pure.

`undo` says what is aimed at, `undo_live` what of it goes; `build` makes the plan. Added here is what no document could
ask for: refusals of what others changed since, moves back and forgetting, the losses, and a word on the documents,
which still say what the run applied.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.errors import Place, Problem
from reconciler.model.address import Address
from reconciler.model.change import Action, Blocked, Change, MemberAction, Precondition
from reconciler.model.guards import ADOPT_REMOVES
from reconciler.model.inventory import Inventory
from reconciler.model.journal import Opening
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan, Share
from reconciler.model.resource import Observed, Removal
from reconciler.model.state import Allowance, DesiredCertificate, DesiredState, LiveState
from reconciler.plan.build import Part, build
from reconciler.plan.cost import cost
from reconciler.plan.digest import plan_digest
from reconciler.plan.pruning import stripped
from reconciler.plan.scene import named
from reconciler.plan.undo import Aim, Aims
from reconciler.plan.undo_live import Judge
from reconciler.plan.undo_losses import Loss, told
from reconciler.plan.undo_memory import joined, legible
from reconciler.plan.undo_names import without_lost_names

_CAUSES = {
    Action.CREATE: "run {} deleted it",
    Action.UPDATE: "run {} changed it",
    Action.REPLACE: "run {} changed it",
    Action.DELETE: "run {} created it",
    Action.ADOPT: "run {} forgot it",
}


_LIST_GUARDS = frozenset({ADOPT_REMOVES, "list-emptied", "main-removed"})
"""What these ask is worded for whoever declares a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """One organization on its way back: what is aimed at there, and what was read for it."""

    organization: Organization
    aims: Aims
    live: LiveState
    allowances: tuple[Allowance, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Additions:
    """What the plan holds beside what `build` makes."""

    moves: list[Change] = field(default_factory=list)
    forgets: list[Change] = field(default_factory=list)
    refused: list[Blocked] = field(default_factory=list)
    lost: list[Loss] = field(default_factory=list)


def state_of(organization: str, aims: Sequence[Aim]) -> DesiredState:
    """Give the desired state that aims come to; it speaks of their objects alone."""
    return DesiredState(
        organization=organization,
        declared=tuple(sorted((one.declared for one in aims if one.declared), key=lambda one: (one.kind, one.key))),
        removals=tuple(sorted((one.removal for one in aims if one.removal), key=_place)),
        certificate=DesiredCertificate(files=0),
        partial=True,
    )


def known_of(aims: Aims) -> Inventory | None:
    """Give of the inventory what is to be read for: the objects that are aimed at."""
    if aims.inventory is None:
        return None
    named = {(one.kind.name, one.address.key) for one in aims.aims}
    managed = {name: one for name, one in aims.inventory.managed.items() if (one.kind, one.key) in named}
    intents = tuple(one for one in aims.inventory.intents if (one.kind, one.key) in named)
    return replace(aims.inventory, managed=managed, intents=intents)


def undo_plan(opening: Opening, undoings: Sequence[Undoing], image: Callable[[str, Observed], Observed]) -> Plan:
    """Make the plan that undoes a run.

    Args:
        opening: The first line of its journal.
        undoings: One for each organization that the run was at.
        image: Gives an object as that journal holds it.

    Raises:
        DesiredStateInvalid: what goes back cannot be meant any more.
    """
    added = _Additions()
    parts = [_part(opening.run, one, added, image) for one in undoings]
    plan = build(parts)
    inventories = {part.organization.name: legible(part.inventory, part.organization) for part in parts}
    held_back = (_reworded(one, opening.run, inventories) for one in plan.blocked)
    every_blocked = sorted([*held_back, *added.refused], key=lambda one: one.change.address)
    forgotten = {aim.address for one in undoings for aim in one.aims.aims if aim.action is Action.FORGET}
    asked = _without_adoptions(plan.changes, forgotten)
    changes = [*added.moves, *(_told(one, opening.run, inventories) for one in asked), *added.forgets]
    organizations = {one.organization.name: one.organization for one in undoings}
    made = replace(
        plan,
        shares=tuple(_share(one, changes, organizations[one.organization]) for one in plan.shares),
        changes=tuple(changes),
        blocked=tuple(every_blocked),
        undoes=opening.run,
    )
    reminders = () if made.empty else (_documents(opening),)
    made = replace(made, warnings=(*plan.warnings, *told(added.lost), *reminders))
    return replace(made, digest=plan_digest(made))


def _without_adoptions(changes: Sequence[Change], forgotten: Collection[Address]) -> Iterator[Change]:
    """Leave out adoptions of what the run did not forget: it wrote there, and died before the inventory was told."""
    idle = {one.address for one in changes if one.action is Action.ADOPT and one.address not in forgotten}
    for one in changes:
        if one.address not in idle:
            needs, follows = (
                tuple(name for name in every if name not in idle) for every in (one.depends_on, one.follows)
            )
            yield replace(one, depends_on=needs, follows=follows)


def _part(run: str, undoing: Undoing, added: _Additions, image: Callable[[str, Observed], Observed]) -> Part:
    aims, name = undoing.aims, undoing.organization.name
    judge = Judge(run, undoing.live, aims.inventory, undoing.organization.digest_key, image)
    for aim in aims.aims:
        judge.judge(aim)
    judge.settle_references()
    verdicts = judge.verdicts
    kept, unknown = without_lost_names(verdicts.kept, undoing.live)
    added.refused += verdicts.refused
    added.lost += (*aims.losses, *verdicts.lost, *unknown)
    added.moves += (replace(one, cause=f"run {run} moved it") for one in aims.moves)
    for address, remote_id in sorted(aims.forgets.items()):
        change, problem = _forgetting(run, address, remote_id, aims.inventory), judge.overtaken_entry(address)
        if problem is None:
            added.forgets.append(change)
        else:
            added.refused.append(Blocked(change=change, problem=problem))
    return Part(
        organization=undoing.organization,
        desired=state_of(name, kept),
        live=undoing.live,
        inventory=aims.inventory,
        allowances=undoing.allowances,
        retry_overridden=True,  # asked for by name, and once: what goes back is sent, whatever became of it before
    )


def _forgetting(run: str, address: Address, remote_id: str | None, inventory: Inventory | None) -> Change:
    entry = inventory.find(address.kind, address.key) if inventory is not None else None
    return Change(
        address=address,
        action=Action.FORGET,
        remote_id=remote_id,
        precondition=Precondition(digest=None),
        entry=stripped(entry),
        cause=f"run {run} adopted it: it stays as it is, and is not managed from here any more",
    )


def _reworded(blocked: Blocked, run: str, inventories: Mapping[str, Inventory | None]) -> Blocked:
    """Give a refused change with problems that name its address, and the command that this plan is made by."""
    change = _told(blocked.change, run, inventories)
    first, *others = (_placed(_unasked(one, change), change.address, run) for one in (blocked.problem, *blocked.others))
    return replace(blocked, change=change, problem=first, others=tuple(others))


def _unasked(problem: Problem, change: Change) -> Problem:
    """Word what a guard of lists asks where no document declares them."""
    if problem.code not in _LIST_GUARDS:
        return problem
    detail = problem.detail
    if problem.code == "list-emptied":
        kept = {one.section for one in change.members if one.action is not MemberAction.REMOVE}
        going = [one for one in change.members if one.section not in kept]
        lists = " and ".join(dict.fromkeys(f"`{one.section}`" for one in going))
        detail = f"Nobody stood on {lists} before the run, so {named(one.address.key for one in going)} would go."
    meant = problem.remedy.rpartition("\n")[2]
    return replace(problem, detail=detail, remedy=f"Without that it stays as it is, and the rest is undone.\n{meant}")


def _placed(problem: Problem, address: Address, run: str) -> Problem:
    where = str(address) if isinstance(problem.where, Place) else problem.where
    words = problem.command.split(" ")
    command = " ".join(("reconciler undo", run, *words[2:])) if words[:2] == ["reconciler", "plan"] else problem.command
    return replace(problem, where=where, command=command)


def _told(change: Change, run: str, inventories: Mapping[str, Inventory | None]) -> Change:
    """Say why, and let the inventory go on with what it holds of the fields that are not undone."""
    cause = _CAUSES[change.action].format(run) if change.action in _CAUSES else change.cause
    inventory, entry = inventories[change.address.organization], change.entry
    held = inventory.find(change.address.kind, change.address.key) if inventory is not None else None
    told = replace(change, cause=cause, source=None)  # no document says it
    if entry is None or held is None or change.action is Action.DELETE or held.remote_id != change.remote_id:
        return told
    return replace(told, entry=joined(entry, held, change))


def _share(share: Share, changes: Sequence[Change], organization: Organization) -> Share:
    """Give a share with the cost of what goes; files of documents, and strangers, are no affair of an undo."""
    kinds = {kind.name: kind for kind in organization.vendor.kinds}
    mine = [one for one in changes if one.address.organization == share.organization]
    cost_now = cost(mine, kinds, organization, share.certificates)
    return replace(share, cost=cost_now, documents={}, applied={}, fingerprints={}, unmanaged={})


def _documents(opening: Opening) -> Problem:
    if opening.undoes:
        return Problem(
            code="undo-documents",
            summary="the documents may not say this",
            where=opening.run,
            detail=f"The run was itself an undo, of run {opening.undoes}. Whether the documents say what stood before "
            "it was not looked at.",
            remedy="See what they want after this one was applied:",
            command="reconciler plan",
            warning=True,
        )
    clean = opening.commit and not opening.dirty  # what was never committed no revert takes back
    at = f" (commit {opening.commit[:12]}{', edited since' if opening.dirty else ''})" if opening.commit else ""
    return Problem(
        code="undo-documents",
        summary="the documents still say what is undone",
        where=opening.run,
        detail=f"The run applied the documents as they were then{at}. Unless they are changed too, the next plan by "
        "the documents does all this again.",
        remedy="Change them back as well, if that commit made them so:" if clean else "Change them back as well.",
        command=f"git revert {opening.commit[:12]}" if clean else "",
        warning=True,
    )


def _place(removal: Removal) -> tuple[str, str]:
    return removal.kind, removal.key
