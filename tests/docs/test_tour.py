"""What the pages show, played: the README's tour from its first line, other pages in the seeded example company."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docs.dead_run import leave_dead_run
from tests.docs.fences import DOCS, ROOT, fences
from tests.docs.player import Player, play_page, seed_company

PLAYED = sorted(page for page in DOCS.rglob("*.md") if any(fence.language == "console" for fence in fences(page)))

PREPARED = {"unlock": leave_dead_run}
"""What happened before a page begins, by its name."""


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Player:
    """Stand where the tour stands: in the company's folder, its sandbox empty."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns(".reconciler"))
    monkeypatch.chdir(tmp_path / "examples" / "desired-state")
    return Player()


def test_the_tour_is_what_the_program_says(player: Player) -> None:
    """Whoever follows the README sees what it shows."""
    play_page(ROOT / "README.md", player)


@pytest.mark.parametrize("page", PLAYED, ids=lambda page: page.stem)
def test_a_page_is_what_the_program_says(page: Path, player: Player) -> None:
    """Played from its top in the seeded example company, a page's commands give the outputs that it shows."""
    seed_company(player)
    PREPARED.get(page.stem, lambda: None)()
    play_page(page, player)


def test_the_tour_shows_every_symbol_that_a_plan_can_have_today() -> None:
    """Also what is moved, adopted, forgotten, refused and unknown occurs in the tour."""
    shown = "".join(fence.content for fence in fences(ROOT / "README.md") if fence.language == "console")
    symbols = {line.strip()[0] for line in shown.splitlines() if line.startswith("  ")}
    assert symbols >= {"+", "~", "-", "→", "⇠", ".", "!", "?"}
