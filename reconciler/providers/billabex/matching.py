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
names are made comparable before that (case, spaces, accents, the unit of length), how 20 % is rounded, which of
several equals is taken, and whether the people of the other list are looked at as well. Each of these is a `Reading`
of the guide, and the vendor follows one of them, we do not know which. `foresee` goes through all of them: only where
every reading comes to the same person is the outcome `certain`. Several people who fit are never told apart, whatever
tie-breaking the vendor may have.

A name comes in as many spellings as there are readings, but nearly all of these are alike: `John Smith` has two. So
readings are grouped by what they make of the names at hand, and each group is judged once.

Rejected: choosing the likeliest reading, with a setting to correct it (the first run with the wrong setting merges two
people, and nobody can tell afterwards who they were); asking the vendor by a trial write (there is no dry run).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product

from rapidfuzz.distance import Levenshtein

CONTACTS = "contacts"
REPRESENTATIVES = "internalRepresentatives"
PARTIES = "parties"
MOST_EDITS = 2


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
    """What of an upsert's body decides whom it hits; `section` is the list whose route it goes to.

    `home` is the list on which a party is foreseen.
    """

    section: str
    home: str = ""
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
    outcomes = [
        _outcome(body, among)
        for among in _populations(body.home if body.section == PARTIES else body.section, everybody)
    ]
    return Foreseen(
        hits=frozenset().union(*(one.hits for one in outcomes)),
        rules=frozenset().union(*(one.rules for one in outcomes)),
    )


def _populations(section: str, people: Sequence[Person]) -> Iterator[Sequence[Person]]:
    """Give whom the vendor may look through: both lists, or the route's own, for a party its domain's (R-TYPE)."""
    yield people
    if section:
        yield [one for one in people if one.section == section]


def _outcome(body: Body, people: Sequence[Person]) -> Foreseen:
    """Join what every reading makes of one population."""
    surely, perhaps = _by_email(body.email, people)
    if surely:
        return Foreseen(hits=frozenset(one.id for one in (*surely, *perhaps)), rules=frozenset({Rule.EMAIL}))
    hits: set[str | None] = {one.id for one in perhaps}
    rules = {Rule.EMAIL} if perhaps else set()
    for found in _by_name(body.name, people):
        hits.update(one.id for one in found)
        rules.add(Rule.NAME if found else Rule.NONE)
        if not found:
            hits.add(None)
    return Foreseen(hits=frozenset(hits), rules=frozenset(rules))


def _by_email(email: str | None, people: Sequence[Person]) -> tuple[list[Person], list[Person]]:
    """Give those whose e-mail is this one under every reading, and those of whom only some readings say so."""
    surely: list[Person] = []
    perhaps: list[Person] = []
    for one in people if email and email.strip() else ():
        if one.email and email and email.lower() == one.email.lower():
            surely.append(one)
        elif one.email and email and _loosely(email) == _loosely(one.email):
            perhaps.append(one)
    return surely, perhaps


def _loosely(email: str) -> str:
    return unicodedata.normalize("NFKC", email).strip().casefold()


def _by_name(name: str | None, people: Sequence[Person]) -> Iterator[list[Person]]:
    """Give, for each group of readings, everybody whose name is close to this one."""
    if name is None or not name.strip():
        yield []
        return
    names = [one.name for one in people]
    for spelt, spellings in _spellings(name, names):
        for limit in _LIMITS:
            near = [limit(min(len(spelt), len(other))) for other in spellings]
            yield [
                one
                for one, other, most in zip(people, spellings, near, strict=True)
                if Levenshtein.distance(spelt, other, score_cutoff=most) <= most
            ]


Spelt = tuple[int, ...]


def _spellings(name: str, others: Sequence[str]) -> set[tuple[Spelt, tuple[Spelt, ...]]]:
    """Spell a name and others by every reading, alike ones once; a spelling is the numbers of its units of length."""
    plain = all(text.isascii() and text == _one_space(text).strip() for text in (name, *others))
    found = set()
    for steps in product(*(_STEPS[-1:] if plain else _STEPS)):
        for units in _UNITS[:1] if plain else _UNITS:
            found.add((units(_all(steps, name)), tuple(units(_all(steps, other)) for other in others)))
    return found


def _all(steps: Iterable[Callable[[str], str]], text: str) -> str:
    for step in steps:
        text = step(text)
    return text


def _as_is(text: str) -> str:
    return text


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _one_space(text: str) -> str:
    """Make one space of several; those at the ends are the next step's concern."""
    words = " ".join(text.split())
    return f"{' ' * (text[:1].isspace())}{words}{' ' * (text[-1:].isspace())}" if words else text


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _points(text: str) -> tuple[int, ...]:
    return tuple(map(ord, text))


def _utf16(text: str) -> tuple[int, ...]:
    pairs = text.encode("utf-16-le", "surrogatepass")
    return tuple(int.from_bytes(pairs[start : start + 2], "little") for start in range(0, len(pairs), 2))


def _at_most_20_percent(shorter: int) -> int:
    return min(MOST_EDITS, shorter // 5)


def _about_20_percent(shorter: int) -> int:
    return min(MOST_EDITS, (2 * shorter + 5) // 10)


_STEPS: tuple[tuple[Callable[[str], str], ...], ...] = (
    (_as_is, _composed),
    (_as_is, _one_space),
    (_as_is, str.strip),
    (_as_is, _without_accents),
    (str.lower, _as_is),
)
"""What may be done to a name before it is compared, in this order: each step is taken, or it is not.

All but the last leave a plain name (ASCII, single spaces) as it is.
"""
_UNITS: tuple[Callable[[str], tuple[int, ...]], ...] = (_points, _utf16)
_LIMITS = (_at_most_20_percent, _about_20_percent)
