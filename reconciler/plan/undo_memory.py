"""What the inventory goes on with of an object that is undone: as it held it, but for what the undo writes. Pure.

| of the entry                             | comes from                                                      |
|------------------------------------------|-----------------------------------------------------------------|
| the object's own, undone                 | the undo                                                        |
| a list of which something is undone: who | the undo: it is sent whole, with those who came since           |
| of somebody there, what is written       | the undo                                                        |
| of somebody there, the rest              | the entry: the undo sends what is live, which is nobody's wish  |
| all else, and what the vendor made of it | the entry                                                       |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reconciler.diff.remembered import DIGESTED
from reconciler.model.address import digest_key_id
from reconciler.model.change import Change, MemberAction
from reconciler.model.inventory import Inventory, Managed
from reconciler.model.organization import Organization
from reconciler.model.resource import Fields, Value


def legible(inventory: Inventory | None, organization: Organization) -> Inventory | None:
    """Give an inventory; one under another key without its digests, which say nothing any more."""
    if inventory is None or inventory.digest_key_id in ("", digest_key_id(organization.digest_key)):
        return inventory
    members = [member for kind in organization.vendor.kinds for member in kind.members]
    heads = tuple(f"{member.section}/{member.natural}:" for member in members)

    def told(fields: Fields) -> dict[str, Value]:
        plain = {path: value for path, value in fields.items() if not path.startswith(heads)}
        return {path: one for path, one in plain.items() if not (isinstance(one, str) and one.startswith(DIGESTED))}

    managed = {
        name: replace(one, last_applied=told(one.last_applied), overridden=told(one.overridden))
        for name, one in inventory.managed.items()
    }
    return replace(inventory, managed=managed)


def joined(entry: Managed, held: Managed, change: Change) -> Managed:
    """Give the entry of what is undone with what was `held` of the object before, by the table above."""
    people, known = ({_head(path) for path in one.last_applied if "/" in path} for one in (entry, held))
    lists = {one.partition("/")[0] for one in people}
    undone = {path for path in entry.last_applied if "/" not in path} | set(_written(change))
    above = {one for path in undone for one in _upward(path)}

    def stays(path: str) -> bool:
        gone = path.partition("/")[0] in lists and _head(path) not in people
        return not gone and path not in above and undone.isdisjoint(_upward(path))

    given = {path: new for path, new in entry.last_applied.items() if path in undone or _head(path) not in known}
    return replace(
        entry,
        document=held.document,
        last_applied={**given, **{path: old for path, old in held.last_applied.items() if stays(path)}},
        overridden={path: old for path, old in held.overridden.items() if stays(path)},
        fingerprint="",
    )


def _head(path: str) -> str:
    """Give of a path what names the person that it is of."""
    return path.rpartition("/")[0]


def _written(change: Change) -> Iterator[str]:
    """Give what a change writes of people, by the paths of an entry."""
    for member in change.touched(MemberAction.ADD, MemberAction.CHANGE):
        yield from (f"{member.section}/{member.address.key}/{'.'.join(row.path)}" for row in member.fields)


def _upward(path: str) -> Iterator[str]:
    """Give a path, and those of the mappings that it is in."""
    yield path
    while "." in path:
        path = path.rpartition(".")[0]
        yield path
