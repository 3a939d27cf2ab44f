"""A run that was killed in the middle of an apply: what it leaves in the example company's folder."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from reconciler.model.inventory import Holder, Intent, Inventory
from reconciler.store.inventory_file import FileInventoryStore
from reconciler.store.lock import LeaseTerms

RUN = "20260115T093000Z-1f2e3d4c"


def leave_dead_run() -> None:
    """Leave its lock and an intent behind; the lease has just begun."""
    terms = LeaseTerms(now=lambda: datetime.now(UTC), sleep=time.sleep)
    store = FileInventoryStore(folder=Path(".reconciler"), organization="lumiere-fr", terms=terms)
    holder = Holder(id=RUN, who="runner", host="ci-7", command="reconciler apply", since="", until="")
    intent = Intent(kind="customer", key="C-3004", action="create", remote_id=None, run=RUN)
    store.take(
        holder,
        Inventory(
            organization="lumiere-fr",
            provider="upflow",
            endpoint="sandbox",
            digest_key_id="",
            intents=(intent,),
        ),
    )
