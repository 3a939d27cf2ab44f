"""Runs undone: by kind of change, by what came later, and by what cannot come back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler.model.change import Action
from reconciler.model.plan import Plan
from reconciler.sandbox import edit
from reconciler.sandbox.values import Json, JsonObject
from tests.company import Company
from tests.scenarios.undoing import as_values, journals, last_run, undo, undone

CUSTOMERS: tuple[JsonObject, ...] = tuple(
    {
        "externalId": f"C-{number}",
        "name": f"Customer {number}",
        "vatNumber": f"FR{number}",
        "address": {"city": "Lyon", "zipcode": f"6900{number}"},
        "contacts": [
            {"externalId": f"P-{number}", "email": f"p{number}@example.com", "firstName": "Ada", "isMain": True},
            {"email": f"q{number}@example.com", "firstName": "Grace", "isMain": False},
        ],
    }
    for number in range(5)
)


@pytest.fixture
def here(tmp_path: Path) -> Company:
    """Five managed customers, as declared."""
    company = Company(tmp_path / "company")
    company.seed({"customers": [*CUSTOMERS]})
    declare(company, *CUSTOMERS)
    company.manage()
    return company


def declare(here: Company, *customers: Mapping[str, Json]) -> None:
    """Let the documents say these customers and no others."""
    here.write({"customers.yaml": "customers:\n" + "".join(f"- {json.dumps(row)}\n" for row in customers)})


def changed(number: int, **fields: Json) -> JsonObject:
    """Give a customer with other values."""
    return {**CUSTOMERS[number], **fields}


def rest(*but: int) -> list[JsonObject]:
    """Give the customers as they are, but for these."""
    return [row for number, row in enumerate(CUSTOMERS) if number not in but]


def codes(plan: Plan) -> list[str]:
    """Give the codes of what is told beside the plan."""
    return [problem.code for problem in plan.warnings]


def actions(plan: Plan) -> list[tuple[str, Action]]:
    """Give what a plan does, by key."""
    return [(change.address.key, change.action) for change in plan.changes]


def test_changed_fields_go_back_and_no_others(here: Company) -> None:
    """Those of the run: what was set where nothing was goes again, and what somebody else set elsewhere stays."""
    before = values(here)
    declare(here, changed(0, name="Other", accountingRef="411", address={"city": "Paris"}), *rest(0))
    assert here.apply().code == 0
    plan = undo(here)
    (change,) = plan.changes
    assert [row.path for row in change.fields] == [("name",), ("accountingRef",), ("address", "city")]
    assert here.carry_out(plan).code == 0
    assert values(here) == before


def test_what_was_made_goes_again_and_what_went_is_made_again(here: Company) -> None:
    """With its people and all its values, but for ids; and both are said."""
    before = values(here)
    new: JsonObject = {"externalId": "C-9", "name": "New", "contacts": [{"email": "n@example.com"}]}
    declare(here, *rest(1), new)
    assert here.apply().code == 0
    plan = undo(here)
    assert sorted(actions(plan)) == [("C-1", Action.CREATE), ("C-9", Action.DELETE)]
    assert codes(plan) == ["undo-anew", "undo-documents"]
    assert here.carry_out(plan).code == 0
    assert values(here) == before


def test_lists_go_back(here: Company) -> None:
    """Who was added goes, who was removed is made again, who was changed has the values of before."""
    before = values(here)
    people: list[Json] = [
        {"externalId": "P-0", "email": "changed@example.com", "firstName": "Augusta", "isMain": False},
        {"externalId": "P-new", "email": "new@example.com", "isMain": True},
    ]
    declare(here, changed(0, contacts=people), *rest(0))
    assert here.apply().code == 0
    assert undone(here).code == 0
    assert values(here) == before


def test_undoing_twice_does_nothing_and_undoing_the_undoing_does_it_again(here: Company) -> None:
    """An undo is a run; its journal says which it undoes."""
    before = values(here)
    declare(here, changed(0, name="Other"), *rest(0, 1))
    assert here.apply().code == 0
    first, after = last_run(here), values(here)
    assert undone(here).code == 0
    second = last_run(here)
    assert journals(here).head(second).opening.undoes == first
    assert values(here) == before
    assert undo(here, first).empty
    assert undone(here, second).code == 0
    assert values(here) == after
    assert undo(here, second).empty


def test_the_next_plan_by_the_documents_wants_it_again(here: Company) -> None:
    """As the undo said: they still say it. Documents that are changed back have nothing left to do."""
    declare(here, changed(0, name="Other"), *rest(0, 1))
    assert here.apply().code == 0
    applied = here.apply().plan
    assert applied.empty
    assert undone(here).code == 0
    assert sorted(actions(here.plan())) == [("C-0", Action.UPDATE), ("C-1", Action.DELETE)]
    declare(here, *CUSTOMERS)
    assert here.plan().empty


def test_what_somebody_changed_since_is_refused_with_its_fields(here: Company) -> None:
    """In a field that the run changed; what they changed elsewhere is left to them."""
    declare(here, changed(0, name="Other"), changed(1, name="Other"), *rest(0, 1))
    assert here.apply().code == 0
    run = last_run(here)
    by_hand(here, "C-0", name="By hand")
    by_hand(here, "C-1", vatNumber="By hand")
    plan = undo(here, run)
    assert actions(plan) == [("C-1", Action.UPDATE)]
    assert [(one.change.address.key, one.problem.code) for one in plan.blocked] == [("C-0", "undo-overtaken")]
    assert "at: name." in plan.blocked[0].problem.detail
    assert here.carry_out(plan).summary.total.done == 1
    assert actions(undo(here, run)) == []


def test_what_a_later_run_changed_is_refused_and_that_run_named(here: Company) -> None:
    """It is to be undone first; then the earlier one can be."""
    before = values(here)
    declare(here, changed(0, name="Other"), *rest(0))
    assert here.apply().code == 0
    first = last_run(here)
    declare(here, changed(0, name="Third"), *rest(0))
    assert here.apply().code == 0
    later = last_run(here)
    (blocked,) = undo(here, first).blocked
    assert later in blocked.problem.detail
    assert blocked.problem.command == f"reconciler undo {later}"
    assert undone(here, later).code == 0
    assert undone(here, first).code == 0
    assert values(here) == before


def values(here: Company) -> Json:
    """Give what the sandbox holds."""
    return as_values(here.state())


def by_hand(here: Company, key: str, **fields: Json) -> None:
    """Change a customer as another person does in the web app."""
    with here.store() as store:
        edit(store, "acme", f"customer/{key}", fields)
