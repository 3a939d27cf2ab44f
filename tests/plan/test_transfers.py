"""Tests of reconciler.plan.transfers, and of the order that follows from it."""

from __future__ import annotations

import pytest

from reconciler.diff.members import member_key
from reconciler.model.change import Change, MemberAction
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


def test_resources_that_exchange_people_wait_for_each_other_one_way() -> None:
    """In a circle the removal at the greater address waits, so that there is an order at all."""
    made = plan(
        [club("A", guests=[guest("Q", "q@x")]), club("B", guests=[guest("P", "p@x")])],
        [live_club("A", guests=[guest("P", "p@x", id="1")]), live_club("B", guests=[guest("Q", "q@x", id="2")])],
    )
    assert keys(made) == ["A", "B"]
    assert made.changes[0].depends_on == () and [one.key for one in made.changes[1].depends_on] == ["A"]
    assert [one.action for one in made.changes[0].members] == [MemberAction.ADD, MemberAction.REMOVE]


def test_who_changes_places_is_not_taken_for_a_new_email() -> None:
    """One goes elsewhere and another comes from nowhere: that is no hint at one person with two e-mails."""
    wanted = [club("A", guests=[guest(None, "q@x")]), club("B", guests=[guest(None, "p@x")])]
    found = [live_club("A", guests=[guest(None, "p@x", id="1")]), live_club("B")]
    assert [change.marks for change in plan(wanted, found).changes] == [(), ()]
    wanted = [club("A", guests=[guest(None, "q@x"), guest(None, "r@x")]), club("B", guests=[guest(None, "p@x")])]
    found = [live_club("A", guests=[guest(None, "p@x", id="1"), guest(None, "o@x", id="2")]), live_club("B")]
    (mark,) = plan(wanted, found).changes[1].marks
    assert mark.code == "member-rekeyed" and member_key(guest(None, "p@x"), GUEST, SECRET) not in mark.text


def test_a_parent_comes_before_who_changes_places() -> None:
    """Where a parent's order and a person's go round in a circle, the person's is given up."""
    person, found = guest("P", "p@x"), guest("P", "p@x", id="1")
    made = plan(
        [club("C", parent="N", guests=[person]), club("N", parent=None, guests=[STAYS]), club("R")],
        [live_club("C"), live_club("N", parent="R", guests=[STOOD, found]), live_club("R")],
    )
    assert keys(made) == ["N", "C"]
    assert made.changes[0].depends_on == () and places(made.changes[0]) == {"remove": "C"}
