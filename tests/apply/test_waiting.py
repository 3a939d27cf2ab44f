"""No body waits: whatever holds a write up, the object is read and judged again before it goes out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.live.provider import Remaining, Write
from reconciler.model.change import Change, MemberAction
from reconciler.model.event import Done, Event, Failed, Stale, Started, Unknown
from reconciler.model.resource import Observed
from tests.apply.provider import Clubs, carry, collect, create, member, plan, update
from tests.clock import run_virtual
from tests.values import guest, live_club

ROWING = live_club("ROW", name="Rowing", plan="gold")
OLD = guest("OLD", "old@example.com", id="g-old")
FULL = replace(ROWING, members={"guests": [OLD]})
NEW = guest("NEW", "new@example.com", id="g-new")


def run(clubs: Clubs, change: Change) -> tuple[Event, float]:
    """Carry out one change; give its ending and the seconds it took."""

    async def timed() -> tuple[Event, float]:
        events = await collect(carry(plan(change), clubs))
        return events[-1], asyncio.get_running_loop().time()

    return run_virtual(timed())


def at_try(number: int, deed: Callable[[], object]) -> Callable[[Write], None]:
    """Have somebody do something while the number-th write is on its way."""
    seen: list[Write] = []

    def note(write: Write) -> None:
        seen.append(write)
        if len(seen) == number:
            deed()

    return note


def replacement() -> Change:
    """Plan to change the one guest by writing the whole list."""
    return update(FULL, guests=(member("ROW", "OLD", MemberAction.CHANGE, "g-old", name="Ann"),))


def add_guest(clubs: Clubs) -> None:
    """Play the person who adds a guest."""
    clubs.objects["ROW"] = replace(clubs.objects["ROW"], members={"guests": [OLD, NEW]})


def rename_guest(clubs: Clubs) -> None:
    """Play the person who changes a guest in a field that the plan does not touch."""
    clubs.objects["ROW"] = replace(clubs.objects["ROW"], members={"guests": [{**OLD, "email": "other@example.com"}]})


@pytest.mark.parametrize(
    ("fault", "waits"), [("throttled", (1, 2, 4, 8, 16, 32)), ("unconnected", (1, 2, 4, 8)), ("throttled-7", (7, 7, 7))]
)
def test_a_write_that_was_not_processed_is_sent_again_after_a_wait_and_a_look(
    fault: str, waits: tuple[float, ...]
) -> None:
    """Every try but the last fails; before each the object is read."""
    clubs = Clubs(ROWING)
    clubs.faults["ROW"] = [fault] * len(waits)
    event, seconds = run(clubs, update(ROWING, name="Rowers"))
    assert isinstance(event, Done)
    assert clubs.reads["ROW"] == 2 + len(waits)
    assert seconds == pytest.approx(sum(waits) + (len(waits) + 1) * 1 + (2 + len(waits)) * 0.1, abs=0.01)


@pytest.mark.parametrize(("fault", "tries"), [("throttled", 7), ("unconnected", 5)])
def test_a_write_that_is_never_processed_fails_without_effect(fault: str, tries: int) -> None:
    """A whole rolling minute for a throttled one; the problem says how often it was sent."""
    clubs = Clubs(ROWING)
    clubs.faults["ROW"] = [fault] * 99
    event, _ = run(clubs, update(ROWING, name="Rowers"))
    assert isinstance(event, Failed)
    assert not event.written
    assert event.problem.why == f"It was tried {tries} times."
    assert len(clubs.sent) == tries


def test_a_guest_who_is_added_while_a_list_is_throttled_stays() -> None:
    """The body that was built before would remove the newcomer: the change is stale, nothing was written."""
    clubs = Clubs(FULL)
    clubs.faults["ROW"] = ["throttled"] * 3
    clubs.on_send = at_try(2, lambda: add_guest(clubs))
    event, _ = run(clubs, replacement())
    assert isinstance(event, Stale)
    assert clubs.objects["ROW"].members == {"guests": [OLD, NEW]}


def test_a_club_that_is_removed_while_a_write_is_throttled_stays_removed() -> None:
    """It is not made anew."""
    clubs = Clubs(FULL)
    clubs.faults["ROW"] = ["throttled"] * 3
    clubs.on_send = at_try(2, lambda: clubs.objects.clear())
    event, _ = run(clubs, replacement())
    assert isinstance(event, Stale)
    assert clubs.objects == {}


def test_a_throttled_create_whose_place_is_taken_meanwhile_is_stale() -> None:
    """Somebody else's object is not written over."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["throttled"]
    clubs.on_send = at_try(1, lambda: clubs.objects.update(ROW=live_club("ROW", name="Theirs")))
    event, _ = run(clubs, create("ROW", name="Rowing"))
    assert isinstance(event, Stale)
    assert len(clubs.sent) == 1


