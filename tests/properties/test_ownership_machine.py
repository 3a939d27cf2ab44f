"""Nothing goes that may not, nobody comes twice, nothing moved is written over; and in the end all is as declared.

The counts of the long run are printed, and written as JSON to the file that OWNERSHIP_COUNTS names. OWNERSHIP_RUNS
says how many runs it makes; with OWNERSHIP_SHRINK a failure is made small first, which takes minutes.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.ownership_machine import OwnershipMachine
from tests.properties.ownership_world import ZEROS

FEW, MANY = 50, 10_000
AT_LEAST = {
    "customers created": 50,
    "customers updated": 40,
    "customers deleted": 8,
    "contacts removed": 4,
    "lists replaced": 2,
    "adoptions": 60,
    "saved plans applied": 1,
    "inventories lost": 1,
    "inventories torn": 1,
    "organizations swapped": 2,
    "keys revoked": 1,
}
"""What fifty runs do of each at the least: a tool that does nothing fails here."""


def run(examples: int, *, chance: bool) -> Counter[str]:
    """Run the machine so many times, by chance or always the same, and give what was counted."""

    class Machine(OwnershipMachine):
        tallies: ClassVar[Counter[str]] = Counter(dict.fromkeys(ZEROS, 0))

    how = settings(
        max_examples=examples,
        stateful_step_count=7,
        deadline=None,
        derandomize=not chance,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if "OWNERSHIP_SHRINK" in os.environ else [])],
    )
    run_state_machine_as_test(Machine, settings=how)
    return Machine.tallies


@pytest.fixture(scope="module")
def tallies() -> Counter[str]:
    """Run the machine a few times, always the same ones."""
    return run(FEW, chance=False)


def check_zeros(tallies: Counter[str], runs: int) -> None:
    """Hold that all runs were made, and nothing was done in them that must not be."""
    assert tallies["runs"] >= runs
    assert {name: tallies[name] for name in ZEROS} == dict.fromkeys(ZEROS, 0)


def test_whatever_happens_nothing_is_lost_and_the_declared_state_is_reached(tallies: Counter[str]) -> None:
    """No wrong delete, no duplicate, no write over what somebody else changed; one plan and apply reaches the end."""
    check_zeros(tallies, FEW)


def test_the_machine_does_a_little_of_everything(tallies: Counter[str]) -> None:
    """Creates, updates, deletes, adoptions, losses, refusals and faults all happen."""
    assert {name: tallies[name] for name, least in AT_LEAST.items() if tallies[name] < least} == {}
    assert sum(count for name, count in tallies.items() if name.startswith("refused")) >= 5
    assert sum(count for name, count in tallies.items() if name.startswith("struck")) >= 5


@pytest.mark.long
def test_ten_thousand_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The same by chance, ten thousand times."""
    runs = int(os.environ.get("OWNERSHIP_RUNS", MANY))
    counted = run(runs, chance=True)
    text = json.dumps(dict(sorted(counted.items())), indent=1)
    with capsys.disabled():
        print(f"\n{text}")
    if "OWNERSHIP_COUNTS" in os.environ:
        Path(os.environ["OWNERSHIP_COUNTS"]).write_text(f"{text}\n")
    check_zeros(counted, runs)
