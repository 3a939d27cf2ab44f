"""E-mail addresses: which two are one. Whatever compares addresses letter by letter does it by these two functions.

Billabex compares addresses without regard to case (guide, "Step 1"); whether it keeps the capitals of one that it is
sent is not known (fact sheet R-EMAIL). So both sides have them in small letters: capitals are never a change, whoever
typed them. The live spelling stays beside it (`SPELT`), and is what is sent back where an address does not change.

| what is asked                                    | function   | voß@ and voss@                                  |
|--------------------------------------------------|------------|-------------------------------------------------|
| is it the address that stands, and is it to stay | `plainly`  | two: mail to the one does not reach the other   |
| may two rows mean one person                     | `folded`   | one: so members are paired, and so a vendor may |
|                                                  |            | compare who does not tell VOSS@ from voß@       |

An address is sent as `plainly` has it, so that has to keep what makes it another mailbox. What `folded` takes for one
is refused or counted as one person, never written over another. Whom an upsert hits is for `likeness` to say.
"""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.resource import Value

SPELT = "emailSpelt"
"""What a live row carries beside its fields: the address as the vendor has it."""


def plainly(email: str) -> str:
    """Spell an address so that equal ones are equal texts."""
    return email.strip().lower()


def folded(email: str) -> str:
    """Fold an address so that those of what may be one person are equal texts; members are paired by the same rule."""
    return plainly(email).casefold()


def as_live(email: str | None, row: Mapping[str, Value] | None) -> str | None:
    """Spell an address as somebody has it already, where they do."""
    spelt = row.get(SPELT) if row is not None else None
    return spelt if isinstance(spelt, str) and email is not None and plainly(spelt) == plainly(email) else email
