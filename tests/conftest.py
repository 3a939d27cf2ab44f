"""What every test runs under: Hypothesis without a deadline (machines are noisy), no store left open, as if by hand.

By hand: a runner's `CI` is taken away, since documents of a checkout that nobody edits are judged otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.stores import close_stores

settings.register_profile(
    "default", deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("long", settings.get_profile("default"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as a person would, whoever runs the tests."""
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture(autouse=True)
def _stores_are_closed() -> Iterator[None]:
    """Close the stores in memory that a test has opened."""
    yield
    close_stores()
