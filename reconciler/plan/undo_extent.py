"""An object before a run and after it, and what the run set out to change → what of the difference is the run's. Pure.

Premise. Between the two looks at an object lies a whole change with all its waits, and others work at the vendor
meanwhile. Not every difference is the run's doing, and what is not must not be taken back with it: an edit would be
overwritten, a person deleted, for no reason but that they came at the wrong moment. What the run set is known: from the
plan that is kept beside the journal, or, where it is not, from the paths in the first line of the change.

| it differs                                   | whose it is       | after the undo                                |
|----------------------------------------------|-------------------|-----------------------------------------------|
| a field that the change set                  | the run's         | as before                                     |
| any other field                              | somebody's        | as it is; said, where it was noted (a rule of |
|                                              |                   | the vendor's, or somebody, overrode it)       |
| somebody on a list whom the change added     | the run's         | not there                                     |
| a value that it set of somebody              | the run's         | as before                                     |
| somebody whom it took off                    | the run's         | there again                                   |
| the flag that one of a list has, if the      | the run's, unless | as before                                     |
| change moved it                              | a stranger has it |                                               |
|                                              | or it moved on    |                                               |
| anybody else who came, went or was changed   | somebody's        | as they are                                   |
| a list, where no plan tells who was meant    | nobody can say    | as it is, and that is said                    |

Of what the run created all goes; so whoever is on its lists and was not added by the run refuses that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.change import Action, Change, FieldChange, MemberAction, MemberChange
from reconciler.model.journal import Entry
from reconciler.model.kind import Field, Kind, MemberKind
from reconciler.model.resource import Fields, Observed
from reconciler.plan import undo_losses as losses
from reconciler.plan.undo_images import (
    Rows,
    meant_fields,
    rows_of,
    same,
    touched_fields,
    touched_lists,
    value_at,
)
from reconciler.plan.undo_losses import Loss

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What of an object is a run's doing: the fields, on their way back, and the lists.

    `stood` is the object as it would be without it: these lists hold who was on them before the run, and whoever came
    by somebody else's doing. `losses` are what cannot be told.
    """

    stood: Observed
    fields: tuple[FieldChange, ...] = ()
    lists: tuple[MemberKind, ...] = ()
    losses: tuple[Loss, ...] = ()


def set_paths(change: Change) -> tuple[Path, ...]:
    """Name what a change sets: its fields by path, and by list and key whom it adds, changes or takes off.

    What is created or deleted as a whole has no fields that would tell anything more.
    """
    whole = change.action in (Action.CREATE, Action.DELETE)
    fields = () if whole else tuple(row.path for row in change.fields)
    touched = change.touched(MemberAction.ADD, MemberAction.CHANGE, MemberAction.REMOVE)
    return (*fields, *((one.section, one.address.key) for one in touched))


def touched_by(kind: Kind, address: Address, entry: Entry, change: Change | None, *, masked: bool) -> Touched | None:
    """Say what of an object is a run's doing; None where nothing tells what it meant, or what stood before.

    Args:
        kind: The object's.
        address: Where it stands.
        entry: What the journal has of the change. Where nobody read what it left, it is what it meant to do.
        change: The same as the plan had it, where that was kept.
        masked: Whether the journal keeps personal values out, so that nobody on a list comes back.
    """
    before, left = entry.before, entry.after
    if before is None:
        return None
    if left is None:
        if change is None:
            return None
        sections = {member.section for member in change.members}
        lists = tuple(one for one in kind.members if one.section in sections)
        return Touched(stood=before, fields=meant_fields(change, before.fields), lists=lists)
    paths = set_paths(change) if change is not None else entry.sets
    if not paths:
        return None
    lost = [losses.overridden(address, ".".join(path)) for path in _overridden(entry, paths)]
    fields = tuple(_own_fields(before, left, paths, kind.fields))
    if change is None:
        unknown = any(path[0] in (left.members or {}) for path in paths)
        lost += [(losses.masked if masked else losses.unknown_people)(address)] if unknown else []
        return Touched(stood=before, fields=fields, losses=tuple(lost))
    stood = without(before, left, change, kind)
    return Touched(stood=stood, fields=fields, lists=touched_lists(stood, left, kind), losses=tuple(lost))


def strangers(left: Observed | None, change: Change | None, sets: Sequence[Path], kind: Kind) -> tuple[str, ...]:
    """Name the lists of an object that a run created on which somebody stood whom it had not added."""
    if left is None or (change is None and not sets):
        return ()
    return tuple(
        member.section for member in kind.members if _has_stranger(rows_of(left, member), change, sets, member)
    )


