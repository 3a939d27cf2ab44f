"""Whether there is anything in a text that a document begins with. Pure but for one file's first lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_SAYS_SOMETHING = re.compile(r"^(?![ \t]*(?:#|\r?$)|(?:---|\.\.\.)[ \t]*(?:#|\r?$)|%)", re.MULTILINE)
_LOOKED_AT = 4096  # bytes; whoever writes for people has written a word by then


def is_empty(content: str) -> bool:
    """Say whether a text holds nothing but blanks, comments and marks between documents."""
    found = _SAYS_SOMETHING.search(content)
    return found is None or found.start() == len(content)


def begins_as_document(path: Path, sections: Iterable[str]) -> bool:
    """Say whether the first line of a file that says anything is the name of a section."""
    try:
        with path.open("rb") as file:
            content = file.read(_LOOKED_AT).decode("utf-8-sig", errors="replace")
    except OSError:
        return False
    found = _SAYS_SOMETHING.search(content)
    return found is not None and content.startswith(tuple(f"{name}:" for name in sections), found.start())
