"""The vendors that there are, and which of them a path or an organization belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.sandbox.billabex.vendor import Billabex
from reconciler.sandbox.store import Organization, Store, VendorName
from reconciler.sandbox.upflow.vendor import Upflow
from reconciler.sandbox.values import SandboxMisuse
from reconciler.sandbox.vendor import Caller, OpenOrganization, Vendor
from reconciler.sandbox.wire import Request

VENDORS: Mapping[VendorName, Vendor] = {"upflow": Upflow(), "billabex": Billabex()}
FIRST = next(iter(VENDORS.values()))
"""The vendor that is meant where nothing says which."""


def vendor_at(request: Request) -> Vendor:
    """Return the vendor whose address space a request is in; what is nobody's is the first one's, to turn it down."""
    return next((one for one in VENDORS.values() if request.path.startswith(one.space)), FIRST)


def is_anybodys(request: Request) -> bool:
    """Return whether a request is in some vendor's address space."""
    return any(request.path.startswith(one.space) for one in VENDORS.values())


def vendor_of(seed: Mapping[str, object]) -> Vendor:
    """Return the vendor that a seed is for: the one that it names, else the one whose key it has, else the first."""
    if "vendor" in seed:
        return vendor_named(seed["vendor"])
    return next((one for one in VENDORS.values() if one.seed_key in seed), FIRST)


def vendor_named(name: object) -> Vendor:
    """Return a vendor by its name."""
    for vendor in VENDORS.values():
        if vendor.name == name:
            return vendor
    raise SandboxMisuse(f"the sandbox has no vendor {name!r}; it has {', '.join(VENDORS)}")


def opened(store: Store, organization: Organization) -> OpenOrganization:
    """Open an organization for a person to work in."""
    return VENDORS[organization.vendor].open(store, Caller(organization=organization))
