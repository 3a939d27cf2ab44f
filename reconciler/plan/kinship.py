"""A resource that is given a parent must not have children, and where only some were read nobody knows.

Where every object was listed that is judged with the references; where only some were looked up the change is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.model.change import Action, Change, Mark
from reconciler.model.kind import Kind
from reconciler.plan.changes import Draft


def with_kin(drafts: Sequence[Draft], kind: Kind, *, listed: bool) -> list[Draft]:
    """Mark the drafts of one kind that give a parent to what may have children."""
    names = [field.name for field in kind.fields if field.reference == kind.name]
    return list(drafts) if listed or not names else [_marked(draft, names) for draft in drafts]


def _marked(draft: Draft, names: Sequence[str]) -> Draft:
    change = draft.change
    if change.action in (Action.CREATE, Action.DELETE):
        return draft
    marks = tuple(_unverified(name) for name in names if _gives(change, name))
    return replace(draft, change=replace(change, marks=(*change.marks, *marks))) if marks else draft


def _gives(change: Change, name: str) -> bool:
    return any(row.path == (name,) and row.after is not None for row in change.fields)


def _unverified(name: str) -> Mark:
    return Mark(
        code="children-unverified",
        text=f"It gets a {name}, and only a few objects were read: if it is the {name} of others itself, "
        "the vendor will refuse.",
        path=(name,),
    )
