"""A folder of documents for every test that wants one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Folder


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    """Two customers and a contact, at an empty embedded sandbox."""
    return Folder(tmp_path, capsys)
