"""A vendor whose reads lag behind, whose creates may be sent once alone, and who may hit another object than meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.live.provider import Write
from reconciler.model.change import Change, MemberAction
from reconciler.model.event import Done, Event, Failed, Stale, Started, Unknown
from reconciler.model.resource import Observed
from reconciler.model.vendor import Vendor
from tests.apply.provider import Clubs, carry, collect, create, delete, member, plan, update
from tests.clock import run_virtual
from tests.values import VENDOR, live_club

ROWING = live_club("ROW", name="Rowing", plan="gold", balance=0)
LAGGING = replace(VENDOR, kinds=tuple(replace(kind, reads_lag=True) for kind in VENDOR.kinds))


class Laggards(Clubs):
    """Clubs whose table says that reads lag."""

    vendor: Vendor = LAGGING


def laggards(*objects: Observed, behind: int) -> Laggards:
    """Give clubs of which so many reads are behind after a write."""
    clubs = Laggards(*objects)
    clubs.behind = behind
    return clubs


def run(clubs: Clubs, change: Change) -> list[Event]:
    """Carry out one change."""
    return run_virtual(collect(carry(plan(change), clubs)))


def with_guests(key: str) -> Change:
    """Plan to create a club and two guests."""
    guests = [member(key, name, MemberAction.ADD, externalId=name, email=f"{name}@example.com") for name in "GH"]
    return replace(create(key, name="Rowing"), members=tuple(guests))


@pytest.mark.parametrize("behind", [0, 1, 4])
def test_a_stale_look_is_no_override(behind: int) -> None:
    """An update that shows late is done, and nobody is said to have set it back."""
    clubs = laggards(ROWING, behind=behind)
    ending = run(clubs, update(ROWING, name="Rowers"))[-1]
    assert isinstance(ending, Done)
    assert ending.overridden == ()
    assert clubs.methods == ["PUT"]


def test_what_never_shows_is_unknown() -> None:
    """After fifteen seconds nobody can say whether it was set back or will come."""
    ending = run(laggards(ROWING, behind=9), update(ROWING, name="Rowers"))[-1]
    assert isinstance(ending, Unknown)
    assert ending.problem.code == "write-without-effect"
    assert "is as before" in ending.problem.detail


def test_what_the_vendor_sets_to_a_third_value_is_named_as_before() -> None:
    """It is no stale look: the write shows, and so does the vendor's rule."""
    clubs = Laggards(ROWING, rewrites={"plan": "bronze"})
    ending = run(clubs, update(ROWING, name="Rowers", plan="silver"))[-1]
    assert isinstance(ending, Done)
    assert ending.overridden == (("plan",),)


@pytest.mark.parametrize("behind", [0, 2, 4])
def test_a_create_that_shows_late_is_not_made_twice(behind: int) -> None:
    """Its guests follow as soon as it is seen."""
    clubs = laggards(behind=behind)
    clubs.created_once = True
    ending = run(clubs, with_guests("ROW"))[-1]
    assert isinstance(ending, Done)
    assert clubs.methods == ["POST", "LIST"]
    assert [row["email"] for row in (clubs.objects["ROW"].members or {})["guests"]] == [
        "G@example.com",
        "H@example.com",
    ]


def test_a_create_that_never_shows_is_unknown_and_not_made_twice() -> None:
    """It was accepted; whoever looks a minute later will see it."""
    clubs = laggards(behind=99)
    clubs.created_once = True
    ending = run(clubs, with_guests("ROW"))[-1]
    assert isinstance(ending, Unknown)
    assert ending.problem.code == "write-without-effect"
    assert clubs.created["ROW"] == 1


@pytest.mark.parametrize("behind", [0, 2])
def test_a_delete_that_shows_late_is_done(behind: int) -> None:
    """The club still reads as there for a while."""
    assert isinstance(run(laggards(ROWING, behind=behind), delete(ROWING))[-1], Done)


@pytest.mark.parametrize("behind", [0, 1, 3])
def test_a_lost_create_is_found(behind: int) -> None:
    """It took effect: it is looked for, sent once, and what follows is sent too; the steps are counted."""
    clubs = laggards(behind=behind)
    clubs.created_once = True
    clubs.faults["ROW"] = ["lost-after"]
    events = run(clubs, with_guests("ROW"))
    assert isinstance(events[-1], Done)
    assert clubs.methods == ["POST", "LIST"]
    assert [event.step for event in events if isinstance(event, Started)] == [1, 2]


