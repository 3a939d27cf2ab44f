"""A folder → the documents in it, sorted by path: every `*.yaml` and `*.yml` at any depth, hidden ones left out.

Links are followed; a folder that was entered already is not entered again, so a loop of links ends.
"""

from __future__ import annotations

import os
from pathlib import Path

from reconciler.desired.text import unreadable
from reconciler.errors import Problem

_ENDINGS = (".yaml", ".yml")


def find_files(root: Path, folder: str, problems: list[Problem]) -> tuple[str, ...]:
    """List the documents below `root/folder`, each by its path from `root`; an unreadable folder is a problem."""
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
            if entry.is_dir():
                waiting.append((path / entry.name, inside))
            elif entry.name.endswith(_ENDINGS):
                found.append(inside)
    return tuple(sorted(found))


def _entries(path: Path, name: str, problems: list[Problem]) -> list[os.DirEntry[str]]:
    """List a folder in an order that is the same everywhere: of two links to one folder the first is entered."""
    try:
        return sorted(os.scandir(path), key=lambda entry: entry.name, reverse=True)
    except OSError as error:
        problems.append(unreadable(name, error))
        return []
