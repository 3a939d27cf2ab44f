"""In which order changes are written, and which of them wait for which.

| before                                   | comes                                                                |
|------------------------------------------|----------------------------------------------------------------------|
| a resource                               | the creation of what it refers to (its parent, its definitions)      |
| a resource that gets a parent            | the change by which that parent loses its own                        |
| an addition or change that takes an      | the change that gives this e-mail up, at whichever resource: the     |
| e-mail over                              | vendor wants e-mails unique, and nobody knows in which scope         |
| the deletion of a parent                 | the deletion of its children, and the change that moves one away     |

Everything else goes by kind (`Kind.rank`), then address; deletions last, in reverse rank. That order is total, so the
plan does not depend on the order of files or hash seeds. A cycle can only come from two resources that swap an
e-mail; it is cut at the first address, and the vendor, which alone knows its scope, decides.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.kind import Kind

_Key = tuple[bool, int, tuple[str, ...]]


def order(changes: Iterable[Change], kinds: Mapping[str, Kind]) -> tuple[Change, ...]:
    """Order the changes of one organization and state in each what it waits for."""
    by_address = {change.address: change for change in changes}
    waits = _dependencies(by_address, kinds)
    keys = {address: _sort_key(change, kinds[address.kind]) for address, change in by_address.items()}
    return tuple(
        replace(by_address[address], depends_on=tuple(sorted(waits[address]))) for address in _sorted(keys, waits)
    )


def _sort_key(change: Change, kind: Kind) -> _Key:
    deletes = change.action is Action.DELETE
    return (deletes, -kind.rank if deletes else kind.rank, change.address.parts)


def _dependencies(changes: Mapping[Address, Change], kinds: Mapping[str, Kind]) -> dict[Address, set[Address]]:
    waits: dict[Address, set[Address]] = {address: set() for address in changes}
    givers = _givers(changes.values(), kinds)
    for address, change in changes.items():
        kind = kinds[address.kind]
        for target, reference in _references(change, kind):
            other = changes.get(Address(organization=address.organization, kind=reference, key=target))
            if other is None or other.address == address:
                continue
            if change.action is Action.DELETE or other.action is Action.DELETE:
                if other.action is Action.DELETE:
                    waits[other.address].add(address)
            elif other.action is Action.CREATE or _touches_reference(other, kinds[reference]):
                waits[address].add(other.address)
        for natural in _taken(change, kind):
            waits[address] |= givers.get(natural, set()) - {address}
    return waits


def _references(change: Change, kind: Kind) -> Iterator[tuple[str, str]]:
    """Give (key, kind) of everything that the change names, before or after."""
    for field in kind.fields:
        for row in change.fields:
            if row.path[0] != field.name:
                continue
            if field.reference:
                yield from ((str(value), field.reference) for value in (row.before, row.after) if value is not None)
            if field.keys_reference and len(row.path) > 1:
                yield row.path[1], field.keys_reference


def _touches_reference(change: Change, kind: Kind) -> bool:
    names = {field.name for field in kind.fields if field.reference}
    return any(row.path[0] in names for row in change.fields)


def _givers(changes: Iterable[Change], kinds: Mapping[str, Kind]) -> dict[str, set[Address]]:
    givers: dict[str, set[Address]] = defaultdict(set)
    for change in changes:
        for natural in _naturals(change, kinds[change.address.kind], given=True):
            givers[natural].add(change.address)
    return givers


def _taken(change: Change, kind: Kind) -> Iterator[str]:
    return _naturals(change, kind, given=False)


def _naturals(change: Change, kind: Kind, *, given: bool) -> Iterator[str]:
    """Give the folded natural keys that the change releases (`given`) or needs."""
    idle = (MemberAction.KEEP, MemberAction.ADD if given else MemberAction.REMOVE)
    for member in change.members:
        if member.action in idle:
            continue
        name = kind.member(member.section).natural
        for row in member.fields:
            value = row.before if given else row.after
            if row.path == (name,) and value:
                yield str(value).strip().casefold()


def _sorted(keys: Mapping[Address, _Key], waits: dict[Address, set[Address]]) -> Iterator[Address]:
    """Sort topologically, smallest key first; where a cycle blocks everything, the smallest key goes all the same."""
    left = {address: len(before) for address, before in waits.items()}
    followers: dict[Address, list[Address]] = defaultdict(list)
    for address, before in waits.items():
        for other in before:
            followers[other].append(address)
    ready = [(keys[address], address) for address, count in left.items() if not count]
    heapq.heapify(ready)
    stuck: Sequence[Address] = sorted((one for one, count in left.items() if count), key=lambda one: keys[one])
    position = 0
    while left:
        if not ready:
            while stuck[position] not in left:
                position += 1
            freed = stuck[position]
            waits[freed] -= set(left)
            ready = [(keys[freed], freed)]
        _, address = heapq.heappop(ready)
        if left.pop(address, None) is None:
            continue
        yield address
        for follower in followers[address]:
            if follower in left:
                left[follower] -= 1
                if left[follower] == 0:
                    heapq.heappush(ready, (keys[follower], follower))
