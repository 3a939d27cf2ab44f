"""`.reconciler` shuts itself off from git, whoever makes it first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.cli.private_folder import private_folder
from reconciler.store.told import FileTold

NAME = ".reconciler"


def by_told(directory: Path) -> None:
    """Keep what was told."""
    FileTold(folder=directory / NAME, organization="acme").write("x")


def by_command(directory: Path) -> None:
    """Make it for the sandbox."""
    private_folder(directory)


@pytest.mark.parametrize("make", [by_command, by_told])
def test_the_folder_holds_a_line_that_ignores_all_of_it(make: Callable[[Path], None], tmp_path: Path) -> None:
    """Also one that was there without; what somebody wrote there is left as it is."""
    (tmp_path / NAME).mkdir()
    make(tmp_path)
    ignored = tmp_path / NAME / ".gitignore"
    assert ignored.read_text(encoding="utf-8") == "*\n"
    ignored.write_text("mine\n", encoding="utf-8")
    make(tmp_path)
    assert ignored.read_text(encoding="utf-8") == "mine\n"
