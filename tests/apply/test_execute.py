"""A whole plan: side by side, in order, and ended early."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from reconciler.apply.execute import execute
from reconciler.apply.summary import summarize
from reconciler.errors import PlanRefused, Problem, ReconcilerError, UsageInvalid
from reconciler.model.event import Answered, Done, Event, Failed, Reply, Skipped, Started
from reconciler.model.plan import Plan
from tests.apply.provider import Clubs, address, carry, collect, create, plan
from tests.clock import run_virtual

FIVE = plan(*(create(key, name=key) for key in "ABCDE"))


def endings(events: list[Event]) -> dict[str, type[Event]]:
    """Say how each change ended."""
    return {event.change.address.key: type(event) for event in events if not isinstance(event, Started)}


def test_nothing_to_do_is_no_event() -> None:
    """An empty plan yields nothing and reads nothing."""
    assert run_virtual(collect(execute(plan(), {}, {}))) == []


@pytest.mark.parametrize(("in_flight", "seconds"), [(1, 6.0), (2, 3.6), (5, 1.2)])
def test_as_many_changes_run_at_once_as_the_organization_allows(in_flight: int, seconds: float) -> None:
    """Five changes of 1.2 seconds take as long as the room for them says."""
    clubs = Clubs()

    async def timed() -> float:
        await collect(carry(FIVE, clubs, in_flight=in_flight))
        return asyncio.get_running_loop().time()

    assert run_virtual(timed()) == pytest.approx(seconds)
    assert clubs.most_busy == in_flight


def test_organizations_run_side_by_side() -> None:
    """Two organizations of one change at a time take no longer than one of them."""
    both = plan(create("A", name="A"), create("B", name="B", organization="other"))

    async def timed() -> float:
        await collect(carry(both, Clubs(), Clubs(), in_flight=1))
        return asyncio.get_running_loop().time()

    assert run_virtual(timed()) == pytest.approx(1.2)


def test_a_failure_skips_only_what_depends_on_it() -> None:
    """The rest goes on, and a skip names what it waited for."""
    clubs = Clubs()
    clubs.faults["A"] = ["rejected"]
    events = run_virtual(
        collect(carry(plan(create("A"), create("B", address("A")), create("C", address("B")), create("D")), clubs))
    )
    assert endings(events) == {"A": Failed, "B": Skipped, "C": Skipped, "D": Done}
    assert [event.because for event in events if isinstance(event, Skipped)] == [address("A"), address("B")]
    assert clubs.reads["B"] == 0


def test_where_nobody_is_met_no_further_change_is_begun() -> None:
    """Three in a row that could not connect are enough: the rest is not tried, and other organizations go on."""
    here, there = Clubs(), Clubs()
    here.gone = True
    mine = [create(f"C{number}", name="N") for number in range(9)]
    changes = plan(*mine, create("X", organization="other"), create("Y", address("C8"), name="N"))
    events = run_virtual(collect(carry(changes, here, there, in_flight=2)))
    assert endings(events) == {**dict.fromkeys(["C0", "C1", "C2", "C3"], Failed), "X": Done}
    assert summarize(changes, events).total.not_tried == 6


def test_a_write_that_meets_nobody_counts_and_an_answer_begins_anew() -> None:
    """Two that could not connect, one that could, and two more: that is no vendor that is gone."""
    clubs = Clubs()
    for key in "ABDEGHI":
        clubs.faults[key] = ["unconnected"] * 9
    events = run_virtual(collect(carry(plan(*(create(key) for key in "ABCDEF")), clubs, in_flight=1)))
    assert endings(events) == {**dict.fromkeys("ABDE", Failed), "C": Done, "F": Done}
    events = run_virtual(collect(carry(plan(*(create(key) for key in "GHIJ")), clubs, in_flight=1)))
    assert endings(events) == dict.fromkeys("GHI", Failed)


def test_no_write_goes_out_before_its_announcement_was_dealt_with() -> None:
    """While the consumer holds a `Started`, for instance to write it down, the write waits."""
    clubs = Clubs()

    async def slow() -> None:
        async for event in carry(FIVE, clubs):
            if isinstance(event, Started):
                await asyncio.sleep(30)
                assert event.change.address.key not in [write.path for write in clubs.sent]

    run_virtual(slow())
    assert len(clubs.sent) == 5


def test_a_stop_begins_nothing_more_and_ends_what_was_begun() -> None:
    """On a signal the changes under way are carried to their ending, and the others have none."""
    clubs = Clubs()
    stop = asyncio.Event()
    clubs.on_send = lambda _write: stop.set()
    clubs.faults["A"] = ["lost-before"]
    events = run_virtual(collect(carry(FIVE, clubs, in_flight=2, stop=stop)))
    assert endings(events) == {"A": Done, "B": Done}
    assert sorted(clubs.objects) == ["A", "B"]


def test_a_stop_lets_nothing_out_of_a_change_that_has_sent_nothing() -> None:
    """Its object was being read; it has no ending, and counts as not tried."""
    clubs = Clubs()
    stop = asyncio.Event()

    async def stopped() -> list[Event]:
        asyncio.get_running_loop().call_later(0.05, stop.set)
        return await collect(carry(FIVE, clubs, in_flight=2, stop=stop))

    assert run_virtual(stopped()) == []
    assert (clubs.sent, clubs.reads.total()) == ([], 2)


def test_a_stop_before_the_start_does_nothing() -> None:
    """Nothing is begun, not even a read."""
    clubs = Clubs()
    stop = asyncio.Event()
    stop.set()
    assert run_virtual(collect(carry(FIVE, clubs, stop=stop))) == []
    assert not clubs.reads


def test_a_consumer_that_leaves_lets_the_writes_in_flight_end_and_starts_none() -> None:
    """Closing the iterator waits for what was sent; what was only announced is not sent."""
    clubs = Clubs()

    async def leave() -> None:
        events = carry(FIVE, clubs, in_flight=3)
        seen = [await anext(events), await anext(events)]
        assert [type(event) for event in seen] == [Started, Started]
        await events.aclose()

    run_virtual(leave())
    assert [write.path for write in clubs.sent] == ["A"]
    assert sorted(clubs.objects) == ["A"]


def test_a_cancelled_consumer_lets_the_writes_in_flight_end() -> None:
    """Cancelling the task that reads the events is a way of leaving like any other."""
    clubs = Clubs()

    async def cancelled() -> None:
        task = asyncio.create_task(collect(carry(FIVE, clubs, in_flight=2)))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run_virtual(cancelled())
    assert sorted(clubs.objects) == ["A", "B"]


def test_an_unexpected_exception_is_raised_after_what_was_begun_has_ended() -> None:
    """It is not swallowed, nothing more is begun, and nobody else's write is cut off."""
    clubs = Clubs()
    clubs.faults["A"] = ["crash"]
    seen: dict[str, type[Event]] = {}

    async def watch() -> None:
        async for event in carry(FIVE, clubs, in_flight=2):
            seen[event.change.address.key] = type(event)

    with pytest.raises(ZeroDivisionError):
        run_virtual(watch())
    assert seen == {"A": Started, "B": Done}


