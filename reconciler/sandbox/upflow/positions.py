"""The positions that contacts may have, replaced as by somebody who switches the organization's language."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.sandbox.store import Store
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.seeds import set_catalogue
from reconciler.sandbox.values import JsonObject, SandboxMisuse


def set_positions(store: Store, organization: str, names: Sequence[str]) -> None:
    """Replace the positions; contacts keep what they have."""
    with store.transaction():
        row = store.organization(organization)
        if row.vendor != "upflow":
            raise SandboxMisuse(f"{row.vendor} has no contact positions")
        bodies: list[JsonObject] = [{"name": name} for name in names]
        set_catalogue(UpflowOrganization(store, row), "position", bodies)
