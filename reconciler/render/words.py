"""Names and numbers -> English: kinds in the plural, paths, durations, text that cannot command a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PLAIN_KEY = re.compile(r"[\w-]+")


def spoken(name: str) -> str:
    """Speak a camelCase name: `customField` -> `custom field`."""
    return _HUMP.sub(" ", name).lower()


def plural(name: str, count: int) -> str:
    """Speak a kind's name for so many of it, without the number."""
    word = spoken(name)
    if count == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"


def counted(count: int, name: str) -> str:
    """Say how many of a kind: `1 customer`, `20 customers`."""
    return f"{count} {plural(name, count)}"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


@lru_cache(maxsize=1024)  # a page names the same few fields over and over
def dotted(path: tuple[str | int, ...]) -> str:
    """Write a path as one word: `address.city`; a part with other characters in it is quoted."""
    parts = (str(part) for part in path)
    return ".".join(part if _PLAIN_KEY.fullmatch(part) else f'"{inert(part)}"' for part in parts)


def duration(seconds: float) -> str:
    """Say how long: `0s`, `42s`, `2m10s`, `1h05m`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02}m"


def inert(text: str) -> str:
    """Escape what does not print, so that a value cannot move the cursor, recolour the page or reverse its text.

    `##[` goes too: a runner of GitHub obeys the command that it begins wherever it stands in a line of a log.
    """
    if "##[" in text:
        text = text.replace("##[", "##\\x5b")
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in text)


def json_line(value: object, default: Callable[[object], str] | None = None) -> str:
    """Write a value as one line of JSON in which a runner finds no command either; what it reads as is the same.

    All that programs are told goes through here. `default` words what JSON has no form for.
    """
    return json.dumps(value, ensure_ascii=False, default=default).replace("##[", "##\\u005b")


def json_page(value: object) -> str:
    """Write the same over several lines, for people to read."""
    return json.dumps(value, ensure_ascii=False, indent=2).replace("##[", "##\\u005b")


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")
