"""Accounts that Billabex says may not be edited: their own fields, and they themselves, are left alone. Pure.

An account that a connector brought in carries a `readOnlyReason` (fact sheet §5.2). What the vendor does to a write of
its fields is not known; refusing while planning is the cautious side. Its people are another matter: the guide's
upserts know no such limit.
"""

from __future__ import annotations

from reconciler.model.change import Action, Change
from reconciler.model.kind import Verdict
from reconciler.model.state import Surroundings

FACT = "readOnlyReason"


def read_only(change: Change, surroundings: Surroundings) -> tuple[Verdict, ...]:
    """Refuse to change or delete an account that may not be edited."""
    found = surroundings.objects.get(change.address.key)
    if found is None or not found.facts.get(FACT) or not (change.fields or change.action is Action.DELETE):
        return ()
    verdict = Verdict(
        code="account-read-only",
        summary="an account that may not be edited",
        detail=f"Billabex gives a {FACT} for {change.address}: another system keeps it.",
        remedy="Edit it there; to have its people alone managed from here, write `manage: people`.",
        path=change.fields[0].path if change.fields and change.action is not Action.DELETE else (),
    )
    return (verdict,)
