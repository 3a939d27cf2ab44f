"""Live, last applied, declared: who moved? Three values in, a label out. Pure.

Premise. A plan compares two sides and cannot say whose doing a difference is. What was last applied can: a side that
still is as it was did not move. It is looked at only where the two sides differ; where they agree there is nothing to
do, whoever moved.

| live is | declared is | what was last applied               | label          | who is to act                        |
|---------|-------------|-------------------------------------|----------------|--------------------------------------|
| A       | A           | anything                            | none           | nobody                               |
| A       | B           | A                                   | config changed | apply: a plan is pending             |
| A       | B           | B                                   | live changed   | accept it, or apply, or ask who did  |
| A       | B           | B, and the vendor made A of it      | overridden     | nobody, or declare A                 |
| A       | B           | C                                   | both           | somebody decides: accept or apply    |
| A       | B           | C, and the vendor made A of it      | config changed | apply                                |
| A       | B           | never anything, in what is ours     | never managed  | apply                                |
| A       | B           | nobody knows                        | unknown        | look: accept or apply                |
| absent  | B           | something, of an object of ours     | gone           | apply makes it again, or undeclare   |
| absent  | B           | never anything                      | never managed  | apply creates it                     |
| A       | nothing     | something, of an object of ours     | config changed | apply, as policy has it              |
| A       | nothing     | never anything                      | (unmanaged)    | declare it, or leave it              |
| absent  | nothing     | anything                            | none           | nobody                               |

Members of a list are compared in the same way: one that was sent and is not there was removed at the vendor (live
changed; both, where the document says otherwise than was sent too), one that is there and was never sent was added
there. A list that was never sent is never managed as a whole; one that was sent with nobody in it is ours, and of an
older inventory nobody knows whether that was done. Where the members cannot be told apart, the list is unknown; the
plan says why.

"Nobody knows" has three causes: there is no inventory; the value is personal and its digest was made under another key;
or it is personal, and the two sides differ in capital letters alone, which a digest does not tell. None of them says
that nothing happened, so unknown counts as drift; another key alone, where live and declared agree, is none. Absent is
proven absent: what could not be read has no label at all.

What came to agree without us (somebody typed at the vendor what a document says, or a live value was accepted) counts
as applied from the next apply on, though that writes nothing at the vendor. If one side moves before it, the label may
say more than happened (*both* where *config changed* would be nearer), or that the other one moved; the plan shows the
difference all the same.

Rejected: comparing live with last applied alone, as a state file does. It calls drift what was since declared so, and
says nothing of what was declared and never sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.diff.compare import field_changes
from reconciler.diff.members import MemberPair, lists_agree, match_members, sent_fields
from reconciler.diff.remembered import Knowledge, Memory, Sent, is_overridden, is_same, still_stands
from reconciler.model.address import Address
from reconciler.model.change import Change, FieldChange, MemberAction
from reconciler.model.drift import FieldDrift, Label, MemberDrift
from reconciler.model.kind import Kind, MemberKind
from reconciler.model.resource import Declared, Fields, Observed, Value

_OF_NOBODY = {Knowledge.NEVER: Label.NEVER, Knowledge.UNKNOWN: Label.UNKNOWN}


def field_drifts(declared: Declared, found: Observed, kind: Kind, memory: Memory) -> tuple[FieldDrift, ...]:
    """Label every field of an object that is not as declared."""
    return tuple(_labelled(field_changes(declared.fields, found.fields, kind.fields), "", memory))


def member_drifts(
    declared: Declared, found: Observed, kind: Kind, address: Address, memory: Memory
) -> Iterator[MemberDrift]:
    """Label every member of its lists that is not as declared; lists that were not read have none."""
    for member in kind.members:
        live = (found.members or {}).get(member.section)
        if member.section in declared.members and live is not None:
            only_add = member.section in declared.only_add
            if not lists_agree(declared.members[member.section], live, member, only_add=only_add):
                yield from _list(declared, live, member, address, memory)


def drifts_of(
    change: Change, kind: Kind, memory: Memory
) -> tuple[tuple[FieldDrift, ...], tuple[MemberDrift, ...]] | None:
    """Label what a plan found to differ, as the two above do from both sides; None where they have to be asked.

    A plan has compared the two and matched all members already, and leaves out only what is overridden.
    """
    members: list[MemberDrift] = []
    for one in change.members:
        row = kind.member(one.section)
        if one.action is MemberAction.REMOVE:
            return None  # of somebody who came it has no labels, and other values
        if one.action is MemberAction.ADD:
            members.append(_missing(one.address, one.fields, one.path, row, memory))
        elif one.action is MemberAction.CHANGE:
            members += _differing(one.address, one.fields, one.path, None, row, memory)
    return tuple(_labelled(change.fields, "", memory)), tuple(members)


def label_of(live: Value, declared: Value, sent: Sent, answered: Sent) -> Label:
    """Say whose doing it is that two values differ; all of them are in the shape in which one is remembered."""
    if sent.knowledge is not Knowledge.SENT:
        return _OF_NOBODY[sent.knowledge]
    if is_overridden(live, declared, sent, answered):
        return Label.OVERRIDDEN
    moved, wanted = not still_stands(sent.value, live), not is_same(sent.value, declared)
    if answered.knowledge is Knowledge.SENT and is_same(answered.value, live):
        return Label.CONFIG
    if moved:
        return Label.BOTH if wanted else Label.LIVE
    return Label.CONFIG if wanted else Label.UNKNOWN  # a digest folds letters, and the two differ in nothing else


def _labelled(changes: Iterable[FieldChange], head: str, memory: Memory) -> Iterator[FieldDrift]:
    for change in changes:
        path = f"{head}{'.'.join(change.path)}"
        yield _field(change, memory.sent(path), memory.answered(path), memory)


def _field(change: FieldChange, sent: Sent, answered: Sent, memory: Memory) -> FieldDrift:
    live = memory.token(change.before, personal=change.personal)
    declared = memory.token(change.after, personal=change.personal)
    label = label_of(live, declared, sent, answered)
    known = sent.knowledge is Knowledge.SENT
    if change.personal:
        known = known and is_same(sent.value, declared)
        return FieldDrift(label=label, change=change, sent=change.after if known else None, sent_known=known)
    return FieldDrift(label=label, change=change, sent=sent.value, sent_known=known)


def _list(
    declared: Declared, live: Sequence[Fields], kind: MemberKind, address: Address, memory: Memory
) -> Iterator[MemberDrift]:
    wanted, only_add = declared.members[kind.section], kind.section in declared.only_add
    known = {} if memory.entry is None else memory.entry.members.get(kind.section, {})
    matched = match_members(wanted, live, kind, memory.secret, only_add=only_add, known=known)
    if matched.flaws:
        yield MemberDrift(
            address=address,
            section=kind.section,
            action=MemberAction.CHANGE,
            label=Label.UNKNOWN,
            path=(kind.section,),
        )
        return
    listed = memory.listed(kind.section)
    for pair in matched.pairs:
        if pair.live is None:
            yield _absent(pair, kind, address, memory)
        elif pair.declared is not None:
            yield from _changed(pair, pair.declared, pair.live, kind, address, memory)
        elif not only_add:
            yield _surplus(pair, pair.live, kind, address, _came(memory.member(pair.key, kind), listed))


def _came(knowledge: Knowledge, listed: Knowledge) -> Label:
    """Label somebody who is on a list, and whom no document names; `listed` is what is known of the list."""
    if knowledge is Knowledge.SENT:
        return Label.CONFIG
    if knowledge is Knowledge.UNKNOWN:
        return Label.UNKNOWN
    return _OF_NOBODY.get(listed, Label.LIVE)


def _surplus(pair: MemberPair, row: Fields, kind: MemberKind, address: Address, label: Label) -> MemberDrift:
    changes = field_changes({field.name: None for field in kind.fields}, row, kind.fields)
    return MemberDrift(
        address=address.member(kind.name, pair.key),
        section=kind.section,
        action=MemberAction.ADD,
        label=label,
        fields=tuple(FieldDrift(label=label, change=change) for change in changes),
        live=row,
    )


def _absent(pair: MemberPair, kind: MemberKind, address: Address, memory: Memory) -> MemberDrift:
    declared = pair.declared or {}
    changes = field_changes(sent_fields(declared, kind), {}, kind.fields)
    place = kind.place(declared, pair.index or 0)
    return _missing(address.member(kind.name, pair.key), changes, place, kind, memory)


def _missing(
    address: Address, changes: Sequence[FieldChange], path: tuple[str | int, ...], kind: MemberKind, memory: Memory
) -> MemberDrift:
    """Label somebody who is declared, and not there."""
    label = _OF_NOBODY.get(memory.member(address.key, kind))
    if label is None:
        heads = [f"{kind.section}/{address.key}/{'.'.join(change.path)}" for change in changes]
        tokens = [memory.token(change.after, personal=change.personal) for change in changes]
        sent = [memory.sent(path) for path in heads]
        same = all(
            one.knowledge is not Knowledge.SENT or is_same(one.value, token)
            for one, token in zip(sent, tokens, strict=True)
        )
        label = Label.LIVE if same else Label.BOTH
    return MemberDrift(
        address=address,
        section=kind.section,
        action=MemberAction.REMOVE,
        label=label,
        fields=tuple(FieldDrift(label=label, change=change) for change in changes),
        path=path,
    )


def _changed(
    pair: MemberPair, declared: Fields, live: Fields, kind: MemberKind, address: Address, memory: Memory
) -> Iterator[MemberDrift]:
    changes = field_changes(sent_fields(declared, kind), live, kind.fields)
    place = kind.place(declared, pair.index or 0)
    return _differing(address.member(kind.name, pair.key), changes, place, live, kind, memory)


def _differing(
    address: Address,
    changes: Sequence[FieldChange],
    path: tuple[str | int, ...],
    live: Fields | None,
    kind: MemberKind,
    memory: Memory,
) -> Iterator[MemberDrift]:
    """Label the fields of somebody who is declared and there."""
    fields = tuple(_labelled(changes, f"{kind.section}/{address.key}/", memory))
    if fields and memory.member(address.key, kind) is Knowledge.UNKNOWN:
        fields = tuple(replace(one, label=Label.UNKNOWN) for one in fields)
    if fields:
        yield MemberDrift(
            address=address,
            section=kind.section,
            action=MemberAction.CHANGE,
            fields=fields,
            path=path,
            live=live,
        )
