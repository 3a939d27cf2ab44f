"""Tests of reconciler.plan.guards: each guard holds, and its override lets exactly that through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.model.resource import Observed, Removal
from reconciler.model.state import Allowance, DesiredState, LiveState
from reconciler.plan.build import Part, build
from reconciler.plan.overrides import GUARDS
from tests.values import club, desired, guest, inventory, live, live_club, organization, source


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """States that a guard objects to, the override that it names, and what then happens."""

    wanted: DesiredState
    found: LiveState
    ours: Inventory
    allow: Allowance
    blocked: int
    changes: int


def clubs(count: int, first: int = 0) -> list[Observed]:
    """Have clubs exist."""
    return [live_club(f"C{number:03}", name="N") for number in range(first, first + count)]


def removal(key: str) -> Removal:
    """Ask for a removal."""
    return Removal(kind="club", key=key, remote_id=f"r-{key}", reason="left", until=date(2030, 1, 1), source=source(9))


MANY = clubs(40)
ONE = live_club("A", name="A", guests=[guest("P", "p@x", id="1", isMain=True), guest("Q", "q@x", id="2")])
OTHER = live_club("B", name="B")
CASES = {
    "delete-ceiling": Case(
        wanted=desired(*(club(str(one.key)) for one in MANY[5:])),
        found=live(*MANY),
        ours=inventory(*MANY),
        allow=Allowance(guard="delete-ceiling", target="club", count=5),
        blocked=5,
        changes=5,
    ),
    "update-ceiling": Case(
        wanted=desired(*(club(str(one.key), name="M" if place < 13 else "N") for place, one in enumerate(MANY))),
        found=live(*MANY),
        ours=inventory(*MANY),
        allow=Allowance(guard="update-ceiling", target="club", count=13),
        blocked=13,
        changes=13,
    ),
    "desired-empty": Case(
        wanted=desired(),
        found=live(*MANY[:3]),
        ours=inventory(*MANY[:3]),
        allow=Allowance(guard="desired-empty", target="club"),
        blocked=3,
        changes=3,
    ),
    "live-shrank": Case(
        wanted=desired(club("C000", name="M"), club("NEW", name="N")),
        found=live(*MANY[:7]),
        ours=inventory(MANY[0], sizes={"club": 10}),
        allow=Allowance(guard="live-shrank", target="club"),
        blocked=2,
        changes=2,
    ),
    "organization-changed": Case(
        wanted=desired(club("NEW", name="N")),
        found=live(*(replace(one, remote_id="other") for one in MANY[:3])),
        ours=inventory(*MANY[:3]),
        allow=Allowance(guard="organization-changed", target="club"),
        blocked=4,
        changes=4,
    ),
    "protected": Case(
        wanted=desired(club("B")),
        found=live(ONE, OTHER),
        ours=inventory(ONE, OTHER, protected=["A"]),
        allow=Allowance(guard="protected", target="acme/club/A"),
        blocked=1,
        changes=1,
    ),
    "not-empty": Case(
        wanted=desired(club("B")),
        found=live(live_club("A", balance=5), OTHER),
        ours=inventory(ONE, OTHER),
        allow=Allowance(guard="not-empty", target="club/A"),
        blocked=1,
        changes=1,
    ),
    "child-of-deleted": Case(
        wanted=desired(club("B")),
        found=live(ONE, OTHER, live_club("K", parent="A")),
        ours=inventory(ONE, OTHER),
        allow=Allowance(guard="child-of-deleted", target="club/A"),
        blocked=1,
        changes=1,
    ),
    "recreated-twin": Case(
        wanted=desired(club("B"), club("NEW", name="A", tax="FR1")),
        found=live(live_club("A", tax="FR1"), OTHER),
        ours=inventory(ONE, OTHER),
        allow=Allowance(guard="recreated-twin", target="club"),
        blocked=2,
        changes=2,
    ),
    "list-emptied": Case(
        wanted=desired(club("A", guests=[])),
        found=live(ONE),
        ours=inventory(ONE),
        allow=Allowance(guard="list-emptied", target="club/A"),
        blocked=1,
        changes=1,
    ),
    "main-removed": Case(
        wanted=desired(club("A", guests=[guest("Q", "q@x")])),
        found=live(ONE),
        ours=inventory(ONE),
        allow=Allowance(guard="main-removed", target="club/A"),
        blocked=1,
        changes=1,
    ),
    "adopt-removes": Case(
        wanted=desired(club("A", guests=[guest("P", "p@x")])),
        found=live(ONE),
        ours=inventory(),
        allow=Allowance(guard="adopt-removes", target="acme/club/A"),
        blocked=1,
        changes=1,
    ),
}


def plan(case: Case, *allowances: Allowance, ours: Inventory | None = None) -> Plan:
    """Plan a case with leave for something."""
    part = Part(
        organization=organization(),
        desired=case.wanted,
        live=case.found,
        inventory=ours or case.ours,
        allowances=allowances,
    )
    return build([part])


def test_every_guard_has_a_case() -> None:
    """No guard goes untested."""
    assert set(CASES) == set(GUARDS)


@pytest.mark.parametrize("guard", CASES)
def test_a_guard_holds_and_names_its_override(guard: str) -> None:
    """The changes are blocked under the guard's code, with the override to type."""
    made = plan(CASES[guard])
    assert {one.problem.code for one in made.blocked} == {guard}
    assert len(made.blocked) == CASES[guard].blocked
    assert made.blocked[0].problem.command.startswith("reconciler plan --allow")
    assert made.overrides == ()


@pytest.mark.parametrize("guard", CASES)
def test_an_override_lets_exactly_that_through(guard: str) -> None:
    """With leave nothing is blocked, the plan says which leave was used, and another guard's leave does nothing."""
    case = CASES[guard]
    made = plan(case, case.allow)
    assert made.blocked == () and len(made.changes) == case.changes
    assert made.overrides == (f"acme: {case.allow}",)
    assert made.digest != plan(case).digest
    other = replace(case.allow, guard=next(name for name in GUARDS if name != guard))
    assert len(plan(case, other).blocked) == case.blocked


def test_a_count_that_is_too_small_allows_nothing() -> None:
    """The count of an override is a ceiling of its own."""
    case = CASES["delete-ceiling"]
    assert len(plan(case, replace(case.allow, count=4)).blocked) == 5


def test_a_spent_line_allows_nothing_again() -> None:
    """A reviewed line is consumed by the apply that used it."""
    case = CASES["protected"]
    line = replace(case.allow, id="line-1")
    assert plan(case, line).blocked == ()
    assert len(plan(case, line, ours=replace(case.ours, spent=("line-1",))).blocked) == 1


def test_what_waits_for_a_guarded_change_waits_too_and_the_rest_goes_on() -> None:
    """A delete whose child stays by a guard is blocked with it; an unrelated change is not."""
    child, parent = live_club("K", parent="A"), live_club("A")
    case = Case(
        wanted=replace(desired(club("B", name="New")), removals=(removal("K"), removal("A"))),
        found=live(parent, child, OTHER),
        ours=inventory(parent, child, OTHER, protected=["K"]),
        allow=Allowance(guard="protected", target="club/K"),
        blocked=2,
        changes=1,
    )
    made = plan(case)
    assert [(one.change.address.key, one.problem.code) for one in made.blocked] == [
        ("A", "dependency-blocked"),
        ("K", "protected"),
    ]
    assert [change.address.key for change in made.changes] == ["B"]
