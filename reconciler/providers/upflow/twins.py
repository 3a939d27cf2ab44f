"""By what two customers are most likely one and the same, whatever their external ids: pure marks, compared as sets.

The same VAT number is one mark; the same normalised name together with one shared e-mail is another. A name alone is
none: two companies may share one. Marks are compared while planning and never shown, stored or sent.
"""

from __future__ import annotations

import re
import unicodedata

from reconciler.model.resource import Fields, Members

_FILL = re.compile(r"[\W_]+")


def customer_twins(fields: Fields, members: Members | None) -> frozenset[str]:
    """Give the marks of a customer."""
    marks = set()
    number = _packed(fields.get("vatNumber"))
    if number:
        marks.add(f"vat:{number}")
    name = _packed(fields.get("name"))
    for row in (members or {}).get("contacts", ()) if name else ():
        email = str(row.get("email") or "").strip().casefold()
        if email:
            marks.add(f"name:{name}/{email}")
    return frozenset(marks)


def _packed(value: object) -> str:
    """Fold case, accents, spaces and punctuation away."""
    if not isinstance(value, str):
        return ""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", value) if not unicodedata.combining(sign))
    return _FILL.sub("", plain).casefold()
