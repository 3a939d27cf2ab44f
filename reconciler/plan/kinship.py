"""Drafts that concern parents and children of which the documents may know nothing.

A parent that is deleted while a live child stays: the vendor either refuses, or quietly takes the parent away from the
child, which nobody declared (fact sheet §7, "deleting a parent with children"). So the delete is refused here.

A resource that is given a parent must not have children. Where every object was listed that is judged with the
references; where only some were looked up nobody knows, and the change is marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.model.change import Action, Change, Mark
from reconciler.model.kind import Flaw, Kind
from reconciler.model.state import LiveState
from reconciler.plan.changes import Draft


def with_kin(drafts: Sequence[Draft], kind: Kind, live: LiveState, *, listed: bool) -> list[Draft]:
    """Add to the drafts of one kind what speaks against them, or stays unknown, because of parents and children."""
    names = [field.name for field in kind.fields if field.reference == kind.name]
    staying = {name: _staying_children(drafts, kind, live, name) for name in names}
    return [_judged(draft, kind, staying, listed=listed) for draft in drafts]


def _judged(draft: Draft, kind: Kind, staying: Mapping[str, Mapping[str, str]], *, listed: bool) -> Draft:
    change = draft.change
    if change.action is Action.DELETE:
        flaws = [
            _has_child(kind, change.address.key, children[change.address.key], name)
            for name, children in staying.items()
            if change.address.key in children
        ]
        return replace(draft, flaws=(*draft.flaws, *flaws))
    if change.action is Action.CREATE or listed:
        return draft
    marks = tuple(_unverified(name) for name in staying if _gives(change, name))
    return replace(draft, change=replace(change, marks=(*change.marks, *marks))) if marks else draft


def _staying_children(drafts: Sequence[Draft], kind: Kind, live: LiveState, name: str) -> dict[str, str]:
    """Give one live child, by parent, of those that this plan neither deletes nor moves away."""
    if not any(draft.change.action is Action.DELETE for draft in drafts):
        return {}
    leaving = {draft.change.address.key for draft in drafts if _leaves(draft.change, name)}
    return {
        str(found.fields[name]): key
        for key, found in live.objects.get(kind.name, {}).items()
        if found.fields.get(name) is not None and key not in leaving
    }


def _leaves(change: Change, name: str) -> bool:
    return change.action is Action.DELETE or any(row.path == (name,) for row in change.fields)


def _gives(change: Change, name: str) -> bool:
    return any(row.path == (name,) and row.after is not None for row in change.fields)


def _has_child(kind: Kind, key: str, child: str, name: str) -> Flaw:
    return Flaw(
        path=(),
        code="child-of-deleted",
        summary="something that stays belongs to it",
        detail=f'{kind.title} "{child}" has "{key}" for its {name}, and stays.',
        why="The vendor refuses that, or takes it away from those who stay.",
        remedy=f"Move or remove those who belong to it first, {child} among them.",
    )


def _unverified(name: str) -> Mark:
    return Mark(
        code="children-unverified",
        text=f"It gets a {name}, and only a few objects were read: if it is the {name} of others itself, "
        "the vendor will refuse.",
        path=(name,),
    )
