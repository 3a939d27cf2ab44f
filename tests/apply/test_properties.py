"""What holds for any plan and any weather."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.event import Done, Event, Skipped, Started
from reconciler.model.plan import Plan
from tests.apply.provider import Clubs, carry, collect, create, delete, plan, update
from tests.clock import run_virtual
from tests.values import live_club

FAULTS = ("", "rejected", "unavailable", "lost-before", "lost-after", "late")
LOST = ("", "lost-before", "lost-after")


def _planned(index: int) -> Change:
    """Plan the index-th change of a kind that goes by the index: creates, two-step updates, deletes."""
    key = f"C{index}"
    found = live_club(key, name="old", plan="old")
    return (create(key, name="new"), update(found, name="new", plan="new"), delete(found))[index % 3]


def _clubs(changes: Plan, faults: dict[int, list[str]]) -> Clubs:
    """Have the world stand as the plan judged it, with faults by the index of the change."""
    judged = [change for change in changes.changes if change.remote_id is not None]
    clubs = Clubs(*(live_club(change.address.key, name="old", plan="old") for change in judged))
    clubs.faults.update({f"C{index}": list(those) for index, those in faults.items()})
    return clubs


@st.composite
def graphs(draw: st.DrawFn) -> Plan:
    """Draw a plan of up to nine changes, each depending on some before it."""
    changes: list[Change] = []
    for index in range(draw(st.integers(min_value=1, max_value=9))):
        earlier = draw(st.sets(st.integers(0, index - 1), max_size=3)) if index else set()
        after = [changes[before].address for before in sorted(earlier)]
        changes.append(replace(_planned(index), depends_on=tuple(after)))
    return plan(*changes)


def weather(*faults: str) -> st.SearchStrategy[dict[int, list[str]]]:
    """Draw what happens to the writes of each change."""
    return st.dictionaries(st.integers(0, 8), st.lists(st.sampled_from(faults), max_size=3), max_size=9)


@given(changes=graphs(), faults=weather(*FAULTS), in_flight=st.integers(1, 4))
def test_every_change_ends_exactly_once(changes: Plan, faults: dict[int, list[str]], in_flight: int) -> None:
    """Whatever fails, each change has one ending, and every announcement comes before it."""
    events = run_virtual(collect(carry(changes, _clubs(changes, faults), in_flight=in_flight)))
    ended = Counter(event.change.address for event in events if not isinstance(event, Started))
    assert ended == Counter(change.address for change in changes.changes)
    over: set[Address] = set()
    for event in events:
        assert event.change.address not in over
        if not isinstance(event, Started):
            over.add(event.change.address)


@given(changes=graphs(), faults=weather(*FAULTS), in_flight=st.integers(1, 4))
def test_what_a_change_depends_on_is_done_before_its_first_write(
    changes: Plan, faults: dict[int, list[str]], in_flight: int
) -> None:
    """Creates precede their dependents; a change is skipped exactly if something it depends on was not done."""
    clubs = _clubs(changes, faults)
    done: set[Address] = set()
    for event in run_virtual(collect(carry(changes, clubs, in_flight=in_flight))):
        if isinstance(event, Skipped):
            assert event.because in event.change.depends_on
            assert event.because not in done
        else:
            assert done.issuperset(event.change.depends_on)
        if isinstance(event, Done):
            done.add(event.change.address)
    assert clubs.most_busy <= in_flight


@given(changes=graphs(), faults=weather(*LOST), in_flight=st.integers(1, 4))
def test_a_lost_answer_never_creates_twice(changes: Plan, faults: dict[int, list[str]], in_flight: int) -> None:
    """The vendor makes an object for every POST, and yet there is one; with answers lost at most thrice all is done."""
    clubs = _clubs(changes, faults)
    events = run_virtual(collect(carry(changes, clubs, in_flight=in_flight)))
    assert all(isinstance(event, Started | Done) for event in events)
    assert set(clubs.created.values()) <= {1}


@given(changes=graphs(), events=st.integers(0, 30), in_flight=st.integers(1, 4))
def test_stop_after_any_event_and_run_again_gives_the_same_end(changes: Plan, events: int, in_flight: int) -> None:
    """A plan stopped by a signal continues where it was when it is applied again."""
    whole, halted = _clubs(changes, {}), _clubs(changes, {})
    run_virtual(collect(carry(changes, whole, in_flight=in_flight)))

    async def stop_early() -> None:
        stop = asyncio.Event()
        stream = carry(changes, halted, in_flight=in_flight, stop=stop)
        count = 0
        async for _ in stream:
            count += 1
            if count > events:
                stop.set()

    run_virtual(stop_early())
    again = run_virtual(collect(carry(changes, halted, in_flight=in_flight)))
    assert all(isinstance(event, Started | Done) for event in again)
    assert halted.objects == whole.objects
    assert halted.created == whole.created


@given(changes=graphs(), in_flight=st.integers(1, 4))
def test_a_plan_carried_out_twice_writes_once(changes: Plan, in_flight: int) -> None:
    """Everything stands already the second time: all is done, nothing is sent."""
    clubs = _clubs(changes, {})
    run_virtual(collect(carry(changes, clubs, in_flight=in_flight)))
    sent = len(clubs.sent)
    again: list[Event] = run_virtual(collect(carry(changes, clubs, in_flight=in_flight)))
    assert all(isinstance(event, Done) for event in again)
    assert len(clubs.sent) == sent
