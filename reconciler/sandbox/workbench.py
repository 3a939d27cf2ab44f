"""What a person does with the sandbox: seed an organization, look at it, edit it as in the vendor's web app.

Every function takes the store and the organization's name and is one transaction. Targets are the vendor's own, such
as `customer/C-001/contact/P-1` or `account/A-001/contact/ada@example.com`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from reconciler.sandbox.store import Store, VendorName
from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse
from reconciler.sandbox.vendor import Vendor
from reconciler.sandbox.vendors import FIRST, VENDORS, opened, vendor_of

Fields: TypeAlias = Mapping[str, Json]


def seed(store: Store, organization: str, data: Mapping[str, Json]) -> None:
    """Start an organization afresh from a seed: `vendor` says whose it is, where that is not plain from the rest."""
    with store.transaction():
        rest = {name: value for name, value in data.items() if name != "vendor"}
        _seeded_vendor(store, organization, data).plant(store, organization, rest)


def _seeded_vendor(store: Store, organization: str, data: Mapping[str, Json]) -> Vendor:
    """Return whose organization a seed is for; one that is there stays with its vendor."""
    known = store.find_organization(organization)
    if known is not None and data.get("vendor", known.vendor) != known.vendor:
        raise SandboxMisuse(f"the organization {organization!r} is at {known.vendor} already")
    if known is not None:
        return VENDORS[known.vendor]
    return vendor_of(data)


def ensure_organization(store: Store, organization: str, vendor: VendorName = FIRST.name) -> None:
    """Create an organization as newcomers have it if there is none of this name."""
    with store.transaction():
        if store.find_organization(organization) is None:
            VENDORS[vendor].create(store, organization)


def show(store: Store, organization: str, target: str | None = None) -> JsonObject:
    """Return an organization as a person sees it, or one target of it."""
    with store.transaction():
        return opened(store, store.organization(organization)).show(target)


def edit(store: Store, organization: str, target: str, fields: Fields) -> JsonObject:
    """Set fields of a target, read-only ones included; return the result."""
    with store.transaction():
        work = opened(store, store.organization(organization))
        return work.show(work.edit(target, dict(fields)))


def add(store: Store, organization: str, target: str, fields: Fields) -> JsonObject:
    """Create an object, or a person of one, by hand; return it."""
    with store.transaction():
        work = opened(store, store.organization(organization))
        return work.show(work.add(target, dict(fields)))


def remove(store: Store, organization: str, target: str) -> None:
    """Delete an object, empty or not, or a person."""
    with store.transaction():
        opened(store, store.organization(organization)).remove(target)


def turn_knobs(store: Store, organization: str, changes: Mapping[str, Json]) -> None:
    """Change some settings of an organization."""
    with store.transaction():
        opened(store, store.organization(organization)).turn(changes)


def reset(store: Store) -> None:
    """Forget every organization, fault and logged request."""
    store.clear()


def dump_state(store: Store, organization: str) -> JsonObject:
    """Return all that a client could want to reach, in one canonical form without ids, numbers and times."""
    with store.transaction():
        return opened(store, store.organization(organization)).state()
