"""What a run did → what undoing it aims at, object by object. Pure; `undo_live` holds the aims against what is live.

Premise. A run is undone by a plan like any other, made of what its journal says instead of what documents say: so it is
compared, guarded, counted, reviewed and refused as stale by the same stations. It names the run's objects and nothing
else: nothing beside them is changed, and nothing is pruned. It undoes what the run did, and not what was done since.

| the run                | the plan                            | what does not come back, and is said               |
|------------------------|-------------------------------------|----------------------------------------------------|
| created it             | deletes it, if it is still ours     | an object that takes others along when it goes (an |
|                        |                                     | account, a custom field): it stays                 |
| changed fields         | those, to what stood there          | options that it added to a SELECT: they stay; what |
|                        |                                     | names something that is gone (`undo_names`)        |
| replaced a list        | the list, to who was on it          | the remote id of whoever is made again             |
| deleted it             | makes it again                      | its remote id and those of its people, balances,   |
|                        |                                     | a bounced status, and what went with it            |
| adopted it             | forgets it; adopted and changed: the | that it is managed, if it was changed too         |
|                        | fields go back, and it stays ours   |                                                    |
| forgot it              | adopts it, if the object is there   | one that is gone                                   |
| moved a key            | moves it back                       |                                                    |
| noted in the inventory | nothing                             | protection and keys that it noted                  |
| did not come to it     | nothing                             |                                                    |
| left in part, or in    | what of it stands, told by the plan | everything, where that plan was not kept           |
| doubt                  | beside the journal                  |                                                    |

Of a journal that was kept masked no personal value comes back, and so nobody on a list.

What stands live now decides, field by field, of those that the run changed (`undo_live`): as the run left it, it goes
back; as it was before, there is nothing to do, so undoing twice does it once; anything else is somebody's who came
later, and the object is refused (`undo-overtaken`) rather than half undone. An undo is a run, and is undone likewise.

Rejected: applying the old documents out of git. They say what was wanted then of everything, not what stood there of
what the run touched; whatever was never declared would not come back. And sending the inverse of each write: a body
that was right before a run is not right after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from reconciler.model.address import Address
from reconciler.model.change import Action, Change, FieldChange
from reconciler.model.inventory import Inventory
from reconciler.model.journal import Entry, Opening
from reconciler.model.kind import Kind, MemberKind
from reconciler.model.resource import Declared, Fields, Observed, Removal, Source
from reconciler.plan import undo_losses as losses
from reconciler.plan.undo_entries import did_something, is_denied, is_done, is_doubtful, moved_back, remote_id_of
from reconciler.plan.undo_extent import strangers, touched_by
from reconciler.plan.undo_images import (
    Rows,
    keeps_values,
    leaves_anyone,
    member_row,
    nested,
    people,
    rows_of,
    whole_fields,
    without_ids,
    written,
)
from reconciler.plan.undo_losses import Loss

STOOD: Fields = {"createOptions": True}
"""A value that stood there before is no misspelt one, whatever options the vendor tells of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What undoing aims at for one object that the run did something to.

    `action` is what the run did, `remote_id` of which object; `doubtful` that it may have done it in part or not.
    `fields` go from what the run left to what stood before. `left` and `stood` are the touched lists after the run and
    before it, without what others did; what nobody read when the run had left it is not `seen`, and `change` says what
    was meant, if anything. `strangers` are lists on which somebody stood whom the run had not added.
    """

    address: Address
    action: Action
    kind: Kind
    remote_id: str | None
    doubtful: bool = False
    seen: bool = True
    declared: Declared | None = None
    removal: Removal | None = None
    fields: tuple[FieldChange, ...] = ()
    left: Mapping[str, Rows] = field(default_factory=dict)
    stood: Mapping[str, Rows] = field(default_factory=dict)
    strangers: tuple[str, ...] = ()
    change: Change | None = None
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """All that undoing aims at in one organization.

    `inventory` is as it will be once `moves`, which concern it alone, are made; `forgets` are the addresses that the
    run took in as they were, with the remote id of each. `losses` belong to no aim.
    """

    aims: tuple[Aim, ...]
    inventory: Inventory | None
    moves: tuple[Change, ...] = ()
    forgets: Mapping[Address, str | None] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()


def aims_of(
    opening: Opening,
    entries: Iterable[Entry],
    kinds: Mapping[str, Kind],
    inventory: Inventory | None,
    planned: Mapping[tuple[str, str], Change],
) -> Aims:
    """Say what undoing a run aims at in one organization.

    Args:
        opening: The first line of its journal.
        entries: What it did there.
        kinds: The organization's.
        inventory: What is managed now.
        planned: The changes of the plan that it carried out, by address and action, as far as that was kept.
    """
    every = list(entries)
    entries = [entry for entry in every if did_something(entry) or is_doubtful(entry)]
    denied = [losses.denied(place) for entry in every if is_denied(entry) and (place := entry.place) is not None]
    moved, moves, lost = moved_back(entries, kinds, inventory)
    aiming = _Aiming(opening, kinds, moved, planned)
    aims = [aim for entry in entries for aim in aiming.aim(entry)]
    lost = (*denied, *lost, *aiming.losses)
    return Aims(aims=tuple(aims), inventory=moved, moves=moves, forgets=aiming.forgets, losses=lost)


class _Aiming:
    """One run's entries at one organization, taken one by one."""

    def __init__(
        self,
        opening: Opening,
        kinds: Mapping[str, Kind],
        inventory: Inventory | None,
        planned: Mapping[tuple[str, str], Change],
    ) -> None:
        self.run, self.masked = opening.run, opening.masked
        self.kinds = kinds
        self.inventory = inventory
        self.planned = planned
        self.source = Source(file=f".reconciler/journal/{opening.run}.jsonl", line=1, column=1)
        self.forgets: dict[Address, str | None] = {}
        self.losses: list[Loss] = []

    def aim(self, entry: Entry) -> Iterator[Aim]:
        """Give the aim of one entry, if it has one."""
        address = entry.place
        if address is None or entry.action is Action.MOVE:
            return
        kind = self.kinds.get(address.kind)
        if kind is None:
            return
        aim = Aim(
            address=address,
            action=entry.action,
            kind=kind,
            remote_id=remote_id_of(entry),
            doubtful=not is_done(entry),
            change=self.planned.get((entry.address, entry.action.value)),
        )
        match entry.action:
            case Action.CREATE:
                yield from self._uncreated(aim, entry)
            case Action.UPDATE | Action.REPLACE:
                yield from self._unchanged(aim, entry)
            case Action.DELETE:
                yield from self._undeleted(aim, entry)
            case Action.ADOPT:
                self._unadopted(aim, entry)
            case Action.FORGET:
                yield replace(aim, declared=Declared(kind=kind.name, key=address.key, fields={}, source=self.source))

    def _uncreated(self, aim: Aim, entry: Entry) -> Iterator[Aim]:
        if aim.kind.destroys:
            made = not aim.doubtful or entry.took_effect or aim.remote_id is not None
            self.losses.append((losses.stays if made else losses.may_stay)(aim.address, aim.kind))
            return
        left = entry.after
        removal = Removal(
            kind=aim.kind.name,
            key=aim.address.key,
            remote_id=aim.remote_id,
            reason=f"run {self.run} created it",
            until=date.max,
            source=self.source,
        )
        fields = whole_fields(left.fields, aim.kind.fields) if left is not None else ()
        lists = {member.section: rows_of(left, member) for member in aim.kind.members if (left and left.members)}
        others = strangers(left, aim.change, entry.sets, aim.kind)
        yield replace(aim, removal=removal, fields=fields, left=lists, seen=left is not None, strangers=others)

    def _unchanged(self, aim: Aim, entry: Entry) -> Iterator[Aim]:
        touched = touched_by(aim.kind, aim.address, entry, aim.change, masked=self.masked)
        if touched is None:
            self.losses.append(losses.unrecorded(aim.address))
            return
        stood, left, sections = touched.stood, entry.after, touched.lists
        named = [row for row in touched.fields if not losses.by_id_alone(row, aim.kind)]
        fields = [row for row in named if not losses.is_uncleared(row, aim.kind)]
        lost = [*touched.losses, *([losses.unnamed(aim.address)] if len(named) < len(touched.fields) else [])]
        if len(fields) < len(named) or any(keeps_values(stood, left, member) for member in sections):
            lost.append(losses.uncleared(aim.address))
        if self.masked:
            lost += [losses.masked(aim.address)] if sections or any(row.personal for row in fields) else []
            fields, sections = [row for row in fields if not row.personal], ()
        if entry.ended is not None and entry.ended.adopts:
            lost.append(losses.stays_managed(aim.address))
        if any(losses.adds_option(row, aim.kind) for row in fields):
            lost.append(losses.options(aim.address))
        if left is not None and any(leaves_anyone(stood, left, member) for member in sections):
            lost.append(losses.people_anew(aim.address))
        declared = Declared(
            kind=aim.kind.name,
            key=aim.address.key,
            fields=nested(fields),
            source=self.source,
            members={member.section: self._rows(aim, stood, left, member) for member in sections},
            options=STOOD,
        )
        yield replace(
            aim,
            declared=declared,
            fields=tuple(fields),
            left={member.section: rows_of(left, member) for member in sections if left is not None},
            stood={member.section: rows_of(stood, member) for member in sections},
            losses=tuple(lost),
        )

    def _undeleted(self, aim: Aim, entry: Entry) -> Iterator[Aim]:
        before, kind = entry.before, aim.kind
        if before is None:
            self.losses.append(losses.unrecorded(aim.address))
            return
        if kind.named_by_id(aim.address.key):
            self.losses.append(losses.named_by_id(aim.address))
            return
        fields = written(before.fields, kind.fields)
        lost = [losses.made_anew(aim.address, kind, takes=aim.change is not None and bool(aim.change.takes))]
        members = {
            member.section: self._rows(aim, before, None, member)
            for member in kind.members
            if rows_of(before, member) and not self.masked
        }
        if self.masked and any(rows_of(before, member) for member in kind.members):
            lost.append(losses.masked(aim.address))
        if any(row.personal and row.name in fields for row in kind.fields) and self.masked:
            fields = {row.name: fields[row.name] for row in kind.fields if row.name in fields and not row.personal}
        elif before.members is None and kind.members:
            lost.append(losses.unread_people(aim.address))
        declared = Declared(
            kind=kind.name,
            key=aim.address.key,
            fields=without_ids(fields, kind),
            source=replace(self.source, file=aim.change.document)
            if aim.change and aim.change.document
            else self.source,
            members=members,
            options=STOOD,
        )
        yield replace(aim, declared=declared, losses=tuple(lost))

    def _unadopted(self, aim: Aim, entry: Entry) -> None:
        held = self.inventory.find(aim.kind.name, aim.address.key) if self.inventory is not None else None
        if entry.ended is None or not entry.ended.adopts:
            self.losses.append(losses.noted(aim.address))
        elif held is not None and held.remote_id == aim.remote_id:
            self.forgets[aim.address] = aim.remote_id

    def _rows(self, aim: Aim, before: Observed, left: Observed | None, member: MemberKind) -> tuple[Fields, ...]:
        """Declare who was on a list, each under the key that the documents have for them."""
        keys = self._keys(aim, member)
        after = people(rows_of(left, member), member)
        return tuple(
            member_row(
                row, member, keys.get(remote_id, "") if not row.get(member.identity) else "", after.get(remote_id)
            )
            for row in rows_of(before, member)
            for remote_id in (str(row.get(member.remote)),)
        )

    def _keys(self, aim: Aim, member: MemberKind) -> Mapping[str, str]:
        """Give the documents' own keys by remote id: those that the plan had, and before them those known now."""
        head = f"{member.key}:"
        planned = aim.change.members if aim.change is not None else ()
        found = {one.remote_id: one.address.key for one in planned if one.section == member.section and one.remote_id}
        held = self.inventory.find(aim.kind.name, aim.address.key) if self.inventory is not None else None
        known = held.members.get(member.section, {}) if held is not None else {}
        every = {**found, **{remote_id: key for key, remote_id in known.items()}}
        return {name: key.removeprefix(head) for name, key in every.items() if key.startswith(head)}
