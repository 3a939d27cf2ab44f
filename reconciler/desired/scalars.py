"""The text of a plain scalar → its value, by the core schema of YAML 1.2.2 (section 10.3.2), and by nothing else.

`no`, `on`, `12:30`, `1_000` and `2024-01-31` stay strings: YAML 1.1 made booleans, numbers and dates of them.
"""

from __future__ import annotations

import re

Scalar = None | bool | int | float | str

AMBIGUOUS = frozenset(["", *"0123456789+-.~nNtTfF"])
"""First characters (or none) of every text that may be something else than a string: the cheap test comes first."""

_WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WORDS |= {sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")}
_WORDS |= dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan"))

_NUMBER = re.compile(
    r"(?P<int>[-+]?[0-9]+)|0o(?P<octal>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
)
_MOST_DIGITS = 4000  # Python refuses to convert much longer ones; nobody means a number by them

_CORE = "tag:yaml.org,2002:"
_TAGGED: dict[str, tuple[type, ...]] = {
    _CORE + "null": (type(None),),
    _CORE + "bool": (bool,),
    _CORE + "int": (int,),
    _CORE + "float": (float, int),
}


def resolve_plain(text: str) -> Scalar:
    """Say what a plain scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0].isalpha():  # no number begins with a letter, and most texts do
        return text
    found = _NUMBER.fullmatch(text)
    if found is None or len(text) > _MOST_DIGITS:
        return text
    if found["int"]:
        return int(text)
    if found["octal"]:
        return int(found["octal"], 8)
    if found["hex"]:
        return int(found["hex"], 16)
    return float(text)


def resolve_tagged(tag: str, text: str) -> Scalar:
    """Say what a scalar with an explicit tag means.

    Raises:
        KeyError: the tag is none of the core schema's.
        ValueError: the text does not fit the tag.
    """
    if tag in ("!", _CORE + "str"):
        return text
    value = resolve_plain(text)
    if type(value) not in _TAGGED[tag]:
        raise ValueError(tag)
    return float(value) if tag == _CORE + "float" and isinstance(value, int) else value


def is_collection_tag(tag: str, name: str) -> bool:
    """Say whether a tag on a mapping (`map`) or sequence (`seq`) only states what it is anyway."""
    return tag in ("!", _CORE + name)
