"""A folder → the documents in it, sorted by path: every `*.yaml` and `*.yml` at any depth, hidden ones left out.

Links are followed; a folder that was entered already is not entered again, so a loop of links ends.
"""

from __future__ import annotations

import os
from pathlib import Path

_ENDINGS = (".yaml", ".yml")


def find_files(root: Path, folder: str) -> tuple[str, ...]:
    """List the documents below `root/folder`, each by its path from `root`."""
    found: list[str] = []
    entered: set[str] = set()
    waiting = [(root / folder, folder)]
    while waiting:
        path, name = waiting.pop()
        real = os.path.realpath(path)
        if real in entered:
            continue
        entered.add(real)
        for entry in os.scandir(path):
            if entry.name.startswith("."):
                continue
            inside = f"{name}/{entry.name}"
            if entry.is_dir():
                waiting.append((path / entry.name, inside))
            elif entry.name.endswith(_ENDINGS):
                found.append(inside)
    return tuple(sorted(found))
