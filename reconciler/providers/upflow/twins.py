"""By what two customers are most likely one and the same, whatever their external ids. Pure; never shown or sent.

| of the one and the other                    | the same one, most likely                                        |
|---------------------------------------------|------------------------------------------------------------------|
| the same VAT number                         | yes                                                              |
| the same name, and an e-mail in common      | yes                                                              |
| the same name; VAT numbers, and they differ | no: two companies may share a name                               |
| the same name; e-mails, and none in common  | no                                                               |
| the same name, and nothing else of both     | yes: where documents declare little more than names, nothing but |
|                                             | the name is left to tell that an external id was changed         |

Nothing else of both: one of them has no VAT number, or none was declared, and of one no contact's e-mail is known,
because it has none, none was declared, or nobody read the list.
"""

from __future__ import annotations

import re
import unicodedata

from reconciler.model.kind import Likeness
from reconciler.model.resource import Fields, Members

_FILL = re.compile(r"[\W_]+")


def customer_twins(fields: Fields, members: Members | None) -> Likeness:
    """Say by what a customer may be known again."""
    name, number = _packed(fields.get("name")), _packed(fields.get("vatNumber"))
    emails = {str(row.get("email") or "").strip().casefold() for row in (members or {}).get("contacts", ())} - {""}
    marks = {f"name:{name}/{email}" for email in emails} if name else set()
    known = {"email"} if emails else set()
    if number:
        marks.add(f"vat:{number}")
        known.add("vat")
    return Likeness(marks=frozenset(marks), name=name, known=frozenset(known))


def _packed(value: object) -> str:
    """Fold case, accents, spaces and punctuation away."""
    if not isinstance(value, str):
        return ""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", value) if not unicodedata.combining(sign))
    return _FILL.sub("", plain).casefold()
