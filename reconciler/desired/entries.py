"""What the reviewed sections (`removed:`, `moved:`, `allow:`) have in common: known keys, texts, addresses, days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from reconciler.desired.wording import expected_text, missing_field, suggest, unknown_key
from reconciler.model.address import Address, parse_address
from reconciler.model.kind import Flaw
from reconciler.model.resource import Value
from reconciler.model.vendor import Vendor

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def entry_flaws(fields: Mapping[str, Value], keys: Sequence[str], texts: Sequence[str]) -> Iterator[Flaw]:
    """Find unknown keys, and what of these texts is missing, empty or no text."""
    yield from (unknown_key((key,), keys) for key in fields if key not in keys)
    for name in texts:
        if name not in fields:
            yield missing_field((), name)
        else:
            yield from text_flaws(fields, name)


def text_flaws(fields: Mapping[str, Value], name: str) -> Iterator[Flaw]:
    """Find what is wrong with a text that may be left out."""
    if name not in fields:
        return
    value = fields[name]
    if not isinstance(value, str):
        yield expected_text((name,))
    elif not value.strip():
        yield Flaw(
            path=(name,),
            code="value-empty",
            summary="an empty text",
            detail=f"`{name}` is empty.",
            remedy="Write a value.",
        )


def read_address(value: str, name: str, organization: str, vendor: Vendor, flaws: list[Flaw]) -> Address | None:
    """Read an address of this organization, with or without its name in front; `name` is the key that holds it."""
    address = parse_address(value) or parse_address(f"{organization}/{value}")  # an odd number of segments, or even
    if address is None or address.organization != organization or (address.parent and address.parent.parent):
        flaws.append(_address_invalid(value, name, organization, vendor))
        return None
    kind = vendor.kind(address.top.kind)
    if kind is None:
        flaws.append(_kind_unknown(address.top.kind, name, vendor, (row.name for row in vendor.kinds)))
        return None
    if address.parent is not None and address.kind not in {member.name for member in kind.members}:
        flaws.append(_kind_unknown(address.kind, name, vendor, (member.name for member in kind.members)))
        return None
    return address


def kind_flaw(value: str, name: str, vendor: Vendor) -> Iterator[Flaw]:
    """Find out whether a kind is one of the vendor's."""
    if vendor.kind(value) is None:
        yield _kind_unknown(value, name, vendor, (row.name for row in vendor.kinds))


def _kind_unknown(kind: str, name: str, vendor: Vendor, known: Iterable[str]) -> Flaw:
    return Flaw(
        path=(name,),
        code="kind-unknown",
        summary="unknown kind",
        detail=f'{vendor.title} has no kind "{kind}".',
        remedy=suggest(kind, known, "The kinds are"),
    )


def _address_invalid(value: str, name: str, organization: str, vendor: Vendor) -> Flaw:
    return Flaw(
        path=(name,),
        code="address-invalid",
        summary="not an address of this organization",
        detail=f'"{value}" is no address of "{organization}".',
        remedy=f"Write it as kind/key, such as {vendor.kinds[-1].name}/C-9.",
    )


def read_day(value: Value, flaws: list[Flaw]) -> date | None:
    """Read `until`, a day of the calendar; what is no text was told already."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        until = date.fromisoformat(value) if _DATE.fullmatch(value) else None
    except ValueError:
        until = None
    if until is None:
        flaws.append(
            Flaw(
                path=("until",),
                code="date-invalid",
                summary="not a date",
                detail=f'"{value}" is no day.',
                remedy="Write a day of the calendar as YYYY-MM-DD.",
            )
        )
    return until
