"""Two images of one object, before a run and after it → what goes back to how it was. Pure.

What goes back is told as `FieldChange`s from the value that the run left to the one that stood before: whoever judges
the live object asks whether it has the first, the second, or somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.diff.compare import field_changes, is_nothing
from reconciler.model.change import Change, FieldChange, MemberAction
from reconciler.model.kind import Field, Kind, MemberKind
from reconciler.model.resource import Fields, Observed, Value
from reconciler.plan.check import plain

Rows = Sequence[Fields]
BY_ID = "id:"
"""How a value begins that names something without an external id by the vendor's own."""


def touched_fields(before: Fields, left: Fields, rows: Sequence[Field]) -> tuple[FieldChange, ...]:
    """Give the paths at which a run left something else than stood there."""
    return field_changes(dict(_completed(before, left, rows)), left, rows)


def meant_fields(change: Change, before: Fields) -> tuple[FieldChange, ...]:
    """Give the paths that a change of a run set out to set, back to what stood there."""
    return tuple(
        FieldChange(path=row.path, before=row.after, after=value_at(before, row.path), personal=row.personal)
        for row in change.fields
    )


def whole_fields(left: Fields, rows: Sequence[Field]) -> tuple[FieldChange, ...]:
    """Give all fields of what a run made, those among them that it left empty: it goes as a whole."""
    return tuple(
        FieldChange(path=(row.name,), before=left.get(row.name), after=None, personal=row.personal) for row in rows
    )


