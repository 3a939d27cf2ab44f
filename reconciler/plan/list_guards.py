"""The guards of member lists: who goes because a list is replaced, and what the list is without them.

A list is touched only where a document declares it. `contacts:` left out means that the list is not ours;
`contacts: []` declares that nobody is to be in it, and that is what `list-emptied` asks about.

| of the list                                              | refused as      | the override names                 |
|----------------------------------------------------------|-----------------|------------------------------------|
| its object is only being adopted, and somebody goes      | `adopt-removes` | each who goes, or the whole object |
| everybody goes                                           | `list-emptied`  | the object                         |
| the main one goes, some stay, and nobody takes the place | `main-removed`  | the object                         |

An emptied list has lost its main one too, which need not be said twice. A main one whose place another takes by a
declared flag was handed over on purpose. An adoption is refused for everybody who goes, one by one, so that each can be
allowed by address; the list is replaced once all are. `adopt-removes` speaks beside the other two: who may go, and
whether nobody, or nobody in charge, may be left, are different questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.change import Change, MemberAction, MemberChange
from reconciler.model.guards import ADOPT_REMOVES
from reconciler.model.kind import Kind, MemberKind
from reconciler.plan.refusal import Refusal, Words, of_object
from reconciler.plan.scene import WRITES, named


def list_refusals(change: Change, kind: Kind) -> Iterator[Refusal]:
    """Look at every list that a change replaces; who goes with a deleted object is the delete's concern."""
    if change.action not in WRITES or not change.members:
        return
    for member in kind.members:
        rows = [one for one in change.members if one.section == member.section]
        removed = [one for one in rows if one.action is MemberAction.REMOVE]
        if change.adopts:
            yield from (_adoption(change, one) for one in removed)
        if removed and len(removed) == len(rows):
            yield _emptied(change, member, removed)
        elif member.exclusive:
            yield from (_headless(change, one, member.exclusive) for one in _leaders(rows, removed, member.exclusive))


def _adoption(change: Change, member: MemberChange) -> Refusal:
    words = Words(
        summary="an adoption would remove somebody",
        detail=f'"{change.address.key}" is only now being adopted, and no document lists this {member.address.kind}.',
        instead=f"List the {member.address.kind} to keep it.",
        meant="If it is to go",
    )
    return of_object(ADOPT_REMOVES, [change], words, subject=member.address)


def _emptied(change: Change, member: MemberKind, removed: Sequence[MemberChange]) -> Refusal:
    who = named(one.address.key for one in removed)
    words = Words(
        summary="a list would be left empty",
        detail=f"`{member.section}` is declared with nobody in it, and that lets {who} go.",
        instead=f"Leave `{member.section}` out to leave the list alone.",
        meant="If nobody is to be left",
    )
    return of_object("list-emptied", [change], words)


def _headless(change: Change, member: MemberChange, flag: str) -> Refusal:
    words = Words(
        summary="the main one would be removed",
        detail=f'The {member.address.kind} "{member.address.key}" has `{flag}: true` and goes; nobody takes the place.',
        instead=f"Declare `{flag}: true` of another, or keep the one that has it.",
        meant="If the vendor may choose, or nobody is to be it",
    )
    return of_object("main-removed", [change], words)


def _leaders(rows: Sequence[MemberChange], removed: Sequence[MemberChange], flag: str) -> list[MemberChange]:
    """Give the main one who goes, unless another is declared to take the place."""
    taken = any(_carries(one, flag, before=False) for one in rows)
    return [] if taken else [one for one in removed if _carries(one, flag, before=True)]


def _carries(member: MemberChange, flag: str, *, before: bool) -> bool:
    return any(row.path == (flag,) and (row.before if before else row.after) is True for row in member.fields)
