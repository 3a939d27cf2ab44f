"""Drift and the targets on the command line → what of it is taken over, and what is left and why. Pure.

| label                          | without a target | its address named | its field named |
|--------------------------------|------------------|-------------------|-----------------|
| live changed                   | yes              | yes               | yes             |
| unknown                        | no               | yes               | yes             |
| both, overridden               | no               | no                | yes             |
| config changed, never managed  | no               | no                | yes             |
| gone                           | no               | no                | no              |

A list of people that is named, as `….contacts`, stands for the address of everybody on it.

What is meant by the documents is overwritten only where somebody says so of that very field. An object that is gone is
taken out of the documents by hand: that is a removal, and is reviewed as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from reconciler.model.address import Address
from reconciler.model.drift import Drift, FieldDrift, Label, MemberDrift, ObjectDrift
from reconciler.render.words import dotted

_WHOLE = (Label.LIVE,)
_NAMED = (Label.LIVE, Label.UNKNOWN)

_WHY_LEFT = {
    Label.LIVE: "it changed at the vendor",
    Label.UNKNOWN: "nobody knows what was last applied; name its address to take the live value",
    Label.BOTH: "both sides changed; name the field to take the live value",
    Label.OVERRIDDEN: "the vendor sets it back; name the field to declare what it says",
    Label.CONFIG: "the documents changed; an apply carries it out",
    Label.NEVER: "it was never applied; an apply carries it out",
    Label.GONE: "it is gone; take it out of the documents by hand, or apply to make it again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that is not taken over: whose it is, which part of that (".name"; "" for all of it), and why."""

    address: Address
    part: str
    reason: str


def names_of(drift: Drift) -> frozenset[str]:
    """Give every target that means something: what differs, and what that is a part of."""
    return frozenset(name for one in drift.objects for name in _names(one))


def chosen_of(drift: Drift, targets: Sequence[str]) -> tuple[list[ObjectDrift], list[Left]]:
    """Give what is taken over, and what is left and why; every target is one of `names_of`."""
    chosen, left = [], []
    for one in drift.objects:
        if targets and set(_names(one)).isdisjoint(targets):
            continue
        part, rest = _Choice(one, frozenset(targets)).choose()
        left += rest
        if part.fields or part.members:
            chosen.append(part)
    return chosen, left


@dataclass(slots=True)
class _Choice:
    """One object, and what of it is taken over under these targets."""

    one: ObjectDrift
    targets: frozenset[str]
    left: list[Left] = field(default_factory=list)

    def choose(self) -> tuple[ObjectDrift, list[Left]]:
        """Give the part that is taken over, and what is left."""
        one = self.one
        if one.label is not None:
            self._leave(one.address, "", one.label)
        fields = tuple(row for row in one.fields if self._takes(row, one.address))
        members = tuple(part for part in map(self._member, one.members) if part is not None)
        return replace(one, label=None, fields=fields, members=members), self.left

    def _member(self, member: MemberDrift) -> MemberDrift | None:
        name, whole = member_name(member), str(self.one.address)
        around = (whole, f"{whole}.{member.section}")
        if member.label is None:
            rows = tuple(row for row in member.fields if self._takes(row, member.address, around))
            return replace(member, fields=rows) if rows else None
        if self.targets and self.targets.isdisjoint((name, *around)):
            return None
        allowed = name in self.targets or member.label in (_NAMED if self.targets else _WHOLE)
        if not allowed:
            self._leave(member.address, "" if member.address.parent else f".{member.section}", member.label)
        return member if allowed else None

    def _takes(self, row: FieldDrift, address: Address, around: Sequence[str] = ()) -> bool:
        name = str(address)
        if not self.targets.isdisjoint(_field_names(name, row)):
            return True
        if self.targets and self.targets.isdisjoint((name, *around)):
            return False
        allowed = row.label in (_NAMED if self.targets else _WHOLE)
        if not allowed:
            self._leave(address, f".{dotted(row.change.path)}", row.label)
        return allowed

    def _leave(self, address: Address, part: str, label: Label) -> None:
        self.left.append(Left(address=address, part=part, reason=_WHY_LEFT[label]))


def _names(one: ObjectDrift) -> Iterator[str]:
    """Give every target that means something of this object."""
    yield str(one.address)
    for row in one.fields:
        yield from _field_names(str(one.address), row)
    for member in one.members:
        name = member_name(member)
        yield name
        yield f"{one.address}.{member.section}"
        if member.label is None:
            yield from (target for row in member.fields for target in _field_names(name, row))


def member_name(member: MemberDrift) -> str:
    """Name a member; a list that cannot be told apart goes by its section."""
    return str(member.address) if member.address.parent else f"{member.address}.{member.section}"


def _field_names(name: str, row: FieldDrift) -> Iterator[str]:
    """Give the targets that mean a field: its path, and those of what is around it."""
    path = row.change.path
    yield from (f"{name}.{dotted(path[:length])}" for length in range(1, len(path) + 1))
