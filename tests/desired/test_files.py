"""The documents of a folder, in an order that is the same everywhere."""

from __future__ import annotations

from pathlib import Path

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
    (tmp_path / "docs" / "a.yaml").symlink_to(tmp_path / "gone")
    assert find_files(tmp_path, "docs", []).documents == ("docs/a.yaml",)
