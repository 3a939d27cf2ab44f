"""Tests of reconciler.plan.transfers, and of the order that follows from it."""

from __future__ import annotations

import pytest

from reconciler.diff.members import member_key
from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.model.resource import Declared, Fields, Observed
from reconciler.plan.build import Part, build
from tests.values import GUEST, SECRET, club, desired, guest, inventory, live, live_club, organization


def plan(wanted: list[Declared], found: list[Observed]) -> Plan:
    """Plan clubs that are all managed, and of which some may be empty in the end."""
    ours = inventory(*found)
    return build([Part(organization=organization(), desired=desired(*wanted), live=live(*found), inventory=ours)])


def keys(made: Plan) -> list[str]:
    """Give the keys in order."""
    return [change.address.key for change in made.changes]


def places(change: Change) -> dict[str, str]:
    """Give, by member action, the key of the club that the person comes from or goes to."""
    return {one.action.value: one.elsewhere.key for one in change.members if one.elsewhere is not None}


STAYS = guest("S", "s@x")
STOOD = guest("S", "s@x", id="9")


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        (guest("P", "p@x"), guest("P", "p@x", id="1")),
        (guest("P", "new@x"), guest("P", "p@x", id="1")),
        (guest(None, "p@x"), guest(None, "P@X", id="1")),
        (guest(None, "p@x", key="desk"), guest(None, "p@x", id="1")),
        (guest("P", "p@x"), guest(None, "p@x", id="1")),
        (guest(None, "p@x"), guest("P", "p@x", id="1")),
    ],
)
def test_who_changes_places_comes_before_going(declared: Fields, found: Fields) -> None:
    """The removal waits for the addition, whichever address is the smaller, and both sides name the other."""
    for here, there in (("A", "B"), ("B", "A")):
        made = plan(
            [club(here, guests=[STAYS]), club(there, guests=[declared])],
            [live_club(here, guests=[STOOD, found]), live_club(there)],
        )
        assert keys(made) == [there, here]
        assert [address.key for address in made.changes[1].depends_on] == [there]
        assert (made.changes[0].depends_on, made.changes[0].follows) == ((), ())
        assert (places(made.changes[0]), places(made.changes[1])) == ({"add": here}, {"remove": there})


def test_another_external_id_is_another_person() -> None:
    """Who takes the e-mail of somebody else's is no transfer: the e-mail is given up first."""
    made = plan(
        [club("A", guests=[STAYS]), club("B", guests=[guest("Q", "p@x")])],
        [live_club("A", guests=[STOOD, guest("P", "p@x", id="1")]), live_club("B")],
    )
    assert keys(made) == ["A", "B"]
    assert [address.key for address in made.changes[1].follows] == ["A"]
    assert all(places(change) == {} for change in made.changes)


def test_a_removal_is_held_back_where_the_addition_is_refused() -> None:
    """Nobody goes whose coming is not let through."""
    made = plan(
        [club("A", guests=[STAYS]), club("B", founded="1901", guests=[guest("P", "p@x")])],
        [live_club("A", guests=[STOOD, guest("P", "p@x", id="1")]), live_club("B", founded="1900")],
    )
    assert made.changes == ()
    assert [(one.change.address.key, one.problem.code) for one in made.blocked] == [
        ("A", "dependency-blocked"),
        ("B", "field-immutable"),
    ]


def test_a_creation_comes_before_the_going_and_a_deletion_after_the_coming() -> None:
    """It is the same whether the list of a new object takes somebody in, or an object that goes lets somebody go."""
    person, found = guest("P", "p@x"), guest("P", "p@x", id="1")
    made = plan(
        [club("A", guests=[STAYS]), club("N", name="N", guests=[person])], [live_club("A", guests=[STOOD, found])]
    )
    assert [address.key for address in made.changes[1].depends_on] == ["N"]
    made = plan(
        [club("B", founded="1", guests=[person])], [live_club("A", guests=[found]), live_club("B", founded="2")]
    )
    assert [(one.change.address.key, one.problem.code) for one in made.blocked] == [
        ("A", "dependency-blocked"),
        ("B", "field-immutable"),
    ]


