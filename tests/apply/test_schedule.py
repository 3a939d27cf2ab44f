"""Which change may start now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.apply.schedule import Schedule, Turn
from reconciler.errors import PlanRefused
from reconciler.model.change import Change
from tests.apply.provider import address, create, delete, update
from tests.values import live_club


def taken(schedule: Schedule) -> list[Turn]:
    """Take all turns that can be had without an ending."""
    turns: list[Turn] = []
    while (turn := schedule.take()) is not None:
        turns.append(turn)
    return turns


def keys(turns: list[Turn]) -> list[str]:
    """Name the turns."""
    return [turn.change.address.key for turn in turns]


def test_turns_come_in_plan_order_as_far_as_there_is_room() -> None:
    """Two may be under way; the third waits for one to end."""
    schedule = Schedule([create("A"), create("B"), create("C")], {"acme": 2})
    first, second = taken(schedule)
    assert keys([first, second]) == ["A", "B"]
    schedule.end(second, done=True)
    assert keys(taken(schedule)) == ["C"]


def test_an_organization_without_room_holds_up_no_other() -> None:
    """Each organization has its own room."""
    changes = [create("A"), create("B"), create("X", organization="other")]
    assert keys(taken(Schedule(changes, {"acme": 1, "other": 1}))) == ["A", "X"]


def test_an_organization_that_is_not_named_has_room_for_one() -> None:
    """The cautious side: one at a time."""
    assert keys(taken(Schedule([create("A"), create("B")], {}))) == ["A"]


def test_a_dependent_waits_for_every_dependency() -> None:
    """A change starts when the last of what it depends on is done."""
    schedule = Schedule([create("A"), create("B"), create("C", address("A"), address("B"))], {"acme": 9})
    first, second = taken(schedule)
    schedule.end(first, done=True)
    assert taken(schedule) == []
    schedule.end(second, done=True)
    assert keys(taken(schedule)) == ["C"]


def test_what_depends_on_a_failure_is_skipped_in_turn() -> None:
    """A skip names the dependency at fault, and is itself one for what depends on it."""
    schedule = Schedule([create("A"), create("B", address("A")), create("C", address("B"))], {"acme": 9})
    (first,) = taken(schedule)
    schedule.end(first, done=False)
    (second,) = taken(schedule)
    assert second.because == address("A")
    schedule.end(second, done=False)
    (third,) = taken(schedule)
    assert third.because == address("B")


def test_a_dependency_that_is_no_change_of_the_plan_is_not_done() -> None:
    """What depends on a refused change, which is not among the changes, is skipped."""
    (turn,) = taken(Schedule([create("A", address("BLOCKED"))], {}))
    assert turn.because == address("BLOCKED")


def test_two_changes_of_one_object_run_in_order_whatever_becomes_of_the_first() -> None:
    """The order of one object's changes is only an order: the second does not need the first to succeed."""
    found = live_club("A", name="Rowing")
    schedule = Schedule([update(found, name="a"), update(found, plan="b")], {"acme": 9})
    (first,) = taken(schedule)
    schedule.end(first, done=False)
    (second,) = taken(schedule)
    assert second.index == 1
    assert second.because is None


@pytest.mark.parametrize("done", [True, False])
def test_what_a_change_follows_must_have_ended_and_need_not_be_done(done: bool) -> None:
    """It is an order, not a condition; one that follows no change of the plan waits for nothing."""
    follower = replace(create("B"), follows=(address("A"), address("BLOCKED")))
    schedule = Schedule([create("A"), follower], {"acme": 9})
    (first,) = taken(schedule)
    schedule.end(first, done=done)
    (second,) = taken(schedule)
    assert (keys([second]), second.because) == (["B"], None)


@pytest.mark.parametrize("done", [True, False])
def test_a_delete_begins_when_everything_else_of_its_organization_has_ended(done: bool) -> None:
    """However it ended, and whatever room there is; another organization is not waited for."""
    gone = delete(live_club("OLD"))
    elsewhere = create("X", organization="other")
    schedule = Schedule([gone, create("A"), create("B"), elsewhere], {"acme": 9})
    first, second, _other = taken(schedule)
    assert keys([first, second]) == ["A", "B"]
    schedule.end(first, done=True)
    assert taken(schedule) == []
    schedule.end(second, done=done)
    assert keys(taken(schedule)) == ["OLD"]


def test_a_skip_counts_as_ended_for_the_deletes() -> None:
    """What is skipped opens the gate as well, once it has been told."""
    schedule = Schedule([create("A", address("BLOCKED")), delete(live_club("OLD"))], {"acme": 9})
    (skip,) = taken(schedule)
    assert skip.because == address("BLOCKED")
    schedule.end(skip, done=False)
    assert keys(taken(schedule)) == ["OLD"]


def test_deletes_alone_begin_at_once() -> None:
    """A gate with nothing before it is open."""
    schedule = Schedule([delete(live_club("A")), delete(live_club("B"))], {"acme": 9})
    assert keys(taken(schedule)) == ["A", "B"]


def test_a_delete_that_another_change_waits_for_goes_before_it() -> None:
    """What a delete gives up may be needed: such a one, and the delete that it waits for itself, pass the gate."""
    child, parent, late = (delete(live_club(key)) for key in ("CHILD", "PARENT", "LATE"))
    parent = replace(parent, depends_on=(child.address,))
    taker = replace(create("TAKER"), follows=(parent.address,))
    schedule = Schedule([child, parent, taker, late], {"acme": 9})
    order = []
    while turns := taken(schedule):
        order += keys(turns)
        for turn in turns:
            schedule.end(turn, done=True)
    assert order == ["CHILD", "PARENT", "TAKER", "LATE"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([create("A", address("A"))], id="itself"),
        pytest.param([create("A", address("B")), create("B", address("A"))], id="two"),
        pytest.param(
            [
                update(live_club("A"), address("B"), name="a"),
                update(live_club("A"), name="b"),
                create("B", address("A")),
            ],
            id="with the order of one object",
        ),
    ],
)
def test_a_circle_is_refused_before_anything_starts(changes: list[Change]) -> None:
    """Changes that wait for each other would never end; that is said instead."""
    with pytest.raises(PlanRefused) as caught:
        Schedule(changes, {})
    assert caught.value.problems[0].code == "plan-cyclic"
