"""An organization of accounts and people from its dump on: what is written down is taken over without a write."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from reconciler.cli.dumping import dumped, write_dump
from reconciler.cli.managing import adopted
from reconciler.render.plan_text import plan_text
from reconciler.render.progress import Lines
from tests.company import Company
from tests.scenarios.test_scenarios import CASES, at_billabex

LIVE = [case for case in CASES if at_billabex(case)]


def quiet() -> Lines:
    """Tell nobody."""
    return Lines(lambda _line: None, lambda: 0.0)


def writes(here: Company) -> Sequence[str]:
    """Give the requests that were no reads."""
    return [line for line in here.requests() if not line.startswith("GET")]


@pytest.mark.parametrize("case", LIVE, ids=lambda case: case.name)
def test_what_is_live_is_dumped_adopted_and_left_alone(case: Path, tmp_path: Path) -> None:
    """Dump, adopt, plan: no changes, everybody is managed under a key, and the sandbox's log holds no write."""
    here = Company.copied(case, tmp_path / "company")
    shutil.rmtree(here.folder / "documents")
    found = dumped(here.folder, "acme", quiet(), here.folder, one_file=False)
    assert not found.left_out
    write_dump(found, here.folder)
    (result,) = adopted(here.folder, (), (), quiet(), 0)
    accounts = json.loads((case / "live.json").read_text())["accounts"]
    assert (len(result.entered), result.left) == (len(accounts), ())
    plan = here.plan()
    assert plan.empty and not plan.blocked and "No changes." in plan_text(plan)
    assert not any(share.applied or share.fingerprints for share in plan.shares)
    inventory = here.inventory()
    assert inventory is not None
    keys = [key for one in inventory.managed.values() for members in one.members.values() for key in members]
    people = [one for row in accounts for name in ("contacts", "internalRepresentatives") for one in row.get(name, [])]
    assert len(keys) == len(people) and all(key.startswith("key:") for key in keys)
    assert writes(here) == []


def test_what_was_dumped_is_written_to_when_it_is_edited(tmp_path: Path) -> None:
    """One word in a dumped document changes one person, and nobody else is written to."""
    here = Company.copied(next(case for case in LIVE if case.name == "people-come-change-and-go"), tmp_path / "company")
    shutil.rmtree(here.folder / "documents")
    write_dump(dumped(here.folder, "acme", quiet(), here.folder, one_file=True), here.folder)
    adopted(here.folder, (), (), quiet(), 0)
    (document,) = (here.folder / "documents").rglob("*.yaml")
    document.write_text(document.read_text().replace("role: Buyer", "role: Head of purchasing"))
    applied = here.apply()
    assert (applied.code, len(writes(here)), here.plan().empty) == (0, 1, True)
