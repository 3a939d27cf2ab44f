"""`ignore:` → which files below a folder of documents are none.

A glob is relative to the folder. `*` and `?` stop at a slash, `**` does not; a glob without a slash means the name at
any depth, one that names a folder means all that is in it. What is ignored is not loaded, whatever its ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reconciler.desired.wording import Path, expected_text, wrong_type
from reconciler.model.kind import Flaw
from reconciler.model.resource import Value

_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class Ignored:
    """The globs of one organization, as one expression."""

    def __init__(self, globs: Iterable[str]) -> None:
        expressions = [_expression(glob) for glob in globs]
        self._pattern = re.compile("|".join(expressions)) if expressions else None

    def covers(self, path: str) -> bool:
        """Say whether a path, relative to the folder of documents, is ignored."""
        return self._pattern is not None and self._pattern.fullmatch(path) is not None


def read_ignored(value: Value, path: Path, flaws: list[Flaw]) -> tuple[str, ...]:
    """Check the globs of an organization."""
    if not isinstance(value, list):
        flaws.append(wrong_type(path, "a list of globs"))
        return ()
    globs: list[str] = []
    for index, glob in enumerate(value):
        if not isinstance(glob, str):
            flaws.append(expected_text((*path, index)))
        elif not glob.strip("/ ") or glob.startswith("/") or "\\" in glob or ".." in glob.split("/"):
            flaws.append(_glob_invalid((*path, index)))
        else:
            globs.append(glob)
    return tuple(globs)


def _expression(glob: str) -> str:
    body = glob.rstrip("/")
    head = "" if "/" in body else "(?:.*/)?"
    return head + "".join(_MEANING.get(part) or re.escape(part) for part in _PARTS.findall(body)) + "(?:/.*)?"


def _glob_invalid(path: Path) -> Flaw:
    return Flaw(
        path=path,
        code="glob-invalid",
        summary="a glob that cannot match",
        detail="A glob is relative to the folder of documents and stays inside it.",
        remedy="Write it with forward slashes and without a leading one, such as drafts/**.",
    )
