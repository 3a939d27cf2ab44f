"""How journals are kept, as `journal:` of reconciler.yaml says: how many runs, and whether with personal values."""

from __future__ import annotations

from reconciler.desired.wording import suggest, unknown_key, wrong_type
from reconciler.model.journal import JournalPolicy
from reconciler.model.kind import Flaw
from reconciler.model.resource import Value

SECTION = "journal"
KEYS = ("keep", "personal")
KEEP, MASK = PERSONAL = ("keep", "mask")


def read_journal(top: Value, flaws: list[Flaw]) -> JournalPolicy:
    """Read the section out of the whole file, where there is one."""
    written = top.get(SECTION, {}) if isinstance(top, dict) else {}
    if not isinstance(written, dict):
        flaws.append(wrong_type((SECTION,), f"a mapping with {' and '.join(KEYS)}"))
        return JournalPolicy()
    flaws += (unknown_key((SECTION, key), KEYS) for key in written if key not in KEYS)
    keep, personal = written.get("keep", JournalPolicy().keep), written.get("personal", KEEP)
    if type(keep) is not int or keep < 1:
        flaws.append(
            Flaw(
                path=(SECTION, "keep"),
                code="limit-invalid",
                summary="not a number of runs",
                detail=f"`{SECTION}: {{keep: …}}` says how many runs are kept, and {_told(keep)} is none.",
                remedy="Write a whole number from 1 up.",
            )
        )
        keep = JournalPolicy().keep
    if personal not in PERSONAL:
        flaws.append(_personal_unknown(personal))
    return JournalPolicy(keep=keep, masked=personal == MASK)


def _told(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value) if isinstance(value, int | float) else "this"


def _personal_unknown(personal: Value) -> Flaw:
    return Flaw(
        path=(SECTION, "personal"),
        code="journal-personal-unknown",
        summary="neither keep nor mask",
        detail="The journal keeps personal values, so that an undo can bring them back, or masks them.",
        remedy=suggest(personal, PERSONAL, "Write one of") if isinstance(personal, str) else "Write keep or mask.",
    )
