"""Which person an upsert will hit: the vendor's matching, foreseen. Pure; no wire, no clock.

Premise. Billabex people have no external id. An upsert is given a body, and the vendor itself looks for the person it
means: first by e-mail, then, if no e-mail matched or none was given, by a name that is close (upsert guide, "How
Matching Works"; fact sheet §6.1, R-EMAIL, R-NAME). A wrong guess here overwrites somebody: their name, their e-mail,
and from then on their mail goes to another. So this module never says what will *probably* happen.

| the body's e-mail | its name                        | outcome                                  |
|-------------------|---------------------------------|------------------------------------------|
| is one person's   | anything                        | that one, even if another has the name   |
| is nobody's       | is close to one person's        | that one, and gets the e-mail            |
| is nobody's       | is close to nobody's            | a new person                             |
| is not given      | as above                        | as above                                 |

Close means: the Levenshtein distance is at most 2 and at most 20 % of the shorter name. The guide leaves open how
names are made comparable before that, how 20 % is rounded, which of several equals is taken, and whether the people of
the other list are looked at as well; of a party, which of the lists. Each of these is a *reading* of the guide, and the
vendor follows one of them, we do not know which. `likeness` says of two names or addresses whether they are one under
every reading, under some, or under none; only where all readings come to the same person is the outcome `certain`.
Several people who fit are never told apart, whatever tie-breaking the vendor may have.

Rejected: choosing the likeliest reading, with a setting to correct it (the first run with the wrong setting merges two
people, and nobody can tell afterwards who they were); asking the vendor by a trial write (there is no dry run).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from reconciler.providers.billabex.likeness import Likeness, likeness_of_addresses, likeness_of_names

CONTACTS = "contacts"
REPRESENTATIVES = "internalRepresentatives"
PARTIES = "parties"
LISTS = (CONTACTS, REPRESENTATIVES)
"""The lists that people stand on; parties are a third way to declare somebody, and no list of the vendor's."""


class Rule(Enum):
    """By which of the vendor's two steps somebody is found, or that nobody is."""

    EMAIL = "email"
    NAME = "name"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on an account as the vendor has them: `id` is the remote id, `section` the list they are on."""

    id: str
    section: str
    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What of an upsert's body decides whom it hits; `section` is the list whose route it goes to, or `PARTIES`."""

    section: str
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """Whom an upsert may hit: remote ids, None among them if it may create; and by which steps."""

    hits: frozenset[str | None]
    rules: frozenset[Rule]

    @property
    def certain(self) -> bool:
        """Say whether every reading of the guide comes to the same outcome."""
        return len(self.hits) == 1

    def surely(self, remote_id: str | None) -> bool:
        """Say whether it certainly hits this person, or with None certainly nobody."""
        return self.hits == {remote_id}


def foresee(body: Body, people: Iterable[Person]) -> Foreseen:
    """Say whom an upsert hits on an account.

    Args:
        body: The name and e-mail that are sent, and where to.
        people: Everybody on the account, of both lists.
    """
    everybody = list(people)
    outcomes = [_outcome(body, among) for among in _populations(body.section, everybody)]
    return Foreseen(
        hits=frozenset().union(*(one.hits for one in outcomes)),
        rules=frozenset().union(*(one.rules for one in outcomes)),
    )


def _populations(section: str, people: Sequence[Person]) -> Iterator[Sequence[Person]]:
    """Give whom the vendor may look through: both lists, or the route's own; for a party either one (R-TYPE).

    Which one is decided by the vendor's own domains, and these need not be those that we were told.
    """
    yield people
    for one in LISTS if section == PARTIES else (section,):
        yield [person for person in people if person.section == one]


def _outcome(body: Body, people: Sequence[Person]) -> Foreseen:
    """Join what every reading makes of one population."""
    surely, perhaps = _alike(body.email, people, lambda one: one.email, likeness_of_addresses)
    if surely:
        return Foreseen(hits=frozenset(surely + perhaps), rules=frozenset({Rule.EMAIL}))
    named, resembled = _alike(body.name, people, lambda one: one.name, likeness_of_names)
    hits = {*perhaps, *named, *resembled}
    rules = {rule for rule, found in ((Rule.EMAIL, perhaps), (Rule.NAME, named + resembled)) if found}
    return Foreseen(
        hits=frozenset(hits if named else {*hits, None}), rules=frozenset(rules if named else {*rules, Rule.NONE})
    )


def _alike(
    text: str | None,
    people: Sequence[Person],
    of: Callable[[Person], str | None],
    likeness: Callable[[str, str], Likeness],
) -> tuple[list[str | None], list[str | None]]:
    """Give the ids of those who have this text under every reading, and of those who have it under some."""
    found: dict[Likeness, list[str | None]] = {degree: [] for degree in Likeness}
    for one in people if text and text.strip() else ():
        theirs = of(one)
        if text and theirs:
            found[likeness(text, theirs)].append(one.id)
    return found[Likeness.SURELY], found[Likeness.PERHAPS]
