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
which alone knows its scope, decides. Resources that exchange people make one too: there the removals wait for additions
that come earlier by address, and for no others. Moves of the inventory come before everything, and wait for nothing.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.model.address import Address
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.kind import Kind

_Key = tuple[bool, int, tuple[str, ...]]
_Edges = dict[Address, set[Address]]


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


def _needs(changes: Mapping[Address, Change], kinds: Mapping[str, Kind]) -> _Edges:
    needs: _Edges = {address: set() for address in changes}
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


def _follows(changes: Mapping[Address, Change], kinds: Mapping[str, Kind]) -> _Edges:
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


def _comings(changes: Mapping[Address, Change]) -> _Edges:
    """Say where those come who go by a change."""
    comings: _Edges = {}
    for address, change in changes.items():
        for member in change.members:
            if member.action is MemberAction.REMOVE and member.elsewhere is not None and member.elsewhere in changes:
                comings.setdefault(address, set()).add(member.elsewhere)
    return comings


def _let_come_first(comings: _Edges, needs: _Edges, follows: _Edges) -> None:
    """Make whoever goes wait for where they come; inside a knot only for what stands earlier by address."""
    if not comings:
        return
    _loosen(comings, needs, entirely=False)
    _loosen(comings, needs, entirely=True)
    for address, others in comings.items():
        needs[address] |= others
        for other in others:
            follows[other].discard(address)


def _loosen(comings: _Edges, needs: _Edges, *, entirely: bool) -> None:
    knotted = _knotted({address: needs[address] | comings.get(address, set()) for address in needs})
    for address in knotted & comings.keys():
        comings[address] = {
            other for other in comings[address] if other not in knotted or (other < address and not entirely)
        }


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


def _untie(needs: _Edges, follows: _Edges) -> None:
    """Drop the e-mail edges inside knots: among those that can be peeled off neither from the start nor the end."""
    knotted = _knotted({address: needs[address] | follows[address] for address in needs})
    for address in knotted:
        follows[address] -= knotted


def _knotted(waits: _Edges) -> set[Address]:
    """Find what can be peeled off neither from the start nor from the end."""
    return _peeled(_peeled(set(waits), waits), _turned(waits))


def _turned(waits: _Edges) -> _Edges:
    turned: _Edges = {address: set() for address in waits}
    for address, before in waits.items():
        for other in before:
            turned[other].add(address)
    return turned


def _peeled(among: set[Address], waits: _Edges) -> set[Address]:
    """Take away, again and again, whoever waits for nobody among the rest."""
    left = {address: len(waits[address] & among) for address in among}
    followers: dict[Address, list[Address]] = defaultdict(list)
    for address in among:
        for other in waits[address] & among:
            followers[other].append(address)
    free = [address for address, count in left.items() if not count]
    for address in free:  # grows while it is walked
        del left[address]
        for follower in followers[address]:
            left[follower] -= 1
            if not left[follower]:
                free.append(follower)
    return set(left)


def _sorted(keys: Mapping[Address, _Key], waits: _Edges) -> Iterator[Address]:
    """Sort topologically, smallest key first; what waits in a circle all the same comes at the end, and is refused."""
    left = {address: len(before) for address, before in waits.items()}
    followers = _turned(waits)
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