def test_an_edit_while_the_second_step_is_throttled_ends_written_in_part() -> None:
    """The first step stands, the second would be built on what somebody else changed."""
    clubs = Clubs(FULL)
    clubs.faults["ROW"] = ["", "throttled"]
    clubs.on_send = at_try(2, lambda: rename_guest(clubs))
    both = (member("ROW", "OLD", MemberAction.CHANGE, "g-old", name="Ann"),)
    event, _ = run(clubs, update(FULL, name="Rowers", guests=both))
    assert isinstance(event, Failed)
    assert event.written
    assert event.problem.code == "moved-while-writing"


def test_a_second_step_that_is_throttled_goes_on_though_the_vendor_set_the_first_back() -> None:
    """A rule of the vendor's is no edit: the rest is sent, and the field is named at the end."""
    clubs = Clubs(FULL, rewrites={"plan": "default"})
    clubs.faults["ROW"] = ["", "throttled"]
    guests = (member("ROW", "OLD", MemberAction.CHANGE, "g-old", name="Ann"),)
    event, _ = run(clubs, update(FULL, plan="silver", guests=guests))
    assert isinstance(event, Done)
    assert event.overridden == (("plan",),)
    assert clubs.methods == ["PUT", "LIST", "LIST"]


def test_a_lost_answer_before_a_throttled_try_leaves_doubt() -> None:
    """If somebody edits after a lost answer, a later refusal does not tell whose state it is."""
    clubs = Clubs(ROWING)
    clubs.faults["ROW"] = ["lost-before", "throttled"]
    clubs.on_send = at_try(2, lambda: clubs.edit("ROW", plan="theirs"))
    event, _ = run(clubs, update(ROWING, name="Rowers"))
    assert isinstance(event, Unknown)


def test_a_lost_answer_that_lands_before_a_throttled_try_is_done() -> None:
    """The look after the refusal finds the first try standing."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["late", "throttled"]
    assert isinstance(run(clubs, create("ROW", name="Rowing"))[0], Done)
    assert clubs.created["ROW"] == 1


def test_a_consumer_who_takes_his_time_has_the_object_read_again() -> None:
    """The announcement was held up for a minute in which somebody edited: the write does not go out."""
    clubs = Clubs(ROWING)

    async def slowly() -> list[Event]:
        events: list[Event] = []
        async for event in carry(plan(update(ROWING, name="Rowers")), clubs):
            events.append(event)
            if isinstance(event, Started):
                await asyncio.sleep(60)
                clubs.edit("ROW", plan="theirs")
        return events

    assert isinstance(run_virtual(slowly())[-1], Stale)
    assert clubs.sent == []


def test_another_object_at_the_end_is_not_done() -> None:
    """Between our read and our write it was deleted, and the vendor made a new one: nobody knows what it lacks."""
    clubs = Clubs(ROWING)
    clubs.on_send = at_try(1, lambda: clubs.objects.update(ROW=replace(ROWING, remote_id="r-other")))
    event, _ = run(clubs, update(ROWING, name="Rowers"))
    assert isinstance(event, Unknown)
    assert event.problem.code == "moved-while-writing"


class _Strict(Clubs):
    """A vendor whose provider sees a conflict in an object with this name."""

    def __init__(self, *objects: Observed, odd: str) -> None:
        super().__init__(*objects)
        self.odd = odd

    def remaining(self, change: Change, fresh: Observed | None) -> Remaining:
        if fresh is not None and fresh.fields.get("name") == self.odd:
            return Remaining(conflict="It has a guest whom the plan did not judge.")
        return super().remaining(change, fresh)


def test_a_conflict_at_the_end_is_not_done() -> None:
    """All writes were accepted, and yet the provider does not recognise what stands."""
    event, _ = run(_Strict(ROWING, odd="Rowers"), update(ROWING, name="Rowers"))
    assert isinstance(event, Unknown)
    assert event.problem.code == "moved-while-writing"


def test_a_conflict_in_an_object_that_did_not_move_is_a_failure() -> None:
    """Planning again would not help: the vendor has no way to make this change."""
    event, _ = run(_Strict(ROWING, odd="Rowing"), update(ROWING, name="Rowers"))
    assert isinstance(event, Failed)
    assert event.problem.code == "change-impossible"
    assert not event.written
