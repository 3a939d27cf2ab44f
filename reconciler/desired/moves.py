"""`moved:` entries: what the inventory holds under one name is from now on another's. Nothing is sent for them.

| from                          | to                       | outcome                                                 |
|-------------------------------|--------------------------|---------------------------------------------------------|
| an organization's former name | this organization's      | its whole inventory is this one's                       |
| a member by `key:` or digest  | another name of it       | the member is known by the new name                     |
| a member by external id       | anything                 | refused: the vendor's external ids are immutable        |
| a resource                    | anything                 | refused for the same reason                             |
| a member                      | a member of another      | refused: that is an addition there and a removal here   |

An entry is inert once carried out, so it may stay as long as it likes; one whose target no document declares is a
warning. Keys are compared as addresses write them: `customer/C-1/contact/key:reception`.

Rejected: guessing a rename from what went and what came. Two people at one company are too much alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reconciler.desired.entries import entry_flaws, read_address
from reconciler.desired.flaws import Finding
from reconciler.desired.item import Item
from reconciler.model.address import Address, parse_address
from reconciler.model.kind import Flaw
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Fields
from reconciler.model.state import Move
from reconciler.model.vendor import Vendor
from reconciler.model.wording import identity_word

SECTION = "moved"
KEYS = ("from", "to")


def read_move(item: Item, organization: Organization) -> tuple[Move | None, tuple[Flaw, ...]]:
    """Read one entry, and what is wrong with it; None if it cannot be carried out."""
    flaws = list(entry_flaws(item.fields, KEYS, KEYS))
    before, after = item.fields.get("from"), item.fields.get("to")
    if flaws or not isinstance(before, str) or not isinstance(after, str):
        return None, tuple(flaws)
    if "/" not in before and "/" not in after:
        return _organization_move(before, after, item, organization)
    old = read_address(before, "from", organization.name, organization.vendor, flaws)
    new = read_address(after, "to", organization.name, organization.vendor, flaws)
    if old is None or new is None:
        return None, tuple(flaws)
    flaw = _refusal(old, new, organization.vendor)
    if flaw is not None:
        return None, (flaw,)
    return Move(kind=old.top.kind, before=_tail(old), after=_tail(new), source=item.source), ()


def judge_moves(
    moves: Iterable[Move], declared: Mapping[str, Mapping[str, Declared]], vendor: Vendor
) -> Iterator[Finding]:
    """Find entries that repeat another's `from`, and members that no document declares under the new name."""
    first: dict[tuple[str | None, str, str], Move] = {}
    for move in moves:
        earlier = first.setdefault((move.organization, move.kind, move.before), move)
        if earlier is not move:
            yield Finding(source=move.source, flaw=_moved_twice(earlier))
        elif move.organization is None and not _is_declared(move, declared, vendor):
            yield Finding(source=move.source, flaw=_target_undeclared(move))


def _organization_move(
    before: str, after: str, item: Item, organization: Organization
) -> tuple[Move | None, tuple[Flaw, ...]]:
    if after != organization.name or before == after:
        return None, (_organization_other(organization.name),)
    return Move(kind="", before="", after="", source=item.source, organization=before), ()


def _refusal(old: Address, new: Address, vendor: Vendor) -> Flaw | None:
    if old == new:
        return _move_invalid("Both name the same.", "Name what it was called before, or remove the entry.")
    if old.parent is None or new.parent is None:
        return _immutable(old, vendor) if old.kind == new.kind else _across(old, new)
    if old.parent != new.parent or old.kind != new.kind:
        return _across(old, new)
    return None if _is_ours(old, vendor) else _immutable(old, vendor)


def _is_ours(address: Address, vendor: Vendor) -> bool:
    """Say whether a member goes by a name that lives in documents alone, rather than by an external id."""
    kind = vendor.kind(address.top.kind)
    member = next((row for row in kind.members if row.name == address.kind), None) if kind else None
    return member is not None and address.key.startswith((f"{member.key}:", f"{member.natural}:", f"{member.remote}:"))


def _tail(address: Address) -> str:
    """Give what follows the kind: the key, and a member's kind and key, as addresses write them."""
    return str(address).split("/", 2)[2]


def _is_declared(move: Move, declared: Mapping[str, Mapping[str, Declared]], vendor: Vendor) -> bool:
    address = parse_address(f"any/{move.kind}/{move.after}")
    kind = vendor.kind(move.kind)
    if address is None or kind is None:
        return False
    resource = declared[move.kind].get(address.top.key)
    member = next((row for row in kind.members if row.name == address.kind), None)
    if resource is None or member is None or address.key.startswith((f"{member.natural}:", f"{member.remote}:")):
        return resource is not None  # a digest cannot be compared here
    rows: Iterable[Fields] = resource.members.get(member.section, ())
    return any(address.key in (f"{member.key}:{row.get(member.key)}", row.get(member.identity)) for row in rows)


def _move_invalid(detail: str, remedy: str) -> Flaw:
    return Flaw(path=("to",), code="move-invalid", summary="a move that moves nothing", detail=detail, remedy=remedy)


def _organization_other(name: str) -> Flaw:
    return _move_invalid(
        f'These are the documents of "{name}".', f'Write the former name behind from: and "{name}" behind to:.'
    )


def _across(old: Address, new: Address) -> Flaw:
    return Flaw(
        path=("to",),
        code="move-across",
        summary="a move to something else than another key",
        detail=f'"{old}" and "{new}" are not two names of one member.',
        why="Who moves from one to another is added there and removed here; nothing of the inventory goes along.",
        remedy="Remove the entry, and declare what is to be where.",
    )


def _immutable(old: Address, vendor: Vendor) -> Flaw:
    return Flaw(
        path=("from",),
        code="move-external-id",
        summary="what something goes by cannot be changed",
        detail=f'"{old}" goes by its {_word(old, vendor)}; under another one {vendor.title} has another object.',
        why="What hangs on the old one would not come along.",
        remedy=f"Keep the {_word(old, vendor)}; or declare the new one and leave the old one out, if it is another.",
    )


def _word(old: Address, vendor: Vendor) -> str:
    """Give what that which is to move goes by, in the vendor's own word."""
    kind = vendor.kind(old.top.kind)
    members = kind.members if kind is not None else ()
    rows = [row for row in members if row.name == old.kind] if old.parent is not None else [kind] if kind else []
    return identity_word(rows[0]) if rows else "name"


def _moved_twice(earlier: Move) -> Flaw:
    return Flaw(
        path=("from",),
        code="move-duplicate",
        summary="the same thing moved twice",
        detail=f"It is moved at {earlier.source} already.",
        remedy="Keep one of the two.",
    )


def _target_undeclared(move: Move) -> Flaw:
    return Flaw(
        path=("to",),
        code="move-undeclared",
        summary="a move to something that is not declared",
        detail=f'No document declares "{move.kind}/{move.after}", so the entry does nothing.',
        remedy="Correct it if it is misspelt; remove it if it has done its work.",
        warning=True,
    )
