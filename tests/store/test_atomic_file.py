"""Replacing a file whole."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from reconciler.store.atomic_file import replace_file


def test_new_and_old_files_hold_the_content_and_nothing_stays_beside_them(tmp_path: Path) -> None:
    """The folder has the one file, old content gone."""
    path = tmp_path / "some.json"
    for content in (b"first, longer", b"second"):
        replace_file(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_the_mode_is_the_owners_alone(tmp_path: Path) -> None:
    """Whatever the umask says."""
    replace_file(tmp_path / "some.json", b"")
    assert stat.S_IMODE((tmp_path / "some.json").stat().st_mode) == 0o600


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """What the link pointed to keeps its content."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"kept")
    link.symlink_to(target)
    replace_file(link, b"new")
    assert target.read_bytes() == b"kept"
    assert not link.is_symlink()


def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    """A folder in the place of the file cannot be replaced; the temporary file goes."""
    folder = tmp_path / "some.json"
    folder.mkdir()
    with pytest.raises(OSError, match="directory") as raised:
        replace_file(folder, b"new")
    assert list(tmp_path.iterdir()) == [folder]
    assert raised.value.filename == str(folder)


def test_a_folder_that_is_not_there_is_told_by_the_file_that_was_asked_for(tmp_path: Path) -> None:
    """And not by that of a temporary file, which nobody named."""
    path = tmp_path / "missing" / "some.json"
    with pytest.raises(FileNotFoundError) as raised:
        replace_file(path, b"new")
    assert raised.value.filename == str(path)
