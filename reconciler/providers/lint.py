"""Lint rules that more than one vendor has, over the rows that say what is what there.

A role mailbox is one that nobody in particular reads for money: it is doubted as the main address of a list alone.
`billing@`, `accounting@`, `ap@` and the like are where reminders belong, and no doubt. The word for
a member (`contact@`) is a role too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reconciler.model.kind import Flaw, Kind, MemberKind
from reconciler.model.lint import Doubt, LintRule
from reconciler.model.resource import Declared, Fields

ROLES = frozenset(
    {
        *("accueil", "admin", "bonjour", "careers", "commercial", "direction", "hello", "help", "hr", "info", "jobs"),
        *("kontakt", "mail", "marketing", "news", "newsletter", "no-reply", "noreply", "office", "postmaster"),
        *("privacy", "reception", "rh", "sales", "secretariat", "service", "support", "team", "webmaster"),
    }
)

Top = Callable[[Declared], str]
"""Gives the key of the family that a resource belongs to: its own, or that of the one above it."""


def main_missing(kind: Kind, member: MemberKind) -> LintRule:
    """Doubt lists with somebody in them, and nobody who comes first; lists that are added to may have one live."""
    flag = str(member.exclusive)

    def find(declared: Sequence[Declared]) -> Iterator[Doubt]:
        for one, rows in _lists(declared, kind, member):
            if member.section not in one.only_add and not any(row.get(flag) for row in rows):
                yield Doubt(
                    declared=one,
                    flaw=Flaw(
                        path=(member.section,),
                        code="main-missing",
                        summary="nobody is written to first",
                        detail=f'None of the {member.section} of {kind.name} "{one.key}" has {flag}: true.',
                        why="Reminders go to whoever comes first; without one the vendor chooses.",
                        remedy=f"Add {flag}: true to one of them.",
                        on_key=True,
                        warning=True,
                    ),
                )

    return LintRule(id="main-missing", about=f"{member.section}, and none of them has {flag}", find=find)


def role_mailbox(kind: Kind, member: MemberKind) -> LintRule:
    """Doubt a mailbox that nobody in particular reads, where reminders go first."""
    flag = str(member.exclusive)

    def find(declared: Sequence[Declared]) -> Iterator[Doubt]:
        for one, rows in _lists(declared, kind, member):
            for index, row in enumerate(rows):
                box = str(row.get(member.natural) or "").partition("@")[0].partition("+")[0].casefold()
                if row.get(flag) and (box in ROLES or box == member.name):
                    yield Doubt(declared=one, flaw=_role(member, row, index, flag))

    return LintRule(
        id="role-mailbox", about=f"{flag} at a mailbox such as info@, which nobody reads for money", find=find
    )


def email_shared(kind: Kind, member: MemberKind, top: Top) -> LintRule:
    """Doubt one address in the lists of two families; somebody declared under one external id in both is meant."""

    def find(declared: Sequence[Declared]) -> Iterator[Doubt]:
        first: dict[str, tuple[Declared, Fields]] = {}
        for one, rows in _lists(declared, kind, member):
            for index, row in enumerate(rows):
                value = str(row.get(member.natural) or "").strip().casefold()
                if not value:
                    continue
                other, there = first.setdefault(value, (one, row))
                same = bool(member.identity) and row.get(member.identity) is not None
                meant = same and row.get(member.identity) == there.get(member.identity)
                if other is not one and top(other) != top(one) and not meant:
                    yield Doubt(declared=one, flaw=_shared(kind, member, row, index, other))

    return LintRule(id="email-shared", about=f"the same {member.natural} at two that do not belong together", find=find)


def itself(declared: Declared) -> str:
    """Give the family of a resource that has nothing above it."""
    return declared.key


def _lists(declared: Sequence[Declared], kind: Kind, member: MemberKind) -> Iterator[tuple[Declared, Sequence[Fields]]]:
    for one in declared:
        rows = one.members.get(member.section, ()) if one.kind == kind.name else ()
        if rows:
            yield one, rows


def _role(member: MemberKind, row: Fields, index: int, flag: str) -> Flaw:
    return Flaw(
        path=(*member.place(row, index), member.natural),
        code="role-mailbox",
        summary="reminders go to a mailbox of nobody in particular",
        detail=f"The {member.name} with {flag} has the mailbox of a role.",
        why="What is sent to info@ and its like is read late, and by whom nobody knows.",
        remedy=f"Put somebody who pays first, or a mailbox for bills, such as billing@; or take {flag} away.",
        warning=True,
    )


def _shared(kind: Kind, member: MemberKind, row: Fields, index: int, other: Declared) -> Flaw:
    return Flaw(
        path=(*member.place(row, index), member.natural),
        code="email-shared",
        summary=f"one {member.natural} at two that do not belong together",
        detail=f'A {member.name} of {kind.name} "{other.key}", declared at {other.source}, has the same.',
        why="One of the two is often a slip of whoever copied the other, and reminders go to the wrong company.",
        remedy="Correct one of them; if it is meant, say so behind it: # lint: ignore email-shared.",
        warning=True,
    )
