"""`removed:` entries: delete this one object, by address and remote id, until that day.

Absence is never a reason to delete; this section is the only one. An entry is inert once carried out and a problem
when it has expired, so that it leaves the documents again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from reconciler.desired.flaws import Finding
from reconciler.desired.item import Item
from reconciler.desired.wording import expected_text, missing_field, suggest, unknown_key, wrong_type
from reconciler.model.address import parse_address
from reconciler.model.kind import Flaw, Kind
from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Removal, Value

SECTION = "removed"
TEXTS = ("address", "remoteId", "reason", "until")
KEYS = (*TEXTS, "destroys")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_removal(item: Item, organization: Organization, today: date) -> tuple[Removal | None, tuple[Flaw, ...]]:
    """Read one entry, and what is wrong with it; None if too little of it can be read to go on judging it."""
    fields = item.fields
    flaws = [*_key_flaws(fields), *_text_flaws(fields)]
    named = _named(fields.get("address"), organization, flaws)
    until = _until(fields.get("until"), today, flaws)
    destroys = fields.get("destroys", False)
    if not isinstance(destroys, bool):
        flaws.append(wrong_type(("destroys",), "true or false"))
    elif named and named[0].destroys and not destroys:
        flaws.append(_needs_destroys(named[0]))
    remote_id, reason = fields.get("remoteId"), fields.get("reason")
    if named is None or until is None or not isinstance(remote_id, str) or not isinstance(reason, str):
        return None, tuple(flaws)
    kind, key = named
    removal = Removal(
        kind=kind.name,
        key=key,
        remote_id=remote_id,
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


def _key_flaws(fields: Mapping[str, Value]) -> Iterator[Flaw]:
    return (unknown_key((key,), KEYS) for key in fields if key not in KEYS)


def _text_flaws(fields: Mapping[str, Value]) -> Iterator[Flaw]:
    for name in TEXTS:
        value = fields.get(name)
        if name not in fields:
            yield missing_field((), name)
        elif not isinstance(value, str):
            yield expected_text((name,))
        elif not value.strip():
            yield _wrong(name, "value-empty", "an empty text", f"`{name}` is empty.", "Write a value.")


def _named(value: Value, organization: Organization, flaws: list[Flaw]) -> tuple[Kind, str] | None:
    if not isinstance(value, str) or not value.strip():
        return None
    address = parse_address(value) or parse_address(f"{organization.name}/{value}")
    remedy = f"Write it as kind/key, such as {organization.vendor.kinds[-1].name}/C-9."
    if address is None or address.organization != organization.name:
        detail = f'"{value}" is no address of "{organization.name}".'
        flaws.append(_wrong("address", "address-invalid", "not an address of this organization", detail, remedy))
        return None
    if address.parent is not None:
        remedy = "Members are removed by leaving them out of their list."
        detail = f'"{value}" is a member of "{address.parent}".'
        flaws.append(_wrong("address", "removal-member", "a member cannot be removed by address", detail, remedy))
        return None
    kind = organization.vendor.kind(address.kind)
    if kind is None:
        remedy = suggest(address.kind, (row.name for row in organization.vendor.kinds), "The kinds are")
        detail = f'{organization.vendor.title} has no kind "{address.kind}".'
        flaws.append(_wrong("address", "kind-unknown", "unknown kind", detail, remedy))
        return None
    return kind, address.key


def _until(value: Value, today: date, flaws: list[Flaw]) -> date | None:
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        until = date.fromisoformat(value) if _DATE.fullmatch(value) else None
    except ValueError:
        until = None
    if until is None:
        remedy = "Write a day of the calendar as YYYY-MM-DD."
        flaws.append(_wrong("until", "date-invalid", "not a date", f'"{value}" is no day.', remedy))
    elif until < today:
        remedy = "Remove the entry if it was carried out; otherwise have it reviewed again with a later day."
        detail = f"It was good until {until}, and today is {today}."
        flaws.append(_wrong("until", "removal-expired", "a removal past its day", detail, remedy))
    return until


def _wrong(name: str, code: str, summary: str, detail: str, remedy: str) -> Flaw:
    return Flaw(path=(name,), code=code, summary=summary, detail=detail, remedy=remedy)


def _needs_destroys(kind: Kind) -> Flaw:
    return Flaw(
        path=("address",),
        code="removal-needs-destroys",
        summary="a removal that takes other data with it",
        detail=f"Deleting a {kind.title.lower()} deletes what other objects hold of it as well.",
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
