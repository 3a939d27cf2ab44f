"""What the plan says of those who go: their address as the vendor spells it, and who may be the same person. Pure.

Both sides of a comparison have addresses in small letters (`addresses`). Whoever goes is not compared with anybody, so
they are shown as they stand at the vendor, where a person will look for them.

A list that is the whole one lets go whom no document declares. Where somebody with nearly the same name comes, the two
may be one person who was declared as a new one; the plan cannot know, and says so at the one who goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz.distance import Indel

from reconciler.model.change import Change, FieldChange, MemberAction, MemberChange
from reconciler.model.resource import Fields
from reconciler.model.state import Surroundings
from reconciler.providers.billabex.addresses import SPELT
from reconciler.providers.billabex.people import rows_of

_NEAR = 0.85
"""From which share of common letters on two names are worth a question; the vendor's own rule is stricter."""
_MOST_PAIRS = 10_000
"""An account where more would have to be compared is changed as a whole, and a hint helps nobody."""


def annotate(change: Change, surroundings: Surroundings) -> Change:
    """Show whoever goes as they are live, and ask whether they are somebody who comes."""
    going = change.touched(MemberAction.REMOVE)
    if not going:
        return change
    found = surroundings.objects.get(change.address.key)
    rows = {str(row["id"]): row for section in {one.section for one in going} for row in rows_of(found, section)}
    coming = [one for one in change.touched(MemberAction.ADD) if one.elsewhere is None]
    asks = 0 < len(coming) * len(going) <= _MOST_PAIRS
    members = tuple(
        _told(one, rows.get(str(one.remote_id)), coming if asks else ()) if one.action is MemberAction.REMOVE else one
        for one in change.members
    )
    return replace(change, members=members)


def _told(member: MemberChange, row: Fields | None, coming: Sequence[MemberChange]) -> MemberChange:
    spelt = row.get(SPELT) if row is not None else None
    fields = tuple(_spelt(one, spelt) if isinstance(spelt, str) else one for one in member.fields)
    same = None if member.elsewhere is not None else _nearest(member, coming)
    if same is None or f'"{same.address.key}"' in member.note:  # who is written after them is named there
        return replace(member, fields=fields)
    hint = f'perhaps the same person as {same.address.kind} "{same.address.key}"'
    return replace(member, fields=fields, note="; ".join(filter(None, (member.note, hint))))


def _spelt(field: FieldChange, spelt: str) -> FieldChange:
    return replace(field, before=spelt) if field.path == ("email",) else field


def _nearest(member: MemberChange, coming: Sequence[MemberChange]) -> MemberChange | None:
    """Give whoever comes with the name that is nearest; None if none is near."""
    name = _name(member, after=False)
    near = [(Indel.normalized_similarity(name, _name(one, after=True)), one) for one in coming] if name else []
    share, nearest = max(near, key=lambda pair: pair[0], default=(0.0, None))
    return nearest if share >= _NEAR else None


def _name(member: MemberChange, *, after: bool) -> str:
    found = next((one for one in member.fields if one.path == ("fullName",)), None)
    value = None if found is None else found.after if after else found.before
    return " ".join(value.casefold().split()) if isinstance(value, str) else ""
