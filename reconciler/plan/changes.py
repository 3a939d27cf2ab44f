"""A pair becomes a change: create, update, list replacement or delete. Or nothing, which is the common case.

`Draft` carries the change together with the flaws that forbid it, so that a refused change still says what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from reconciler.diff.compare import agree, equal_fields, field_changes, is_nothing
from reconciler.diff.members import MemberPair, has_identity, lists_agree, match_members, member_key, sent_fields
from reconciler.diff.remembered import Memory
from reconciler.model.address import Address
from reconciler.model.change import Action, Change, FieldChange, Mark, MemberAction, MemberChange, Overridden
from reconciler.model.kind import Field, Flaw, Kind, MemberKind
from reconciler.model.resource import Declared, Fields, Observed, Removal
from reconciler.model.wording import identity_word
from reconciler.plan.check import plain, precondition
from reconciler.plan.overridden import parted

REKEYED = "member-rekeyed"
Known = Mapping[str, Mapping[str, str]]
"""The remote ids of a resource's members as the inventory holds them, by section and member key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change as the comparison found it, what speaks against it, and what of the object is left (`overridden`)."""

    change: Change
    flaws: tuple[Flaw, ...] = ()
    overridden: tuple[Overridden, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What comparing a resource with its object found: what is to change, if anything, and what is left."""

    draft: Draft | None = None
    overridden: tuple[Overridden, ...] = ()


def creation(declared: Declared, kind: Kind, address: Address, secret: str) -> Draft:
    """Draft the creation of a resource whose absence is proven."""
    members = tuple(
        _addition(row, member_key(row, member, secret), member, address, index)
        for member in kind.members
        for index, row in enumerate(declared.members.get(member.section, ()))
    )
    missing = tuple(
        _missing(row, kind, address) for row in kind.fields if row.required and row.name not in declared.fields
    )
    change = Change(
        address=address,
        action=Action.CREATE,
        remote_id=None,
        precondition=precondition(None, kind),
        fields=field_changes(declared.fields, {}, kind.fields),
        members=members,
        only_add=declared.only_add,
        cause="declared, and not there yet",
        source=declared.source,
    )
    return Draft(change=change, flaws=missing)


def deletion(removal: Removal, found: Observed, kind: Kind, address: Address, secret: str) -> Draft:
    """Draft the deletion that a `removed:` entry asks for, of the very object that it names."""
    draft = destruction(found, kind, address, f"removed: {removal.reason}", secret)
    return replace(draft, change=replace(draft.change, source=removal.source))


def destruction(found: Observed, kind: Kind, address: Address, cause: str, secret: str) -> Draft:
    """Draft the deletion of an object, whatever the reason."""
    change = Change(
        address=address,
        action=Action.DELETE,
        remote_id=found.remote_id,
        precondition=precondition(found, kind, tuple(found.members or ()), facts=True),
        members=tuple(
            _member_change(MemberPair(key=member_key(row, member, secret), live=row), member, address, only_add=False)
            for member in kind.members
            for row in (found.members or {}).get(member.section, ())
        ),
        fields=tuple(
            FieldChange(path=(row.name,), before=value, after=None, personal=row.personal)
            for row in kind.fields
            if (value := plain(found.fields.get(row.name))) not in (None, {})
        ),
        cause=cause,
    )
    return Draft(change=change)


def stands(declared: Declared, found: Observed, kind: Kind) -> bool:
    """Say quickly that an object already is as declared; False only means that it is worth a `comparison`."""
    for member in kind.members:
        if member.section in declared.members:
            live = found.members.get(member.section) if found.members else None
            wanted = declared.members[member.section]
            if live is None or not lists_agree(wanted, live, member, only_add=member.section in declared.only_add):
                return False
    return agree(declared.fields, found.fields)


def comparison(
    declared: Declared,
    found: Observed,
    kind: Kind,
    address: Address,
    secret: str,
    known: Known = MappingProxyType({}),
    memory: Memory | None = None,
) -> Comparison:
    """Find what makes an object as declared, but for what the vendor sets back.

    Args:
        declared: The resource.
        found: Its object.
        kind: The kind of both.
        address: Where they stand.
        secret: The key of the digests that stand for e-mails in addresses.
        known: The object's members in the inventory.
        memory: What the vendor set back of the object, where that is to be left.
    """
    sections = [member for member in kind.members if member.section in declared.members]
    unread = tuple(_unread(member) for member in sections if (found.members or {}).get(member.section) is None)
    lists = [member for member in sections if not unread and not _list_agrees(declared, found, member)]
    drafts = [_list_draft(declared, found, member, address, secret, known.get(member.section, {})) for member in lists]
    every = tuple(change for changes, _ in drafts for change in changes)
    flaws = (*unread, *(flaw for _, found_flaws in drafts for flaw in found_flaws))
    differing = field_changes(declared.fields, found.fields, kind.fields)
    given = parted(differing, every, kind, address, None if flaws else memory)
    fields, members = given.fields, given.members
    if not fields and not flaws and all(change.action is MemberAction.KEEP for change in members):
        return Comparison(overridden=given.overridden)
    standing = equal_fields(declared.fields, found.fields, kind.fields)
    replaced = any(
        change.action is not MemberAction.KEEP and change.section not in declared.only_add for change in members
    )
    change = Change(
        address=address,
        action=Action.REPLACE if replaced else Action.UPDATE,
        remote_id=found.remote_id,
        precondition=precondition(found, kind, _relied_on(kind, _touched(lists, every, members))),
        fields=fields,
        members=members,
        only_add=declared.only_add,
        standing=standing,
        left=given.left,
        unchanged=len(standing),
        cause="declared otherwise than it is",
        source=declared.source,
        marks=rekeyed_marks(members, kind),
    )
    draft = Draft(change=change, flaws=flaws, overridden=given.overridden)
    return Comparison(draft=draft, overridden=given.overridden)


def _touched(
    lists: Sequence[MemberKind], every: Sequence[MemberChange], members: Sequence[MemberChange]
) -> list[MemberKind]:
    """Leave out the lists of which all that differs is left."""
    left = {one.section for one in every} - {one.section for one in members}
    return [member for member in lists if member.section not in left]


def _relied_on(kind: Kind, lists: Sequence[MemberKind]) -> list[str]:
    """Name the lists that a change of some of them relies on."""
    return [member.section for member in (kind.members if lists and kind.lists_together else lists)]


def _list_agrees(declared: Declared, found: Observed, member: MemberKind) -> bool:
    live = (found.members or {}).get(member.section, ())
    return lists_agree(declared.members[member.section], live, member, only_add=member.section in declared.only_add)


def _list_draft(
    declared: Declared, found: Observed, member: MemberKind, address: Address, secret: str, known: Mapping[str, str]
) -> tuple[list[MemberChange], tuple[Flaw, ...]]:
    wanted = declared.members[member.section]
    live = (found.members or {}).get(member.section, ())
    only_add = member.section in declared.only_add
    matched = match_members(wanted, live, member, secret, only_add=only_add, known=known)
    changes = [_member_change(pair, member, address, only_add=only_add) for pair in matched.pairs]
    return changes, matched.flaws


def _member_change(pair: MemberPair, kind: MemberKind, address: Address, *, only_add: bool) -> MemberChange:
    if pair.live is None:
        return _addition(pair.declared or {}, pair.key, kind, address, pair.index or 0)
    wanted = sent_fields(pair.declared or {}, kind)
    changes = field_changes(wanted, pair.live, kind.fields)
    action = MemberAction.CHANGE if changes else MemberAction.KEEP
    if pair.declared is None and not only_add:
        action, changes = MemberAction.REMOVE, tuple(_losses(pair.live, kind.fields))
    return MemberChange(
        address=address.member(kind.name, pair.key),
        section=kind.section,
        action=action,
        remote_id=str(pair.live[kind.remote]),
        fields=changes,
        standing=equal_fields(wanted, pair.live, kind.fields),
        path=() if pair.index is None else kind.place(pair.declared or {}, pair.index),
        options=_options(pair.declared or {}, kind),
    )


def _addition(row: Fields, key: str, kind: MemberKind, address: Address, index: int) -> MemberChange:
    return MemberChange(
        address=address.member(kind.name, key),
        section=kind.section,
        action=MemberAction.ADD,
        fields=field_changes(sent_fields(row, kind), {}, kind.fields),
        path=kind.place(row, index),
        options=_options(row, kind),
    )


def _options(row: Fields, kind: MemberKind) -> Fields:
    return {name: row[name] for name in kind.options if name in row}


def _losses(row: Fields, rows: Sequence[Field]) -> Iterator[FieldChange]:
    for field in rows:
        if not is_nothing(row.get(field.name)):
            yield FieldChange(path=(field.name,), before=row[field.name], after=None, personal=field.personal)


def rekeyed_marks(members: Sequence[MemberChange], kind: Kind) -> tuple[Mark, ...]:
    """Hint that a member known only by its e-mail may have been given a new one, which reads as remove and add.

    Whoever comes from or goes to another resource is nobody's other half here; nor is anybody of a kind that has no
    external ids, where everybody has a `key:` already.
    """
    alone = [one for one in members if one.elsewhere is None and kind.member(one.section).identity]
    unnamed = [one for one in alone if not has_identity(one.address.key, kind.member(one.section))]
    added = [one for one in unnamed if one.action is MemberAction.ADD]
    removed = [one for one in unnamed if one.action is MemberAction.REMOVE]
    if not added or not removed:
        return ()
    text = (
        f"{removed[0].address.key} goes and {added[0].address.key} comes: if that is one person with a new e-mail, "
        "give it an external id (or `key:`) first, so that it is changed instead."
    )
    return (Mark(code=REKEYED, text=text, path=added[0].path),)


def _missing(field: Field, kind: Kind, address: Address) -> Flaw:
    return Flaw(
        path=(),
        code="field-needed",
        summary="a field is needed to create this",
        detail=f'"{address.key}" does not exist yet and cannot be created without `{field.name}`.',
        remedy=f"Declare `{field.name}`, or correct the {identity_word(kind)}.",
    )


def _unread(member: MemberKind) -> Flaw:
    return Flaw(
        path=(member.section,),
        code="members-unread",
        summary="a list could not be read",
        detail=f"The {member.section} of this object were not read, so nothing can be said of them.",
        remedy="Plan again.",
    )