def strays(live: Value, meant: Value, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give the paths at which something else stands than was meant, and those at which nothing was meant to stand."""
    sides = [side for side in (live, meant) if not is_nothing(side)]
    if not all(isinstance(side, Mapping) for side in sides):
        if not same(live, meant):
            yield path
        return
    ours, theirs = (side if isinstance(side, Mapping) else {} for side in (meant, live))
    for name in dict.fromkeys((*ours, *theirs)):
        yield from strays(theirs.get(name), ours.get(name), (*path, name))


def touched_lists(before: Observed, left: Observed, kind: Kind) -> tuple[MemberKind, ...]:
    """Give the lists that hold other people than before, or the same with other values; those that were read twice."""
    return tuple(
        member
        for member in kind.members
        if member.section in (before.members or {})
        and member.section in (left.members or {})
        and people(rows_of(before, member), member) != people(rows_of(left, member), member)
    )


def rows_of(found: Observed | None, member: MemberKind) -> Rows:
    """Give one list of an object; nobody, where it was not read."""
    return (found.members or {}).get(member.section, ()) if found is not None else ()


def people(rows: Rows, member: MemberKind) -> dict[str, Fields]:
    """Give what can be written of the people of a list, by remote id."""
    return {str(row.get(member.remote)): values_of(row, member) for row in rows}


def values_of(row: Fields, member: MemberKind) -> Fields:
    """Give what can be written of one of a list; "nothing there" is None."""
    return {one.name: None if is_nothing(value := row.get(one.name)) else value for one in member.fields}


def nested(changes: Sequence[FieldChange]) -> Fields:
    """Put values back where their paths lead."""
    tree: dict[str, Value] = {}
    for change in changes:
        place = tree
        for name in change.path[:-1]:
            inner = place.setdefault(name, {})
            assert isinstance(inner, dict), "a path leads through a value. This is a bug in reconciler."
            place = inner
        place[change.path[-1]] = change.after
    return tree


def value_at(fields: Value, path: Sequence[str]) -> Value:
    """Give the value at a path, None where there is none."""
    for name in path:
        fields = fields.get(name) if isinstance(fields, Mapping) else None
    return fields


def written(fields: Fields, rows: Sequence[Field]) -> Fields:
    """Give what an object had, as a document would declare it to make it again: nothing that was not there."""
    return {row.name: kept for row in rows if (kept := _kept(fields.get(row.name))) not in (None, {})}


def member_row(row: Fields, member: MemberKind, key: str, left: Fields | None = None) -> Fields:
    """Give somebody as a document would declare them.

    Args:
        row: As they were before.
        member: The list.
        key: The document's own key, empty if they go by none.
        left: As the run left them: what it gave them and they had not goes again.
    """
    values = values_of(row, member)
    gone = {one.name for one in member.fields if one.clearable and not is_nothing((left or {}).get(one.name))}
    declared = {name: value for name, value in values.items() if value is not None or name in gone}
    return {**declared, member.key: key} if key else declared


def keeps_values(before: Observed, left: Observed | None, member: MemberKind) -> bool:
    """Say whether somebody on a list has got a value by the run that cannot be made nothing again."""
    stood, after = people(rows_of(before, member), member), people(rows_of(left, member), member)
    return any(
        values[one.name] is None and after.get(remote_id, {}).get(one.name) is not None
        for remote_id, values in stood.items()
        for one in member.fields
        if not one.clearable
    )


def explained(live: Rows, before: Rows, change: Change | None, member: MemberKind) -> bool:
    """Say whether a list is somewhere between how it was and how a run set out to leave it, and nowhere else.

    Whoever came is one of those that the run added, each of them once, with what it gave them and nothing else; only
    the flag that one of a list carries may have come to them by itself.
    """
    stood, now = people(before, member), people(live, member)
    mine = [one for one in change.members if one.section == member.section] if change is not None else []
    meant = {one.remote_id: {row.path[0]: row.after for row in one.fields} for one in mine if one.remote_id}
    going = {one.remote_id for one in mine if one.action is MemberAction.REMOVE}
    coming = [{row.path[0]: row.after for row in one.fields} for one in mine if one.action is MemberAction.ADD]
    if not all(remote_id in now or remote_id in going for remote_id in stood):
        return False
    for remote_id, values in now.items():
        if remote_id in stood:
            sides = (stood[remote_id], {**stood[remote_id], **meant.get(remote_id, {})})
            if not all(any(same(value, side[name]) for side in sides) for name, value in values.items()):
                return False
            continue
        came = next((one for one in coming if _is_as_meant(values, one, member)), None)
        if came is None:
            return False
        coming.remove(came)
    return True


def _is_as_meant(values: Fields, given: Fields, member: MemberKind) -> bool:
    """Say whether somebody has what a run gave them, and nothing else."""
    by_itself = {member.exclusive} - given.keys()
    return all(same(value, given.get(name)) for name, value in values.items() if name not in by_itself)


def same(one: Value, other: Value) -> bool:
    """Say whether two values are one, "nothing there" however it is spelt."""
    return one == other or plain(one) == plain(other)


def differing(live: Mapping[str, Fields], left: Mapping[str, Fields]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name who of a list is not as the run left them, by remote id, and in which fields; in none who came or went."""
    for remote_id in dict.fromkeys((*left, *live)):
        if remote_id not in live or remote_id not in left:
            yield remote_id, ()
        elif live[remote_id] != left[remote_id]:
            names = (name for name, value in left[remote_id].items() if not same(value, live[remote_id].get(name)))
            yield remote_id, tuple(names)


def leaves_anyone(before: Observed, left: Observed, member: MemberKind) -> bool:
    """Say whether somebody was on a list before a run and is not after it."""
    return bool(people(rows_of(before, member), member).keys() - people(rows_of(left, member), member).keys())


def without_ids(fields: Fields, kind: Kind) -> Fields:
    """Leave out what only a vendor's id names: it cannot be declared."""
    kept = dict(fields)
    for row in kind.fields:
        value = kept.get(row.name)
        if row.reference and isinstance(value, str) and value.startswith(BY_ID):
            del kept[row.name]
        elif row.keys_reference and isinstance(value, Mapping):
            kept[row.name] = {name: one for name, one in value.items() if not str(name).startswith(BY_ID)}
    return kept


def _completed(before: Fields, left: Fields, rows: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    """Give the fields as they were, with None for what came to be since."""
    for row in rows:
        if row.name in before or row.name in left:
            yield row.name, _with_nothing(before.get(row.name), left.get(row.name), row.depth)


def _with_nothing(before: Value, left: Value, depth: int) -> Value:
    if not depth or not isinstance(left, Mapping) or not isinstance(before, Mapping):
        return before
    names = dict.fromkeys((*before, *left))
    return {name: _with_nothing(before.get(name), left.get(name), depth - 1) for name in names}


def _kept(value: Value) -> Value:
    if isinstance(value, Mapping):
        return {name: kept for name, inner in value.items() if (kept := _kept(inner)) not in (None, {})}
    return None if is_nothing(value) else value
