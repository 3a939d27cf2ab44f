"""Over any documents and any live state: an apply finishes, and the next plan has nothing left but refusals.

An example is a company that is planned up to five times, so a third as many are tried as of other properties.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from hypothesis import event, given, settings
from hypothesis import strategies as st

from reconciler.errors import DesiredStateInvalid
from reconciler.model.address import Address
from reconciler.model.change import Action, MemberAction
from reconciler.model.plan import Plan
from tests.company import Company
from tests.properties.worlds import World, worlds
from tests.scenarios.test_scenarios import check_nobody_was_lost, check_undeclared

THIRD = settings(max_examples=settings().max_examples // 3)


def company(world: World, stack: ExitStack) -> Company:
    """Bring a world to life in a folder that goes with the stack."""
    here = Company(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "company")
    here.seed(world.live)
    here.write({"all.yaml": world.text})
    return here


def keys(plan: Plan) -> Counter[str]:
    """Count what a plan still holds, refused or not, by address."""
    return Counter(str(change.address) for change in (*plan.changes, *(one.change for one in plan.blocked)))


def marked(plan: Plan) -> set[Address]:
    """Give the changes of which the plan said that the vendor may refuse them, and those that wait for them."""
    found = {one.address for one in plan.changes if any(mark.code == "children-unverified" for mark in one.marks)}
    for change in plan.changes:
        if found.intersection(change.depends_on):
            found.add(change.address)
    return found


@THIRD
@given(world=worlds())
def test_an_apply_finishes_and_leaves_nothing_but_refusals(world: World) -> None:
    """What is let through is done in one run, whatever order it needs; the next plan holds refusals alone."""
    with ExitStack() as stack:
        here = company(world, stack)
        try:
            plan = here.plan()
        except DesiredStateInvalid:
            event("documents refused")
            return
        before = here.shown()
        applied = here.carry_out(plan)
        event(f"ended with {applied.code}")
        assert {ending.change.address for ending in applied.summary.unfinished} <= marked(plan)
        check_nobody_was_lost(before, here.shown(), applied)
        check_undeclared(before, here.shown(), applied)
        refused = {one.change.address for one in plan.blocked} | marked(plan)
        assert set(keys(here.plan())) <= {str(address) for address in refused}


@THIRD
@given(world=worlds())
def test_planning_is_reading(world: World) -> None:
    """No plan sends anything but GET, and two plans of one world are one plan."""
    with ExitStack() as stack:
        here = company(world, stack)
        try:
            first, second = here.plan(), here.plan()
        except DesiredStateInvalid:
            return
        assert first == second
        assert {line.split()[0] for line in here.requests()} <= {"GET"}


@THIRD
@given(world=worlds(), stop=st.integers(0, 6))
def test_stopping_after_any_change_and_planning_again_comes_to_the_same_end(world: World, stop: int) -> None:
    """A run that carried out only its first changes is finished by the next one, to the same state."""
    with ExitStack() as stack:
        once, twice = company(world, stack), company(world, stack)
        try:
            whole = once.apply()
        except DesiredStateInvalid:
            return
        plan = twice.plan()
        if marked(plan):
            return
        part = Plan(scope=plan.scope, shares=plan.shares, changes=plan.changes[:stop], digest=plan.digest)
        twice.carry_out(part)
        rest = twice.apply()
        assert twice.state() == once.state()
        assert len(rest.plan.changes) <= max(0, len(whole.plan.changes) - stop) + len(plan.blocked)


@THIRD
@given(world=worlds())
def test_nothing_is_deleted_that_no_document_removes(world: World) -> None:
    """Without a `removed:` entry no customer goes, and nobody leaves a list that no document states whole."""
    with ExitStack() as stack:
        here = company(world, stack)
        try:
            plan = here.plan()
        except DesiredStateInvalid:
            return
        stated = world.document["customers"]
        assert isinstance(stated, list)
        whole = {row["externalId"] for row in stated if isinstance(row, dict) and "contacts" in row}
        for change in plan.changes:
            assert change.action is not Action.DELETE
            assert change.address.key in whole or not change.touched(MemberAction.REMOVE)
