"""Small worlds: whatever one apply changed, its undo brings back, but for what it announces."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from reconciler.cli.allowing import read_allowance
from reconciler.sandbox.values import Json, JsonObject
from tests.company import Company
from tests.scenarios.undoing import as_values, undo

KEYS = [f"C-{number}" for number in range(6)]
ALLOWED = tuple(
    read_allowance(text)
    for text in (
        "delete-ceiling=customer=6",
        "delete-ceiling=contact=40",
        "recreated-twin=customer=12",
        "main-removed=customer=6",
        "list-emptied=customer=6",
        "desired-empty=customer",
    )
)


def customer(key: str, chance: random.Random) -> JsonObject:
    """Make a customer up; all fields that can be cleared are there, or nothing."""
    emails = chance.sample(range(5), chance.randint(1, 3))
    people: list[Json] = [
        {
            **({"externalId": f"P-{email}"} if email % 2 else {}),
            "email": f"p{email}-{chance.choice('ab') if email % 2 else 'c'}@{key.lower()}.example",
            "firstName": chance.choice([None, "Ada", "Grace"]),
            "isMain": place == 0,
        }
        for place, email in enumerate(emails)
    ]
    return {
        "externalId": key,
        "name": f"{key} {chance.choice('abc')}",
        "vatNumber": chance.choice([None, "FR1", "FR2"]),
        "address": {"city": chance.choice([None, "Lyon", "Paris"]), "zipcode": chance.choice([None, "69001"])},
        "contacts": people,
    }


def declare(here: Company, chance: random.Random) -> None:
    """Declare some customers, each made up."""
    rows = [customer(key, chance) for key in sorted(chance.sample(KEYS, chance.randint(2, len(KEYS))))]
    here.write({"all.yaml": "customers:\n" + "".join(f"- {json.dumps(row)}\n" for row in rows)})


@pytest.mark.parametrize("seed", range(8))
def test_an_undo_brings_back_what_stood(seed: int, tmp_path: Path) -> None:
    """And the undo of that undo what the run had made of it."""
    chance = random.Random(seed)
    here = Company(tmp_path / "company")
    here.seed({"customers": []})
    here.allowances = ALLOWED
    declare(here, chance)
    assert here.apply().code == 0
    before = as_values(here.state())
    declare(here, chance)
    applied = here.apply()
    assert applied.code == 0, [(one.change.address, one.problem) for one in applied.plan.blocked]
    after = as_values(here.state())
    plan = undo(here)
    assert plan.blocked == ()
    assert here.carry_out(plan).code == 0
    assert as_values(here.state()) == before
    again = undo(here)
    assert again.blocked == ()
    assert here.carry_out(again).code == 0
    assert as_values(here.state()) == after
