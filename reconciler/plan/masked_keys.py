"""Keys of people that tell who they are -> tags, in addresses and in the texts that name them.

A key of a member is an external id. The documents choose it, but so does whoever else writes at the vendor, and often
takes the e-mail address for it. So a member's key is masked like a value

- where it is one of that member's personal values, in whatever capitals; or
- where it has the look of an e-mail address, which is all that can be known of a member who is kept.

In texts, e-mail addresses are masked wherever they stand, and such keys in the addresses of resources. What an owner of
members is called is no person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.masking import Tagger

EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_SEGMENT = re.compile(r"/([^\s/]*[^\s/.,:;])")
"""A key in an address in a text, without what ends a sentence."""


@dataclass(slots=True, kw_only=True)
class Keys:
    """The keys that are masked, by their organization's: what looks like an e-mail address, and what was told of."""

    tagger: Tagger
    told: dict[str, str] = field(default_factory=dict)

    def learn(self, address: Address, rows: Iterable[FieldChange]) -> None:
        """Take in a member with its fields: is its key one of its personal values?"""
        key = address.key.strip().casefold()
        for row in rows:
            if row.personal and any(isinstance(one, str) and one.strip().casefold() == key for one in _sides(row)):
                self.told[address.key] = address.organization
                return

    def address(self, address: Address) -> Address:
        """Give an address as it is shown."""
        if address.parent is None or not self.tells(address.key):
            return address
        return replace(address, key=self.tagger.name(address.organization, address.key))

    def tells(self, text: str) -> bool:
        """Say whether a key tells who that is."""
        return text in self.told or ("@" in text and EMAIL.search(text) is not None)

    def row(self, row: FieldChange, organization: str) -> FieldChange:
        """Give a member's field as personal where it holds such a key."""
        if row.personal or not any(isinstance(one, str) and self.tells(one) for one in _sides(row)):
            return row
        sides = [self.tagger.text(organization, one) if isinstance(one, str) else one for one in _sides(row)]
        return replace(row, before=sides[0], after=sides[1], personal=True)

    def text(self, text: str, organization: str) -> str:
        """Give a text as it is shown; where its organization is not known, people have no tags."""
        if "@" in text:
            text = EMAIL.sub(lambda found: self.tagger.name(organization, found[0]), text)
        if self.told:
            text = _SEGMENT.sub(self._segment, text)
        return text

    def _segment(self, found: re.Match[str]) -> str:
        whose = self.told.get(found[1])
        return found[0] if whose is None else f"/{self.tagger.name(whose, found[1])}"

    def problem(self, problem: Problem, organization: str = "") -> Problem:
        """Give a problem as it is shown."""
        where = problem.where
        return replace(
            problem,
            where=self.text(where, organization) if isinstance(where, str) else where,
            detail=self.text(problem.detail, organization),
            why=self.text(problem.why, organization),
            remedy=self.text(problem.remedy, organization),
            command=self.text(problem.command, organization),
        )


def _sides(row: FieldChange) -> tuple[object, object]:
    return row.before, row.after
