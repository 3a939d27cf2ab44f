"""In which order changes are written, and which of them wait for which.

| the change                      | waits for                                                          | if that fails |
|---------------------------------|--------------------------------------------------------------------|---------------|
| of a resource that names another| the creation of that other (its parent, its definitions)           | skipped       |
| of one that gets a parent       | the change by which that parent loses its own                      | skipped       |
| of one that gets a parent       | the changes by which its own children move away from it            | skipped       |
| deletion of a parent            | the deletions of its children, and the changes that move them away | skipped       |
| by which somebody goes          | the change by which that person comes elsewhere (`transfers`)      | skipped       |
| that takes an e-mail over       | the change that gives it up, at whichever resource                 | goes on       |

The first four are what the vendor insists on (one level of parents, nothing deleted that has children), so a failure
there makes the rest pointless. The fifth is ours: nobody is to be lost who only changes places. The last is an order
only: nobody knows in which scope the vendor wants e-mails unique, and where it is the customer the two have nothing to
do with each other.

Everything else goes by kind (`Kind.rank`), then address; deletions last, in reverse rank. That order is total, so the
plan does not depend on the order of files or hash seeds. Two resources that exchange e-mails make a knot, and with
parents between them a larger one: inside a knot the e-mails' order is given up, never a parent's, and the vendor,
which alone knows its scope, decides. Moves of the inventory come before everything, and wait for nothing.

Resources that exchange people wait for each other in a circle, which `circling` finds: whichever went first would
remove somebody who has not come yet, and whoever then is refused is nowhere. So none of them goes (`exchanges`).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.kind import Kind
from reconciler.plan.knots import Edges, knotted, turned

_Key = tuple[bool, int, tuple[str, ...]]


def order(changes: Iterable[Change], kinds: Mapping[str, Kind]) -> tuple[Change, ...]:
    """Order the changes of one organization and state in each what it waits for."""
    every = {change.address: change for change in changes}
    moves = sorted(address for address, change in every.items() if change.action is Action.MOVE)
    by_address = {address: change for address, change in every.items() if change.action is not Action.MOVE}
    needs = _needs(by_address, kinds)
    follows = _follows(by_address, kinds)
    keys = {address: _sort_key(change, kinds[address.kind]) for address, change in by_address.items()}
    _let_come_first(_comings(by_address), needs, follows)
    _untie(needs, follows)
    merged = {address: needs[address] | follows[address] for address in by_address}
    ordered = (_waiting(by_address[address], needs[address], follows[address]) for address in _sorted(keys, merged))
    return (*(every[address] for address in moves), *ordered)


def circling(changes: Iterable[Change], kinds: Mapping[str, Kind]) -> Mapping[Address, tuple[Address, ...]]:
    """Give the changes by which somebody goes who comes by a change that waits for this one in turn, and those."""
    by_address = {change.address: change for change in changes if change.action is not Action.MOVE}
    comings = _comings(by_address)
    if not comings:  # nearly always
        return {}
    needs = _needs(by_address, kinds)
    circle = knotted({address: needs[address] | comings.get(address, set()) for address in needs})
    return {
        address: tuple(sorted(comings[address] & circle))
        for address in circle & comings.keys()
        if comings[address] & circle
    }


def _waiting(change: Change, needs: set[Address], follows: set[Address]) -> Change:
    depends_on, after = tuple(sorted(needs)), tuple(sorted(follows - needs))
    if (depends_on, after) == (change.depends_on, change.follows):  # most wait for nothing, and need no copy
        return change
    return replace(change, depends_on=depends_on, follows=after)


def _sort_key(change: Change, kind: Kind) -> _Key:
    deletes = change.action is Action.DELETE
    return (deletes, -kind.rank if deletes else kind.rank, change.address.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Naming:
    """A change that takes up or gives up a reference to another resource."""

    by: Change
    to: Address
    takes: bool


def _needs(changes: Mapping[Address, Change], kinds: Mapping[str, Kind]) -> Edges:
    needs: Edges = {address: set() for address in changes}
    for change in changes.values():
        for naming in _namings(change, kinds[change.address.kind]):
            other = changes.get(naming.to)
            if other is None or other.address == change.address:
                continue
            if not naming.takes:  # the child goes first: what it leaves may then go, or get a parent of its own
                deletes = (change.action is Action.DELETE, other.action is Action.DELETE)
                if deletes[1] or (not deletes[0] and _takes_reference(other, kinds[other.address.kind])):
                    needs[other.address].add(change.address)
            elif other.action is Action.CREATE or _gives_reference(other, kinds[other.address.kind]):
                needs[change.address].add(other.address)
    return needs


def _namings(change: Change, kind: Kind) -> Iterator[_Naming]:
    organization = change.address.organization
    for row in change.fields:
        field = kind.field(row.path[0])
        if field is None:
            continue
        if field.reference:
            for value, takes in ((row.before, False), (row.after, True)):
                if value is not None:
                    to = Address(organization=organization, kind=field.reference, key=str(value))
                    yield _Naming(by=change, to=to, takes=takes)
        if field.keys_reference and len(row.path) > 1 and row.after is not None:
            to = Address(organization=organization, kind=field.keys_reference, key=row.path[1])
            yield _Naming(by=change, to=to, takes=True)


def _takes_reference(change: Change, kind: Kind) -> bool:
    return any(naming.takes and naming.to.kind == kind.name for naming in _namings(change, kind))


def _gives_reference(change: Change, kind: Kind) -> bool:
    return change.action is not Action.DELETE and any(
        not naming.takes and naming.to.kind == kind.name for naming in _namings(change, kind)
    )


def _follows(changes: Mapping[Address, Change], kinds: Mapping[str, Kind]) -> Edges:
    givers: dict[str, set[Address]] = defaultdict(set)
    for address, change in changes.items():
        if change.action is not Action.DELETE:  # those come last in any case
            for natural in _naturals(change, kinds[address.kind], given=True):
                givers[natural].add(address)
    return {
        address: {giver for natural in _naturals(change, kinds[address.kind], given=False) for giver in givers[natural]}
        - {address}
        for address, change in changes.items()
    }


def _comings(changes: Mapping[Address, Change]) -> Edges:
    """Say where those come who go by a change."""
    comings: Edges = {}
    for address, change in changes.items():
        for member in change.members:
            if member.action is MemberAction.REMOVE and member.elsewhere is not None and member.elsewhere in changes:
                comings.setdefault(address, set()).add(member.elsewhere)
    return comings


def _let_come_first(comings: Edges, needs: Edges, follows: Edges) -> None:
    """Make whoever goes wait for where they come, but in a circle, of which nothing is let through."""
    if not comings:
        return
    circle = knotted({address: needs[address] | comings.get(address, set()) for address in needs})
    for address, others in comings.items():
        needs[address] |= others - circle if address in circle else others
        for other in others:
            follows[other].discard(address)


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


def _untie(needs: Edges, follows: Edges) -> None:
    """Drop the e-mail edges inside knots: among those that can be peeled off neither from the start nor the end."""
    knot = knotted({address: needs[address] | follows[address] for address in needs})
    for address in knot:
        follows[address] -= knot


def _sorted(keys: Mapping[Address, _Key], waits: Edges) -> Iterator[Address]:
    """Sort topologically, smallest key first; what waits in a circle all the same comes at the end, and is refused."""
    left = {address: len(before) for address, before in waits.items()}
    followers = turned(waits)
    ready = [(keys[address], address) for address, count in left.items() if not count]
    heapq.heapify(ready)
    while ready:
        _, address = heapq.heappop(ready)
        del left[address]
        yield address
        for follower in followers[address]:
            left[follower] -= 1
            if not left[follower]:
                heapq.heappush(ready, (keys[follower], follower))
    yield from sorted(left, key=lambda address: keys[address])
