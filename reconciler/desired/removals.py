"""`removed:` entries: delete this one object, by address and remote id, until that day.

Without a remote id the object that the inventory holds under the address is meant, and no other. An entry is inert
once carried out and a problem when it has expired, so that it leaves the documents again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from reconciler.desired.entries import entry_flaws, read_address, read_day, text_flaws
from reconciler.desired.flaws import Finding
from reconciler.desired.item import Item
from reconciler.desired.wording import goes_along, wrong_type
from reconciler.model.kind import Flaw, Kind
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Removal, Value

SECTION = "removed"
TEXTS = ("address", "reason", "until")
KEYS = ("address", "remoteId", "reason", "until", "destroys")


def read_removal(item: Item, organization: Organization, today: date) -> tuple[Removal | None, tuple[Flaw, ...]]:
    """Read one entry, and what is wrong with it; None if too little of it can be read to go on judging it."""
    fields = item.fields
    flaws = [*entry_flaws(fields, KEYS, TEXTS), *text_flaws(fields, "remoteId")]
    named = _named(fields.get("address"), organization, flaws)
    until = _until(fields.get("until"), today, flaws)
    destroys = fields.get("destroys", False)
    if not isinstance(destroys, bool):
        flaws.append(wrong_type(("destroys",), "true or false"))
    elif named and named[0].destroys and not destroys:
        flaws.append(_needs_destroys(named[0]))
    remote_id, reason = fields.get("remoteId"), fields.get("reason")
    if named is None or until is None or not isinstance(reason, str):
        return None, tuple(flaws)
    kind, key = named
    removal = Removal(
        kind=kind.name,
        key=key,
        remote_id=remote_id if isinstance(remote_id, str) else None,
        reason=reason,
        until=until,
        source=item.source,
        destroys=destroys is True,
    )
    return removal, tuple(flaws)


def judge_removals(removals: Iterable[Removal], declared: Mapping[str, Mapping[str, Declared]]) -> Iterator[Finding]:
    """Find entries beside a declaration of the same address, and entries that repeat another."""
    first: dict[tuple[str, str], Removal] = {}
    for removal in removals:
        kept = declared[removal.kind].get(removal.key)
        if kept is not None:
            yield Finding(source=removal.source, flaw=_still_declared(removal, kept))
        earlier = first.setdefault((removal.kind, removal.key), removal)
        if earlier is not removal:
            yield Finding(source=removal.source, flaw=_removed_twice(removal, earlier))


def _named(value: Value, organization: Organization, flaws: list[Flaw]) -> tuple[Kind, str] | None:
    if not isinstance(value, str) or not value.strip():
        return None
    address = read_address(value, "address", organization.name, organization.vendor, flaws)
    kind = organization.vendor.kind(address.kind) if address and address.parent is None else None
    if address is not None and kind is None:
        flaws.append(
            Flaw(
                path=("address",),
                code="removal-member",
                summary="a member cannot be removed by address",
                detail=f'"{value}" is a member of "{address.parent}".',
                remedy="Members are removed by leaving them out of their list.",
            )
        )
    return (kind, address.key) if address and kind else None


def _until(value: Value, today: date, flaws: list[Flaw]) -> date | None:
    until = read_day(value, flaws)
    if until is not None and until < today:
        flaws.append(
            Flaw(
                path=("until",),
                code="removal-expired",
                summary="a removal past its day",
                detail=f"It was good until {until}, and today is {today}.",
                remedy="Remove the entry if it was carried out; otherwise have it reviewed again with a later day.",
            )
        )
    return until


def _needs_destroys(kind: Kind) -> Flaw:
    return Flaw(
        path=("address",),
        code="removal-needs-destroys",
        summary="a removal that takes other data with it",
        detail=goes_along(kind),
        remedy="If that is meant, add to the entry: destroys: true",
    )


def _still_declared(removal: Removal, kept: Declared) -> Flaw:
    return Flaw(
        path=("address",),
        code="removal-declared",
        summary="a removal of something that is declared",
        detail=f'"{removal.kind}/{removal.key}" is declared at {kept.source}.',
        remedy="Keep the declaration or the removal, not both.",
    )


def _removed_twice(removal: Removal, earlier: Removal) -> Flaw:
    return Flaw(
        path=("address",),
        code="removal-duplicate",
        summary="the same removal twice",
        detail=f'"{removal.kind}/{removal.key}" is removed at {earlier.source} already.',
        remedy="Keep one of the two.",
    )
