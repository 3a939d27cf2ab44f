"""Keys of people that tell who they are -> tags, in addresses and in the texts that name them.

A key of a member is an external id. The documents choose it, but so does whoever else writes at the vendor, and often
takes the e-mail address or the name for it. So a member's key is masked like a value where it tells who that is; when
it does, with what is known of the member and without, `plan.telling_names` says. What an owner of members is called is
no person's.

In texts, e-mail addresses are masked wherever they stand, and such keys where a text shows that a member's key
follows: in its address (`contact/KEY`), in quotes behind what it is (`contact "KEY"`), and where a write is worded.
All that shows a member or a problem goes through here: plans and drift (`plan.masked`, `plan.drift_masked`), events
and sums (`cli.seen_events`), journals, inventories, and the problems that end a command (`cli.failures`).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from reconciler.errors import Place, Problem
from reconciler.model.address import Address, digest_key
from reconciler.model.change import FieldChange
from reconciler.model.masking import Tagger
from reconciler.plan.telling_names import EMAIL, looks_telling, tells, words_of

_SEGMENT = re.compile(r"/([^\s/]*[^\s/.,:;])")
"""A key in an address in a text, without what ends a sentence."""
_WRITES = "(?:add|change|delete|upsert) "
"""How providers word the write of one member; what that is may follow, and then the key."""
_WORDS_MOST = 6
_ENDS = ".,:;!?)]}\"'"
_REMOTE = "git@"
"""What a repository's address begins with, which is nobody's."""


@dataclass(slots=True, kw_only=True)
class Keys:
    """The keys that are masked, by their organization's: what looks like a person, and what was told of.

    `kinds` are the kinds and sections of members, by which a text shows that a key follows. `secrets` key the digests
    that the inventory holds in place of values, where those are looked into.
    """

    tagger: Tagger
    kinds: frozenset[str] = frozenset()
    told: dict[str, str] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def learn(self, address: Address, rows: Iterable[FieldChange]) -> None:
        """Take in a member with its fields: does its key tell who that is?"""
        values = [
            one for row in rows if row.personal for one in (row.before, row.after) if isinstance(one, str) and one
        ]
        self.learn_values(address.key, address.organization, values)

    def learn_values(self, key: str, organization: str, values: Iterable[str]) -> None:
        """Take in a member with its personal values; where there are none, nothing is known."""
        known = [value for value in values if value]
        if not known:
            return
        if tells(key, known):
            self.told[key] = organization
        else:
            self.plain.add(key)

    def learn_digests(self, key: str, organization: str, digests: Container[str]) -> None:
        """Take in a member of whom digests are known alone: does one of them stand for a word of its key, or for it?"""
        secret = self.secrets.get(organization)
        if secret is not None and any(digest_key(secret, one) in digests for one in words_of(key)):
            self.told[key] = organization

    def address(self, address: Address) -> Address:
        """Give an address as it is shown."""
        if address.parent is None or not self.tells(address.key):
            return address
        return replace(address, key=self.tagger.name(address.organization, address.key))

    def key(self, key: str, organization: str) -> str:
        """Give a key as it is shown."""
        return self.tagger.name(organization, key) if self.tells(key) else key

    def tells(self, key: str) -> bool:
        """Say whether a key tells who that is."""
        return key in self.told or (key not in self.plain and looks_telling(key))

    def path(self, path: tuple[str, ...], organization: str) -> tuple[str, ...]:
        """Give a path as it is shown, which leads through a member by its key."""
        if len(path) < 2 or path[0] not in self.kinds:
            return path
        return (path[0], self.key(path[1], organization), *path[2:])

    def row(self, row: FieldChange, organization: str) -> FieldChange:
        """Give a member's field as personal where it holds such a key."""
        if row.personal or not any(isinstance(one, str) and self._holds(one) for one in _sides(row)):
            return row
        sides = [self.tagger.text(organization, one) if isinstance(one, str) else one for one in _sides(row)]
        return replace(row, before=sides[0], after=sides[1], personal=True)

    def _holds(self, text: str) -> bool:
        return text in self.told or ("@" in text and EMAIL.search(text) is not None)

    def text(self, text: str, organization: str = "") -> str:
        """Give a text as it is shown; where its organization is not known, people have no tags."""
        if "@" in text:
            text = EMAIL.sub(lambda found: self._mail(found[0], organization), text)
        if self.kinds:
            quoted, named, _ = _followed(self.kinds)
            text = quoted.sub(lambda found: f"{found[1]}{self.key(found[2], organization)}", text)
            text = named.sub(lambda found: f"{found[1]}{self._headed(found[2], organization)}", text)
        if "/" in text and self.told:
            text = _SEGMENT.sub(self._segment, text)
        return text

    def step(self, summary: str, organization: str, people: Iterable[Sequence[str]] = ()) -> str:
        """Give what a write is called as it is shown; `people` are the values of who may be meant."""
        *_, step = _followed(self.kinds)
        found = step.fullmatch(summary)
        if found is None or not (self.tells(found[2]) or any(tells(found[2], values) for values in people)):
            return self.text(summary, organization)
        return f"{found[1]}{self.tagger.name(organization, found[2])}"

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

    def organization_in(self, problem: Problem) -> str:
        """Name the organization that a problem is about, where its place is an address."""
        head = "" if isinstance(problem.where, Place) else problem.where.partition("/")[0]
        return head if head in self.tagger.keys else ""

    def _mail(self, mail: str, organization: str) -> str:
        return mail if mail.startswith(_REMOTE) else self.tagger.name(self.told.get(mail, organization), mail)

    def _segment(self, found: re.Match[str]) -> str:
        whose = self.told.get(found[1])
        return found[0] if whose is None else f"/{self.tagger.name(whose, found[1])}"

    def _headed(self, rest: str, organization: str) -> str:
        """Mask the key that a text begins with: the longest that is told of, else all that looks like a name."""
        words = rest.split(" ")[:_WORDS_MOST]
        if rest.startswith("(personal"):
            return rest
        heads = [" ".join(words[:count]).rstrip(_ENDS) for count in range(len(words), 0, -1)]
        key = next((head for head in heads if head in self.told), "")
        if not key:
            more = next((at for at, word in enumerate(words) if at and not word[:1].isupper()), len(words))
            end = next((at for at, word in enumerate(words[:more], 1) if word[-1:] in _ENDS), more)
            key = " ".join(words[:end]).rstrip(_ENDS)
            if not key or key in self.plain or words[0].rstrip(_ENDS) in self.plain or not looks_telling(key):
                return rest
        return f"{self.tagger.name(self.told.get(key, organization), key)}{rest[len(key) :]}"


@lru_cache(maxsize=16)
def _followed(kinds: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Give what shows that a key of these kinds follows: in quotes, without, and as all that a write is called."""
    either = "|".join(map(re.escape, sorted(kinds)))
    steps = rf"{_WRITES}(?:(?:{either}) )?"
    quoted = rf'\b((?:{either})(?: with the [a-z ]+)? ")([^"\n]+)'
    return (
        re.compile(quoted),
        re.compile(rf"(?<!\w)((?:{either})/|{steps})([^/\n]+)"),
        re.compile(rf"({steps})(\S.*)", re.DOTALL),
    )


def _sides(row: FieldChange) -> tuple[object, object]:
    return row.before, row.after
