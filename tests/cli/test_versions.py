"""Which version of the documents a run went by."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from reconciler.cli.versions import version_of


def test_the_commit_is_told_and_whether_the_documents_differ(tmp_path: Path) -> None:
    """What changes elsewhere in the repository is no matter of theirs."""
    (tmp_path / "documents").mkdir()
    document = tmp_path / "documents" / "a.yaml"
    document.write_text("customers: []\n")
    assert version_of(tmp_path, [document.parent]) == ("", False)
    for arguments in (
        ("init", "--quiet"),
        ("add", "."),
        ("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "One"),
    ):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    (tmp_path / "notes.txt").write_text("Elsewhere.")
    commit, dirty = version_of(tmp_path, [document.parent])
    assert (len(commit), dirty) == (40, False)
    document.write_text("customers: null\n")
    assert version_of(tmp_path, [document.parent]) == (commit, True)


def test_a_git_that_does_not_answer_is_not_waited_for_once_it_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does anything of it stay behind."""
    (tmp_path / ".git").mkdir()
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o700)
    monkeypatch.setenv("PATH", str(slow.parent), prepend=":")
    looks = iter((False, False, True, True))
    began = time.monotonic()
    assert version_of(tmp_path, [], lambda: next(looks)) == ("", False)
    assert time.monotonic() - began < 4
