"""Killed at the points at which the journal is written, in an apply of 200 changes at both vendors.

The command that makes the counts in `docs/reliability.md`: `pytest -m long -s tests/scenarios/test_kills_journal.py`.
`JOURNAL_KILLS=FIRST:STEP` does every STEP-th line from FIRST on, so that the work can be shared out. What was counted
so far is printed after each line.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.company import Company
from tests.scenarios.journalled import ALLOWED
from tests.scenarios.two_vendors import calm_company, check, company, go_on, kill


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the company once; every kill has a copy of its folder."""
    folder = tmp_path_factory.mktemp("seeded") / "company"
    company(folder)
    return folder


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Give what an undisturbed apply comes to."""
    return calm_company(tmp_path_factory.mktemp("calm") / "calm")


def copied(seeded: Path, folder: Path) -> Company:
    """Stand in a copy of the company."""
    shutil.copytree(seeded, folder)
    here = Company(folder)
    here.allowances = ALLOWED
    return here


@pytest.mark.parametrize(("point", "last"), [("after", 1), ("half", 200), ("after", 333)])
def test_killed_at_a_line_the_next_run_settles_it_and_reaches_the_same_end(
    point: str, last: int, tmp_path: Path, seeded: Path, calm: Company
) -> None:
    """The sandboxes' stores are the same byte for byte but for ids and times, and nothing was made twice."""
    here = copied(seeded, tmp_path / "killed")
    assert kill(here, point, last)
    go_on(here)
    check(here, calm)


@pytest.mark.long
def test_killed_at_every_line_the_next_run_settles_it_and_reaches_the_same_end(
    tmp_path: Path, seeded: Path, calm: Company
) -> None:
    """With the line whole, and with half of it."""
    first, _, step = os.environ.get("JOURNAL_KILLS", "1:1").partition(":")
    counts = {"kills": 0, "half": 0, "after": 0, "open": 0, "settled": 0}
    for last in itertools.count(int(first), int(step or 1)):
        for point in ("half", "after"):
            here = copied(seeded, tmp_path / f"{point}-{last}")
            if not kill(here, point, last):
                return
            left = go_on(here)
            check(here, calm)
            counts["kills"] += 1
            counts[point] += 1
            counts["open"] += bool(left)
            counts["settled"] += left
            shutil.rmtree(here.folder)
        print(f"\n{last}: {json.dumps(counts)}", flush=True)
