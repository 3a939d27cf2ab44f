"""Tests of reconciler.providers.billabex.costs: what a plan foresees is what reading and applying then take."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.sandbox.values import Json, JsonObject
from tests.company import Company
from tests.properties.reviewer import overrides
from tests.providers.billabex.accounts import ANN, JOHN, ORGANIZATION, account, declare

NOBODY: JsonObject = {"fullName": "Zoe Quux", "email": "zoe@else.where", "language": "en"}
BEYOND = 2
"""Requests that may be made beyond those foreseen: a listing that the first account to be made asks for once more."""


def accounts(folder: Path, count: int) -> Company:
    """Have accounts with somebody on each."""
    company = account(folder, live={})
    rows: list[Json] = [
        {
            "fullName": f"Acme {number}",
            "currencyCode": "EUR",
            "source": {"connectionId": "erp", "sourceId": f"A-{number}"},
            "contacts": [JOHN],
        }
        for number in range(count)
    ]
    company.seed({"organizationId": ORGANIZATION, "emailDomains": [], "settings": {}, "accounts": rows})
    return company


def documents(count: int) -> str:
    """Declare accounts with somebody on each."""
    return "accounts:\n" + "".join(
        f"- source: {{connectionId: erp, sourceId: A-{number}}}\n  fullName: Acme {number}\n  currencyCode: EUR\n"
        "  contacts: [{key: j, fullName: John Smith, email: john@acme.com, language: en}]\n"
        for number in range(count)
    )


@pytest.mark.parametrize(("live", "declared"), [(7, 7), (7, 3), (3, 7), (0, 2), (130, 5)])
def test_what_is_read_was_foreseen(tmp_path: Path, live: int, declared: int) -> None:
    """Two lists an account, and where absence matters two passes over the pages."""
    company = accounts(tmp_path, live)
    company.write({"a.yaml": documents(declared)})
    share = company.plan().shares[0]
    assert share.reads_made == share.reads_foreseen == len(company.requests())


@pytest.mark.parametrize(
    ("generation", "live", "wanted", "mode"),
    [
        ("people", [], [{"key": "j", **JOHN}, {"key": "a", **ANN}], "add"),
        ("people", [JOHN, ANN], [{"key": "j", **JOHN, "role": "CFO"}], "whole"),
        ("people", [JOHN], [{"key": "j", **JOHN}], "whole"),
        ("contacts", [NOBODY], [{"key": "j", **JOHN}, {"key": "n", **NOBODY, "language": "fr"}], "add"),
    ],
)
def test_what_is_applied_was_foreseen(
    tmp_path: Path, generation: str, live: list[JsonObject], wanted: list[JsonObject], mode: str
) -> None:
    """Whoever comes, changes or leaves is a write; each look reads the account and its lists."""
    company = account(tmp_path, live={"contacts": live}, generation=generation)
    configuration = company.folder / "reconciler.yaml"
    configuration.write_text(configuration.read_text().replace("personUpdate: put", f"generation: {generation}"))
    declare(company, mode=mode, contacts=wanted)
    company.allowances = tuple(overrides(company.plan()))
    plan = company.plan()
    before = len(company.requests())
    assert company.carry_out(plan).code == 0
    made = company.requests()[before:]
    cost = plan.shares[0].cost
    assert len(made) == cost.reads + cost.writes
    assert cost.writes == sum(not one.startswith("GET") for one in made)


def test_an_account_that_is_made_with_people_was_foreseen(tmp_path: Path) -> None:
    """Made, looked at, its people written, looked at once more."""
    company = accounts(tmp_path, 2)
    company.write({"a.yaml": documents(4)})
    assert company.apply().code == 0
    company.write({"a.yaml": documents(6)})
    plan = company.plan()
    before = len(company.requests())
    assert company.carry_out(plan).code == 0
    made, cost = company.requests()[before:], plan.shares[0].cost
    assert 0 <= len(made) - cost.reads - cost.writes <= BEYOND
    assert cost.writes == sum(not one.startswith("GET") for one in made)


def test_two_upserts_are_two_writes(tmp_path: Path) -> None:
    """Without a route by id a new name with a new address takes two."""
    company = account(tmp_path, live={"contacts": [JOHN]}, verb="none", update_verb="none")
    declare(company, contacts=[{"key": "j", **JOHN}])
    assert company.apply().code == 0
    declare(company, contacts=[{"key": "j", **JOHN, "fullName": "Zoe Quux", "email": "zoe@else.where"}])
    assert company.plan().shares[0].cost.writes == 2
