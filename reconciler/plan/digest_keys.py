"""An inventory that was written under another digest key than the one in use: told, for nothing else shows it. Pure.

Of personal values the inventory keeps keyed digests. Under another key none of them fits, so what was last applied of
names, e-mail addresses and phone numbers is unknown: what somebody changed there looks like anything else that differs.

An apply goes on all the same, and writes the inventory under its own key: that is how a key is changed.

Rejected: refusing that apply. A key is changed because it has become known, and then it must be possible without a
detour; who did not mean it reads it in the plan before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.model.address import digest_key_id
from reconciler.model.inventory import Inventory
from reconciler.model.organization import Organization


def key_warnings(organization: Organization, inventory: Inventory | None) -> Iterator[Problem]:
    """Tell where digests of the inventory cannot be compared."""
    if inventory is None or not inventory.managed:
        return
    if inventory.digest_key_id in ("", digest_key_id(organization.digest_key)):
        return
    variable = organization.digest_variable
    setting = f"Set {variable} to the key" if variable else "Name the key in reconciler.yaml, under digestKey:,"
    yield Problem(
        code="digest-key-differs",
        summary="the inventory was written under another digest key",
        where=organization.name,
        detail="What was last applied of names, e-mail addresses and phone numbers cannot be told under this one.",
        why="Nobody can say who changed such a value. Jobs with different keys make the inventory useless to each "
        "other, and do not agree on the digest of a plan.",
        remedy=f"{setting} that all other jobs have. If it was changed on purpose, an apply writes the inventory "
        "under the new one:",
        command="reconciler apply",
        warning=True,
    )
