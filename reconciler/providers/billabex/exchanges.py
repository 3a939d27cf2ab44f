"""Somebody who goes from one list of an account and comes on the other: made anew there, with all their values. Pure.

Premise. Billabex has no route between its lists, and nobody knows whether an upsert on the one looks at the other as
well (fact sheet R-TYPE). So whoever changes lists is deleted here first and made there then; in the other order the
upsert might land on them where they are.

| the same person, by the first of these that holds         | what follows                                            |
|-----------------------------------------------------------|---------------------------------------------------------|
| the key is the same                                       | one person, whatever else is declared                   |
| the e-mail is the same, without regard to case            | one person                                              |
| the name is the same, and one of the two has no e-mail    | one person                                              |
| the name is the same, and there are two e-mails           | two people: one goes, one comes                         |

Two things may be lost between the delete and the create.

*Values that no document declares.* Notes that somebody wrote at the vendor go with the delete, and nothing says them
again; but what a document leaves out is never to be changed. So the change is refused (`values-lost`) until all that
stands is declared at the new place, or until the person was let go by an apply of its own, which a reviewer has read.

*The person, if the create is refused.* Everything about them is declared then, by the rule above. The run ends as
failed after a part was written, and names what was; the next plan finds them nowhere and makes them. What they had and
nobody can declare (the vendor's id, and whether mail bounced) is lost in any case.

Rejected: a warning beside the change (it is read after the notes are gone); sending back what stands undeclared (it
would be ours from then on, and no document says it); creating first (see above).
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.change import Change, MemberAction, MemberChange
from reconciler.model.kind import Verdict
from reconciler.model.resource import Value
from reconciler.providers.billabex.addresses import folded


def losses(change: Change) -> Iterator[Verdict]:
    """Refuse everybody who changes lists and would lose what no document declares."""
    leaving = change.touched(MemberAction.REMOVE)
    for comer in change.touched(MemberAction.ADD) if leaving else ():
        for goer in leaving:
            if goer.section != comer.section and _is_one(goer, comer):
                lost = _undeclared(goer, comer)
                if lost:
                    yield _lossy(goer, comer, lost)


def _is_one(goer: MemberChange, comer: MemberChange) -> bool:
    if goer.address.key == comer.address.key:
        return True
    emails = [_plain(before) for before in (_before(goer, "email"), _after(comer, "email"))]
    if all(emails):
        return emails[0] == emails[1]
    return bool(_after(comer, "fullName")) and _before(goer, "fullName") == _after(comer, "fullName")


def _undeclared(goer: MemberChange, comer: MemberChange) -> list[str]:
    declared = {row.path[0] for row in comer.fields}
    return [row.path[0] for row in goer.fields if row.path[0] not in declared and row.before is not False]


def _lossy(goer: MemberChange, comer: MemberChange, lost: list[str]) -> Verdict:
    return Verdict(
        code="values-lost",
        summary="somebody who changes lists would lose values",
        detail=f"{comer.address} is {goer.address}, who goes: Billabex has no route between its lists, so they are "
        f"deleted there and made anew. No document declares, and with that would be lost: {', '.join(lost)}.",
        remedy="Declare these at the new place. If they are to go, first take the person out of the old list alone, "
        "and apply that.",
        path=comer.path,
    )


def _before(member: MemberChange, name: str) -> Value:
    return next((row.before for row in member.fields if row.path == (name,)), None)


def _after(member: MemberChange, name: str) -> Value:
    return next((row.after for row in member.fields if row.path == (name,)), None)


def _plain(email: Value) -> str:
    return folded(email) if isinstance(email, str) else ""
