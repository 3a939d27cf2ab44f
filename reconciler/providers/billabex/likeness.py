"""Whether two names are close, or two addresses one, whatever the vendor does to them first: surely, perhaps, or not.

Premise. The guide says: at most 2 edits, and at most 20 % of the shorter name. It does not say what is done to names
before they are counted, so every way that a program of some language, library or database does it is a *reading*:

| what may be done                        | readings of it                                                             |
|-----------------------------------------|----------------------------------------------------------------------------|
| capitals, before all else and after it  | left, lower, upper, folded in full (ß as ss, final sigma, dotted I)        |
| the form of Unicode                     | as sent, NFC, NFD, NFKC, NFKD (ﬁ as fi, Ｙ as Y)                           |
| accents                                 | left, those of U+0300–036F taken off, all marks taken off                  |
| other Latin letters                     | left, plain (ø as o, ß as ss, æ as ae), as two (ö as oe, å as aa)          |
| signs such as hyphens and dots          | left, left out, a blank for each; also those that cannot be seen           |
| blanks                                  | left, trimmed, made one, both, left out                                    |
| a unit of length                        | a code point, a unit of UTF-16                                             |
| 20 %                                    | rounded down, rounded to the nearest                                       |

Every combination is one reading, 41,040 of them, but for those under which the guide's own examples come out
otherwise: with capitals that count and blanks left out, "john smith" would not be "John Smith". Two names are `SURELY`
close if they are under every reading, `NOT` if they are under none, else `PERHAPS`; and the last is a refusal. That is
judged pair by pair: an upsert has one outcome under all readings only if each pair on the account is close under all
of them or under none. So readings need not be told apart, and nothing is lost by taking their extremes.

It is enough, because who folds but some of the letters lies between folding none and folding all: each pair's distance
does, and the extremes are judged. Not covered is what no comparison of letters does: writing one script in another
(Иван, Ivan), knowing nicknames, the order of words (the guide's "J. Smith" does not match), and keeping ASCII letters
alone, which would make one person of everybody whose name has none. Capitals of Turkish (ı for I) are not either.

Two spellings that no step tells apart are one, and steps are taken on pairs of spellings: `John Smith` and another
plain name come to five pairs, accents make some thirty of them, never thousands. Most pairs never get there. Each step
keeps what `skeleton` gives of a text, sign by sign; so two edits under any reading change at most two signs of either
text, and a skeleton by no more than two times what one sign makes of it. Names whose skeletons are further apart are
close under no reading.

Addresses are one under the same readings, but for three things. Capitals never count (guide, "Step 1"), signs and
blanks inside always do (fact sheet, R-EMAIL), and a domain may be written as the network knows it (xn--…).

Rejected: a product of all readings over all people of an account (it explodes beyond plain names), and a setting of
which reading the vendor follows (the first run with the wrong one merges two people).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from reconciler.providers.billabex.foldings import (
    CASES,
    ENDS,
    FORMS,
    LETTERS,
    MARKS,
    SIGNS,
    Step,
    as_is,
    breadth,
    one_blank,
    skeleton,
    with_plain_domain,
    without_blanks,
)

MOST_EDITS = 2
Pair = tuple[str, str]


class Likeness(IntEnum):
    """Whether two texts mean one person: under no reading, under some, or under every one."""

    NOT = 0
    PERHAPS = 1
    SURELY = 2


def likeness_of_names(name: str, other: str) -> Likeness:
    """Say whether two names are close enough to be taken for one."""
    if name == other:
        return Likeness.SURELY
    return _of_names(min(name, other), max(name, other))


def likeness_of_addresses(address: str, other: str) -> Likeness:
    """Say whether two e-mail addresses are taken for one."""
    if address == other:
        return Likeness.SURELY
    if address.isascii() and other.isascii():
        folded, twin = address.lower(), other.lower()
        if folded == twin:
            return Likeness.SURELY
        return Likeness.PERHAPS if folded.strip() == twin.strip() else Likeness.NOT
    return _of_addresses(min(address, other), max(address, other))


@lru_cache(maxsize=1 << 16)
def _of_names(name: str, other: str) -> Likeness:
    widths = breadth(name), breadth(other)
    if widths[0] and widths[1]:
        most = MOST_EDITS * max(widths[0], widths[1])
        if Levenshtein.distance(skeleton(name), skeleton(other), score_cutoff=most) > most:
            return Likeness.NOT
    return _extremes(
        apart <= limit(min(len(spelt), len(twin)))
        for one, another in _spellings((name, other), NAME_STAGES)
        for units in UNITS
        for spelt, twin in ((units(one), units(another)),)
        for apart in (Levenshtein.distance(spelt, twin, score_cutoff=MOST_EDITS),)
        for limit in LIMITS
    )


@lru_cache(maxsize=1 << 14)
def _of_addresses(address: str, other: str) -> Likeness:
    return _extremes(one == another for one, another in _spellings((address, other), ADDRESS_STAGES))


def _extremes(verdicts: Iterable[bool]) -> Likeness:
    """Join what all readings say, stopping where two of them differ."""
    seen: set[bool] = set()
    for verdict in verdicts:
        seen.add(verdict)
        if len(seen) == len(Likeness) - 1:
            return Likeness.PERHAPS
    return Likeness.SURELY if seen == {True} else Likeness.NOT


def _spellings(pair: Pair, stages: Sequence[Sequence[Step]]) -> Iterable[Pair]:
    """Spell two texts by every combination of steps, alike pairs once."""
    pairs = {pair}
    for steps in stages:
        pairs = {(step(one), step(other)) for one, other in pairs for step in steps}
    return pairs


def _both(first: Step, second: Step) -> Step:
    return lambda text: second(first(text))


def _blanks_and_capitals() -> Iterator[Step]:
    """Give the last steps; blanks are left out only where capitals do not count, as the guide's examples show."""
    for case in (as_is, *CASES):
        for inside in (as_is, one_blank):
            for ends in ENDS:
                yield _both(case, _both(inside, ends))
    for case in CASES:
        yield _both(case, without_blanks)


def _in_utf16(text: str) -> Sequence[int]:
    pairs = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(pairs[start : start + 2], "little") for start in range(0, len(pairs), 2)]


def _in_points(text: str) -> Sequence[int]:
    return [*map(ord, text)]


def _at_most_20_percent(shorter: int) -> int:
    return min(MOST_EDITS, shorter // 5)


def _about_20_percent(shorter: int) -> int:
    return min(MOST_EDITS, (2 * shorter + 5) // 10)


NAME_STAGES: Sequence[Sequence[Step]] = (
    (as_is, *CASES),
    FORMS,
    MARKS,
    LETTERS,
    SIGNS,
    (*_blanks_and_capitals(),),
)
ADDRESS_STAGES: Sequence[Sequence[Step]] = (ENDS, (as_is, with_plain_domain), CASES, FORMS, MARKS, LETTERS, CASES)
UNITS: tuple[Callable[[str], Sequence[int]], ...] = (_in_points, _in_utf16)
LIMITS: tuple[Callable[[int], int], ...] = (_at_most_20_percent, _about_20_percent)
