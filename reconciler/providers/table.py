"""The vendors by the name that `reconciler.yaml` gives them; a new vendor is a new folder and its lines here.

The tables are read with every command, so a provider's client, which brings httpx, is imported when it is connected.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.live.provider import Provider
from reconciler.model.kind import Vendor
from reconciler.model.organization import Organization
from reconciler.providers.billabex.kinds import BILLABEX
from reconciler.providers.upflow.kinds import UPFLOW

if TYPE_CHECKING:
    import httpx

    from reconciler.providers.pace import Pace

VENDORS: Mapping[str, Vendor] = {vendor.name: vendor for vendor in (BILLABEX, UPFLOW)}


def connect(
    organization: Organization,
    credentials: Mapping[str, str],
    base_url: str,
    transport: httpx.AsyncBaseTransport | None = None,
    directory: Path = Path(),
    pace: Pace | None = None,
) -> Provider:
    """Open the way to one organization at its vendor; call it inside the event loop that will use and close it.

    Args:
        organization: Who is asked, and how fast.
        credentials: The values, by the vendor's names for them.
        base_url: Where the organization answers.
        transport: What carries the requests; None for the network.
        directory: The folder of reconciler.yaml, which files that it names are relative to.
        pace: How fast it is asked, where others are asked with it; None for its own.
    """
    if organization.vendor is BILLABEX:
        from reconciler.providers.billabex.provider import connect as connect_billabex

        return connect_billabex(organization, credentials, base_url, transport, directory, pace)
    from reconciler.providers.upflow.provider import connect as connect_upflow

    return connect_upflow(organization, credentials, base_url, transport, pace)
