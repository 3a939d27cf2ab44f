"""Values that must not be shown -> a text without them, in whatever form it repeats them. Pure.

A vendor that compares names may tell them as it compares them: in small letters, without accents, hyphens or blanks,
an ö as o or as oe. So both sides are folded before they are held against each other, sign by sign, so that what was
found is known in the text as it was written. A part of a value is not recognised, nor its words in another order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

WITHHELD = "[withheld]"
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)
"""Letters that are not a plain one with an accent, to Unicode; ß and ligatures fold by themselves."""
_AS_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def withhold(text: str, values: Iterable[str]) -> str:
    """Put a mark in the place of each value that a text repeats."""
    patterns = {pattern for value in values for pattern in _patterns(value)}
    if not patterns:
        return text
    signs = [(sign, place) for place, written in enumerate(text) for sign in _folded(written)]
    folded = "".join(sign for sign, _ in signs)
    found = sorted(hit.span() for pattern in patterns for hit in re.finditer(pattern, folded))
    shown, end = "", 0
    for first, after in found:
        begins, ends = signs[first][1], _end(text, signs[after - 1][1])
        if begins >= end:
            shown += text[end:begins] + WITHHELD
        end = max(end, ends)
    return shown + text[end:]


def _patterns(value: str) -> Iterator[str]:
    """Give what finds a value in a folded text; what is a single sign is no name.

    It may not stand within a word of plain letters. Those of other scripts may not know blanks between words.
    """
    composed = unicodedata.normalize("NFC", value).lower()
    for spelt in (composed, composed.translate(_AS_TWO)):
        words = "".join(map(_folded, spelt)).split()
        if len("".join(words)) > 1:
            yield f"(?<![a-z0-9]){' *'.join(words)}(?![a-z0-9])"


@lru_cache(maxsize=1 << 10)
def _folded(sign: str) -> str:
    """Fold one sign to letters and digits; to nothing if it is an accent, and to a blank if it is anything else."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold()).translate(_PLAIN)
    letters = "".join(part for part in parts if part.isalnum())
    return letters or ("" if parts and all(map(_is_mark, parts)) else " ")


def _end(text: str, last: int) -> int:
    """Give where a value ends whose last letter is known: behind the accents of that."""
    end = last + 1
    while end < len(text) and _is_mark(text[end]):
        end += 1
    return end


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M"
