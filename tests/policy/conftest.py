"""The plan of the example company, as its reviewers' programs get it."""

from __future__ import annotations

import shutil
from contextlib import chdir
from pathlib import Path

import pytest

from tests.docs.player import EXAMPLES, Player, seed_company


@pytest.fixture(scope="session")
def company_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of a report that other programs read."""
    folder = tmp_path_factory.mktemp("read") / "company"
    shutil.copytree(EXAMPLES / "desired-state", folder, ignore=shutil.ignore_patterns(".reconciler"))
    with chdir(folder):
        player = Player()
        seed_company(player)
        player.play("reconciler plan --report report")
    assert player.code == 0
    return folder / "report" / "plan.json"
