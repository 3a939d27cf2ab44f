"""What drifted and is to be taken over → the edits of documents that declare it as it is; pure.

Values are spelled as a dump spells them (`Kind.dump`): names for ids, codes for positions, labels. Only what drifted is
written, at the place where the document has it.

| what is live                                | what is written                                                    |
|---------------------------------------------|--------------------------------------------------------------------|
| another value                               | the scalar                                                         |
| nothing, where documents can say that       | `null`                                                             |
| nothing, of a field that cannot be cleared  | nothing: the key is taken out by hand                              |
| other labels of a list                      | items that went are removed, items that came are added             |
| somebody who is on no document's list       | an item at the list's end                                          |
| nobody, whom a document names               | the item is removed                                                |
| a value that no document can say            | nothing; the reason is told                                        |

A member who is given no external id by the vendor is known by its natural key where the kind has external ids: a `key:`
would be news to the inventory, and a plan would have something to record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.desired.edit import AddItem, Edit, RemoveItem, SetScalar
from reconciler.desired.edit_values import value_at
from reconciler.model.address import Address
from reconciler.model.change import MemberAction
from reconciler.model.drift import FieldDrift, MemberDrift, ObjectDrift
from reconciler.model.kind import Field, Kind, MemberKind
from reconciler.model.resource import Fields, Observed, Source, Value
from reconciler.model.state import Surroundings

Steps = tuple[str | int, ...]

_NOTHING = "nothing is there, and no document can say so of this field: take the key out by hand"
_UNSAYABLE = "no document can say what is live"
_OTHERWISE = "the document writes it in a form that cannot be edited in part"
_APART = "its members cannot be told apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unaccepted:
    """Something that is not written into a document: at which object or member, which field of it, and why."""

    address: Address
    path: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One declared item as its document has it: the tree of the document, and where the item stands."""

    source: Source
    tree: Value

    def at(self, steps: Steps) -> Value:
        """Give what the document has below the item."""
        return value_at(self.tree, (*self.source.path, *steps))

    def path(self, steps: Steps) -> Steps:
        """Lead to it from the top of the document."""
        return (*self.source.path, *steps)


def acceptance(
    drift: ObjectDrift, found: Observed, kind: Kind, around: Surroundings, place: Place
) -> Iterator[Edit | Unaccepted]:
    """Give the edits of one item, and what cannot be written into it.

    Args:
        drift: What of it is to be taken over, and nothing else.
        found: The object as it is.
        kind: What the core knows of it.
        around: What spelling may look at.
        place: Where it is declared.
    """
    spelled = kind.dump(found, around).item
    for row in drift.fields:
        yield from _field(row, kind.field(row.change.path[0]), _Written(drift.address, (), spelled), place)
    for member in drift.members:
        yield from _member(member, found, kind, around, place)


def _member(
    drift: MemberDrift, found: Observed, kind: Kind, around: Surroundings, place: Place
) -> Iterator[Edit | Unaccepted]:
    member = kind.member(drift.section)
    if drift.address.parent is None:
        yield Unaccepted(address=drift.address, path=(drift.section,), reason=_APART)
    elif drift.action is MemberAction.REMOVE:
        yield RemoveItem(document=place.source.document, path=place.path(drift.path))
    elif drift.live is not None:
        item = _spelled(drift.live, found, kind, member, around)
        if drift.action is MemberAction.ADD:
            known = dict(item)
            if member.identity and item.get(member.natural):
                known.pop(member.key, None)
            yield AddItem(document=place.source.document, path=place.path((drift.section,)), item=known)
        else:
            for row in drift.fields:
                written = _Written(drift.address, drift.path, item)
                yield from _field(row, member.field(row.change.path[0]), written, place)


def _spelled(row: Fields, found: Observed, kind: Kind, member: MemberKind, around: Surroundings) -> Fields:
    """Spell one member, by spelling the object with this one alone."""
    alone = {one.section: [row] if one.section == member.section else [] for one in kind.members}
    items = kind.dump(replace(found, members=alone), around).item.get(member.section)
    item = items[0] if isinstance(items, list) and items else {}
    return item if isinstance(item, Mapping) else {}


@dataclass(frozen=True, slots=True)
class _Written:
    """Whose fields are written: the address, where that stands inside the item, and how a document spells it."""

    address: Address
    head: Steps
    spelled: Fields

    def refuse(self, row: FieldDrift, reason: str) -> Unaccepted:
        return Unaccepted(address=self.address, path=row.change.path, reason=reason)


def _field(row: FieldDrift, field: Field | None, whose: _Written, place: Place) -> Iterator[Edit | Unaccepted]:
    steps: Steps = (*whose.head, *row.change.path)
    value = _inside(whose.spelled, row.change.path)
    written = place.at(steps)
    if value is None:
        live = row.change.before
        if live is False:
            value = False
        elif live in (None, "", []) and not isinstance(written, list):
            if field is None or not field.clearable:
                yield whose.refuse(row, _NOTHING)
                return
        elif live in (None, "", []):
            value = []
        else:
            yield whose.refuse(row, _UNSAYABLE)
            return
    while isinstance(written, Mapping) and len(written) == 1 and not isinstance(value, Mapping):
        inner = next(iter(written))  # `parent: {externalId: …}` says no more than the text alone
        steps, written = (*steps, inner), written[inner]
    if isinstance(value, Mapping) or isinstance(written, Mapping):
        yield whose.refuse(row, _OTHERWISE)
    elif isinstance(value, list | tuple) or isinstance(written, list):
        if isinstance(value, list | tuple) and isinstance(written, list) and _plain(value) and _plain(written):
            yield from _items(value, written, steps, place)
        else:
            yield whose.refuse(row, _OTHERWISE)
    else:
        yield SetScalar(document=place.source.document, path=place.path(steps), value=value)


def _items(wanted: Sequence[Value], written: Sequence[Value], steps: Steps, place: Place) -> Iterator[Edit]:
    for index, item in enumerate(written):
        if item not in wanted:
            yield RemoveItem(document=place.source.document, path=place.path((*steps, index)))
    for item in wanted:
        if item not in written:
            yield AddItem(document=place.source.document, path=place.path(steps), item=item)


def _plain(values: Sequence[Value]) -> bool:
    return not any(isinstance(value, Mapping | list | tuple) for value in values)


def _inside(value: Value, path: Sequence[str]) -> Value:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
