"""Who is told of drift, as `drift: {webhook: ${NAME}}` of reconciler.yaml says: the variable that holds the address."""

from __future__ import annotations

from reconciler.desired.credentials import read_reference
from reconciler.desired.wording import unknown_key, wrong_type
from reconciler.model.kind import Flaw
from reconciler.model.resource import Value

SECTION = "drift"
KEYS = ("webhook",)


def read_webhook(top: Value, flaws: list[Flaw]) -> str:
    """Read the section out of the whole file; "" where nobody is told."""
    written = top.get(SECTION, {}) if isinstance(top, dict) else {}
    if not isinstance(written, dict):
        flaws.append(wrong_type((SECTION,), "a mapping with webhook"))
        return ""
    flaws += (unknown_key((SECTION, key), KEYS) for key in written if key not in KEYS)
    if "webhook" not in written:
        return ""
    read = read_reference(written["webhook"], (SECTION, "webhook"))
    if isinstance(read, Flaw):
        flaws.append(read)
        return ""
    return read
