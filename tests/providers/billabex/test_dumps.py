"""Dump, then plan: nothing to do, with generated keys, whatever stands; and adopting sends no write."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.cli.dumping import dumped, write_dump
from reconciler.cli.managing import adopted
from reconciler.model.change import Action
from reconciler.render.progress import Lines
from reconciler.sandbox.values import Json, JsonObject
from tests.company import Company
from tests.providers.billabex.accounts import ANN, JOHN, account, people

LIVE: dict[str, list[JsonObject]] = {
    "contacts": [
        {**JOHN, "email": "John@ACME.com", "role": "CFO", "notes": "Calls back", "isPrimary": True},
        {"fullName": "Ursula Zwingli", "language": "fr"},
        {"fullName": "Marc Dupont", "email": "marc@acme.com"},
        {"fullName": "Marie Dupont", "email": "marie@acme.com"},
    ],
    "internalRepresentatives": [{**ANN, "email": "ann@ours.example"}],
}


def dump_here(company: Company, **changes: Json) -> None:
    """Write what stands into the documents' folder."""
    company.turn(changes)
    narration = Lines(lambda _line: None, lambda: 0.0)
    write_dump(dumped(company.folder, "acme", narration, company.folder / "documents", one_file=False), company.folder)


@pytest.mark.parametrize("settings", [{}, {"missing_answer": "absent", "people_list": "envelope"}])
def test_a_dump_plans_no_changes(tmp_path: Path, settings: dict[str, Json]) -> None:
    """Close names, capitals and people without an address: all of them are only adopted."""
    company = account(tmp_path, live=LIVE)
    dump_here(company, **settings)
    plan = company.plan()
    assert {change.action for change in plan.changes} <= {Action.ADOPT}
    assert not plan.blocked
    before = people(company)
    assert company.apply().code == 0
    assert company.plan().empty
    assert people(company) == before
    assert [one for one in company.requests() if not one.startswith("GET")] == []


def test_adopting_sends_no_write_and_knows_everybody(tmp_path: Path) -> None:
    """`adopt` after a dump takes every person in under the generated key."""
    company = account(tmp_path, live=LIVE)
    dump_here(company)
    adopted(company.folder, (), (), Lines(lambda _line: None, lambda: 0.0), 0.0)
    inventory = company.inventory()
    assert inventory is not None
    members = inventory.managed["account/erp:A-1"].members
    assert {section: len(ids) for section, ids in members.items()} == {"contacts": 4, "internalRepresentatives": 1}
    assert all(key == f"key:{remote_id[:8]}" for ids in members.values() for key, remote_id in ids.items())
    assert [one for one in company.requests() if not one.startswith("GET")] == []
    assert company.plan().empty
