"""What git knows of a folder that the folder does not show: files that belong there and were not checked out.

Read from the working copy alone, and never from the network. Outside a repository there is nothing to know; inside one,
on a machine without git, nobody knows. Submodules are repositories of their own, asked one by one.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which

_PATH = re.compile(r'^\s*path\s*=\s*"?([^"\n]+?)"?\s*$', re.MULTILINE)
_POINTER = "version https://git-lfs.github.com/spec/"
_LOCATIONS = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"})
_PATIENCE = 60  # seconds


class CheckoutUnknown(Exception):
    """git is not there or did not answer; its words are not repeated, as they may name what is not ours to show."""


def find_repository(folder: Path) -> Path | None:
    """Find the top of the working copy that a folder stands in."""
    here = folder.resolve()
    return next((path for path in (here, *here.parents) if (path / ".git").exists()), None)


def find_empty_submodules(folder: Path, marked: Iterable[Path]) -> Iterator[Path]:
    """Find the submodules at or below a folder that were never initialised, or whose repository is gone.

    `marked` are the folders, it and those below, that hold a `.git` or a `.gitmodules`.
    """
    real, top = folder.resolve(), find_repository(folder)
    holders = [path.resolve() for path in marked]
    declared = {path for holder in {*holders, *([top] if top else [])} for path in _submodules(holder)}
    for path in sorted(declared.union(holders)):
        if path.is_relative_to(real) and (_is_cut_off(path) or (path in declared and _is_empty(path))):
            yield path


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """What git says of the tracked files below a folder, each with its path.

    `skipped` by a sparse checkout, `unmerged` by a merge; `lost` are not there, though no commit to come removes them.
    """

    skipped: tuple[Path, ...] = ()
    unmerged: tuple[Path, ...] = ()
    lost: tuple[Path, ...] = ()


def nested_repositories(marked: Iterable[Path]) -> Iterator[Path]:
    """Give those of the marked folders that hold a repository's `.git`, where it leads to one."""
    yield from (path for path in marked if (path / ".git").exists() and not _is_cut_off(path))


def read_checkout(folder: Path) -> Checkout:
    """Ask git which tracked files below a folder are not as the repository has them; of submodules nothing is asked.

    Raises:
        CheckoutUnknown: the folder stands in a repository, and git is not there or would not say.
    """
    if find_repository(folder) is None:
        return Checkout()
    git, real = which("git"), folder.resolve()
    if git is None:
        raise CheckoutUnknown
    environment = {name: value for name, value in os.environ.items() if name not in _LOCATIONS}
    command = [git, "-c", "core.fsmonitor=false", "-C", str(real), "ls-files", "-t", "-z"]
    try:
        answer = subprocess.run(
            [*command, "--cached", "--deleted"], env=environment, capture_output=True, check=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CheckoutUnknown from error
    lines = os.fsdecode(answer.stdout).split("\0")
    skipped = (real / line[2:] for line in lines if line.startswith(("S ", "s ")))
    return Checkout(
        skipped=tuple(path for path in skipped if not os.path.lexists(path)),
        unmerged=tuple(dict.fromkeys(real / line[2:] for line in lines if line.startswith("M "))),  # once for each side
        lost=tuple(dict.fromkeys(real / line[2:] for line in lines if line.startswith("R "))),
    )


def is_pointer(content: str) -> bool:
    """Say whether a text is what Git LFS leaves in the place of a file that was not fetched."""
    return content.startswith(_POINTER)


def _submodules(holder: Path) -> Iterator[Path]:
    try:
        declared = (holder / ".gitmodules").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    yield from (holder / found for found in _PATH.findall(declared))


def _is_empty(path: Path) -> bool:
    try:
        return next(path.iterdir(), None) is None
    except OSError:
        return True


def _is_cut_off(path: Path) -> bool:
    """Say whether a folder's `.git` is a file that leads to a repository which is not there."""
    try:
        line = (path / ".git").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    found = re.match(r"gitdir:\s*(.+?)\s*$", line)
    return found is not None and not (path / found[1]).exists()