def test_several_unexpected_exceptions_are_raised_together() -> None:
    """None of them hides another."""
    clubs = Clubs()
    clubs.faults |= {"A": ["crash"], "B": ["crash"]}
    with pytest.raises(BaseExceptionGroup) as caught:
        run_virtual(collect(carry(FIVE, clubs, in_flight=2)))
    assert len(caught.value.exceptions) == 2


def test_an_unexpected_exception_surfaces_from_closing_too() -> None:
    """A consumer that leaves still hears of it."""
    clubs = Clubs()
    clubs.faults["A"] = ["crash"]

    async def leave() -> None:
        events = carry(FIVE, clubs, in_flight=2)
        await anext(events)
        await anext(events)
        await events.aclose()

    with pytest.raises(ZeroDivisionError):
        run_virtual(leave())


UNREAD = Problem(code="listing-incomplete", summary="a listing is incomplete")


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        pytest.param(replace(FIVE, problems=(UNREAD,)), PlanRefused, "plan-incomplete", id="an incomplete plan"),
        pytest.param(
            plan(create("A"), create("B", organization="other")),
            UsageInvalid,
            "organization-unknown",
            id="an organization that is not configured",
        ),
        pytest.param(
            plan(create("A"), replace(create("B"), address=replace(address("B"), kind="guild"))),
            UsageInvalid,
            "kind-unknown",
            id="a kind that the vendor lacks",
        ),
        pytest.param(
            plan(create("A"), create("B", address("B"))), PlanRefused, "plan-cyclic", id="changes in a circle"
        ),
    ],
)
def test_a_plan_that_cannot_be_carried_out_from_here_is_refused_whole(
    changes: Plan, error: type[ReconcilerError], code: str
) -> None:
    """Nothing is sent, not even for the changes that could be."""
    clubs = Clubs()
    with pytest.raises(error) as caught:
        run_virtual(collect(execute(changes, {"acme": clubs}, {"acme": 5})))
    assert caught.value.problems[0].code == code
    assert not clubs.reads
    assert not clubs.sent


def test_what_is_answered_or_held_back_after_the_consumer_left_is_told_beside_the_events() -> None:
    """Whoever leaves knows of each write that was announced whether it went out; the third did not get so far."""
    clubs = Clubs()
    late: list[Answered] = []

    async def leave() -> None:
        events = execute(FIVE, {"acme": clubs}, {"acme": 3}, late=late.append)
        await anext(events)
        await anext(events)
        await events.aclose()

    run_virtual(leave())
    assert {one.change.address.key: one.reply for one in late} == {
        "A": Reply.ACCEPTED,
        "B": Reply.UNSENT,
        "C": Reply.UNSENT,
    }


def test_a_stop_does_not_wait_for_what_the_vendor_turned_away() -> None:
    """Nothing of it stands, and nothing can: it has no ending, however long the vendor wanted it to wait."""
    clubs = Clubs()
    clubs.faults["A"] = ["throttled-7"]
    stop = asyncio.Event()

    async def stopped() -> tuple[list[Event], float]:
        loop = asyncio.get_running_loop()
        loop.call_later(2, stop.set)
        return await collect(carry(plan(create("A")), clubs, stop=stop)), loop.time()

    events, seconds = run_virtual(stopped())
    assert (endings(events), round(seconds)) == ({}, 2)