def without(before: Observed, left: Observed, change: Change, kind: Kind) -> Observed:
    """Give an object with the lists that a change touched as they would be without it."""
    sections = {one.section for one in change.members}
    members = dict(left.members or {})
    for member in kind.members:
        if member.section in sections and member.section in members and member.section in (before.members or {}):
            mine = [one for one in change.members if one.section == member.section]
            members[member.section] = _without(rows_of(before, member), rows_of(left, member), mine, member)
    return replace(before, members=None if left.members is None else members)


def _without(before: Rows, left: Rows, mine: Sequence[MemberChange], member: MemberKind) -> list[Fields]:
    stood = {str(row.get(member.remote)): row for row in before}
    now = {str(row.get(member.remote)): row for row in left}
    came = [row for name, row in now.items() if name not in stood]
    added = {str(row.get(member.remote)) for row in _added(came, mine, member, now)}
    flag = member.exclusive if _moves_flag(mine, member) else None
    if any(flag and row.get(flag) for row in came if str(row.get(member.remote)) not in added):
        flag = None
    chosen = {one.remote_id for one in mine if any(row.path == (member.exclusive,) and row.after for row in one.fields)}
    there = [now[name] for name in chosen if name in now]
    if flag and there and not any(row.get(flag) for row in there):  # somebody moved it on from whom the run gave it to
        flag = None
    changed = {one.remote_id: one for one in mine if one.remote_id is not None}
    rows: list[Fields] = []
    for name, row in stood.items():
        one = changed.get(name)
        if name in now:
            parts = one.fields if one is not None and one.action is MemberAction.CHANGE else ()
            names = {
                *(part.path[0] for part in parts if flag or part.path != (member.exclusive,)),
                *([flag] if flag else []),
            }
            rows.append({**now[name], **{field: row.get(field) for field in names}})
        elif one is not None and one.action in (MemberAction.REMOVE, MemberAction.CHANGE):
            rows.append(row)
    return [*rows, *(row for row in came if str(row.get(member.remote)) not in added)]


def _added(
    came: Sequence[Fields], mine: Sequence[MemberChange], member: MemberKind, there: Collection[str]
) -> Iterator[Fields]:
    """Give who of a list came by the run: whom it added, and whom it changed and the vendor made anew for that."""
    left = list(came)
    for one in mine:
        anew = one.action is MemberAction.CHANGE and one.remote_id not in there
        if one.action is not MemberAction.ADD and not anew:
            continue
        given = {row.path[0]: row.after for row in (*one.standing, *one.fields)}
        found = next((row for row in left if _is(row, given, one, member)), None)
        if found is not None:
            left.remove(found)
            yield found


def _is(row: Fields, given: Fields, one: MemberChange, member: MemberKind) -> bool:
    """Say whether somebody is whom a change wrote: by external id, else by e-mail, else by name."""
    if member.identity and row.get(member.identity):
        return row[member.identity] in (given.get(member.identity), one.address.key)
    for name in (member.natural, member.second):
        wanted, has = _folded(given.get(name)), _folded(row.get(name))
        if name and (wanted or has):
            return wanted == has
    return False


def _has_stranger(rows: Rows, change: Change | None, sets: Sequence[Path], member: MemberKind) -> bool:
    if change is None:
        return len(rows) > sum(path[0] == member.section for path in sets)
    mine = [one for one in change.members if one.section == member.section]
    return len(rows) > len(list(_added(rows, mine, member, ())))


def _moves_flag(mine: Sequence[MemberChange], member: MemberKind) -> bool:
    rows = [row for one in mine for row in one.fields if one.action is not MemberAction.KEEP]
    return any(row.path == (member.exclusive,) and (row.before or row.after) for row in rows)


def _own_fields(
    before: Observed, left: Observed, paths: Sequence[Path], rows: Sequence[Field]
) -> Iterator[FieldChange]:
    """Give what a run left otherwise than it stood, as far as it set that."""
    for row in touched_fields(before.fields, left.fields, rows):
        if any(row.path[: len(path)] == path for path in paths):
            yield row
            continue
        for path in paths:  # somebody else may have set the rest of it
            stood, now = value_at(before.fields, path), value_at(left.fields, path)
            if path[: len(row.path)] == row.path and not same(stood, now):
                yield replace(row, path=path, before=now, after=stood)


def _overridden(entry: Entry, paths: Sequence[Path]) -> Iterator[Path]:
    """Give the paths that stood otherwise when the run had written, and that it had not set."""
    for path in entry.ended.overridden if entry.ended is not None else ():
        if not any(one[: len(path)] == path or path[: len(one)] == one for one in paths):
            yield path


def _folded(value: object) -> str:
    return str(value or "").strip().casefold()
