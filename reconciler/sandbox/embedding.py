"""How a program that the sandbox is embedded in gets into one of its organizations, without any credentials of its own.

The credentials are those that the sandbox knows for the organization, or made up for one that is still to come to life.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.sandbox.store import Store
from reconciler.sandbox.values import SandboxMisuse
from reconciler.sandbox.vendors import vendor_named


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """Where the routes of an organization begin, and the credentials that open it, by the vendor's names for them."""

    path: str
    credentials: Mapping[str, str]


def way_in(store: Store, organization: str, vendor: str) -> WayIn:
    """Return the way into an organization at a vendor, whether it is there already or not.

    Raises:
        SandboxMisuse: there is no such vendor, or the organization is at another one.
    """
    found = store.find_organization(organization)
    if found is not None and found.vendor != vendor:
        raise SandboxMisuse(f"the organization {organization!r} is at {found.vendor}, not at {vendor}")
    owner = vendor_named(vendor)
    return WayIn(path=owner.prefix, credentials=owner.credentials(organization, found))
