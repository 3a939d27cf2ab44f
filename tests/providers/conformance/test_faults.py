"""Every fault of every vendor, struck while planning and while applying: nobody twice, nobody lost.

Each is tried where all is managed and in another state; with the long test, in every state.
"""

from __future__ import annotations

import pytest

from reconciler.errors import ReconcilerError
from reconciler.model.plan import Plan
from reconciler.sandbox import add_fault, each_fault, logged_requests
from tests.company import Applied, Company
from tests.providers.conformance.conftest import Opened
from tests.providers.conformance.judging import check_nothing_else, settle
from tests.providers.conformance.states import STATES, Case, cases
from tests.providers.conformance.worlds import WORLDS, attempt, doubles

CASES = list(cases())
NAMES = list(dict.fromkeys(case.name for case in CASES))


def is_left_to_the_long_test(case: Case) -> bool:
    """Say whether a case is one of those that differ in the state alone: of the states beside `managed` one is tried.

    Which one goes in turn by the fault; the long test tries the others.
    """
    others = STATES[1:] if case.moment == "planning" else STATES[1:3]
    return case.state in others and case.state != others[NAMES.index(case.name) % len(others)]


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=[pytest.mark.long] if is_left_to_the_long_test(case) else []) for case in CASES],
    ids=str,
)
def test_a_fault_costs_nothing_but_time(case: Case, opened: Opened) -> None:
    """It strikes; what is gone was to go; once it stops, a plan and apply reach the rest and the next plan is empty."""
    company, world = opened(case.world, case.state), case.world
    company.turn(case.turned)
    plan = company.plan() if case.moment == "applying" else None
    before = world.by_id(company)
    with company.store() as store:
        add_fault(store, case.fault)
    struck = attempt(company) if plan is None else carried_out(company, plan)
    with company.store() as store:
        kinds = {kind for row in logged_requests(store) for kind in row.faults}
    assert case.fault.kind in kinds or not case.must_strike
    if "deleted" not in case.fault.kind:
        if isinstance(struck, int):
            assert before.items() <= world.by_id(company).items(), "something was written without a plan"
        else:
            check_nothing_else(world, before, company, struck)
    assert doubles(world, company) == []
    settle(company)
    assert doubles(world, company) == []


def carried_out(company: Company, plan: Plan) -> Applied | int:
    """Apply a plan; one that is not begun gives 1."""
    try:
        return company.carry_out(plan)
    except ReconcilerError:
        return 1


def test_every_fault_of_every_vendor_is_tried_in_every_state() -> None:
    """None that the sandbox knows is left out, in no state in which it can strike, of the long test or this."""
    tried = {(case.world.vendor, case.name, case.state) for case in CASES}
    for world in WORLDS:
        for name, fault in each_fault(world.target, world.vendor):
            strikes_reads = fault.method in ("*", "GET") and not fault.kind.endswith("-before")
            states = STATES if strikes_reads and fault.kind != "rewritten" else STATES[:3]
            assert {(world.vendor, name, state) for state in states} <= tried
