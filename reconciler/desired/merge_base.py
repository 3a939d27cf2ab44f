"""A revision → the commit that a branch left it at, and the documents as they were there, in a folder for a moment.

Premise. What a branch changes is what lies between its working tree and the commit that it was made from: the merge
base of the revision and HEAD. What others have put on the main branch since is not this branch's doing.

| what git says                                          | what follows                                            |
|--------------------------------------------------------|---------------------------------------------------------|
| one merge base                                         | that                                                    |
| it does not know the revision, or there is no base     | an error (`changed-since-unknown`)                      |
| the clone is shallow, and the base is neither the      | the same: the history that would show a later base may  |
| revision nor HEAD                                      | be what was cut off                                     |
| several (criss-cross merges)                           | none of them is the one: everything is planned          |
| the documents, or reconciler.yaml, stand in no         | an error (`changed-since-outside`)                      |
| repository, or in another one                          |                                                         |
| a submodule below the documents was at another commit, | everything is planned: what it held is not known        |
| which is not here, or is no repository any more; or    |                                                         |
| another repository stands below them                   |                                                         |
| a file cannot be written out as git has it             | everything is planned                                   |

The files are written by git itself, with an index and a work tree of their own: so line ends, encodings and Git LFS are
as in any checkout, by the attributes of that commit. No hook runs, and neither branch, index nor work tree are touched.

Rejected: `git archive`, which leaves out what `export-ignore` names; a second `git worktree`, which is written down in
the repository and stays there when a run is killed; blobs as they are stored, which are not what a checkout shows.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from shutil import which
from tempfile import TemporaryDirectory

from reconciler.desired.checkouts import find_repository
from reconciler.errors import Problem, UsageInvalid

OPTION = "--changed-since"
_SETTINGS = (
    *("core.hooksPath=/dev/null", "core.fsmonitor=false", "core.splitIndex=false", "core.sparseCheckout=false"),
    *("core.quotePath=true", "core.bare=false"),
)
_PATIENCE = 600  # seconds; Git LFS may have to fetch
_SUBMODULE = "160000"


class BaseUnreadable(Exception):
    """The documents of the merge base could not be written out, so nothing is known of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeBase:
    """Where a branch left a revision: the repository's top folder, and the commit; None where there are several."""

    top: Path
    commit: str | None


def find_merge_base(directory: Path, revision: str) -> MergeBase:
    """Find the commit that the working tree's branch left a revision at.

    Raises:
        UsageInvalid: there is no repository, or git does not know where they parted.
    """
    top = find_repository(directory)
    if top is None:
        raise UsageInvalid(_nowhere(directory.resolve()))
    if revision and not revision.strip("0"):
        raise UsageInvalid(_absent(revision))
    git = _Git(top, {})
    shallow = git.said("rev-parse", "--is-shallow-repository")
    if shallow is None:
        raise UsageInvalid(_silent())
    commit, head = (
        git.said("rev-parse", "--verify", "--quiet", "--end-of-options", _commit(one)) for one in (revision, "HEAD")
    )
    bases = (git.said("merge-base", "--all", commit, head) or "").split() if commit and head else []
    if not bases or (shallow == "true" and not set(bases) & {commit, head}):
        raise UsageInvalid(_unknown(revision, known=commit is not None, shallow=shallow == "true"))
    return MergeBase(top=top, commit=bases[0] if len(bases) == 1 else None)


def inside(base: MergeBase, path: Path) -> PurePosixPath:
    """Give a file or folder as seen from the top of the repository, with links followed.

    Raises:
        UsageInvalid: it stands outside.
    """
    real = path.resolve()
    if not real.is_relative_to(base.top):
        raise UsageInvalid(_outside(real))
    return PurePosixPath(real.relative_to(base.top).as_posix())


@contextmanager
def checked_out(base: MergeBase, paths: Collection[PurePosixPath]) -> Iterator[Path]:
    """Write these files and folders out as they were at the merge base, into a folder that is there for the block.

    Raises:
        BaseUnreadable: git could not do it.
    """
    if base.commit is None:
        raise BaseUnreadable
    with TemporaryDirectory(prefix="reconciler-") as scratch:
        folder = Path(scratch).resolve() / "tree"
        try:
            folder.mkdir()
            _fill(base.top, base.commit, paths, folder, Path(scratch).resolve())
        except OSError as error:
            raise BaseUnreadable from error
        yield folder


