"""Tests of reconciler.providers.billabex.notes: the page and the JSON say of everybody written whom the upsert hits."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.render.plan_json import plan_json
from reconciler.render.plan_text import plan_text
from reconciler.sandbox import edit
from reconciler.sandbox.values import JsonObject, objects
from tests.company import Company
from tests.providers.billabex.accounts import ANN, JOHN, account, declare, member

AT = datetime(2026, 1, 15, tzinfo=UTC)
ZOE: JsonObject = {"fullName": "Zoe Quux", "email": "zoe@else.where", "language": "en"}
OTTO: JsonObject = {"fullName": "Otto Brandt", "language": "de"}
NORA: JsonObject = {"fullName": "Nora Blanca", "email": "nora@acme.com", "language": "en"}
UMA: JsonObject = {"fullName": "Uma Field", "email": "uma@ours.example", "language": "en"}


def everybody(folder: Path) -> tuple[Company, dict[str, str]]:
    """Have four contacts, and declare something of each; give the notes that are due, by key."""
    company = account(folder, live={"contacts": [JOHN, ANN, OTTO, {**ANN, "fullName": "Bo", "email": "bo@acme.com"}]})
    (row,) = objects(company.shown()["accounts"])
    ids = [str(one["id"]) for one in objects(row["contacts"])]
    declare(
        company,
        contacts=[
            {"key": "john", **JOHN, "role": "CFO"},
            {"key": "ann", **ANN},
            {"key": "otto", **OTTO, "role": "CEO"},
            {"key": "zoe", **ZOE},
        ],
        parties=[{"key": "uma", **UMA}],
    )
    creates = "creates: nobody on the account matches"
    return company, {
        "key:john": f"upsert hits {ids[0]} by e-mail",
        "key:otto": f"upsert hits {ids[2]} by name",
        "key:zoe": creates,
        "key:uma": f"{creates}; a party, foreseen on internalRepresentatives",
    }


def test_the_json_says_of_everybody_written_whom_the_upsert_hits(tmp_path: Path) -> None:
    """By which rule, or that it creates; whoever stays as they are is not written."""
    company, due = everybody(tmp_path)
    told = json.loads(plan_json(company.plan(), AT))["resource_changes"]
    assert {entry["name"]: entry["note"] for entry in told if "note" in entry} == due


def test_the_page_says_the_same(tmp_path: Path) -> None:
    """Each note stands below its person's header."""
    company, due = everybody(tmp_path)
    lines = plan_text(company.plan()).splitlines()
    for key, note in due.items():
        header = next(place for place, line in enumerate(lines) if f'"{key}" {{' in line)
        assert lines[header + 1].strip() == f"# {note}"


@pytest.mark.parametrize(
    ("stands", "becomes", "others", "reason"),
    [
        ({"fullName": "Nora Blank"}, {"fullName": "Per Gynt"}, [], "would make a second person"),
        ({"fullName": "NORA BLANK"}, {"fullName": "Nora Blank"}, [], "might make a second person"),
        ({"fullName": "Nora Blank"}, {"fullName": "ANN LEE"}, [ANN], "might reach another person"),
        ({"fullName": "Nora Blank"}, {"fullName": "Ann Lea"}, [ANN], "would reach another person"),
        ({"fullName": "Nora Blank"}, {"fullName": "Nora Blanc"}, [NORA], "might reach another person"),
    ],
)
def test_the_route_by_id_is_taken_for_a_reason(
    tmp_path: Path, stands: JsonObject, becomes: JsonObject, others: list[JsonObject], reason: str
) -> None:
    """Whom the upsert would hit instead, and whether that is certain."""
    company = account(tmp_path, live={"contacts": [{**stands, "language": "en"}, *others]})
    ids = [str(one["id"]) for row in objects(company.shown()["accounts"]) for one in objects(row["contacts"])]
    declare(company, contacts=[{"key": "nora", **stands, "language": "en"}])
    assert company.apply().code == 0
    declare(company, contacts=[{"key": "nora", **becomes, "language": "en"}])
    assert member(company.plan(), "nora").note == f"changed by id ({ids[0]}): an upsert {reason}"


def test_addresses_that_bounce_are_told_of_on_every_list(tmp_path: Path) -> None:
    """A contact, a representative and a party; at their lines, with what to do, and without the address."""
    company = account(tmp_path, live={"contacts": [JOHN, ANN], "internalRepresentatives": [ZOE, UMA]})
    declare(
        company,
        contacts=[{"key": "john", **JOHN}, {"key": "ann", **ANN}],
        internalRepresentatives=[{"key": "zoe", **ZOE}],
        parties=[{"key": "uma", **UMA}],
    )
    assert company.apply().code == 0 and company.plan().warnings == ()
    with company.store() as store:
        for name, status in (
            ("contact/john@acme.com", "Bounced"),
            ("representative/zoe@else.where", "Complained"),
            ("representative/uma@ours.example", "Bounced"),
        ):
            edit(store, "acme", f"account/A-1/{name}", {"emailStatus": status})
    plan = company.plan()
    assert plan.empty
    assert [(str(one.where).rpartition(":")[0], one.detail) for one in plan.warnings] == [
        ("documents/a.yaml:5", "Billabex has contacts[0] as Bounced."),
        ("documents/a.yaml:8", "Billabex has internalRepresentatives[0] as Complained."),
        ("documents/a.yaml:10", "Billabex has parties[0] as Bounced."),
    ]
    assert all(one.code == "email-undeliverable" and one.remedy for one in plan.warnings)
    for page in (plan_text(plan), plan_json(plan, AT)):
        assert "email-undeliverable" in page
        assert not any(value in page for value in ("john@", "zoe@", "uma@", "Quux"))
