"""`removed:` entries that mean nothing there is, and seem to mean something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.plan.test_pruning import OTHERS, around, plan, removal
from tests.values import inventory, live, live_club


@pytest.mark.parametrize(
    ("key", "remote_id", "meant"),
    [
        ("C-1O04", None, "club/C-1004"),
        ("nothing like it", None, None),
        ("nothing like it", "r-C-1004", "club/C-1004"),
        ("nothing like it", "r-gone", None),
    ],
)
def test_a_removal_that_seems_to_mean_another_object_is_warned_of(
    key: str, remote_id: str | None, meant: str | None
) -> None:
    """By its remote id, or by a managed key that is written alike; one that was carried out is left in peace."""
    there = live_club("C-1004")
    wanted = replace(around(), removals=(removal(key, remote_id),))
    made = plan(wanted, live(*OTHERS, there), inventory(*OTHERS, there), {"prune": "listed"})
    found = [(one.code, f'Did you mean "{meant}"?' in one.remedy) for one in made.warnings]
    assert found == ([("removal-unknown", True)] if meant else [])


def test_what_is_still_declared_is_not_meant() -> None:
    """An entry for it would be refused; so neighbours of a removal that was carried out give no warning."""
    there = live_club("C-1004")
    wanted = replace(around("C-1004"), removals=(removal("C-1005"),))
    assert plan(wanted, live(*OTHERS, there), inventory(*OTHERS, there)).warnings == ()
