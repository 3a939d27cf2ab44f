"""The same member at several resources: a warning where what is declared of it differs.

A vendor may keep one copy at each parent, so nothing is wrong; but two phone numbers for one person usually are. Each
row is compared with the first of the same identity, once, so this is linear.
"""

from __future__ import annotations

from reconciler.desired.flaws import Finding
from reconciler.model.kind import Flaw, Kind, MemberKind
from reconciler.model.resource import Declared, Fields, Source


class MemberComparison:
    """The members met so far, by identity, and the findings about them."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._first: dict[tuple[str, str], tuple[Fields, Source]] = {}

    def compare(self, kind: Kind, declared: Declared) -> None:
        """Compare the members of one resource with the same ones elsewhere."""
        for member in kind.members:
            for index, row in enumerate(declared.members.get(member.section, ())):
                identity = row.get(member.identity)
                if not isinstance(identity, str):
                    continue
                first, source = self._first.setdefault((member.name, identity), (row, declared.source))
                if first is not row and source is not declared.source and first != row:
                    self._compare(member, first, source, row, declared.source, index)

    def _compare(
        self, member: MemberKind, first: Fields, source: Source, row: Fields, other: Source, index: int
    ) -> None:
        names = sorted(name for name in row if name in first and row[name] != first[name] and name not in _own(member))
        if names:
            flaw = Flaw(
                path=(member.section, index, names[0]),
                code="member-differs",
                summary="the same member declared differently",
                detail=f'The {member.name} "{row[member.identity]}" differs from the one declared at '
                f"{source} in {', '.join(names)}.",
                remedy="Make them the same, unless the difference is meant.",
                warning=True,
            )
            self.findings.append(Finding(source=other, flaw=flaw))


def _own(member: MemberKind) -> tuple[str | None, ...]:
    """Name what each resource decides for itself: who is its main member, and its document keys."""
    return member.exclusive, member.key
