"""What the vendor made of a change: the object as read after the writes, against what the change wanted.

A vendor may set fields back (a smart rule that assigns another dunning plan; fact sheet §4.7). Such a change is done,
the fields are named as overridden, and nobody fights over them. Paths lead from the object: `("dunningPlan",)`, or
through a member by its key: `("contacts", "P-1", "position")`. Keys are never personal, so neither are paths.

A rule of the vendor's may also move what was declared and stood already, because something else was written: that
(`standing`) is looked at too, whatever the provider sees left to do. So is what the vendor has set back before and the
change leaves (`left`), if that is neither as it was nor as declared. What nobody declared is not ours to name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.diff.compare import is_nothing
from reconciler.model.change import Change, FieldChange, MemberAction, MemberChange
from reconciler.model.kind import Kind, MemberKind
from reconciler.model.resource import Fields, Observed, Value

Path = tuple[str, ...]


def overridden_paths(change: Change, fresh: Observed, kind: Kind, *, settled: bool) -> tuple[Path, ...]:
    """Name what the change set, or what was declared and stood, and the object does not have.

    Where the provider still sees something to do (it is not `settled`) and no single field explains that, everything
    the change touched is named: better too much than nothing.
    """
    paths = [row.path for row in (*_sought(change.fields, settled), *change.standing) if _differs(row, fresh.fields)]
    paths += _moved(change.left, fresh.fields)
    for section in dict.fromkeys(member.section for member in change.members):
        paths += _member_paths(change, fresh, kind.member(section), settled)
    if not paths and not settled:
        paths = [row.path for row in change.fields] + [(member.section,) for member in change.members]
    return tuple(dict.fromkeys(paths))


def _sought(touched: Sequence[FieldChange], settled: bool) -> Sequence[FieldChange]:
    """Give the touched fields that are worth a look: none if the provider says that all of them stand."""
    return () if settled else touched


def _moved(left: Sequence[FieldChange], fields: Fields) -> list[Path]:
    """Name what is left and stands in a third way now."""
    return [row.path for row in left if _differs(row, fields) and _differs(replace(row, after=row.before), fields)]


def _member_paths(change: Change, fresh: Observed, kind: MemberKind, settled: bool) -> Iterator[Path]:
    rows = _Rows((fresh.members or {}).get(kind.section, ()), kind)
    for member in change.members:
        if member.section == kind.section:
            yield from ((kind.section, member.address.key, *rest) for rest in _within(member, rows, settled))


def _within(member: MemberChange, rows: _Rows, settled: bool) -> Iterator[Path]:
    """Name what differs at one member, by paths from the member; the empty one for all of it."""
    if (settled or member.action is MemberAction.KEEP) and not (member.standing or member.left):
        return
    row = rows.find(member)
    if row is None:
        if not settled and member.action in (MemberAction.ADD, MemberAction.CHANGE):
            yield ()
    elif member.action is not MemberAction.REMOVE:
        touched = () if member.action is MemberAction.KEEP else _sought(member.fields, settled)
        yield from (part.path for part in (*touched, *member.standing) if _differs(part, row))
        yield from _moved(member.left, row)
    elif not settled:
        yield ()


class _Rows:
    """The members of one list by remote id, external id and natural key."""

    def __init__(self, rows: Sequence[Fields], kind: MemberKind) -> None:
        self._kind = kind
        self._by_remote = {row.get(kind.remote): row for row in rows}
        self._by_identity = {row[kind.identity]: row for row in rows if row.get(kind.identity)}
        self._by_natural = {_folded(row[kind.natural]): row for row in rows if row.get(kind.natural)}

    def find(self, member: MemberChange) -> Fields | None:
        """Find a member's row: by remote id, else by external id, else by the e-mail that the change gives it."""
        if member.remote_id is not None and member.remote_id in self._by_remote:
            return self._by_remote[member.remote_id]
        given = {row.path: row.after for row in member.fields}
        identity = given.get((self._kind.identity,)) or member.address.key
        natural = given.get((self._kind.natural,))
        return self._by_identity.get(identity) or self._by_natural.get(_folded(natural))


def _differs(row: FieldChange, fields: Fields) -> bool:
    found = _value_at(fields, row.path)
    return found != row.after and not (is_nothing(found) and is_nothing(row.after))


def _value_at(fields: Fields, path: Path) -> Value:
    value: Value = fields
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _folded(value: Value) -> str:
    return str(value or "").strip().casefold()
