"""The vendors by the name that `reconciler.yaml` gives them; a new vendor is a new folder and its line here.

What a vendor's folder must hold: in `kinds` its rows, under its name in capitals, and in `provider` a `connect`. The
table is read with every command, so a provider's client, which brings httpx, is imported when it is connected.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from reconciler.live.provider import Provider
from reconciler.model.organization import Organization
from reconciler.model.vendor import Vendor

if TYPE_CHECKING:
    import httpx

    from reconciler.providers.pace import Pace

_FOLDERS: Mapping[str, str] = {
    "billabex": "reconciler.providers.billabex",
    "upflow": "reconciler.providers.upflow",
}


@runtime_checkable
class Connect(Protocol):
    """What opens the way to one organization of a vendor; its arguments are those of `connect` below."""

    def __call__(
        self,
        organization: Organization,
        credentials: Mapping[str, str],
        base_url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        directory: Path = Path(),
        pace: Pace | None = None,
    ) -> Provider:
        """Open it."""


def _rows(name: str) -> Vendor:
    found: object = getattr(import_module(f"{_FOLDERS[name]}.kinds"), name.upper())
    assert isinstance(found, Vendor), f"{name} has no rows. This is a bug in reconciler."
    return found


VENDORS: Mapping[str, Vendor] = {name: _rows(name) for name in _FOLDERS}


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
    name = organization.vendor.name
    found: object = import_module(f"{_FOLDERS[name]}.provider").connect
    assert isinstance(found, Connect), f"{name} cannot be connected. This is a bug in reconciler."
    return found(organization, credentials, base_url, transport, directory, pace)