def refusals(made: Plan) -> list[tuple[str, str]]:
    """Give what is blocked, and why."""
    return [(one.change.address.key, one.problem.code) for one in made.blocked]


@pytest.mark.parametrize(("here", "there"), [("A", "B"), ("B", "A")])
def test_resources_that_exchange_people_stand_or_fall_together(here: str, there: str) -> None:
    """In a circle whichever went first could lose somebody, so none goes; who only waits for it waits too."""
    wanted = [club(here, guests=[guest("Q", "q@x"), guest("R", "r@x")]), club(there, guests=[guest("P", "p@x")])]
    found = [live_club(here, guests=[guest("P", "p@x", id="1")]), live_club(there, guests=[guest("Q", "q@x", id="2")])]
    third, emptied = live_club("C", guests=[guest("R", "r@x", id="3"), STOOD]), club("C", guests=[STAYS])
    made = plan([*wanted, emptied], [*found, third])
    assert made.changes == ()
    assert refusals(made) == [("A", "member-exchange"), ("B", "member-exchange"), ("C", "dependency-blocked")]
    details = {one.change.address.key: one.problem.detail for one in made.blocked}
    assert f'from here to "{there}"' in details[here]


def test_who_is_declared_at_both_places_may_leave_the_old_one_afterwards() -> None:
    """The way out of a circle: nobody goes in the first step, and nobody waits in the second."""
    both = [guest("P", "p@x"), guest("Q", "q@x")]
    stood = [guest("P", "p@x", id="1"), guest("Q", "q@x", id="2")]
    first = plan(
        [club("A", guests=both), club("B", guests=both)],
        [live_club("A", guests=stood[:1]), live_club("B", guests=stood[1:])],
    )
    assert (keys(first), refusals(first)) == (["A", "B"], [])
    second = plan(
        [club("A", guests=both[1:]), club("B", guests=both[:1])],
        [live_club("A", guests=stood), live_club("B", guests=stood)],
    )
    assert (keys(second), refusals(second)) == (["A", "B"], [])


def test_a_circle_that_a_guard_holds_back_as_well_is_told_too() -> None:
    """Who lifts the guard's refusal would else only then meet the other."""
    wanted = [club("A", founded="1901", guests=[guest("Q", "q@x")]), club("B", guests=[guest("P", "p@x")])]
    found = [
        live_club("A", founded="1900", guests=[guest("P", "p@x", id="1")]),
        live_club("B", guests=[guest("Q", "q@x", id="2")]),
    ]
    made = plan(wanted, found)
    assert made.changes == ()
    assert [[problem.code for problem in (one.problem, *one.others)] for one in made.blocked] == [
        ["field-immutable", "member-exchange"],
        ["member-exchange"],
    ]


def test_who_changes_places_is_not_taken_for_a_new_email() -> None:
    """One goes elsewhere and another comes from nowhere: that is no hint at one person with two e-mails."""
    wanted = [club("A", guests=[guest(None, "q@x")]), club("B", guests=[guest(None, "p@x")])]
    found = [live_club("A", guests=[guest(None, "p@x", id="1")]), live_club("B")]
    assert [change.marks for change in plan(wanted, found).changes] == [(), ()]
    wanted = [club("A", guests=[guest(None, "q@x"), guest(None, "r@x")]), club("B", guests=[guest(None, "p@x")])]
    found = [live_club("A", guests=[guest(None, "p@x", id="1"), guest(None, "o@x", id="2")]), live_club("B")]
    (mark,) = plan(wanted, found).changes[1].marks
    assert mark.code == "member-rekeyed" and member_key(guest(None, "p@x"), GUEST, SECRET) not in mark.text


def test_a_circle_of_a_parent_and_a_person() -> None:
    """Where a parent's order and a person's go round in a circle, the removal is refused, and what waits for it."""
    person, found = guest("P", "p@x"), guest("P", "p@x", id="1")
    made = plan(
        [club("C", parent="N", guests=[person]), club("N", parent=None, guests=[STAYS]), club("R")],
        [live_club("C"), live_club("N", parent="R", guests=[STOOD, found]), live_club("R")],
    )
    assert made.changes == ()
    assert refusals(made) == [("C", "dependency-blocked"), ("N", "member-exchange")]
