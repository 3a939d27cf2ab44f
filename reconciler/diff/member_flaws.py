"""What is said of members who cannot be told from one another: a case of `members` in, a flaw out.

A kind that knows no external ids (`MemberKind.identity`) is not told to give any: its members go by a key.
"""

from __future__ import annotations

from reconciler.model.kind import Flaw, MemberKind

IDENTIFIED = "member-identified"
HELD, AMBIGUOUS = "email-held", "email-ambiguous"

_SUMMARIES = {
    IDENTIFIED: "somebody known by a key has an external id now",
    HELD: "an e-mail belongs to somebody else",
    AMBIGUOUS: "an e-mail is shared by several",
}
_REASONS = {IDENTIFIED: "Somebody else gave it that external id, and may go by it."}
_REMEDIES = {
    IDENTIFIED: "Declare that external id instead of the key.",
    HELD: "Declare that one under its own external id, or give it another e-mail first.",
    AMBIGUOUS: "Remove the surplus in the vendor's web app, or give them external ids, then plan again.",
}
_REMEDIES_BY_KEY = {
    HELD: "Declare that one under a key of its own, or give it another e-mail first.",
    AMBIGUOUS: "Remove the surplus in the vendor's web app, then plan again.",
}


def member_flaw(kind: MemberKind, place: tuple[str | int, ...], code: str, detail: str) -> Flaw:
    """Word a flaw of the member that a document declares at a place."""
    remedies = _REMEDIES if kind.identity else {**_REMEDIES, **_REMEDIES_BY_KEY}
    return Flaw(
        path=(*place, kind.key if code == IDENTIFIED else kind.natural),
        code=code,
        summary=_SUMMARIES[code],
        detail=detail,
        why=_REASONS.get(code, "Writing it would merge two people, or be refused."),
        remedy=remedies[code],
    )
