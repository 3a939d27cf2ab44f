"""What the vendor made of fields that it set to something else, in the shape in which the inventory remembers values.

Paths are those under which a comparison with what is declared tells what it finds, so that plans and drift ask for the
very same. What is new is written and told as one mapping, but the vendor changes a part of it: that part is kept. A
path that leads to a whole member or list says nothing of one value, and is not remembered.

Only what became of a value that was written is the vendor's answer to it. What stood as declared and was moved while
something else was written, somebody may have moved, between the look and the write: it is told by the run, and not
remembered. So a plan asks for it once more, and what becomes of that is an answer.

What a change leaves as the vendor has it (`plan.overridden`) stays in mind while it stands so; where nobody looked, it
stays too. As declared, or in a third way, it is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.diff.compare import field_changes
from reconciler.diff.remembered import remembered
from reconciler.model.change import Change, MemberAction
from reconciler.model.event import Done
from reconciler.model.inventory import Managed
from reconciler.model.kind import Field, Kind
from reconciler.model.resource import Fields, Observed, Value


def answers(event: Done, entry: Managed, kind: Kind, secret: str) -> Fields:
    """Give what the object has at each overridden path; `entry` knows its members as read, and what was left."""
    kept: dict[str, Value] = dict(entry.overridden)
    if event.found is None:
        return kept
    for spot in _spots(_left(event.change), event.found, entry, kind):
        if remembered(spot.value, secret, personal=spot.row.personal) != kept.get(spot.name(spot.path)):
            kept.pop(spot.name(spot.path), None)
    written = dict(_written(event.change))
    for spot in _spots((path for path in event.overridden if path in written), event.found, entry, kind):
        for one in field_changes(_nested(spot.path, written[spot.whole]), spot.fields, (spot.row,)):
            kept[spot.name(one.path)] = remembered(one.before, secret, personal=one.personal)
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """A value as read back: `whole` leads to it from the object, `path` from the `fields` that its `row` is of."""

    whole: tuple[str, ...]
    path: tuple[str, ...]
    row: Field
    fields: Fields

    @property
    def value(self) -> Value:
        """The value itself."""
        found: Value = self.fields
        for name in self.path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def name(self, path: Sequence[str]) -> str:
        """Write a path from these fields as the inventory does."""
        head = self.whole[: len(self.whole) - len(self.path)]
        return "".join((*(f"{one}/" for one in head), ".".join(path)))


def _left(change: Change) -> Iterator[tuple[str, ...]]:
    """Give the paths of what a change leaves."""
    yield from (row.path for row in change.left)
    for member in change.members:
        yield from ((member.section, member.address.key, *row.path) for row in member.left)


def _written(change: Change) -> Iterator[tuple[tuple[str, ...], Value]]:
    """Give what a change writes, by its paths."""
    yield from ((row.path, row.after) for row in change.fields)
    for member in change.touched(MemberAction.ADD, MemberAction.CHANGE):
        yield from (((member.section, member.address.key, *row.path), row.after) for row in member.fields)


def _nested(path: Sequence[str], value: Value) -> dict[str, Value]:
    return {path[0]: _nested(path[1:], value) if len(path) > 1 else value}


def _spots(paths: Iterable[tuple[str, ...]], found: Observed, entry: Managed, kind: Kind) -> Iterator[_Spot]:
    sections = {member.section: member for member in kind.members}
    for path in paths:
        member, row = sections.get(path[0]), kind.field(path[0])
        if member is not None and len(path) > 2:  # section, key, field
            inner, person = member.field(path[2]), _member_of(found, entry, path, member.remote)
            if inner is not None and person is not None:
                yield _Spot(whole=path, path=path[2:], row=inner, fields=person)
        elif row is not None and member is None:
            yield _Spot(whole=path, path=path, row=row, fields=found.fields)


def _member_of(found: Observed, entry: Managed, path: Sequence[str], remote: str) -> Fields | None:
    remote_id = entry.members.get(path[0], {}).get(path[1])
    rows = (found.members or {}).get(path[0], ())
    return next((row for row in rows if remote_id is not None and str(row[remote]) == remote_id), None)
