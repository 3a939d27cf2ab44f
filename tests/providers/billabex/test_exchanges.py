"""Tests of reconciler.providers.billabex.exchanges: nobody, and nothing undeclared, is lost between two lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.model.change import MemberAction
from reconciler.model.event import Failed
from reconciler.model.plan import Plan
from reconciler.sandbox import Fault, add_fault
from reconciler.sandbox.values import JsonObject
from tests.company import Company
from tests.properties.reviewer import overrides
from tests.providers.billabex.accounts import ANN, JOHN, account, declare, people, refusals

REPRESENTATIVES = "internalRepresentatives"


def moving(folder: Path, live: JsonObject, declared: JsonObject) -> Company:
    """Have somebody among the contacts beside Ann, and declare them among the representatives."""
    company = account(folder, live={"contacts": [live, ANN]})
    declare(company, mode="whole", contacts=[{"key": "a", **ANN}], internalRepresentatives=[declared])
    company.allowances = tuple(overrides(company.plan()))
    return company


def notes(plan: Plan) -> list[tuple[str, str]]:
    """Give who comes or goes, with the note."""
    (change,) = plan.changes
    touched = change.touched(MemberAction.ADD, MemberAction.REMOVE)
    return [(member.action.value, member.note) for member in touched]


def test_the_order_is_shown_at_both(tmp_path: Path) -> None:
    """Who goes before the other comes says so, and the other names who must be gone."""
    plan = moving(tmp_path, JOHN, {"key": "j", **JOHN}).plan()
    (gone,) = [one.address.key for one in plan.changes[0].touched(MemberAction.REMOVE)]
    assert notes(plan) == [
        ("remove", 'goes first: internalRepresentative "key:j" is written after that'),
        ("add", f'creates: nobody on the account matches; written after contact "{gone}" is gone'),
    ]


def test_who_goes_last_says_nothing(tmp_path: Path) -> None:
    """Where nobody stands in the way, whoever leaves does so at the end, as everybody expects."""
    zoe: JsonObject = {"key": "z", "fullName": "Zoe Quux", "email": "zoe@else.where", "language": "en"}
    assert notes(moving(tmp_path, JOHN, zoe).plan()) == [
        ("remove", ""),
        ("add", "creates: nobody on the account matches"),
    ]


@pytest.mark.parametrize(
    ("live", "declared"),
    [
        ({**JOHN, "notes": "keep"}, {**JOHN}),
        ({**JOHN, "role": "CFO"}, {**JOHN, "email": "JOHN@acme.com", "fullName": "Somebody Else"}),
        ({**JOHN, "notes": "keep"}, {"fullName": "John Smith", "language": "en"}),
        ({**JOHN, "isPrimary": True}, {**JOHN}),
    ],
)
def test_undeclared_values_are_not_lost(tmp_path: Path, live: JsonObject, declared: JsonObject) -> None:
    """By e-mail or by name it is one person, and what no document says would go with the delete."""
    company = moving(tmp_path, live, {"key": "j", **declared})
    assert [code for code, _ in refusals(company.plan())] == ["values-lost"]
    assert company.plan().changes == ()


def test_one_key_is_one_person_whatever_else_is_declared(tmp_path: Path) -> None:
    """The key says who is meant, though name and e-mail are new."""
    company = account(tmp_path, live={"contacts": [{**JOHN, "notes": "keep"}, ANN]})
    declare(company, contacts=[{"key": "j", **JOHN}, {"key": "a", **ANN}])
    assert company.apply().code == 0
    new: JsonObject = {"key": "j", "fullName": "Zoe Quux", "email": "zoe@else.where", "language": "en"}
    declare(company, mode="whole", contacts=[{"key": "a", **ANN}], internalRepresentatives=[new])
    assert [code for code, _ in refusals(company.plan())] == ["values-lost"]


def test_declared_values_come_along(tmp_path: Path) -> None:
    """All that stands is declared at the new place: one delete, one upsert, nothing lost."""
    company = moving(tmp_path, {**JOHN, "notes": "keep"}, {"key": "j", **JOHN, "notes": "keep"})
    assert company.apply().code == 0
    assert people(company) == [("Ann Lee", "ann@acme.com")]
    assert people(company, REPRESENTATIVES) == [("John Smith", "john@acme.com")]
    assert company.plan().empty


def test_two_people_of_one_name_are_two(tmp_path: Path) -> None:
    """With an e-mail each, one goes with all that they have, and another comes."""
    company = moving(tmp_path, {**JOHN, "notes": "old"}, {"key": "j", **JOHN, "email": "other@else.where"})
    assert refusals(company.plan()) == []


def test_who_is_refused_at_the_new_place_is_in_the_next_plan(tmp_path: Path) -> None:
    """The delete stands and the upsert is refused: the run says what stands, and the next one makes them."""
    company = moving(tmp_path, JOHN, {"key": "j", **JOHN})
    with company.store() as store:
        refused = "*/internal-representatives/upsert"
        add_fault(store, Fault(kind="error-before", method="PUT", path=refused, status=400, times=None))
    applied = company.apply()
    (ending,) = [event for event in applied.events if isinstance(event, Failed)]
    assert applied.code == 4 and ending.written
    assert "Of this change stands already: delete email:" in ending.problem.why
    assert "What is missing is in the next plan." in ending.problem.why
    assert people(company) == [("Ann Lee", "ann@acme.com")] and people(company, REPRESENTATIVES) == []
    company.calm()
    company.allowances = ()
    assert notes(company.plan()) == [("add", "creates: nobody on the account matches")]
    assert company.apply().code == 0
    assert people(company, REPRESENTATIVES) == [("John Smith", "john@acme.com")]
