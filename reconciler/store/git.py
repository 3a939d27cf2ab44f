"""A git repository as a place to keep small trees under a ref of a remote: plumbing only, through the `git` program.

Enters: files and the commit they build upon. Leaves: a new commit at the remote, or the one that stands there instead.
Neither work tree nor index nor branches are touched, no hook runs, nothing is asked on the terminal, and commits bear
an identity of their own, so that a bare checkout in CI suffices. The ref is remembered locally, under its own name:
so its objects survive a clean-up, and the next fetch is short.

What git prints is not shown (`git_causes` says why). It needs git 2.29, of October 2020, or later.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.errors import ReconcilerError
from reconciler.store import inventory_problems as problems
from reconciler.store.git_causes import NO_GIT, SILENT, Cause, cause_of

_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX")
"""Variables by which a hook or an alias points git at another repository than the folder's."""

_SHA256_DIGITS = 64

_SETTINGS = ("core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false", "core.quotePath=true")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """How one call of git ended."""

    code: int
    output: bytes
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class GitRepository:
    """The repository that `directory` is in, and one of its remotes, by name.

    `where` is what problems name as their place, `patience` the seconds that one call may take. `environment` is
    handed to git, for its credentials. `scratch` is where files are put for a moment; None is the system's place.
    """

    directory: Path
    where: str
    environment: Mapping[str, str]
    now: Callable[[], datetime]
    remote: str = "origin"
    patience: float = 60.0
    scratch: Path | None = None

    def remote_commit(self, ref: str) -> str | None:
        """Ask the remote where a ref stands; None if the remote answered and has no such ref.

        Raises:
            ReconcilerError: `inventory-unreachable`.
        """
        answer = self._reach("ls-remote", "--refs", "--", self.remote, ref)
        for line in answer.output.decode().splitlines():
            commit, _, name = line.partition("\t")
            if name == ref:
                return commit
        return None

    def fetch(self, ref: str, commit: str) -> None:
        """Get a commit of the remote's ref with all that is in it, unless it is here.

        Raises:
            ReconcilerError: `inventory-unreachable`.
        """
        if not self._has(commit):
            quiet = ("--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-prune", "--refmap=")
            self._reach("fetch", "--quiet", *quiet, "--", self.remote, ref)
            if not self._has(commit):
                raise problems.unreachable(self.where, "It was replaced while it was being fetched.")

    def known_commit(self, ref: str) -> str | None:
        """Give the commit that was remembered for a ref."""
        answer = self._run("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        return answer.output.decode().strip() if answer.code == 0 else None

    def remember(self, ref: str, commit: str) -> None:
        """Let the ref stand at that commit here too. Another process may be doing the same: then that is as good."""
        if self.known_commit(ref) != commit:
            self._run("update-ref", ref, commit)

    def descends(self, commit: str, from_commit: str) -> bool:
        """Say whether a commit was built upon another, directly or not."""
        return self._run("merge-base", "--is-ancestor", from_commit, commit).code == 0

    def files(self, commit: str) -> dict[str, str]:
        """Give the blobs in a commit's tree, by file name."""
        rows = self._do("ls-tree", "-z", "--full-tree", commit).decode().split("\0")
        return {name: meta.split()[2] for meta, _, name in (row.partition("\t") for row in rows) if name}

    def content(self, blob: str) -> bytes:
        """Give what is in a blob."""
        return self._do("cat-file", "blob", blob)

    def contents(self, blobs: Sequence[str]) -> bytes:
        """Give what is in several blobs, one after the other."""
        rows = self._do("cat-file", "--batch", content="".join(f"{blob}\n" for blob in blobs).encode())
        parts, start = [], 0
        for _ in blobs:
            begin = rows.index(b"\n", start) + 1
            size = rows[start:begin].split()[-1]  # the line is `ID blob SIZE`, or `ID missing`
            if not size.isdigit():
                raise problems.unreachable(self.where, "A part of it is missing in this clone.")
            parts.append(rows[begin : begin + int(size)])
            start = begin + int(size) + 1
        return b"".join(parts)

    def write_blobs(self, contents: Sequence[bytes], known: Collection[str]) -> list[str]:
        """Store several blobs, those that are not among `known`, by one call of git, and give the ids of all.

        Raises:
            ReconcilerError: `inventory-unwritable`.
        """
        names = [_blob_id(content, known) for content in contents]
        new = [place for place, name in enumerate(names) if name not in known]
        try:
            written = self._hashed([contents[place] for place in new]) if new else b""
        except OSError as error:  # the disk is full, or the folder for temporary files is gone
            raise problems.unwritable(self.where, problems.said_by_system(error)) from None
        for place, name in zip(new, written.decode().split(), strict=True):
            names[place] = name
        return names

    def _hashed(self, contents: Sequence[bytes]) -> bytes:
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            paths = [Path(folder) / str(place) for place in range(len(contents))]
            for content, path in zip(contents, paths, strict=True):
                path.write_bytes(content)
            listed = "".join(f"{path}\n" for path in paths).encode()
            return self._do("hash-object", "-w", "--no-filters", "--stdin-paths", content=listed)

    def write_blob(self, content: bytes) -> str:
        """Store a blob and give its id."""
        return self._do("hash-object", "-w", "--no-filters", "--stdin", content=content).decode().strip()

    def write_commit(self, files: Mapping[str, str], parent: str | None, message: str) -> str:
        """Store a commit of these blobs on top of `parent` and give its id."""
        rows = "".join(f"100644 blob {blob}\t{name}\0" for name, blob in sorted(files.items()))
        tree = self._do("mktree", "-z", content=rows.encode()).decode().strip()
        upon = ("-p", parent) if parent else ()
        return self._do("commit-tree", tree, *upon, "-m", message).decode().strip()

    def push(self, ref: str, commit: str, expected: str | None) -> str | None:
        """Put the remote's ref from the expected commit (None: from not being there) to another, or leave it alone.

        Returns:
            What stands there afterwards: `commit`, or what another wrote there first.

        Raises:
            ReconcilerError: `inventory-unreachable`, and then it may have taken effect; or `inventory-unwritable`.
        """
        only = ("--no-verify", "--no-signed", "--no-follow-tags", "--no-recurse-submodules")
        lease = f"--force-with-lease={ref}:{expected or ''}"
        answer = self._run("push", "--quiet", *only, lease, "--", self.remote, f"{commit}:{ref}")
        stands = commit if answer.code == 0 else self.remote_commit(ref)
        if stands == commit:
            self.remember(ref, commit)
        elif stands == expected:
            refusal = problems.unreachable if answer.cause is SILENT else problems.unwritable
            raise _told(refusal, self.where, answer.cause)
        return stands

    def _has(self, commit: str) -> bool:
        return self._run("cat-file", "-e", f"{commit}^{{tree}}").code == 0

    def _do(self, *words: str, content: bytes = b"") -> bytes:
        """Run what needs no remote; that it fails says that the local repository is unfit."""
        answer = self._run(*words, content=content)
        if answer.code:
            raise _told(problems.unwritable, self.where, answer.cause)
        return answer.output

    def _reach(self, *words: str) -> _Answer:
        answer = self._run(*words)
        if answer.code:
            raise _told(problems.unreachable, self.where, answer.cause)
        return answer

    def _run(self, *words: str, content: bytes = b"") -> _Answer:
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        try:
            process = subprocess.Popen(
                ["git", "-C", str(self.directory), *settings, *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment(),
                start_new_session=True,  # a Ctrl-C is ours to answer, and there is no terminal to ask on
            )
        except OSError:
            raise _told(problems.unreachable, self.where, NO_GIT) from None
        with process:
            try:
                output, errors = process.communicate(content, timeout=self.patience)
            except BaseException as error:
                _end(process)
                if isinstance(error, subprocess.TimeoutExpired):
                    return _Answer(code=-1, output=b"", cause=SILENT)
                raise
        return _Answer(code=process.returncode, output=output, cause=cause_of(words[0], process.returncode, errors))

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in self.environment.items() if name not in _ELSEWHERE}
        date = f"{int(self.now().timestamp())} +0000"
        for role in ("AUTHOR", "COMMITTER"):
            kept[f"GIT_{role}_NAME"] = "reconciler"
            kept[f"GIT_{role}_EMAIL"] = "reconciler@localhost"
            kept[f"GIT_{role}_DATE"] = date
        return {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "LANGUAGE": ""}


def _blob_id(content: bytes, known: Collection[str]) -> str:
    """Work out the id of a blob; a repository's ids are all of the same sort, which shows in their length."""
    text = b"blob %d\0%s" % (len(content), content)
    by_sha256 = any(len(name) == _SHA256_DIGITS for name in known)
    return hashlib.sha256(text).hexdigest() if by_sha256 else hashlib.sha1(text, usedforsecurity=False).hexdigest()


def _told(problem: Callable[[str, str, str, str], ReconcilerError], where: str, cause: Cause) -> ReconcilerError:
    return problem(where, cause.detail, cause.remedy, cause.command)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and what it started, which would hold its pipes open."""
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
