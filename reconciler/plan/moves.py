"""`moved:` entries over the inventory: what we know of a member under one key is known under another. Pure.

A key lives in documents and inventory alone, so renaming one is no write at the vendor. It has to be said all the same:
nobody can tell a renamed key from a person who went beside one who came.

| the inventory knows | the documents declare | what follows                                              |
|---------------------|-----------------------|-----------------------------------------------------------|
| `from`, not `to`    | `to`, not `from`      | it moves                                                  |
| `from`, not `to`    | both, or `from` alone | nothing: whoever goes by `from` now is meant by it        |
| `from`, not `to`    | neither               | nothing: there is nobody to know by it                    |
| both                | whatever              | nothing: `to` is somebody already, who stays who it is    |
| not `from`          | whatever              | nothing: it was done, or never was                        |

So an entry that was carried out is inert, also when its old key is given to somebody else one day. Entries that lead on
from one another are followed to their end, for whoever missed an apply in between. A move comes before
everything else of its resource, and what else is planned there is judged as if it were done; should that come to stand
without it, it has recorded the new key itself, and the move finds nothing left to do.

A resource has no such entry: it goes by its external id, which is immutable (`desired.moves` refuses one).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.diff.members import member_key
from reconciler.model.address import Address, parse_address
from reconciler.model.change import Action, Change, Precondition
from reconciler.model.inventory import Inventory, Managed
from reconciler.model.kind import Kind, MemberKind
from reconciler.model.resource import Declared, Fields
from reconciler.model.state import DesiredState, Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The inventory with its members under their new keys, and a change for each of them."""

    inventory: Inventory
    changes: tuple[Change, ...] = ()


def carry_moves(inventory: Inventory, desired: DesiredState, kinds: Iterable[Kind], secret: str) -> Moved:
    """Re-key what the documents' moves name, by the table above.

    Args:
        inventory: What we manage.
        desired: The documents, with their moves.
        kinds: The vendor's.
        secret: The key of the digests that members go by who have neither external id nor key.
    """
    moves = [move for move in desired.moves if move.organization is None]
    if not moves:
        return Moved(inventory=inventory)
    rows = {kind.name: kind for kind in kinds}
    declared = {(one.kind, one.key): one for one in desired.declared}
    managed = dict(inventory.managed)
    changes: dict[Address, Change] = {}
    for move in _led_on(moves):
        change = _change(move, desired.organization, managed, rows, declared, secret)
        if change is not None:
            name = f"{move.kind}/{change.address.top.key}"
            managed[name] = rekeyed(managed[name], change, rows[move.kind])
            changes[change.address] = change
    ordered = tuple(changes[address] for address in sorted(changes))
    return Moved(inventory=replace(inventory, managed=managed), changes=ordered)


def _led_on(moves: Sequence[Move]) -> Iterator[Move]:
    """Give the moves, each with the end of what leads on from it; a circle ends where it began to repeat itself."""
    following = {(move.kind, move.before): move.after for move in moves}
    for move in moves:
        after, passed = move.after, {move.before}
        while after not in passed and (move.kind, after) in following:
            passed.add(after)
            after = following[move.kind, after]
        yield replace(move, after=after)


def former_organization(moves: Iterable[Move], inventory: Inventory) -> str:
    """Give the name under which this inventory was written; empty once it was written under the present one."""
    inherited = bool(inventory.managed or inventory.intents) and not inventory.serial
    return next((move.organization for move in moves if move.organization), "") if inherited else ""


def rekeyed(entry: Managed, change: Change, kind: Kind) -> Managed:
    """Give an entry in which a member goes by its new key; unchanged where it has done so before."""
    member, former, key = _member(kind, change.address), change.former, change.address.key
    if member is None or former is None:
        return entry
    ids = entry.members.get(member.section, {})
    if former.key not in ids or key in ids:
        return entry
    old, new = (f"{member.section}/{name}/" for name in (former.key, key))
    return replace(
        entry,
        members={**entry.members, member.section: {key if name == former.key else name: ids[name] for name in ids}},
        last_applied=_under(entry.last_applied, old, new),
        overridden=_under(entry.overridden, old, new),
        fingerprint="",
    )


def _under(values: Fields, old: str, new: str) -> Fields:
    return {f"{new}{path.removeprefix(old)}" if path.startswith(old) else path: value for path, value in values.items()}


def _change(
    move: Move,
    organization: str,
    managed: Mapping[str, Managed],
    kinds: Mapping[str, Kind],
    declared: Mapping[tuple[str, str], Declared],
    secret: str,
) -> Change | None:
    former, address = (parse_address(f"{organization}/{move.kind}/{text}") for text in (move.before, move.after))
    if former is None or address is None or move.kind not in kinds:
        return None
    member = _member(kinds[move.kind], address)
    entry = managed.get(f"{move.kind}/{address.top.key}")
    resource = declared.get((move.kind, address.top.key))
    if member is None or entry is None or resource is None:
        return None
    known = entry.members.get(member.section, {})
    named = {member_key(row, member, secret) for row in resource.members.get(member.section, ())}
    if former.key not in known or address.key in known or former.key in named or address.key not in named:
        return None
    return Change(
        address=address,
        action=Action.MOVE,
        remote_id=known[former.key],
        precondition=Precondition(digest=None),
        source=move.source,
        former=former,
    )


def _member(kind: Kind, address: Address) -> MemberKind | None:
    return next((row for row in kind.members if row.name == address.kind), None)
