"""The seeded organization that the tests of Billabex work on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.billabex.world import World


@pytest.fixture
def billabex() -> Iterator[World]:
    """Open a seeded sandbox in memory."""
    opened = World()
    yield opened
    opened.store.close()
