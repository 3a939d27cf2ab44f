"""E-mail addresses: one spelling for what the vendor takes for one.

Billabex compares addresses without regard to case (guide, "Step 1"); whether it keeps the capitals of one that it is
sent is not known (fact sheet R-EMAIL). So both sides have them in small letters: capitals are never a change, whoever
typed them. The live spelling stays beside it (`SPELT`), and is what is sent back where an address does not change.
"""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.resource import Value

SPELT = "emailSpelt"
"""What a live row carries beside its fields: the address as the vendor has it."""


def plainly(email: str) -> str:
    """Spell an address so that equal ones are equal texts."""
    return email.strip().lower()


def as_live(email: str | None, row: Mapping[str, Value] | None) -> str | None:
    """Spell an address as somebody has it already, where they do."""
    spelt = row.get(SPELT) if row is not None else None
    return spelt if isinstance(spelt, str) and email is not None and plainly(spelt) == plainly(email) else email
