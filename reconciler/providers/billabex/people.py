"""What a change asks of the people of an account, held against the people as they were read just now. Pure.

A `Change` and the fresh object go in; wishes for `sequence` come out, with the fields that are still to be set of each.
Whoever already stands as declared has no wish: after a lost answer, or a run that was ended, only the rest is left.

A new person cannot be told by an id. They count as made where somebody whom the plan did not know has every declared
value; of two such people one is theirs, and the other is somebody else's doing.

Only somebody new goes by the route for parties. Whoever stands already is written by the route of their own list, also
where a document has them as a party: which list that one looks through is decided by the vendor's own domains, which
we do not know, and on the other list it would make them a second time, or reach somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.change import Change, MemberAction, MemberChange
from reconciler.model.resource import Fields, Observed, Value
from reconciler.providers.billabex.addresses import SPELT, as_live
from reconciler.providers.billabex.matching import LISTS, PARTIES, Person
from reconciler.providers.billabex.readings import BY_PARTY
from reconciler.providers.billabex.sequence import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One person's part of a change that is still to be done: the row as it stands, None for a new one.

    `values` are the fields that differ from what stands; of a new person all declared ones.
    """

    change: MemberChange
    row: Fields | None
    values: Mapping[str, Value]

    @property
    def label(self) -> str:
        """The person's address, which holds nothing personal."""
        return str(self.change.address)

    def wish(self) -> Wish:
        """Word it for `sequence`: the name and e-mail that they will have, and the route that their upsert takes."""
        stands: Fields = self.row or {}
        after = {**stands, **self.values}
        email = after.get("email")
        return Wish(
            label=self.label,
            id=str(stands["id"]) if self.row is not None else None,
            section=PARTIES if self.row is None and self.change.options.get(BY_PARTY) else self.change.section,
            home=self.change.section,
            name=str(after.get("fullName") or ""),
            email=as_live(str(email), self.row) if email else None,
        )


def everybody(fresh: Observed | None) -> tuple[Person, ...]:
    """Give all people of an account as matching sees them, contacts first, each list in the vendor's order.

    Their addresses are as the vendor has them: whether it trims them is not known.
    """
    return tuple(
        Person(
            id=str(row["id"]),
            section=section,
            name=str(row.get("fullName") or ""),
            email=_text(row.get(SPELT)) or _text(row.get("email")),
        )
        for section in LISTS
        for row in rows_of(fresh, section)
    )


def rows_of(fresh: Observed | None, section: str) -> Sequence[Fields]:
    """Give one list of an account; nobody, where it was not read."""
    return (fresh.members or {}).get(section, ()) if fresh is not None else ()


def asked(change: Change, fresh: Observed | None) -> tuple[Asked, ...]:
    """Give what is still to be done about those who come or change; whoever becomes primary comes last.

    The vendor may take the mark from the one before (fact sheet R-PRIMARY), and a later write of that one, by a route
    that wants every field, would take it back.
    """
    known = {member.remote_id for member in change.members if member.remote_id is not None}
    free = {section: [row for row in rows_of(fresh, section) if row["id"] not in known] for section in LISTS}
    return tuple(sorted(_asked(change, fresh, free), key=_becomes_primary))


def leaving(change: Change, fresh: Observed | None) -> tuple[MemberChange, ...]:
    """Give those who are to go and are still there."""
    there = {row["id"] for section in LISTS for row in rows_of(fresh, section)}
    return tuple(one for one in change.touched(MemberAction.REMOVE) if one.remote_id in there)


def misplaced(change: Change, fresh: Observed | None) -> str | None:
    """Say of new parties that the vendor has put them on the other list than foreseen; None if it has not."""
    known = {member.remote_id for member in change.members}
    told = [
        f"{member.address.key} was foreseen on {member.section}, and Billabex has put them on {section}"
        for member in change.touched(MemberAction.ADD)
        if member.options.get(BY_PARTY)
        for section in LISTS
        if section != member.section
        for row in rows_of(fresh, section)
        if row["id"] not in known and _has(row, {one.path[0]: one.after for one in member.fields})
    ]
    return f"{'; '.join(told)}: its own e-mail domains are not those of emailDomains." if told else None


def _asked(change: Change, fresh: Observed | None, free: Mapping[str, list[Fields]]) -> Iterator[Asked]:
    for member in change.touched(MemberAction.ADD, MemberAction.CHANGE):
        after = {row.path[0]: row.after for row in member.fields}
        if member.action is MemberAction.ADD:
            made = next((row for row in free[member.section] if _has(row, after)), None)
            if made is not None:
                free[member.section].remove(made)
            else:
                yield Asked(change=member, row=None, values=after)
            continue
        row = next((row for row in rows_of(fresh, member.section) if row["id"] == member.remote_id), None)
        if row is not None and not _has(row, after):
            yield Asked(
                change=member, row=row, values={name: value for name, value in after.items() if row.get(name) != value}
            )


def _becomes_primary(person: Asked) -> bool:
    return person.values.get("isPrimary") is True


def _has(row: Fields, values: Mapping[str, Value]) -> bool:
    return all(row.get(name) == value for name, value in values.items())


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) and value else None
