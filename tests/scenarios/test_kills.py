"""Killed outright at every event of an apply of fifty changes: plan and apply again reach the same end, once each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from reconciler.cli.composition import configured
from reconciler.cli.stores import store_of
from reconciler.sandbox import logged_requests
from reconciler.sandbox.values import JsonObject
from tests.company import Company
from tests.scenarios.killed import ALLOWED

ROOT = Path(__file__).parents[2]
EVENTS = 100
"""Two for each change: it is begun, it is done."""


def person(number: int) -> JsonObject:
    """Give a contact."""
    return {"externalId": f"P-{number}", "email": f"p{number}@example.com"}


def company(folder: Path) -> Company:
    """Twelve managed customers, of which six are renamed and four go, and forty that come."""
    here = Company(folder)
    here.seed(
        {
            "customers": [
                {"externalId": f"C-{n:02}", "name": f"Customer {n}", "contacts": [person(n)]} for n in range(12)
            ]
        }
    )
    here.write({"old.yaml": _customers(range(12), "Customer")})
    here.manage()
    here.write({"old.yaml": _customers(range(6), "Renamed") + _customers(range(6, 8), "Customer")[11:]})
    here.write({"new.yaml": _customers(range(20, 60), "New")})
    here.allowances = ALLOWED
    return here


def _customers(numbers: range, name: str) -> str:
    lines = [
        f"  - {{externalId: C-{number:02}, name: {name} {number}, contacts: [{json.dumps(person(number))}]}}\n"
        for number in numbers
    ]
    return "customers:\n" + "".join(lines)


def kill_and_go_on(folder: Path, last: int) -> Company:
    """Kill an apply at an event, free its lock as a person would, and apply again."""
    here = company(folder)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.killed", str(folder), str(last)], cwd=ROOT, timeout=120, check=False
    )
    assert ended.returncode == -9
    (organization,) = configured(folder)
    store = store_of(organization, folder)
    holder = store.holder()
    assert holder is not None, "the lock of a killed run stays"
    store.unlock(holder.id)
    applied = here.apply()
    assert applied.code == 0, applied.summary
    assert here.plan().empty
    return here


def check(here: Company, calm: Company) -> None:
    """Hold the end against that of an undisturbed run, and the creates that took effect against what was to come."""
    assert here.state() == calm.state()
    with here.store() as store:
        created = Counter(row.path for row in logged_requests(store) if row.method == "POST" and row.effect)
    assert created["/customers"] == 40, created
    ours, same = here.inventory(), calm.inventory()
    assert ours is not None and same is not None
    assert (sorted(ours.managed), ours.intents) == (sorted(same.managed), ())
    assert all(entry.remote_id for entry in ours.managed.values())


def calm_company(folder: Path) -> Company:
    """Apply undisturbed."""
    calm = company(folder)
    applied = calm.apply()
    assert (applied.code, len(applied.events), applied.summary.total.done) == (0, EVENTS, 50)
    return calm


@pytest.mark.parametrize("last", [1, 13, 50, 87, EVENTS])
def test_killed_at_an_event_the_next_run_finishes_the_work(last: int, tmp_path: Path) -> None:
    """Same end state, every customer created once, no intent left."""
    check(kill_and_go_on(tmp_path / "killed", last), calm_company(tmp_path / "calm"))


@pytest.mark.long
def test_killed_at_every_event_the_next_run_finishes_the_work(tmp_path: Path) -> None:
    """The same at each of the hundred events."""
    calm = calm_company(tmp_path / "calm")
    for last in range(1, EVENTS + 1):
        check(kill_and_go_on(tmp_path / f"killed-{last}", last), calm)
