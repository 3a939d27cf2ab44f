"""Whether a file that is to hold a token is its owner's alone, and what is to be done where it is not.

A token in a repository's history is known to whoever can read it, and no later commit takes it back:

| the file                                        | what follows                                                  |
|-------------------------------------------------|---------------------------------------------------------------|
| lies outside of every repository                | fine                                                          |
| is tracked by git                               | refused                                                       |
| is not ignored, or what stands beside it        | refused: it is written beside first, then given its place     |
| lies in a folder that we make, in a repository  | the folder gets a `.gitignore` of its own                     |
| git is not there or says nothing                | fine if a `.gitignore` with a line `*` stands above, in the   |
|                                                 | repository; otherwise refused                                 |
| others may read it, by its mode                 | refused                                                       |
| others may put another in its place: its folder | refused; not where the folder is sticky, as /tmp is, nor of a |
| lets everybody write                            | group, for the usual umask of some systems lets the own one   |
| is no regular file: a device, a pipe            | cannot be used; it is not read, for it might never end        |

A symbolic link is followed before: what counts is where the token really lies.
"""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from shutil import which

_LOCATIONS = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"})
_PATIENCE = 30  # seconds
_IGNORED, _NOT_IGNORED = 0, 1
_ELSEWHERE = "or name a place outside of the repository in reconciler.yaml: tokens: {file: …}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What lets others see the file, and what to do about it; `command` may be typed as it stands."""

    what: str
    remedy: str
    command: str = ""


def make_private_folder(folder: Path) -> None:
    """Make a folder with all that is missing above it; in a repository, one that git does not look into.

    Raises:
        OSError: it cannot be made.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
    if missing and _repository(folder) is not None:
        (missing[-1] / ".gitignore").write_text("*\n")


def exposure_of(path: Path, beside: Path) -> Exposure | None:
    """Say how others might come to see a file; None if in no way that is known.

    Args:
        path: the file, whether it is there yet or not; its folder is.
        beside: a name that it is written under before it gets its own.

    Raises:
        OSError: it cannot be looked at, or is no file that could be replaced.
    """
    if path.exists() and not path.is_file():
        reason = "it is a folder" if path.is_dir() else "it is no regular file"
        raise OSError(errno.EINVAL, reason)
    mode = stat.S_IMODE(path.stat().st_mode) if path.is_file() else 0
    if os.name == "posix" and mode & 0o077:
        what = f"its mode is {mode:04o}, so others on this machine may have read it"
        return Exposure(what=what, remedy="Make it its owner's alone:", command=f"chmod 600 {path}")
    around = stat.S_IMODE(path.parent.stat().st_mode)
    if os.name == "posix" and around & 0o002 and not around & stat.S_ISVTX:
        what = f"the mode of its folder is {around:04o}, so others on this machine may put another file in its place"
        return Exposure(what=what, remedy="Make the folder its owner's alone:", command=f"chmod 700 {path.parent}")
    top = _repository(path.parent)
    return None if top is None else _exposure_in_git(path, beside, top)


def _exposure_in_git(path: Path, beside: Path, top: Path) -> Exposure | None:
    if _asked(path, "ls-files", "--error-unmatch") == 0:
        remedy = f"Take it out of git, authorise the client anew, {_ELSEWHERE}"
        return Exposure(what="git tracks it", remedy=remedy, command=f"git rm --cached {path}")
    answers = {_asked(one, "check-ignore", "--quiet") for one in (path, beside)}
    if answers == {_IGNORED}:
        return None
    if _NOT_IGNORED in answers:
        what = "it lies in a repository, and git does not ignore it and what is written beside it"
        return Exposure(what=what, remedy=f"Name its folder in .gitignore, {_ELSEWHERE}")
    if _shut(path.parent, top):
        return None
    what = "it lies in a repository, and git, which would know whether it ignores it, gives no answer"
    return Exposure(what=what, remedy=f"Put a .gitignore with a line * into its folder, {_ELSEWHERE}")


def _repository(folder: Path) -> Path | None:
    return next((path for path in (folder, *folder.parents) if (path / ".git").exists()), None)


def _shut(folder: Path, top: Path) -> bool:
    """Say whether a `.gitignore` that names everything stands in the folder or above it, inside the repository."""
    inside = [path for path in (folder, *folder.parents) if path.is_relative_to(top)]
    files = [path / ".gitignore" for path in inside]
    return any("*" in file.read_text(errors="replace").split() for file in files if file.is_file())


def _asked(path: Path, *question: str) -> int | None:
    """Ask git about a path, and give its exit code; None where it cannot be asked."""
    git = which("git")
    if git is None:
        return None
    environment = {name: value for name, value in os.environ.items() if name not in _LOCATIONS}
    command = [git, "-c", "core.fsmonitor=false", "-C", str(path.parent), *question, "--", path.name]
    try:
        return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=_PATIENCE).returncode
    except (OSError, subprocess.SubprocessError):
        return None
