"""The guards that look at a whole organization, or at a whole kind: what is wrong there is wrong with all its changes.

Shares are taken of the inventory, not of the scope, so that a plan of one file cannot pass for a small one. What
another guard refuses is counted too: a number that depended on the order of guards could not be typed.

| more than a fifth of a kind is gone      |                                                              |
|------------------------------------------|--------------------------------------------------------------|
| held back                                | creates, deletes, lists that remove somebody, and forgetting |
| goes on                                  | updates, and adoption                                        |

An update or an adoption rests on an object that was seen, and nothing is wrong with that. Forgetting sends nothing, but
it rests on absence as a create does: an object that a doubtful listing lacks would never be deleted once forgotten.

Which size to compare with: that of the last complete listing, kept true by whoever applies. Deletes that a killed run
set out to make, and whose objects are gone, count as made; so one of two that goes by our own hand is no shrinking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.guards import DELETES, DESIRED_EMPTY, LIVE_SHRANK, UPDATES
from reconciler.model.kind import Kind
from reconciler.model.resource import Observed
from reconciler.model.state import Unread
from reconciler.plan.identity import SUMMARY, WHY, estrangement
from reconciler.plan.refusal import Refusal, Words, of_kind, of_organization
from reconciler.plan.scene import WRITES, Scene

_FIFTHS = 5
_FLOOR, _TOP = 3, 50  # of the deletes that are let through; between them a tenth of what is managed
_TEN = 10


def organization_changed(scene: Scene) -> Iterator[Refusal]:
    """Hold everything back where another organization seems to answer, by the rule of `identity`."""
    if not scene.changes:
        return
    detail = estrangement(scene.inventory, scene.provider, scene.endpoint, scene.live)
    if detail:
        words = Words(
            summary=SUMMARY,
            detail=detail,
            why=WHY,
            instead="Correct endpoint or credentials, or give the other organization a name of its own.",
            meant="If it is the same organization",
        )
        yield of_organization(scene.organization, scene.changes, words)


def live_shrank(scene: Scene, kind: str) -> Iterator[Refusal]:
    """Hold back what rests on absence, and what deletes, where more than a fifth of a kind is missing."""
    before, rows = _size_before(scene, kind), _listed(scene).get(kind)
    if rows is None or not _is_shrunk(before, rows):
        return
    changes = [*scene.of(kind, Action.CREATE, Action.DELETE, Action.FORGET)]
    changes += [change for change in scene.of(kind, *WRITES) if change.touched(MemberAction.REMOVE)]
    if changes:
        words = Words(
            summary="the live state shrank",
            detail=f"The last complete listing gave {before} {kind} objects, this one gives {rows}.",
            why="What is missing may be hidden rather than gone: it would be created twice, or forgotten.",
        )
        yield of_kind(LIVE_SHRANK, scene.organization, kind, changes, words)


def believed_sizes(scene: Scene, allowed: Collection[str]) -> Mapping[str, int]:
    """Give how much complete listings gave, for the next run to compare with.

    A listing that shrank is believed only where that was `allowed` of its kind: what else is applied must not make the
    next run take it for the usual size.
    """
    listed = _listed(scene)
    return {
        kind: rows
        for kind, rows in listed.items()
        if kind in allowed or not _is_shrunk(_size_before(scene, kind), rows)
    }


def _listed(scene: Scene) -> Mapping[str, int]:
    return {one.kind: one.rows for one in scene.live.certificates if one.complete}


def _size_before(scene: Scene, kind: str) -> int:
    return scene.inventory.sizes.get(kind, 0) - _gone_by_us(scene, kind)


def _is_shrunk(before: int, rows: int) -> bool:
    return (before - rows) * _FIFTHS > before


def _gone_by_us(scene: Scene, kind: str) -> int:
    """Count what a killed run set out to delete and what is gone."""
    return sum(
        intent.kind == kind
        and intent.action == Action.DELETE
        and not isinstance(scene.live.find(kind, intent.key), Observed | Unread)
        for intent in scene.inventory.intents
    )


def desired_empty(scene: Scene, kind: str) -> Iterator[Refusal]:
    """Hold every prune back where nothing at all is declared of a kind; what `removed:` entries name is not pruned."""
    pruned = [change for change in scene.of(kind, Action.DELETE) if change.source is None]
    if pruned and not scene.declared.get(kind):
        words = Words(
            summary="nothing is declared any more",
            detail=f"No document declares any {kind}, and {scene.managed(kind)} are managed.",
        )
        yield of_kind(DESIRED_EMPTY, scene.organization, kind, pruned, words)


def delete_ceiling(scene: Scene, kind: str) -> Iterator[Refusal]:
    """Hold all deletes of a kind back where there are too many."""
    deletes = scene.of(kind, Action.DELETE)
    yield from _too_many(scene, kind, deletes, len(deletes), scene.managed(kind))


def member_ceilings(scene: Scene, kind: Kind) -> Iterator[Refusal]:
    """Hold all lists that remove somebody back where too many are removed; who goes with a deleted object goes there.

    Who goes with an adoption is let go name by name, or not at all, and is not counted.
    """
    for member in kind.members:
        counts = [
            (change, sum(one.section == member.section for one in change.touched(MemberAction.REMOVE)))
            for change in scene.of(kind.name, *WRITES)
            if not change.adopts
        ]
        number = sum(count for _, count in counts)
        if number > _FLOOR:  # who is managed stands in every entry, and is seldom worth reading all of them
            entries = (entry for entry in scene.inventory.managed.values() if entry.kind == kind.name)
            managed = sum(len(entry.members.get(member.section, ())) for entry in entries)
            removing = [change for change, count in counts if count]
            yield from _too_many(scene, member.name, removing, number, managed)


def _too_many(scene: Scene, kind: str, changes: Sequence[Change], number: int, managed: int) -> Iterator[Refusal]:
    ceiling = max(_FLOOR, min(managed // _TEN, _TOP))
    if number > ceiling:
        share = f" ({number * 100 // managed} %)" if managed else ""
        words = Words(
            summary="too many deletes",
            detail=f"The plan deletes {number} of {managed} managed {kind} objects{share}; the ceiling is {ceiling}.",
        )
        yield of_kind(DELETES, scene.organization, kind, changes, words, number)


def update_ceiling(scene: Scene, kind: str) -> Iterator[Refusal]:
    """Hold all updates of a kind back where there are too many; what is only now being adopted was not ours."""
    updates, managed = [one for one in scene.of(kind, *WRITES) if not one.adopts], scene.managed(kind)
    if managed >= _TEN and len(updates) * _TEN > managed * 3:
        words = Words(
            summary="too many updates",
            detail=f"The plan changes {len(updates)} of {managed} managed {kind} objects "
            f"({len(updates) * 100 // managed} %); the ceiling is 30 %.",
        )
        yield of_kind(UPDATES, scene.organization, kind, updates, words)
