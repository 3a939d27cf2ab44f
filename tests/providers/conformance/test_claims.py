"""What holds at every vendor: undisturbed, under every setting, under every fault, and stopped after every event."""

from __future__ import annotations

from typing import Literal

import pytest

from reconciler.cli.composition import scope_of
from reconciler.cli.connections import connected
from reconciler.errors import ReconcilerError
from reconciler.live.whole import observe_all
from reconciler.model.state import LiveState
from reconciler.sandbox import Fault, add_fault
from reconciler.sandbox.values import JsonObject
from tests.clock import run_virtual
from tests.company import TODAY, Applied, Company
from tests.providers.conformance.conftest import Opened
from tests.providers.conformance.judging import check_nothing_else, settle
from tests.providers.conformance.states import STATES, State, begun
from tests.providers.conformance.worlds import WORLDS, World, attempt, doubles, named_for_removal, open_keys

EVERY = pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.vendor)
FLIPS = [
    pytest.param(
        world, turned, state, id=f"{world.vendor} {name} {state}", marks=[] if place % 2 else [pytest.mark.long]
    )
    for world in WORLDS
    for number, (name, turned) in enumerate(world.flips())
    for place, state in enumerate(("managed", "new"), start=number)
]
"""Every setting at every other value, in both states, one of which is left to the long test."""
SILENT = {"list_rows_source": 7, "generation": 1}
"""Settings under which nothing can be read for certain: refused before anything is written, and how that ends."""
OVERRIDES = {"smart_rule"}
"""Settings under which the vendor sets what is declared to something else; that is said, and not fought over."""


def read_all(company: Company) -> LiveState:
    """Read everything there is."""

    async def read() -> LiveState:
        (organization,) = scope_of(company.folder, (), TODAY).organizations
        async with connected((organization,), company.folder, {}) as providers:
            return await observe_all(providers["acme"], "acme")

    return run_virtual(read())


def everybody(live: LiveState) -> set[str]:
    """Give the remote ids of all objects and people that were read."""
    found = [one for kind in live.objects.values() for one in kind.values()]
    found += [one for kind in live.keyless.values() for one in kind]
    people = [row for one in found for rows in (one.members or {}).values() for row in rows]
    return {one.remote_id for one in found} | {str(row["id"]) for row in people}


@EVERY
def test_a_plan_only_reads_and_an_apply_does_what_it_says(world: World, opened: Opened) -> None:
    """Undisturbed: GET alone while planning; then one apply reaches the declared state, and the next plan is empty."""
    company = opened(world)
    plan = company.plan()
    assert {line.split()[0] for line in company.requests()} == {"GET"}
    before = world.by_id(company)
    applied = company.apply()
    assert applied.code == 0, applied.summary.unfinished
    totals = applied.summary.totals
    assert (totals.add, totals.change, totals.destroy) == (1, 2, 1)
    check_nothing_else(world, before, company, applied)
    assert before.keys() - world.by_id(company).keys() == named_for_removal(world, plan.changes, before)
    assert company.plan().empty


@EVERY
@pytest.mark.parametrize("state", STATES)
def test_from_every_state_the_end_is_the_same(world: World, state: State, opened: Opened) -> None:
    """Managed or new, half done or settled: what is declared comes to stand, and nothing more is planned."""
    whole, company = opened(world), opened(world, state)
    settle(whole)
    settle(company)
    assert company.state() == whole.state()


@pytest.mark.parametrize(("world", "turned", "state"), FLIPS)
def test_every_unknown_of_the_vendor_either_way(world: World, turned: JsonObject, state: State, opened: Opened) -> None:
    """Whatever the vendor does where its documents are silent: all of it is read, the declared state is reached.

    Or it is said that it cannot be, and nothing is written. A setting is tried where all is managed or where nothing is
    yet, in turn; the long test tries the other.
    """
    company = opened(world, state)
    company.turn(turned)
    before = world.by_id(company)
    knob = next(iter(turned))
    if knob in SILENT:
        with pytest.raises(ReconcilerError):
            read_all(company)
        struck = attempt(company)
        assert (struck if isinstance(struck, int) else struck.code) == SILENT[knob]
        assert world.by_id(company) == before
        return
    assert everybody(read_all(company)) == before.keys()
    first, second = run_virtual(applied_twice(company))
    assert first.code == 0, first.summary.unfinished
    check_nothing_else(world, before, company, first)
    overridden = {one.change.address.key for one in first.summary.overridden}
    assert not overridden or knob in OVERRIDES
    assert open_keys(second.plan) == sorted(overridden)


async def applied_twice(company: Company) -> tuple[Applied, Applied]:
    """Plan and apply, and again at once. The sandbox's clock begins anew with each, so what was old then is made so."""
    first = await company.applied()
    with company.store() as store:
        store.connection.execute("UPDATE old_views SET until = 0")
    return first, await company.applied()


@EVERY
@pytest.mark.parametrize("kind", ["lost-before", "lost-after"])
def test_no_lost_answer_makes_two(world: World, kind: Literal["lost-before", "lost-after"], opened: Opened) -> None:
    """Every write in turn loses its answer, done or not: nobody is there twice, and the end is the same."""
    end = None
    for first in range(1, 9):
        company = opened(world)
        with company.store() as store:
            add_fault(store, Fault(kind=kind, method="write", first=first))
        company.apply()
        assert doubles(world, company) == []
        settle(company)
        end = end or company.state()
        assert company.state() == end


@EVERY
def test_stopped_after_any_event_the_end_is_the_same(world: World, opened: Opened) -> None:
    """Planned and applied again, what a run that was ended left half done reaches what one run does."""
    whole = opened(world)
    whole.apply()
    events = run_virtual(begun(whole_plan := opened(world), whole_plan.plan(), 1000))
    assert events > 5
    for most in range(1, events):
        company = opened(world)
        before = world.by_id(company)
        plan = company.plan()
        run_virtual(begun(company, plan, most))
        gone = before.keys() - world.by_id(company).keys()
        assert gone <= named_for_removal(world, plan.changes, before)
        settle(company)
        assert company.state() == whole.state(), most
