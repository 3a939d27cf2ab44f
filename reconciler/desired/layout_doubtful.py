"""A plain text → whether some reader of YAML takes it for something else than a text.

Documents are read by YAML 1.2 here. Editors, other programs and people's habits follow YAML 1.1 as often: to them `no`
is false, `12:30` is 750, `2024-01-31` a day, `1_000` a number. A text that only one of them takes for a text needs
quotes, and so, for whoever reads, does one that looks like a number: a telephone number above all.

The forms of YAML 1.1 are those of https://yaml.org/type/ (bool, int, float, timestamp, null, merge, value).
"""

from __future__ import annotations

import re

from reconciler.desired.scalars import resolve_plain

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "~", "", "=", "<<"})
_FORMS = re.compile(
    r"[-+]?0b[01_]+"
    r"|[-+]?0x[0-9a-fA-F_]+"
    r"|[-+]?0o?[0-7_]+"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"  # sexagesimal
    r"|(?=[-+.]*[0-9])[-+]?(?:[0-9][0-9_]*)?\.?[0-9_]*(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?"
)
_NUMBER_LIKE = re.compile(r"[-+(.]*[0-9][-+(). /_:,0-9]*")


def is_doubtful(text: str) -> bool:
    """Say whether a reader of YAML 1.1 or 1.2 takes this plain scalar for something else than a text."""
    return not isinstance(resolve_plain(text), str) or text.casefold() in _WORDS or bool(_FORMS.fullmatch(text))


def looks_like_number(text: str) -> bool:
    """Say whether a text consists of digits and what stands between digits, as telephone numbers do."""
    return bool(_NUMBER_LIKE.fullmatch(text))
