"""Which version of the documents a run went by: the commit that git knows, and whether the files differ from it.

Told for whoever looks a run up later. Where there is no repository, no git, or no answer in time, nothing is told.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import which

_PATIENCE = 5.0  # seconds
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_LOCATIONS = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"})


def version_of(directory: Path, documents: Sequence[Path]) -> tuple[str, bool]:
    """Give the commit, empty where none is known, and whether these documents or the configuration differ from it."""
    here = directory.resolve()
    git = which("git")
    if git is None or not any((path / ".git").exists() for path in (here, *here.parents)):
        return "", False
    commit = _said(git, here, "rev-parse", "--verify", "HEAD")
    if not commit:
        return "", False
    watched = [str(path.resolve()) for path in (here / "reconciler.yaml", *documents)]
    changed = _said(git, here, "status", "--porcelain", "--", *watched)
    return commit.strip(), bool(changed is None or changed.strip())


def _said(git: str, folder: Path, *arguments: str) -> str | None:
    environment = {name: value for name, value in os.environ.items() if name not in _LOCATIONS}
    try:
        ended = subprocess.run(
            [git, *arguments],
            cwd=folder,
            env={**environment, **_QUIET},
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return ended.stdout.decode("utf-8", "replace") if ended.returncode == 0 else None
