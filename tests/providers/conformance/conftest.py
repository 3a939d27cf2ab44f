"""A company at each vendor in each state, built once and copied for every test."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from tests.company import Company
from tests.providers.conformance.states import State, bring
from tests.providers.conformance.worlds import World, copied, founded


class Opened(Protocol):
    """Gives a company of one's own."""

    def __call__(self, world: World, state: State = "managed") -> Company:
        """Copy a world in a state."""


@pytest.fixture(scope="session")
def templates() -> dict[tuple[str, State], Path]:
    """Keep what was built, by vendor and state."""
    return {}


@pytest.fixture
def opened(
    templates: dict[tuple[str, State], Path], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Opened:
    """Copy a world in a state; the first time it is built."""
    numbers = iter(range(1000))

    def copy(world: World, state: State = "managed") -> Company:
        if (world.vendor, state) not in templates:
            company = founded(world, tmp_path_factory.mktemp("worlds") / world.vendor)
            bring(company, world, state)
            templates[world.vendor, state] = company.folder
        return copied(world, templates[world.vendor, state], tmp_path / f"company-{next(numbers)}")

    return copy
