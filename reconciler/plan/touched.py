"""Two readings of the documents, before and now, and the inventory → the addresses that a change of documents touches.

Premise. A pull request is about a few of many thousand resources. Which ones, its files do not say: an anchor that
several share, a default, a file that was split or deleted, all change what is declared without naming it. So what the
documents came to is compared, resource by resource, and never the files. Where a resource is declared is no part of it.

| between before and now                                 | what is touched                                         |
|--------------------------------------------------------|---------------------------------------------------------|
| a resource is declared otherwise, newly, or no more    | its address                                             |
| a `removed:` entry came, changed or went               | its address                                             |
| a `moved:` entry of a member came, changed or went     | the address of who has the member                       |
| an `allow:` line for an address came, changed or went  | that address                                            |
| one for a kind or for the organization came or changed | everything: what it lets through may be anywhere        |
| such a line went                                       | nothing: it is taken away when it has done its work,    |
|                                                        | and without it more is refused, never less              |
| a `moved:` entry of the organization came or went      | everything                                              |
| any of these addresses                                 | also what it names as a parent, and the parents of that |
|                                                        | what names it as a parent, and what those name          |

Parents and children are looked for before, now, and in the inventory: who has gone from the documents is known there,
and a document that no longer says `parent:` leaves the child where it is. Something that only the vendor knows of is
found by no pull request; what deletes is judged by a whole listing, as in any plan (`live.wanted`).

A touched plan is the whole plan, seen through a hole. Everything is declared still: so what is not declared any more is
proven by all documents, the ceilings take their shares of all that is managed, and names of what stands elsewhere mean
what they mean. Only what is compared, pruned, forgotten and read is held to the addresses.

So what it does there is what a whole plan does there, but where a guard holds changes of the plan against each other:
what the main branch asks for and nobody has applied yet is not in it, and no twin of what the branch deletes.

Rejected: desired states of the touched alone (`DesiredState.partial`): all else that is managed would look like
removed, or nothing could be pruned; planning by changed files: it misses anchors, and takes a moved file for news;
the addresses in the digest: a child that came into the main branch since the review would make a plan stale that does
the same. What is in it is that the plan is one of a part, so that none passes for a whole one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from reconciler.model.address import parse_address
from reconciler.model.inventory import Inventory
from reconciler.model.kind import Kind
from reconciler.model.resource import Declared, Fields, Removal, Source, Value
from reconciler.model.state import Allowance, DesiredState, Move

Place = tuple[str, str]
"""A kind's name and a key."""

Focus = frozenset[Place]
"""The addresses of one organization that a plan is held to."""

_NOWHERE = Source(file="", line=0, column=0)

_Entry = TypeVar("_Entry", Removal, Move, Allowance)


def differing(before: DesiredState | None, now: DesiredState) -> Focus | None:
    """Give the addresses that are declared otherwise than before; None where it may be any of them.

    Args:
        before: What the documents came to before; None if there were none.
        now: What they come to.
    """
    old = before or DesiredState(organization=now.organization, declared=())
    found = set(_declared_otherwise(old.declared, now.declared))
    found |= {(one.kind, one.key) for one in _came_or_went(old.removals, now.removals)}
    for move in _came_or_went(old.moves, now.moves):
        if move.organization is not None:
            return None
        found |= {(move.kind, key) for key in (_top(move, move.before), _top(move, move.after)) if key}
    lines = {line.id for line in old.allowances}
    for line in _came_or_went(old.allowances, now.allowances):
        address = parse_address(line.target)
        if address is not None:
            found.add((address.top.kind, address.top.key))
        elif line.id not in lines:
            return None
    return frozenset(found)


def with_relatives(
    touched: Focus, states: Iterable[DesiredState], inventory: Inventory | None, kinds: Iterable[Kind]
) -> Focus:
    """Add those that touched ones name as parents, those that name them, and whom these name; all the way.

    Args:
        touched: The addresses that are declared otherwise.
        states: What the documents come to, before and now.
        inventory: What is managed; it knows who belonged to whom when that was applied.
        kinds: The vendor's.
    """
    parents: dict[Place, set[Place]] = defaultdict(set)
    children: dict[Place, set[Place]] = defaultdict(set)
    rows = {kind.name: kind for kind in kinds}
    for place, fields in _everywhere(states, inventory):
        for parent, belongs in _named(rows[place[0]], fields):
            parents[place].add(parent)
            if belongs:
                children[parent].add(place)
    return _reached(_reached(touched, children), parents)


