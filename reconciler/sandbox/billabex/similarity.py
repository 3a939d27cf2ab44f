"""How like two names are, as the guide defines it: edit distance, and how much of it still counts as the same name.

The guide: at most 2 characters, or at most 20 % of the shorter name's length, whichever is smaller. What it leaves open
is a setting each: capitals, blanks, accents, their form, letters that ASCII lacks, signs, what a character is, how 20 %
of seven is meant (R-NAME). Where blanks are removed capitals never count, or the guide's "john smith" would not match.
The same of addresses, of which the guide says but that capitals do not count (R-EMAIL).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from typing import Literal, TypeAlias

from reconciler.sandbox.billabex.settings import Settings

MOST = 2
_Form: TypeAlias = Literal["NFC", "NFD", "NFKC"]


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


def folded_address(email: str, settings: Settings) -> str:
    """Return an address as the vendor compares it."""
    address = email.strip() if settings.email_trim else email
    match settings.email_form:
        case "full":
            return address.casefold()
        case "compatible":
            return unicodedata.normalize("NFKC", address).lower()
        case "accents":
            return _bare(unicodedata.normalize("NFKD", address)).translate(_PLAIN).lower()
    return address.lower()


def _signs(name: str, settings: Settings) -> Sequence[Hashable]:
    """Return a name as the vendor compares it, sign by sign."""
    text = _spelt(name.strip() if settings.name_trim else name, settings)
    match settings.name_signs:
        case "dropped":
            text = "".join(sign for sign in text if _is_word(sign) or sign.isspace())
        case "blanks":
            text = "".join(sign if _is_word(sign) else " " for sign in text)
    match settings.name_spaces:
        case "collapsed":
            text = " ".join(text.split())
        case "removed":
            text = "".join(text.split()).lower()
    match settings.name_case:
        case "folded":
            text = text.lower()
        case "full":
            text = text.casefold()
    if settings.name_length == "code-points":
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    return [units[place : place + 2] for place in range(0, len(units), 2)]


def _spelt(text: str, settings: Settings) -> str:
    """Return a name in the form of Unicode, and the letters, that names are compared in."""
    if settings.name_form != "as-sent":
        text = unicodedata.normalize(_FORMS[settings.name_form], text)
    if settings.name_letters == "doubled":
        text = text.translate(_DOUBLED)
    if settings.name_accents == "folded":
        text = _bare(unicodedata.normalize("NFKD", text))
    return text if settings.name_letters == "kept" else text.translate(_PLAIN)


def _bare(text: str) -> str:
    return "".join(part for part in text if not unicodedata.combining(part))


def _is_word(sign: str) -> bool:
    """Return whether a sign is a letter, a number, or a mark that belongs to one."""
    return unicodedata.category(sign)[0] in "LNM"


_FORMS: Mapping[str, _Form] = {"composed": "NFC", "decomposed": "NFD", "compatible": "NFKC"}
_DOUBLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "AE", "Ö": "OE", "Ü": "UE", "Ø": "OE", "Å": "AA"}
)
_PLAIN = str.maketrans(
    {
        **{"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "þ": "th", "Þ": "TH"},
        **{"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n"},
    }
)