@pytest.mark.parametrize("fault", ["lost-before", "lost-after"])
def test_a_lost_create_that_is_not_found_is_never_sent_again(fault: str) -> None:
    """Four looks over fifteen seconds, announced once; then the outcome is unknown."""
    clubs = laggards(behind=99)
    clubs.created_once = True
    clubs.faults["ROW"] = [fault]
    events = run(clubs, create("ROW", name="Rowing"))
    ending = events[-1]
    assert isinstance(ending, Unknown)
    assert "sent once, and looked for 4 times" in ending.problem.why
    assert ending.problem.remedy.startswith("Wait a minute")
    assert len([event for event in events if isinstance(event, Started)]) == 1
    assert clubs.methods == ["POST"]
    assert clubs.reads["ROW"] == 5


def test_a_create_that_was_not_processed_is_sent_again() -> None:
    """429 and a connection never made are no lost answers."""
    clubs = Clubs()
    clubs.created_once = True
    clubs.faults["ROW"] = ["throttled", "unconnected"]
    assert isinstance(run(clubs, create("ROW", name="Rowing"))[-1], Done)
    assert clubs.methods == ["POST", "POST", "POST"]


def test_after_a_lost_create_that_was_found_an_edit_is_not_taken_for_the_plans_absence() -> None:
    """The first part stands: what happens then to the second is a failure in part, not stale."""
    clubs = Clubs()
    clubs.created_once = True
    clubs.faults["ROW"] = ["lost-after", "rejected"]
    ending = run(clubs, with_guests("ROW"))[-1]
    assert isinstance(ending, Failed)
    assert ending.written


def test_a_create_under_a_key_that_somebody_took_meanwhile_is_stale() -> None:
    """Nothing is sent."""
    clubs = laggards(live_club("ROW", name="Theirs"), behind=0)
    clubs.created_once = True
    assert isinstance(run(clubs, with_guests("ROW"))[-1], Stale)
    assert clubs.sent == []


def test_a_write_that_hits_another_object_ends_the_change_there() -> None:
    """It took effect, so the change is failed in part; nothing more of it is sent, not even after a look."""
    clubs = Clubs(ROWING)
    clubs.faults["ROW"] = ["other"]
    ending = run(clubs, update(ROWING, name="Rowers", plan="silver"))[-1]
    assert isinstance(ending, Failed)
    assert ending.written
    assert clubs.methods == ["PUT"]


def test_a_step_that_waits_reads_until_the_steps_before_it_show() -> None:
    """A stale look after a wait is not taken for somebody who sets our first step back."""
    clubs = laggards(ROWING, behind=3)
    clubs.faults["ROW"] = ["", "throttled-7"]
    ending = run(clubs, update(ROWING, name="Rowers", plan="silver"))[-1]
    assert isinstance(ending, Done)
    assert ending.overridden == ()
    assert clubs.methods == ["PUT", "PUT", "PUT"]


class Answering(Laggards):
    """Clubs that answer a create with its remote id."""

    async def send(self, write: Write) -> str | None:
        """Send a write, and give the id of what it made."""
        await super().send(write)
        return f"r-{write.path}" if write.method == "POST" else None


def test_the_id_that_a_create_was_answered_with_is_not_lost() -> None:
    """The object does not show, so the ending says by which id it may be asked for."""
    clubs = Answering()
    clubs.behind, clubs.created_once = 99, True
    ending = run(clubs, create("ROW", name="Rowing"))[-1]
    assert isinstance(ending, Unknown)
    assert ending.made == "r-ROW"


def test_the_id_that_a_create_was_answered_with_stands_where_the_look_at_the_end_fails() -> None:
    """Every write was accepted, so it is done, and of this very object."""
    clubs = Answering()
    clubs.unreadable["ROW"] = {2}
    ending = run(clubs, create("ROW", name="Rowing"))[-1]
    assert isinstance(ending, Done)
    assert (ending.remote_id, ending.found) == ("r-ROW", None)