def entries_within(desired: DesiredState, focus: Focus | None) -> DesiredState:
    """Keep the `removed:` and `moved:` entries of some addresses, and all that is declared; None keeps every entry."""
    if focus is None:
        return desired
    return replace(
        desired,
        removals=tuple(one for one in desired.removals if (one.kind, one.key) in focus),
        moves=tuple(one for one in desired.moves if one.organization or (one.kind, _top(one, one.after)) in focus),
    )


def asked_for(
    desired: DesiredState, inventory: Inventory | None, focus: Focus | None
) -> tuple[DesiredState, Inventory | None]:
    """Give of both what a plan of these addresses is read for; None asks for everything.

    To read by alone: held against the rest, all that is left out here would look like removed.
    """
    if focus is None:
        return desired, inventory
    declared = tuple(one for one in desired.declared if (one.kind, one.key) in focus)
    known = inventory and replace(
        inventory,
        managed={name: one for name, one in inventory.managed.items() if (one.kind, one.key) in focus},
        intents=tuple(one for one in inventory.intents if (one.kind, one.key) in focus),
    )
    return replace(entries_within(desired, focus), declared=declared), known


def size_of(desired: DesiredState, inventory: Inventory | None, focus: Focus | None) -> tuple[int, int]:
    """Count the resources that a plan is held to, and all that are declared or managed."""
    everything = {(one.kind, one.key) for one in desired.declared}
    everything |= {(one.kind, one.key) for one in inventory.managed.values()} if inventory else set()
    return (len(everything) if focus is None else len(focus)), len(everything | (focus or frozenset()))


def _declared_otherwise(before: Sequence[Declared], now: Sequence[Declared]) -> Iterator[Place]:
    old = {(one.kind, one.key): one for one in before}
    for one in now:
        earlier = old.pop((one.kind, one.key), None)
        if earlier is None or not _says_the_same(earlier, one):
            yield one.kind, one.key
    yield from old


def _says_the_same(one: Declared, other: Declared) -> bool:
    """Compare all but the place in the documents. Values are held against each other as written: 1 is not true."""
    left, right = _said(one), _said(other)
    return left == right and (repr(left) == repr(right) or _spelt(left) == _spelt(right))


def _said(one: Declared) -> tuple[Value, ...]:
    flags = (sorted(one.only_add), one.protected, one.members_only)
    return (one.fields, one.members, one.options, *flags)


def _spelt(value: Value) -> str:
    """Spell a value out, with the keys of mappings in their order."""
    if isinstance(value, Mapping):
        rows = (f"{key!r}: {_spelt(value[key])}" for key in sorted(value, key=str))
        return f"{{{', '.join(rows)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_spelt, value))}]"
    return repr(value)


def _came_or_went(before: Sequence[_Entry], now: Sequence[_Entry]) -> Iterator[_Entry]:
    """Give the entries that one side has and the other has not, wherever they stand."""
    old, new = ({repr(replace(one, source=_NOWHERE)): one for one in entries} for entries in (before, now))
    yield from (old[words] for words in old.keys() - new.keys())
    yield from (new[words] for words in new.keys() - old.keys())


def _top(move: Move, tail: str) -> str:
    """Give the key of the resource that the end of a move's address begins with."""
    address = parse_address(f"any/{move.kind}/{tail}")
    return address.top.key if address is not None else ""


def _everywhere(states: Iterable[DesiredState], inventory: Inventory | None) -> Iterator[tuple[Place, Fields]]:
    """Give what every side says of every address; of the inventory, by dotted paths."""
    for state in states:
        yield from (((one.kind, one.key), one.fields) for one in state.declared)
    for entry in inventory.managed.values() if inventory else ():
        yield (entry.kind, entry.key), entry.last_applied


def _named(kind: Kind, fields: Fields) -> Iterator[tuple[Place, bool]]:
    """Give what a resource names, and whether it belongs to that or only uses it."""
    for row in kind.fields:
        value = fields.get(row.name)
        if row.reference is not None and isinstance(value, str) and value:
            yield (row.reference, value), True
        if row.keys_reference is not None:
            if isinstance(value, Mapping):
                yield from ((((row.keys_reference), key), False) for key in value)
            else:
                start = f"{row.name}."
                names = (path.removeprefix(start) for path in fields if path.startswith(start))
                yield from ((((row.keys_reference), name), False) for name in names)


def _reached(start: Focus, edges: Mapping[Place, set[Place]]) -> Focus:
    """Follow edges from these places to the end; a place that only they lead to counts too."""
    found, waiting = set(start), list(start)
    while waiting:
        further = edges.get(waiting.pop(), set()) - found
        found |= further
        waiting += further
    return frozenset(found)
