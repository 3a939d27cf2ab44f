"""A folder → the documents in it, sorted by path: every `*.yaml` and `*.yml` at any depth, hidden ones left out.

What is no regular file is refused, unread: a pipe would be waited for without end.
Links are followed as long as they stay inside the folder: whoever may change documents could otherwise have any file of
the machine that plans them read, and its text shown. A folder that was entered already is not entered again, so a loop
of links ends.
"""

from __future__ import annotations

import os
from pathlib import Path

from reconciler.desired.text import irregular, unreadable
from reconciler.errors import Place, Problem

_ENDINGS = (".yaml", ".yml")


def find_files(root: Path, folder: str, problems: list[Problem]) -> tuple[str, ...]:
    """List the documents below `root/folder`, each by its path from `root`; an unreadable folder is a problem."""
    top = os.path.realpath(root / folder)
    found: list[str] = []
    entered: set[str] = set()
    waiting = [(root / folder, folder)]
    while waiting:
        path, name = waiting.pop()
        real = os.path.realpath(path)
        if real in entered:
            continue
        entered.add(real)
        for entry in _entries(path, name, problems):
            if entry.name.startswith("."):
                continue
            inside = f"{name}/{entry.name}"
            if not (entry.is_dir() or entry.name.endswith(_ENDINGS)):
                continue
            if entry.is_symlink() and not _leads_inside(entry.path, top):
                problems.append(_leads_outside(inside))
            elif entry.is_dir():
                waiting.append((path / entry.name, inside))
            elif not entry.is_file() and Path(entry.path).exists():
                problems.append(irregular(inside))
            else:
                found.append(inside)
    return tuple(sorted(found))


def _leads_inside(link: str, top: str) -> bool:
    real = os.path.realpath(link)
    return real == top or real.startswith(f"{top.rstrip(os.sep)}{os.sep}")


def _leads_outside(name: str) -> Problem:
    return Problem(
        code="documents-outside",
        summary="documents that stand outside",
        where=Place(path=name, line=1, column=1),
        detail="This is a link to somewhere outside the organization's folder of documents.",
        why="Whoever may change documents could have any other file read by such a link.",
        remedy="Put the file or folder itself in its place.",
    )


def _entries(path: Path, name: str, problems: list[Problem]) -> list[os.DirEntry[str]]:
    """List a folder in an order that is the same everywhere: of two links to one folder the first is entered."""
    try:
        return sorted(os.scandir(path), key=lambda entry: entry.name, reverse=True)
    except OSError as error:
        problems.append(unreadable(name, error))
        return []
