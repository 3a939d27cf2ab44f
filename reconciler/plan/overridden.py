"""Values that the vendor sets back: told in every plan, and left. What differs in, what is written out. Pure.

Premise. A rule at the vendor makes something else of a field as soon as it is written. The inventory remembers what was
sent and what became of it (`Managed.overridden`). Were such a field an update, no plan would be empty again, and every
apply would write it in vain. But that a field once was not taken may also have been a fault: so it is told in every
plan, with both values, until somebody declares what is live or asks for another try (`--retry-overridden`).

| what was sent last | what the vendor made of it | the plan                                                   |
|--------------------|----------------------------|------------------------------------------------------------|
| what is declared   | what is live               | leaves it and tells it                                     |
| what is declared   | something else             | writes it: somebody changed it there                       |
| something else     | whatever                   | writes it: it is declared otherwise since                  |
| not known          | whatever                   | writes it; so without an inventory, under another digest   |
|                    |                            | key, or where another object stands under the name         |

`diff.remembered.is_overridden` decides that, for drift too. A digest of a personal value folds letters: who changes
nothing but capital letters in such a field has to ask for another try.

What is left counts, for all that follows, as if it were not declared: guards, order, routes and the look at the end
have known such fields always. Where something else of the object is written:

| left is                               | written is               | then the body                                     |
|---------------------------------------|--------------------------|---------------------------------------------------|
| a field                               | another field            | has it only where all are sent: then what is live |
| a part of a mapping                   | another part of it       | has what is live, as of what nobody declares      |
| somebody's name, phone, position      | anything of the list     | has what is live                                  |
| who somebody is (external id, e-mail, | another part of the list | has what is declared: it is written and shown, as |
| a name that pairs people); who is     |                          | any change                                        |
| the main one                          |                          |                                                   |
| a reference (a parent)                | whatever                 | has what is declared: it is never left            |

So what was reviewed is what happens: nothing is written that the plan does not show. The last two rows are no matter of
the one value alone. Whoever comes may take an e-mail over that another is declared to give up, the main contact may be
the one who goes, and a parent may be deleted once its children are declared elsewhere: there the plan is judged by what
is declared, so that has to be written.

The inventory goes on with what was declared as last applied: the live value that fills a body is nobody's wish. What
the vendor made of what is left stays in the entry while it stands so (`apply.overridden`). An undo leaves
nothing: it is asked for by name, and once.

Rejected: sending what is left along with whatever else is written. Of a list whose phone numbers the vendor respells,
every newcomer would make a change of everybody, in vain, on a page that a person is to review; and a dunning plan that
is set and set back with each new address may well tell a customer so each time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from reconciler.diff.remembered import Memory, is_overridden
from reconciler.model.address import Address
from reconciler.model.change import FieldChange, MemberAction, MemberChange, Overridden
from reconciler.model.kind import Kind, MemberKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """What an object is to be given, and what of it is left.

    `fields` are written, and `members` stand in the change; of these, `left` are the object's own that are not written.
    `overridden` is all that is left, be it in lists that the change does not touch.
    """

    fields: tuple[FieldChange, ...]
    members: tuple[MemberChange, ...]
    left: tuple[FieldChange, ...] = ()
    overridden: tuple[Overridden, ...] = ()


def parted(
    fields: tuple[FieldChange, ...],
    members: tuple[MemberChange, ...],
    kind: Kind,
    address: Address,
    memory: Memory | None,
) -> Parted:
    """Part what differs of an object by the tables above; without a `memory` nothing of it is left.

    Args:
        fields: The object's own that differ.
        members: The lists that differ, whole.
        kind: The object's.
        address: Where it stands.
        memory: What the inventory remembers of this very object.
    """
    differs = bool(fields) or any(one.action is MemberAction.CHANGE for one in members)
    if memory is None or not differs or memory.entry is None or not memory.entry.overridden:
        return Parted(fields=fields, members=members)  # an entry's values are decoded where something differs alone
    references = {row.name for row in kind.fields if row.reference is not None}
    left = _left(fields, memory, "", references)
    people = _people(members, kind, memory)
    touched = {one.section for one in people if one.action is not MemberAction.KEEP}
    resting = {one.section for one in people if one.left} - touched
    return Parted(
        fields=_without(fields, left),
        members=tuple(one for one in people if one.section not in resting),
        left=left,
        overridden=(
            *_told(address, "", left),
            *(row for one in people for row in _told(one.address, _head(one), one.left)),
        ),
    )


def _people(members: tuple[MemberChange, ...], kind: Kind, memory: Memory) -> list[MemberChange]:
    """Give the members with what of each is left; where their list changes, who is who and who is main is not."""
    alone = [_member(one, memory, frozenset()) for one in members]
    busy = {one.section for one in alone if one.action is not MemberAction.KEEP}
    if busy and kind.lists_together:
        busy = {one.section for one in alone}
    bound = {member.section: _bound(member) for member in kind.members}
    pairs = zip(members, alone, strict=True)
    return [_member(one, memory, bound[one.section]) if one.section in busy else less for one, less in pairs]


def _bound(kind: MemberKind) -> frozenset[str]:
    """Name the fields by which the members of a list hang together."""
    return frozenset(name for name in (kind.identity, kind.natural, kind.second, kind.exclusive) if name)


def _member(member: MemberChange, memory: Memory, bound: Collection[str]) -> MemberChange:
    if member.action is not MemberAction.CHANGE:
        return member
    left = _left(member.fields, memory, _head(member), bound)
    if not left:
        return member
    written = _without(member.fields, left)
    return replace(member, action=MemberAction.CHANGE if written else MemberAction.KEEP, fields=written, left=left)


def _left(fields: Iterable[FieldChange], memory: Memory, head: str, bound: Collection[str]) -> tuple[FieldChange, ...]:
    return tuple(row for row in fields if row.path[0] not in bound and _is_left(row, memory, head))


def _is_left(row: FieldChange, memory: Memory, head: str) -> bool:
    path = _path(row, head)
    live, declared = (memory.token(value, personal=row.personal) for value in (row.before, row.after))
    return is_overridden(live, declared, memory.sent(path), memory.answered(path))


def _without(fields: tuple[FieldChange, ...], left: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    return tuple(row for row in fields if row not in left) if left else fields


def _told(address: Address, head: str, left: Iterable[FieldChange]) -> Iterator[Overridden]:
    return (Overridden(address=address, field=row, path=_path(row, head)) for row in left)


def _head(member: MemberChange) -> str:
    return f"{member.section}/{member.address.key}/"


def _path(row: FieldChange, head: str) -> str:
    return f"{head}{'.'.join(row.path)}"
