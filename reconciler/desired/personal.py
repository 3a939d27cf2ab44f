"""Whether outputs show personal values, as `personal:` at the top of reconciler.yaml says: `mask` unless `show`."""

from __future__ import annotations

from reconciler.desired.wording import suggest
from reconciler.model.kind import Flaw
from reconciler.model.resource import Value

SECTION = "personal"
MASK, SHOW = WORDS = ("mask", "show")


def read_personal(top: Value, flaws: list[Flaw]) -> bool:
    """Read the word out of the whole file, where there is one."""
    written = top.get(SECTION, MASK) if isinstance(top, dict) else MASK
    if written not in WORDS:
        flaws.append(
            Flaw(
                path=(SECTION,),
                code="personal-unknown",
                summary="neither mask nor show",
                detail="Names, e-mail addresses and the like are masked in what is shown, or shown as they are.",
                remedy=suggest(written, WORDS, "Write one of") if isinstance(written, str) else "Write mask or show.",
            )
        )
    return bool(written == SHOW)
