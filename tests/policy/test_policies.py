"""The example policies, evaluated: what each lets through, and what it says of what it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import Problem
from reconciler.model.change import Action, Change, FieldChange, MemberAction
from reconciler.model.resource import Value
from tests.policy.evaluation import said
from tests.render.plans import change, contact, field, plan, replacement, transfer


def _going(key: str, *fields: FieldChange) -> Change:
    return change(key, Action.DELETE, *fields)


def _gone(path: str, value: Value) -> FieldChange:
    return field(path, value, None)


def test_a_tier_that_is_not_deleted() -> None:
    """A customer of a tier that a person answers for is not deleted; one of another tier is."""
    gold, bronze = (_going(tier, _gone("customFields.tier", {"label": tier})) for tier in ("Gold", "Bronze"))
    assert said("deny", plan(gold, bronze)) == ["acme-fr/customer/Gold: a Gold customer is not deleted by a plan"]


def test_many_deletes() -> None:
    """More deletes than the limit are told once; the limit comes from the data."""
    found = plan(*(_going(f"C-{number}") for number in range(6)))
    assert said("deny", found) == []
    assert said("deny", found, limits=True) == ["6 customers and accounts would be deleted, and 5 may be"]


@pytest.mark.parametrize(("successor", "denied"), [(False, 1), (True, 0)])
def test_main_contact(*, successor: bool, denied: int) -> None:
    """A main contact goes only where another one becomes that."""
    members = [contact("C-1", "P-1", MemberAction.REMOVE, _gone("isMain", True))]
    if successor:
        members.append(contact("C-1", "P-2", MemberAction.CHANGE, field("isMain", False, True)))
    assert len(said("deny", plan(change("C-1", Action.REPLACE, members=tuple(members))))) == denied


def test_main_contact_of_a_customer_that_goes() -> None:
    """With the customer the list goes, and nobody is reminded any more."""
    gone = contact("C-1", "P-1", MemberAction.REMOVE, _gone("isMain", True))
    assert said("deny", plan(replace(_going("C-1"), members=(gone,)))) == []


@pytest.mark.parametrize(("successor", "denied"), [(False, 1), (True, 0)])
def test_main_contact_who_is_none_any_more(*, successor: bool, denied: int) -> None:
    """It is as if it went: somebody has to be the one."""
    members = [contact("C-1", "P-1", MemberAction.CHANGE, field("isMain", True, False))]
    if successor:
        members.append(contact("C-1", "P-2", MemberAction.CHANGE, field("isMain", False, True)))
    assert len(said("deny", plan(change("C-1", Action.REPLACE, members=tuple(members))))) == denied


def test_many_creates() -> None:
    """An organization gets so many at a time."""
    found = plan(*(change(f"C-{number}", Action.CREATE) for number in range(21)))
    assert said("deny", found) == []
    expected = ["acme-fr: 21 customers and accounts would be created, and 20 may be"]
    assert said("deny", found, limits=True) == expected


@pytest.mark.parametrize(("name", "denied"), [("Litiges", 1), ("Standard", 0)])
def test_dunning_plan(name: str, denied: int) -> None:
    """Nobody leaves a dunning plan that was agreed upon, which is known by its name."""
    left = FieldChange(path=("dunningPlan",), before="d-1", after="d-2", before_name=name, after_name="Other")
    assert len(said("deny", plan(change("C-1", Action.UPDATE, left)))) == denied


def test_incomplete() -> None:
    """A plan that is not complete is not let through."""
    found = plan(problems=[Problem(code="listing-incomplete", summary="not all was read")])
    assert said("deny", found) == ["the plan is incomplete: not everything could be read"]


def test_worth_a_look() -> None:
    """Warned of is who changes places, what nobody knows beforehand, and what an override lets through."""
    assert len(said("warn", transfer())) == 1
    warned = said("warn", replace(plan(replacement()), overrides=("adopt-removes (asked for)",)))
    assert warned == [
        'acme-fr/customer/C-001: No contact has the position "CFO".',
        "let through by an override: adopt-removes (asked for)",
    ]


def test_the_example_company(company_plan: Path) -> None:
    """Of the example company's plan, what is not let through is what it really does: a main contact goes."""
    assert said("deny", company_plan, limits=True) == [
        "lumiere-fr/customer/C-2004/contact/P-2004: the main contact goes, and nobody takes the place"
    ]
    assert len(said("warn", company_plan)) == 4
