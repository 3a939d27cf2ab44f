"""The documents of a folder, in an order that is the same everywhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reconciler.desired.files import FolderFiles, find_files
from reconciler.errors import Problem


def test_sorted_by_path(tmp_path: Path) -> None:
    """Files are given by their path from the top, sorted, whatever order the system lists them in."""
    for name in ("b.yml", "a/c.yaml", "a.yaml", "B.yaml"):
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert find_files(tmp_path, "docs", []).documents == ("docs/B.yaml", "docs/a.yaml", "docs/a/c.yaml", "docs/b.yml")


def test_of_two_names_for_one_folder_the_first_counts(tmp_path: Path) -> None:
    """A folder that is linked as well is read once, under the name that comes first."""
    (tmp_path / "docs" / "one").mkdir(parents=True)
    (tmp_path / "docs" / "one" / "a.yaml").touch()
    (tmp_path / "docs" / "another").symlink_to(tmp_path / "docs" / "one")
    assert find_files(tmp_path, "docs", []).documents == ("docs/another/a.yaml",)


def test_a_folder_that_cannot_be_listed(tmp_path: Path) -> None:
    """What cannot be listed is a problem: nothing in it may be taken for absent."""
    problems: list[Problem] = []
    assert find_files(tmp_path, "gone", problems) == FolderFiles()
    assert [problem.code for problem in problems] == ["file-unreadable"]


def test_a_link_to_nothing_is_still_a_document(tmp_path: Path) -> None:
    """A broken link is listed, so that reading it says that it is broken."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.yaml").symlink_to(tmp_path / "docs" / "gone")
    assert find_files(tmp_path, "docs", []).documents == ("docs/a.yaml",)


@pytest.mark.parametrize("target", ["elsewhere/secret.yaml", "elsewhere", "docs-of-another", "gone", "."])
def test_a_link_that_leads_outside_is_refused(tmp_path: Path, target: str) -> None:
    """Whether to a file or a folder, to one whose name begins alike, or to nothing: it is a problem and not read."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "docs-of-another").mkdir()
    (tmp_path / "elsewhere" / "secret.yaml").touch()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.yaml").symlink_to(tmp_path / target)
    problems: list[Problem] = []
    assert find_files(tmp_path, "docs", problems).documents == ()
    assert [(problem.code, str(problem.where)) for problem in problems] == [("documents-outside", "docs/a.yaml:1:1")]


def test_a_link_that_nobody_reads_is_nobodys_concern(tmp_path: Path) -> None:
    """Only documents and folders are entered; what else lies there may point anywhere."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "docs" / "notes.txt").symlink_to(tmp_path / "notes.txt")
    (tmp_path / "docs" / ".hidden.yaml").symlink_to(tmp_path / "notes.txt")
    problems: list[Problem] = []
    assert (find_files(tmp_path, "docs", problems).documents, problems) == ((), [])


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    """What its links may reach is what it is, not what it is called."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.yaml").touch()
    (tmp_path / "real" / "b.yaml").symlink_to(tmp_path / "real" / "a.yaml")
    (tmp_path / "docs").symlink_to(tmp_path / "real")
    assert find_files(tmp_path, "docs", []).documents == ("docs/a.yaml", "docs/b.yaml")


@pytest.mark.parametrize("through_link", [False, True])
def test_a_pipe_is_refused_unread(tmp_path: Path, through_link: bool) -> None:
    """What would be waited for without end is a problem, and the documents beside it are found."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.yaml").touch()
    os.mkfifo(tmp_path / "docs" / ("pipe" if through_link else "b.yaml"))
    if through_link:
        (tmp_path / "docs" / "b.yaml").symlink_to(tmp_path / "docs" / "pipe")
    problems: list[Problem] = []
    assert find_files(tmp_path, "docs", problems).documents == ("docs/a.yaml",)
    assert [(problem.code, str(problem.where)) for problem in problems] == [("file-unreadable", "docs/b.yaml:1:1")]
