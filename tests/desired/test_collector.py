"""The collector is held back inside the block and as before behind it."""

from __future__ import annotations

import gc

import pytest

from reconciler.desired.collector import collector_held


def test_thresholds_come_back() -> None:
    """Nested blocks and blocks that end in an error leave the collector as it was."""
    before = gc.get_threshold()
    with pytest.raises(KeyError), collector_held(), collector_held():
        assert gc.get_threshold()[0] > 100_000
        raise KeyError
    assert gc.get_threshold() == before
