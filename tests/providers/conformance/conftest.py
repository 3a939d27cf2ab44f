"""A company at each vendor, built once and copied for every test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.company import Company
from tests.providers.conformance.worlds import WORLDS, World, built, copied

Opened = Callable[[World], Company]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build every world once."""
    folder = tmp_path_factory.mktemp("worlds")
    return {world.vendor: built(world, folder / world.vendor).folder for world in WORLDS}


@pytest.fixture
def opened(templates: dict[str, Path], tmp_path: Path) -> Opened:
    """Copy a world."""
    numbers = iter(range(1000))
    return lambda world: copied(world, templates[world.vendor], tmp_path / f"company-{next(numbers)}")
