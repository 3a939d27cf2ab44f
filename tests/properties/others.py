"""What an undo took back, held against what its run set out to change: nothing of others, whenever they came.

Asked of the chronicle and of the run's plan alone. Where somebody else was at the same objects while the run was at
work, no state that stood before can be asked for; but what they did must stand, be it an edit, or a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from reconciler.model.change import Action, Change, MemberAction
from reconciler.sandbox.values import Json, decode_object
from tests.properties.chronicle import WRITABLE, Contact, Customer, Scene
from tests.properties.pasts import Past, plain

Path = tuple[str, ...]


def taken_from_others(past: Past, stood: Scene, now: Scene, organization: int) -> Iterator[str]:
    """Say what an undo changed that its run had not set.

    Args:
        past: The run.
        stood: What its undo was planned from.
        now: What that came to.
        organization: Where.
    """
    for key in past.touched:
        found, left = stood.by_key(organization, key), now.by_key(organization, key)
        changes = [one for one in past.made.plan.changes if one.address.key == key and one.action is not Action.MOVE]
        if found is None:
            continue
        if left is not None:
            paths = {row.path for one in changes for row in one.fields}
            yield from (f"{key}: {'.'.join(path)}" for path in _edited(found, left) if not _is_set(path, paths))
        people = now.people(organization, left) if left is not None else ()
        yield from (f"{key}: {name}" for name in _people(changes, stood.people(organization, found), people))


def _edited(stood: Customer, now: Customer) -> Iterator[Path]:
    """Give the paths at which a customer holds something else."""
    before, after = (decode_object(f'{{"fields": {one.content}}}')["fields"] for one in (stood, now))
    assert isinstance(before, list)
    assert isinstance(after, list)
    for name, old, new in zip(WRITABLE, before, after, strict=True):
        yield from _differing((name.removesuffix("Id"),), plain(old), plain(new))


def _differing(path: Path, old: Json, new: Json) -> Iterator[Path]:
    if not isinstance(old, dict) and not isinstance(new, dict):
        if old != new:
            yield path
        return
    one, other = (side if isinstance(side, dict) else {} for side in (old, new))
    for name in one.keys() | other.keys():
        yield from _differing((*path, name), one.get(name), other.get(name))


def _is_set(path: Path, paths: Collection[Path]) -> bool:
    return any(path[: len(one)] == one for one in paths)


def _people(changes: Sequence[Change], stood: Sequence[Contact], now: Sequence[Contact]) -> Iterator[str]:
    """Name who went or was changed and was none of the run's business; the main one is whom the vendor makes it."""
    mine = {name for one in changes for name in _named(one)}
    there = {name: one for one in now for name in (one.external_id, one.email) if name}
    for one in stood:
        same = there.get(one.external_id or one.email)
        if mine.isdisjoint({one.id, one.external_id, one.email}) and (same is None or _values(one) != _values(same)):
            yield one.external_id or one.email


def _named(change: Change) -> Iterator[str | None]:
    for member in change.touched(MemberAction.ADD, MemberAction.CHANGE, MemberAction.REMOVE):
        given = (row.after or row.before for row in member.fields if row.path[0] in ("externalId", "email"))
        yield from (member.remote_id or member.address.key, *(str(name).casefold() for name in given))
        yield from (str(row.after) for row in member.fields if row.path[0] == "externalId")


def _values(person: Contact) -> Json:
    return plain({**decode_object(person.content), "id": None, "isMain": None})