def _fill(repository: Path, commit: str, paths: Collection[PurePosixPath], into: Path, scratch: Path) -> None:
    """Write a part of a commit into a folder, the submodules in it too."""
    into.mkdir(parents=True, exist_ok=True)
    index = scratch / f"index-{len(list(scratch.iterdir()))}"
    git = _Git(repository, {"GIT_INDEX_FILE": str(index)})
    places = {"GIT_DIR": os.fsdecode(git.done("rev-parse", "--absolute-git-dir")).strip(), "GIT_WORK_TREE": str(into)}
    tree = _Git(into, {"GIT_INDEX_FILE": str(index), **places})
    rows, modules = [], []
    for row in git.done("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        meta, _, name = row.partition(b"\t")
        path = PurePosixPath(os.fsdecode(name))
        if not meta or not _is_wanted(path, paths, submodule=meta.startswith(_SUBMODULE.encode())):
            continue
        mode, _, blob = os.fsdecode(meta).split()
        if mode == _SUBMODULE:
            modules.append((path, blob))
        else:
            rows.append(f"{mode} {blob} 0\t".encode() + name + b"\0")
    tree.done("update-index", "-z", "--index-info", content=b"".join(rows))
    tree.done("checkout-index", "--all", "--force", "--quiet")
    for path, blob in modules:
        below = [one.relative_to(path) if one.is_relative_to(path) else PurePosixPath() for one in paths]
        if not (repository / path / ".git").exists():
            raise BaseUnreadable
        _fill(repository / path, blob, below, into / path, scratch)


def _is_wanted(path: PurePosixPath, paths: Collection[PurePosixPath], *, submodule: bool) -> bool:
    """Say whether a path is asked for, stands in what is, or says how it is written out."""
    if path.name == ".gitattributes":
        return True
    return any(path.is_relative_to(one) or (submodule and one.is_relative_to(path)) for one in paths)


def _commit(revision: str) -> str:
    return f"{revision}^{{commit}}"


@dataclass(frozen=True, slots=True)
class _Git:
    """The `git` program in one folder; its words are not repeated, as they may name what is not ours to show."""

    folder: Path
    places: Mapping[str, str]

    def said(self, *words: str) -> str | None:
        """Give what it answers; None where it fails."""
        try:
            return os.fsdecode(self.done(*words)).strip()
        except BaseUnreadable:
            return None

    def done(self, *words: str, content: bytes = b"") -> bytes:
        """Run it.

        Raises:
            BaseUnreadable: it is not there, or failed.
        """
        git = which("git")
        if git is None:
            raise BaseUnreadable
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
        try:
            return subprocess.run(
                [git, "-C", str(self.folder), *settings, *words],
                input=content,
                env={**kept, **self.places, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
                capture_output=True,
                check=True,
                timeout=_PATIENCE,
            ).stdout
        except (OSError, subprocess.SubprocessError) as error:
            raise BaseUnreadable from error


_KEPT = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS")
"""What says how git works, and not on which repository."""


def _absent(revision: str) -> Problem:
    return Problem(
        code="changed-since-unknown",
        summary="the commit to compare with is not here",
        where=OPTION,
        detail=f'"{revision}" is no commit: forges give zeros where a branch is new, or was nothing before a push.',
        why="Against another commit, a part of what changed would be left out.",
        remedy="Name the branch that this one was made from, or plan all of it, without the option:",
        command="reconciler plan --changed-since origin/main\nreconciler plan",
    )


def _unknown(revision: str, *, known: bool, shallow: bool) -> Problem:
    what = f'"{revision}" and HEAD have no commit in common here' if known else f'git knows no commit "{revision}" here'
    return Problem(
        code="changed-since-unknown",
        summary="the commit to compare with is not here",
        where=OPTION,
        detail=f"{what}{', and the clone is shallow' if shallow else ''}.",
        why="Against another commit, a part of what changed would be left out.",
        remedy="Fetch the whole history; in GitHub Actions by `fetch-depth: 0`, in GitLab CI by `GIT_DEPTH: 0`:"
        if shallow
        else "Correct the revision, or fetch it:",
        command="git fetch --unshallow" if shallow else "git fetch",
    )


def _silent() -> Problem:
    return Problem(
        code="changed-since-unknown",
        summary="the commit to compare with is not here",
        where=OPTION,
        detail="git did not answer.",
        remedy="Install git 2.24 or later. If it is there, run git status in the folder and follow what it says: a\n"
        "checkout of another user must be declared safe.",
    )


def _nowhere(path: Path) -> Problem:
    return Problem(
        code="changed-since-outside",
        summary="documents outside of any repository",
        where=OPTION,
        detail=f'"{path}" stands in no git repository: there is none there, and none in a folder above.',
        why="What changed there, no commit says.",
        remedy="Plan without the option, or keep reconciler.yaml and the documents in a repository.",
    )


def _outside(path: Path) -> Problem:
    return Problem(
        code="changed-since-outside",
        summary="documents outside the repository",
        where=OPTION,
        detail=f'"{path}" does not stand in the git repository that the revision is of.',
        why="What changed there, no commit says.",
        remedy="Plan without the option, or keep reconciler.yaml and the documents in one repository.",
    )
