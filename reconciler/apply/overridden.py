"""What the vendor made of fields that it set to something else, in the shape in which the inventory remembers values.

Paths are those of `last_applied`, so that whoever looks for drift finds both under one name. A path that leads to a
whole member or list says nothing of one value, and is not remembered.

Only what became of a value that was written is the vendor's answer to it. What stood as declared and was moved while
something else was written, somebody may have moved, between the look and the write: it is told by the run, and not
remembered. So a plan asks for it once more, and what becomes of that is an answer.

What a change leaves as the vendor has it (`plan.overridden`) stays in mind while it stands so; where nobody looked, it
stays too. As declared, or in a third way, it is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    for name, row, value in _values(_left(event.change), event.found, entry, kind):
        if remembered(value, secret, personal=row.personal) != kept.get(name):
            kept.pop(name, None)
    written = frozenset(_written(event.change))
    found = _values((path for path in event.overridden if path in written), event.found, entry, kind)
    return {**kept, **{path: remembered(value, secret, personal=row.personal) for path, row, value in found}}


def _left(change: Change) -> Iterator[tuple[str, ...]]:
    """Give the paths of what a change leaves."""
    yield from (row.path for row in change.left)
    for member in change.members:
        yield from ((member.section, member.address.key, *row.path) for row in member.left)


def _written(change: Change) -> Iterator[tuple[str, ...]]:
    """Give the paths of what a change writes."""
    yield from (row.path for row in change.fields)
    for member in change.touched(MemberAction.ADD, MemberAction.CHANGE):
        yield from ((member.section, member.address.key, *row.path) for row in member.fields)


def _values(
    paths: Iterable[tuple[str, ...]], found: Observed, entry: Managed, kind: Kind
) -> Iterator[tuple[str, Field, Value]]:
    sections = {member.section: member for member in kind.members}
    for path in paths:
        member, row = sections.get(path[0]), kind.field(path[0])
        if member is not None and len(path) > 2:  # section, key, field
            inner, person = member.field(path[2]), _member_of(found, entry, path, member.remote)
            if inner is not None and person is not None:
                yield f"{path[0]}/{path[1]}/{'.'.join(path[2:])}", inner, _at(person, path[2:])
        elif row is not None and member is None:
            yield ".".join(path), row, _at(found.fields, path)


def _member_of(found: Observed, entry: Managed, path: Sequence[str], remote: str) -> Fields | None:
    remote_id = entry.members.get(path[0], {}).get(path[1])
    rows = (found.members or {}).get(path[0], ())
    return next((row for row in rows if remote_id is not None and str(row[remote]) == remote_id), None)


def _at(value: Value, path: Sequence[str]) -> Value:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
