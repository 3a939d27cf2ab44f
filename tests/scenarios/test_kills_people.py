"""Killed outright anywhere in an apply over people at Billabex: the next run reaches the same end, nobody twice.

The command that makes the counts in `docs/reliability.md`: `pytest -m long -s tests/scenarios/test_kills_people.py`.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.company import Company
from tests.scenarios.fifty import Death, kill
from tests.scenarios.people import LAG, NEW, check, company, creations, go_on, writes_of

EVENTS = 80
"""One for each write that is begun, one for each of the thirteen accounts that is done."""
WRITES = 67
"""Six creates with four people each; six renames with four upserts and a removal each; and one deletion."""


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Give what an undisturbed apply comes to; how far reads are behind makes no difference to that."""
    calm = company(tmp_path_factory.mktemp("calm") / "calm")
    applied = calm.apply()
    assert (applied.code, len(applied.events), len(writes_of(calm))) == (0, EVENTS, WRITES)
    return calm


SAMPLE = [
    (0, Death(point="event", last=40)),
    (LAG, Death(point="event", last=70)),
    (LAG, Death(point="answer", last=20)),
    (LAG, Death(point="answer", last=WRITES)),
]


@pytest.mark.parametrize(("lag", "death"), SAMPLE, ids=str)
def test_killed_anywhere_the_next_run_finishes_the_work(lag: int, death: Death, tmp_path: Path, calm: Company) -> None:
    """Same end state, every account made once, nobody there twice, no intent and no lock left."""
    here = company(tmp_path / "killed", lag=lag)
    assert kill(here, death)
    applied = go_on(here, lag=lag)
    assert applied.code == 0, applied.summary
    check(here, calm)


@pytest.mark.parametrize("number", [1, len(NEW)])
def test_a_create_whose_answer_is_on_the_way_at_the_end_is_found_again(
    number: int, tmp_path: Path, calm: Company
) -> None:
    """The account is there, no list shows it yet, and nobody knows its id: it is not made a second time."""
    here = company(tmp_path / "killed", lag=LAG)
    assert kill(here, Death(point="create", last=number))
    assert writes_of(here)[-1] == "POST /accounts"
    applied = go_on(here, lag=LAG)
    assert applied.code == 0, applied.summary
    check(here, calm)


@pytest.mark.long
@pytest.mark.parametrize("lag", [0, LAG])
def test_killed_at_every_point_the_next_run_finishes_the_work(lag: int, tmp_path: Path, calm: Company) -> None:
    """The same at each event and at each write whose answer is on the way, by whichever route."""
    counts = {"kills": 0, "event": 0, "answer": 0, "in creates": 0, "in people": 0, "creations": 0, "writes": 0}
    points = [Death(point="event", last=last) for last in range(1, EVENTS + 1)]
    points += [Death(point="answer", last=last) for last in range(1, WRITES + 1)]
    for death in points:
        folder = tmp_path / str(death)
        here = company(folder, lag=lag)
        assert kill(here, death), death
        last = writes_of(here)[-1] if death.point == "answer" else ""
        applied = go_on(here, lag=lag)
        assert applied.code == 0, (death, applied.summary)
        check(here, calm)
        counts["kills"] += 1
        counts[death.point] += 1
        counts["in creates"] += last == "POST /accounts"
        counts["in people"] += last.count("/") > 2
        counts["creations"] += creations(here)
        counts["writes"] += len(writes_of(here))
        shutil.rmtree(folder)
    print(f"\nlag {lag} {json.dumps(counts)}")
