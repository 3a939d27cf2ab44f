"""A key and what is known of whom it stands for -> does it tell who that is? Pure.

Keys of people are external ids and documents' own keys. Whoever chooses one may take the e-mail address for it, or the
name. An id like `P-1001` is what a reviewer finds somebody by, so not every key can be hidden.

| the key                                                             | where the person's values | where they are not |
|                                                                     | are known                 | known              |
|---------------------------------------------------------------------|---------------------------|--------------------|
| has the look of an e-mail address                                   | tells                     | tells              |
| is one of the values, in whatever capitals; the digits of the phone | tells                     | -                  |
| has no words but theirs: `Grace Hopper`, `hopper.grace`, `g_hopper`,| tells                     | tells, by its look |
| `gracehopper`, `P-Hopper-2`                                         |                           |                    |
| has two of their words among others: `contact-grace-hopper`         | tells                     | tells, by its look |
| is nothing but words otherwise: `main-contact`                      | shown                     | tells, by its look |
| is one word otherwise (`billing`), or has a number for a part       | shown                     | shown              |
| (`P-1001`, `CLI-FR-0012`)                                           |                           |                    |

Words are runs of two letters and more without regard to capitals and accents, `ü` being `u` or `ue`; those of the local
part of the e-mail address count with the words of a name, or where there are two of them. The word before a colon says
what sort of key it is (`key:ada`). Where values are not known (a list of what is managed, a journal that keeps no
values, a problem), two words and no number look like a name: a tag too many costs a look into the file, one too few
shows a person. One word alone is shown there: mostly it is a role. The inventory has digests of single values, so there
a word that is the first name or the last name as it was written is found out all the same.

Rejected: hiding every key, after which no reviewer could say whom a line is about; a list of first names, which never
has the one that matters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"[^\W\d_]+")
_LOOK = re.compile(r"[^\W\d_]+\d{0,3}(?:[ .,_'’-]+[^\W\d_]+\d{0,3})+")
_SORT = re.compile(r"^[A-Za-z]+:")
_LONGEST = 60  # what is longer is no name but a note about somebody
_PHONE = 6  # digits from which a number is somebody's
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ł": "l"})


def looks_telling(key: str) -> bool:
    """Say whether a key looks as if it told who somebody is, of whom nothing else is known."""
    if "@" in key and EMAIL.search(key):
        return True
    bare = _SORT.sub("", key.strip())
    return _LOOK.fullmatch(bare) is not None and max(map(len, _WORD.findall(bare))) > 2


def words_of(key: str) -> Sequence[str]:
    """Give a key without its sort, and each of its words, as digests of values are to be compared with them."""
    bare = _SORT.sub("", key.strip())
    return [bare, *(word for word in _WORD.findall(bare) if len(word) > 1 and word != bare)]


def tells(key: str, values: Iterable[str]) -> bool:
    """Say whether a key tells who somebody is, of whom these values are known."""
    if "@" in key and EMAIL.search(key):
        return True
    folded = _SORT.sub("", key.strip()).casefold()
    known = [value.strip().casefold() for value in values]
    if folded in known:
        return True
    if not folded.isascii() or max(map(len, _WORD.findall(folded)), default=0) > 1:
        return _names(folded, known)
    digits = _digits(folded)
    return len(digits) >= _PHONE and digits in map(_digits, known)


def _names(key: str, known: Sequence[str]) -> bool:
    """Say whether a key is made of somebody's words, or has two of them among others."""
    long = [word for word in _WORD.findall(_plain(key)) if len(word) > 1]
    own = _words(" ".join([value for value in known if "@" not in value and len(value) <= _LONGEST]))
    theirs = {word for word in long if word in own or _joined(word, own)}
    if theirs and (theirs.issuperset(long) or any(_joined(word, own, least=2) for word in long)):
        return True
    if len(long) < 2:
        return False
    local = _words(" ".join([value.partition("@")[0] for value in known if "@" in value]))
    return len(theirs | local.intersection(long)) > 1


def _joined(word: str, names: Iterable[str], least: int = 1) -> bool:
    """Say whether a word is names without anything between them, with an initial before or behind."""
    inside = [name for name in names if len(name) > 2 and name in word]
    if not inside:
        return False
    inside.sort(key=len, reverse=True)
    initials = "".join({name[0] for name in names})
    made = "|".join(map(re.escape, inside))
    return re.fullmatch(f"[{initials}]?(?:{made}){{{least},}}[{initials}]?", word) is not None


def _words(text: str) -> set[str]:
    if text.isascii():
        return {word for word in _WORD.findall(text) if len(word) > 1}
    both = f"{_plain(text)} {_plain(text.translate(_SPELT_OUT))}"
    return {word for word in _WORD.findall(both) if len(word) > 1}


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
