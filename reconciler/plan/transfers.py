"""Somebody who goes at one resource and comes at another in the same plan: added there first, then removed here. Pure.

The vendor has no route that takes a person from one resource to another, so a transfer is an addition and a removal.
Were the removal first and the addition refused, the person would be nowhere; so the removal waits for the addition, and
does not happen without it (`order`). Both sides name the other, for whoever reads the plan.

| who goes             | who comes            | one person                     |
|----------------------|----------------------|--------------------------------|
| with external id     | with external id     | if the external id is the same |
| one of them, or both, without         ||| if the e-mail is the same      |

Where the vendor wants e-mails unique beyond one resource it refuses the addition of somebody without an external id
(nobody knows whether it does); then both stay undone, which is told, and nobody is lost.

Rejected: removing first, since then an e-mail is free whatever the vendor's scope. It trades a refusal for a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.diff.members import has_identity
from reconciler.model.address import Address
from reconciler.model.change import Change, MemberAction, MemberChange
from reconciler.model.kind import Kind, MemberKind
from reconciler.plan.changes import REKEYED, Draft, rekeyed_marks

_Name = tuple[str, str, str]  # section, field, value
_Places = dict[_Name, list[tuple[Address, bool]]]


def with_transfers(drafts: Sequence[Draft], kind: Kind) -> list[Draft]:
    """Give the drafts of one kind, in which who goes here and comes there says so on both sides."""
    changes = [draft.change for draft in drafts]
    leaving = _places(changes, kind, MemberAction.REMOVE)
    if not leaving:
        return list(drafts)
    others = {MemberAction.REMOVE: _places(changes, kind, MemberAction.ADD), MemberAction.ADD: leaving}
    return [_told(draft, kind, others) for draft in drafts]


def _places(changes: Sequence[Change], kind: Kind, action: MemberAction) -> _Places:
    """Say where members come or go, by each name that they may be known by, and whether they have an external id."""
    places: _Places = {}
    for change in changes:
        for member in change.touched(action):
            row = kind.member(member.section)
            identified = has_identity(member.address.key, row)
            for name in _names(member, row):
                places.setdefault(name, []).append((change.address, identified))
    return places


def _names(member: MemberChange, kind: MemberKind) -> Iterator[_Name]:
    if has_identity(member.address.key, kind):
        yield (member.section, kind.identity, member.address.key)
    for row in member.fields:
        if row.path == (kind.natural,):
            value = row.before if member.action is MemberAction.REMOVE else row.after
            yield (member.section, kind.natural, str(value or "").strip().casefold())


def _told(draft: Draft, kind: Kind, others: Mapping[MemberAction, _Places]) -> Draft:
    change = draft.change
    members = tuple(
        _with_other(member, change.address, kind.member(member.section), others[member.action])
        if member.action in others
        else member
        for member in change.members
    )
    if members == change.members:
        return draft
    hints = rekeyed_marks(members, kind) if any(mark.code == REKEYED for mark in change.marks) else ()
    marks = (*hints, *(mark for mark in change.marks if mark.code != REKEYED))
    return replace(draft, change=replace(change, members=members, marks=marks))


def _with_other(member: MemberChange, here: Address, kind: MemberKind, places: _Places) -> MemberChange:
    identified = has_identity(member.address.key, kind)
    found = {
        address
        for name in _names(member, kind)
        for address, other in places.get(name, ())
        if address != here and (name[1] == kind.identity or not (identified and other))
    }
    return replace(member, elsewhere=min(found)) if found else member
