"""Whatever dies, is gone on with and is undone: no invariant breaks, and in the end all is as declared.

The counts of the long run are printed, and written as JSON to the file that EXECUTION_COUNTS names. EXECUTION_RUNS
says how many sequences it makes; with EXECUTION_SHRINK a failure is made small first, which takes minutes.
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

from tests.properties.execution_machine import ExecutionMachine
from tests.properties.mortal import Place
from tests.properties.ownership_world import ZEROS

FEW, MANY = 40, 2_000
AT_LEAST = {
    "kills": 10,
    "locks left by kills": 8,
    "undos of what others were at": 1,
    "resumes": 5,
    "undos": 5,
    "changes undone": 5,
    "objects undone": 2,
    "dumps": 1,
    "customers created": 30,
    "customers updated": 20,
    "customers deleted": 5,
}
"""What forty sequences do of each at the least: a tool that does nothing fails here."""


def run(examples: int, *, chance: bool) -> Counter[str]:
    """Run the machine so many times, by chance or always the same, and give what was counted."""

    class Machine(ExecutionMachine):
        tallies: ClassVar[Counter[str]] = Counter(dict.fromkeys(ZEROS, 0))

    how = settings(
        max_examples=examples,
        stateful_step_count=8,
        deadline=None,
        derandomize=not chance,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if "EXECUTION_SHRINK" in os.environ else [])],
    )
    run_state_machine_as_test(Machine, settings=how)
    return Machine.tallies


@pytest.fixture(scope="module")
def tallies() -> Counter[str]:
    """Run the machine a few times, always the same ones."""
    return run(FEW, chance=False)


def check_zeros(tallies: Counter[str], runs: int) -> None:
    """Hold that all sequences were made, and nothing was done in them that must not be."""
    assert tallies["runs"] >= runs
    assert {name: tallies[name] for name in ZEROS} == dict.fromkeys(ZEROS, 0)


def test_whatever_dies_is_gone_on_with_or_undone_the_declared_state_is_reached(tallies: Counter[str]) -> None:
    """No invariant breaks on the way, nothing is left open, and one plan and apply reaches the end."""
    check_zeros(tallies, FEW)


def test_the_machine_does_a_little_of_everything(tallies: Counter[str]) -> None:
    """Kills at more than one place, resumes, undos and faults all happen."""
    assert {name: tallies[name] for name, least in AT_LEAST.items() if tallies[name] < least} == {}
    assert sum(tallies[f"killed {place}"] > 0 for place in Place) >= 4
    assert sum(count for name, count in tallies.items() if name.startswith("struck")) >= 5


@pytest.mark.long
def test_two_thousand_sequences(capsys: pytest.CaptureFixture[str]) -> None:
    """The same by chance, two thousand times."""
    runs = int(os.environ.get("EXECUTION_RUNS", MANY))
    counted = run(runs, chance=True)
    text = json.dumps(dict(sorted(counted.items())), indent=1)
    with capsys.disabled():
        print(f"\n{text}")
    if "EXECUTION_COUNTS" in os.environ:
        Path(os.environ["EXECUTION_COUNTS"]).write_text(f"{text}\n")
    check_zeros(counted, runs)
