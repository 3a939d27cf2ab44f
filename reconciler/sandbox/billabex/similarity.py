"""How like two names are, as the guide defines it: edit distance, and how much of it still counts as the same name.

The guide: at most 2 characters, or at most 20 % of the shorter name's length, whichever is smaller. What it leaves open
is a setting each: capitals, blanks, accents, their form, what a character is, how 20 % of seven is meant (R-NAME).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Sequence

from reconciler.sandbox.billabex.settings import Settings

MOST = 2


def distance(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """Return how many single insertions, deletions and replacements lead from one to the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, start=1):
        diagonal, row[0] = row[0], place
        for column, twin in enumerate(other, start=1):
            best = min(diagonal + (sign != twin), row[column] + 1, row[column - 1] + 1)
            diagonal, row[column] = row[column], best
    return row[-1]


def name_distance(one: str, other: str, settings: Settings) -> int | None:
    """Return the distance between two names that count as the same, or None where they do not."""
    first, second = _signs(one, settings), _signs(other, settings)
    allowed = _allowed(min(len(first), len(second)), settings)
    if abs(len(first) - len(second)) > allowed:
        return None
    found = distance(first, second)
    return found if found <= allowed else None


def _allowed(shorter: int, settings: Settings) -> int:
    """Return the greatest distance at which names of which the shorter has this length are the same."""
    share = shorter // 5 if settings.name_share == "floor" else (2 * shorter + 5) // 10
    return min(MOST, share)


def _signs(name: str, settings: Settings) -> Sequence[Hashable]:
    """Return a name as the vendor compares it, sign by sign."""
    text = name.strip() if settings.name_trim else name
    if settings.name_spaces == "collapsed":
        text = " ".join(text.split())
    if settings.name_form == "composed":
        text = unicodedata.normalize("NFC", text)
    if settings.name_accents == "folded":
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    if settings.name_case == "folded":
        text = text.lower()
    if settings.name_length == "code-points":
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    return [units[place : place + 2] for place in range(0, len(units), 2)]
