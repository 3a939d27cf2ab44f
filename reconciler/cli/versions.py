"""Which version of the documents a run went by: the commit that git knows, and whether the files differ from it.

Told for whoever looks a run up later. Where there is no repository, no git, or no answer in time, nothing is told: a
run that is told to stop does not wait for it.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import which

_PATIENCE = 5.0  # seconds
_LOOK = 0.1  # seconds between two looks whether it is still wanted
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_LOCATIONS = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"})


def version_of(
    directory: Path, documents: Sequence[Path], given_up: Callable[[], bool] = lambda: False
) -> tuple[str, bool]:
    """Give the commit, empty where none is known, and whether these documents or the configuration differ from it.

    `given_up` says that nobody waits for it any more.
    """
    here = directory.resolve()
    git = which("git")
    if git is None or not any((path / ".git").exists() for path in (here, *here.parents)):
        return "", False
    commit = _said(git, here, given_up, "rev-parse", "--verify", "HEAD")
    if not commit:
        return "", False
    watched = [str(path.resolve()) for path in (here / "reconciler.yaml", *documents)]
    changed = _said(git, here, given_up, "status", "--porcelain", "--", *watched)
    return commit.strip(), bool(changed is None or changed.strip())


def _said(git: str, folder: Path, given_up: Callable[[], bool], *arguments: str) -> str | None:
    environment = {name: value for name, value in os.environ.items() if name not in _LOCATIONS}
    try:
        with subprocess.Popen(
            [git, *arguments],
            cwd=folder,
            env={**environment, **_QUIET},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as running:
            return _output(running, given_up)
    except OSError:
        return None


def _output(running: subprocess.Popen[bytes], given_up: Callable[[], bool]) -> str | None:
    end = time.monotonic() + _PATIENCE
    while not given_up() and time.monotonic() < end:
        try:
            output, _ = running.communicate(timeout=_LOOK)
        except subprocess.TimeoutExpired:
            continue
        return output.decode("utf-8", "replace") if running.returncode == 0 else None
    running.kill()
    return None
