"""A folder → what is in it at any depth: the documents, sorted by path, and whatever else stands there.

Documents are `*.yaml` and `*.yml`. Everything else is sorted into what nobody takes for a document and what somebody
might, because a file that was meant and not read looks just like one that was taken away:

| file                                             | what it counts as                                |
|--------------------------------------------------|--------------------------------------------------|
| `*.yaml`, `*.yml`                                | a document, loaded                               |
| named in `ignore:`, whatever its ending          | not loaded, listed as ignored                    |
| `README`, `LICENSE`, `CODEOWNERS`, `*.md`        | nothing, unless it begins as a document does;    |
|                                                  | they are for people                              |
| hidden: `.a.yaml`, or `.sub/` with one inside    | a stranger: most likely put aside, not removed   |
| hidden otherwise: `.gitkeep`, `.a.yaml.swp`      | nothing; hidden files are never documents        |
| `.git/`, `.reconciler/`, and names that begin by | nothing: git, we, editors' locks, macOS and      |
| `.#`, `._` or `..`                               | mounted folders put these there                  |
| any other: `a.YAML`, `a.yaml.bak`, `list.csv`    | a stranger; `certificate` wants a word about it  |

What is no regular file is refused, unread: a pipe would be waited for without end.
Links are followed as long as they stay inside the folder: whoever may change documents could otherwise have any file of
the machine that plans them read, and its text shown. A folder that was entered already is not entered again, so a loop
of links ends.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.desired.ignored import Ignored
from reconciler.desired.text import irregular, unreadable
from reconciler.errors import Place, Problem

ENDINGS = (".yaml", ".yml")
_MARKS = (".git", ".gitmodules")
_NOBODYS = re.compile(r"\.git|\.reconciler|\.[#_.].*", re.DOTALL)
_FOR_PEOPLE = re.compile(r"(readme|license|licence|codeowners)(\.\w+)?|.+\.md", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderFiles:
    """What stands below a folder, by path from the folder that holds `reconciler.yaml`, each tuple sorted.

    `marked` are the folders, itself among them, that git has put a `.git` or a `.gitmodules` into. `for_people` is what
    its name says is no document, `hidden` what may be one that was put aside.
    """

    documents: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    for_people: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    documents: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    for_people: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    marked: set[str] = field(default_factory=set)

    def sort_in(self, name: str, inside: str) -> None:
        """Sort a file in by its name."""
        if name.endswith(ENDINGS):
            self.documents.append(inside)
        elif _FOR_PEOPLE.fullmatch(name):
            self.for_people.append(inside)
        else:
            self.strangers.append(inside)


def find_files(root: Path, folder: str, problems: list[Problem], ignored: Ignored | None = None) -> FolderFiles:
    """Sort what stands below `root/folder`; a folder that cannot be listed is a problem, unless it is ignored."""
    ignored = ignored or Ignored(())
    found = _Found()
    top = os.path.realpath(root / folder)
    entered: set[str] = set()
    waiting = [(root / folder, folder)]
    while waiting:
        path, name = waiting.pop()
        real = os.path.realpath(path)
        if real in entered:
            continue
        entered.add(real)
        for entry in _entries(path, name, problems):
            inside = f"{name}/{entry.name}"
            if entry.name.startswith("."):
                if entry.name in _MARKS:
                    found.marked.add(name)
                if _may_be_put_aside(entry) and not ignored.covers(inside[len(folder) + 1 :]):
                    found.hidden.append(inside)
            elif ignored.covers(inside[len(folder) + 1 :]):
                found.ignored.append(inside)
            elif not (entry.is_dir() or entry.name.endswith(ENDINGS)):
                found.sort_in(entry.name, inside)
            elif entry.is_symlink() and not _leads_inside(entry.path, top):
                problems.append(_leads_outside(inside))
            elif entry.is_dir():
                waiting.append((path / entry.name, inside))
            elif not entry.is_file() and Path(entry.path).exists():
                problems.append(irregular(inside))
            else:
                found.sort_in(entry.name, inside)
    return FolderFiles(
        documents=tuple(sorted(found.documents)),
        ignored=tuple(sorted(found.ignored)),
        strangers=tuple(sorted(found.strangers)),
        for_people=tuple(sorted(found.for_people)),
        hidden=tuple(sorted(found.hidden)),
        marked=tuple(sorted(found.marked)),
    )


def _may_be_put_aside(entry: os.DirEntry[str]) -> bool:
    """Say whether something hidden has the name of a document, or holds a file that has; links are not followed."""
    if _NOBODYS.fullmatch(entry.name):
        return False
    if not entry.is_dir(follow_symlinks=False):
        return entry.name.endswith(ENDINGS)
    return any(name.endswith(ENDINGS) for _, _, names in os.walk(entry.path) for name in names)


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
