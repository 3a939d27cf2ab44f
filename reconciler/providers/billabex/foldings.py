"""What may be done to texts before they are compared: to capitals, accents, letters, signs, blanks, a step each. Pure.

A text goes in, and the text that would be compared comes out. Which steps the vendor takes nobody knows; `likeness`
combines them. No step depends on a language, but for the letters that some write as two (ä as ae, å as aa).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial

Step = Callable[[str], str]

_LATIN = re.compile(r"LATIN (CAPITAL|SMALL) (?:LETTER|LIGATURE) (.+?)(?: WITH .+)?")
_NAMED = {
    **{"SHARP S": "ss", "LONG S": "s", "DOTLESS I": "i", "DOTLESS J": "j", "KRA": "k", "AE": "ae", "OE": "oe"},
    **{"BARRED O": "o", "ETH": "d", "THORN": "th", "ENG": "n", "IJ": "ij"},
}
"""Latin letters that Unicode calls by another name than the one or two plain ones that stand for them."""
_AS_TWO = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
_UNSTEADY = "ae\u03b9"
_COMMON_MARKS = re.compile("[\u0300-\u036f]")


def as_is(text: str) -> str:
    """Leave a text alone."""
    return text


def without_common_marks(text: str) -> str:
    """Take off accents as most programs do: those of the one block that European letters need."""
    return _COMMON_MARKS.sub("", unicodedata.normalize("NFD", text))


def without_marks(text: str) -> str:
    """Take off all accents, vowel signs and the like."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not _is_mark(sign))


def in_plain_letters(text: str) -> str:
    """Write every Latin letter as one or two of the plain twenty-six: ø as o, ß as ss, đ as d."""
    return text if text.isascii() else "".join(map(_plain, text))


def in_two_letters(text: str) -> str:
    """Write those letters as two that some languages do, and the others plain: ä as ae, å as aa."""
    return text if text.isascii() else "".join(map(_as_two, text))


def without_signs(text: str) -> str:
    """Leave out whatever is neither letter, digit, accent nor blank: hyphens, dots, what cannot be seen."""
    return "".join(sign for sign in text if _is_letter(sign) or sign.isspace())


def blank_signs(text: str) -> str:
    """Put a blank for whatever is neither letter, digit nor accent."""
    return "".join(sign if _is_letter(sign) else " " for sign in text)


def one_blank(text: str) -> str:
    """Make one blank of several; those at the ends stay."""
    words = " ".join(text.split())
    return f"{' ' * text[:1].isspace()}{words}{' ' * text[-1:].isspace()}" if words else text


def without_blanks(text: str) -> str:
    """Leave out all blanks."""
    return "".join(text.split())


def with_plain_domain(address: str) -> str:
    """Write the domain of an address as the network knows it (xn--…), where it can be."""
    name, at, domain = address.rpartition("@")
    try:
        return f"{name}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


FORMS: tuple[Step, ...] = (as_is, *(partial(unicodedata.normalize, form) for form in ("NFC", "NFD", "NFKC", "NFKD")))
CASES: tuple[Step, ...] = (str.lower, str.upper, str.casefold)
MARKS: tuple[Step, ...] = (as_is, without_common_marks, without_marks)
LETTERS: tuple[Step, ...] = (as_is, in_plain_letters, in_two_letters)
SIGNS: tuple[Step, ...] = (as_is, without_signs, blank_signs)
ENDS: tuple[Step, ...] = (as_is, str.strip)


@lru_cache(maxsize=1 << 14)
def skeleton(text: str) -> str:
    """Give what no step changes: the plain small letters and digits.

    Not all of them: some letters become one with an a or e after it (ä, å), and an iota below others is an accent.
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = in_plain_letters(unicodedata.normalize("NFKD", folded)).casefold()
    return "".join(sign for sign in plain if sign.isalnum() and sign not in _UNSTEADY and not _is_mark(sign))


@lru_cache(maxsize=1 << 14)
def breadth(text: str) -> int | None:
    """Give how many signs of a skeleton one sign of a text can make; None where steps disagree over what is a sign."""
    if text.isascii():
        return 1
    signs = {*text, *unicodedata.normalize("NFC", text), *unicodedata.normalize("NFKC", text)}
    if any(not _is_letter(sign) and any(map(str.isalnum, unicodedata.normalize("NFKD", sign))) for sign in signs):
        return None
    return max(1, *(len(skeleton(sign)) for sign in signs))


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M" or unicodedata.combining(sign) > 0


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or _is_mark(sign)


@lru_cache(maxsize=1 << 12)
def _plain(sign: str) -> str:
    told = _LATIN.fullmatch(unicodedata.name(sign, ""))
    if told is None:
        return sign
    plain = _NAMED.get(told[2], "")
    if not plain and len(told[2]) == 1 and unicodedata.normalize("NFKD", sign) == unicodedata.normalize("NFD", sign):
        plain = told[2].lower()
    return (plain.upper() if told[1] == "CAPITAL" else plain) or sign


@lru_cache(maxsize=1 << 12)
def _as_two(sign: str) -> str:
    two = _AS_TWO.get(sign.lower(), "")
    return (two if sign.islower() else two.upper()) or _plain(sign)
