"""Tests of reconciler.plan.build: states in, plan out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import DesiredStateInvalid
from reconciler.model.address import Address
from reconciler.model.change import Action, MemberAction
from reconciler.model.plan import Plan
from reconciler.model.resource import Declared, Observed, Removal
from reconciler.model.state import DesiredState, Entry, LiveState
from reconciler.plan.build import Part, build
from tests.values import club, desired, guest, inventory, live, live_club, live_tag, organization, source, tag


def plan(wanted: DesiredState, found: LiveState) -> Plan:
    """Plan one organization in which everything declared that is live is managed."""
    keys = {*(one.key for one in wanted.declared), *(one.key for one in wanted.removals)}
    ours = [one for kind in found.objects.values() for one in kind.values() if one.key in keys]
    return build([Part(organization=organization(), desired=wanted, live=found, inventory=inventory(*ours))])


def actions(made: Plan) -> list[tuple[str, str]]:
    """Give the plan as (action, key) in order."""
    return [(change.action.value, change.address.key) for change in made.changes]


def codes(error: pytest.ExceptionInfo[DesiredStateInvalid]) -> list[str]:
    """Give the codes of what was reported."""
    return [problem.code for problem in error.value.problems]


def test_what_is_as_declared_is_no_change() -> None:
    """Equal sides give an empty plan that counts what it looked at."""
    made = plan(
        desired(club("A", name="A", guests=[guest("P", "p@x")])),
        live(live_club("A", name="A", founded="1900", guests=[guest("P", "p@x", id="1")])),
    )
    assert made.empty and made.complete
    assert made.shares[0].unchanged == {"club": 1}


def test_a_list_reads_member_by_member() -> None:
    """Of five members one changed, one removed, one added, and two are kept with their remote ids."""
    before = [guest(f"P{n}", f"p{n}@x", id=f"r{n}", name="N") for n in range(1, 5)]
    wanted = [guest("P1", "p1@x"), guest("P2", "p2@x"), guest("P3", "p3@x", name="M"), guest("P5", "p5@x")]
    made = plan(desired(club("A", guests=wanted)), live(live_club("A", guests=before)))
    (change,) = made.changes
    assert change.action is Action.REPLACE
    assert [(one.address.key, one.action.value, one.remote_id) for one in change.members] == [
        ("P1", "keep", "r1"),
        ("P2", "keep", "r2"),
        ("P3", "change", "r3"),
        ("P5", "add", None),
        ("P4", "remove", "r4"),
    ]
    assert made.totals.members_removed == 1


def test_a_list_that_is_left_out_is_left_alone_and_an_empty_one_empties() -> None:
    """No `guests:` touches nobody; `guests: []` wants none."""
    found = live(live_club("A", guests=[guest("P", "p@x", id="1")]))
    assert plan(desired(club("A")), found).empty
    (emptied,) = plan(desired(club("A", guests=[])), found).blocked
    assert [one.action for one in emptied.change.members] == [MemberAction.REMOVE]


def test_a_list_that_is_only_added_to_removes_nobody() -> None:
    """With `only_add` an unlisted live member is kept, and the change is an update."""
    found = live(live_club("A", guests=[guest("P", "p@x", id="1")]))
    (change,) = plan(desired(club("A", guests=[guest("Q", "q@x")], only_add=True)), found).changes
    assert change.action is Action.UPDATE
    assert [one.action for one in change.members] == [MemberAction.ADD, MemberAction.KEEP]


def test_parents_and_definitions_come_first() -> None:
    """What a new resource names is created before it, and it waits for that."""
    made = plan(desired(club("A", name="A", parent="Z", tags={"T": 1}), club("Z", name="Z"), tag("T")), live())
    assert actions(made) == [("create", "T"), ("create", "Z"), ("create", "A")]
    assert [address.key for address in made.changes[2].depends_on] == ["Z", "T"]


def test_an_email_is_given_up_before_it_is_taken() -> None:
    """A change that needs an e-mail waits for the one that frees it, at whatever resource."""
    made = plan(
        desired(club("A", guests=[guest("P", "p@x")]), club("B", guests=[guest("Q", "q@x")])),
        live(live_club("A"), live_club("B", guests=[guest("O", "P@X", id="1"), guest("Q", "q@x", id="2")])),
    )
    assert actions(made) == [("replace", "B"), ("replace", "A")]


def test_an_email_swap_is_planned_without_a_knot() -> None:
    """Two resources that swap an e-mail are both planned; the knot is cut at the first address."""
    made = plan(
        desired(club("A", guests=[guest("P", "q@x")]), club("B", guests=[guest("Q", "p@x")])),
        live(live_club("A", guests=[guest("P", "p@x", id="1")]), live_club("B", guests=[guest("Q", "q@x", id="2")])),
    )
    assert actions(made) == [("replace", "A"), ("replace", "B")]
    assert made.changes[0].depends_on == ()


def test_an_unknown_parent_is_reported_with_the_nearest_name() -> None:
    """A parent that is neither declared nor live stops the plan."""
    with pytest.raises(DesiredStateInvalid) as error:
        plan(desired(club("A", parent="holdng")), live(live_club("A"), live_club("holding")))
    assert codes(error) == ["parent-unknown"]
    assert 'Did you mean "holding"?' in str(error.value)


def test_a_live_parent_of_the_parent_is_a_second_level() -> None:
    """The state after the plan is judged, undeclared live parents included; the remedy names the root."""
    with pytest.raises(DesiredStateInvalid) as error:
        plan(desired(club("A", parent="B")), live(live_club("A"), live_club("B", parent="ROOT"), live_club("ROOT")))
    assert codes(error) == ["parent-nested"]
    assert '"ROOT"' in str(error.value)


def test_a_resource_with_live_children_gets_no_parent() -> None:
    """A parent for one that has undeclared live children would make a second level."""
    with pytest.raises(DesiredStateInvalid) as error:
        plan(desired(club("B", parent="ROOT")), live(live_club("B"), live_club("C", parent="B"), live_club("ROOT")))
    assert codes(error) == ["parent-nested"]


def test_a_parent_that_moves_away_in_the_same_plan_is_no_second_level() -> None:
    """What the plan itself mends is not held against it."""
    found = live(live_club("A"), live_club("B", parent="R"), live_club("R"), live_club("C", parent="B"))
    made = plan(desired(club("B", parent="R"), club("C", parent="R")), found)
    assert actions(made) == [("update", "C")]


def removal(remote_id: str) -> Removal:
    """Ask for the removal of club A."""
    return Removal(kind="club", key="A", remote_id=remote_id, reason="closed", until=date(2030, 1, 1), source=source(9))


def test_a_removal_deletes_the_named_object_alone() -> None:
    """The entry deletes the object with its remote id; another one under that address is left, with a warning."""
    found = live(live_club("A", name="A"), live_club("B"))
    wanted = replace(desired(), removals=(removal("r-A"),))
    made = plan(wanted, found)
    assert actions(made) == [("delete", "A")]
    assert made.changes[0].precondition.facts
    other = plan(replace(desired(), removals=(removal("r-old"),)), found)
    assert other.empty and [one.code for one in other.warnings] == ["removal-other-object"]


def test_a_removal_that_was_carried_out_is_inert() -> None:
    """Once the object is gone the entry does nothing and says nothing."""
    made = plan(replace(desired(), removals=(removal("r-A"),)), live())
    assert made.empty and made.warnings == ()


def test_children_are_deleted_before_their_parent() -> None:
    """Deletes come last, and a child's before its parent's."""
    found = live(live_club("A"), live_club("B", parent="A"), live_club("C"))
    both = (removal("r-A"), replace(removal("r-B"), key="B"))
    made = plan(replace(desired(club("C", name="C")), removals=both), found)
    assert actions(made) == [("update", "C"), ("delete", "B"), ("delete", "A")]


def test_nothing_is_concluded_from_an_incomplete_listing() -> None:
    """A declared resource that such a listing did not show is neither created nor counted; the plan is not complete."""
    made = plan(desired(club("A", name="A")), live(flaw="a page failed"))
    assert made.changes == () and not made.complete
    assert {problem.code for problem in made.problems} == {"listing-incomplete"}


def test_an_immutable_field_blocks_its_change_only() -> None:
    """A field with no route to change it is refused and shown; the rest of the plan goes on."""
    found = live(live_club("A", founded="1900"), live_club("B", name="B"), live_tag("T", "Old"))
    made = plan(desired(club("A", founded="1901"), club("B", name="C"), tag("T", "New")), found)
    assert actions(made) == [("update", "B")]
    assert [(one.change.address.key, one.problem.code) for one in made.blocked] == [
        ("A", "field-immutable"),
        ("T", "field-immutable"),
    ]


def test_a_creation_that_lacks_a_needed_field_is_blocked_and_so_is_what_waits_for_it() -> None:
    """A blocked parent blocks its new children, each with its own code."""
    made = plan(desired(club("A", name="A", parent="B"), club("B")), live())
    assert [(one.change.address.key, one.problem.code) for one in made.blocked] == [
        ("A", "dependency-blocked"),
        ("B", "field-needed"),
    ]


def test_a_member_that_cannot_be_told_blocks_the_list() -> None:
    """An e-mail held by another external id blocks the change, which is still shown whole."""
    made = plan(
        desired(club("A", guests=[guest("P2", "p@x")])), live(live_club("A", guests=[guest("P1", "p@x", id="1")]))
    )
    assert [one.problem.code for one in made.blocked] == ["email-held"]
    assert made.blocked[0].change.members


def test_an_email_only_member_that_changes_is_hinted_at() -> None:
    """A member known by its e-mail alone reads as remove and add, with the hint to give it an id."""
    made = plan(
        desired(club("A", guests=[guest(None, "new@x")])),
        live(live_club("A", guests=[guest(None, "old@x", id="1")])),
    )
    assert [mark.code for mark in made.changes[0].marks] == ["member-rekeyed"]


def test_ids_out_of_catalogues_are_shown_by_name() -> None:
    """A change of a catalogue field carries what a person calls both values."""
    found = replace(
        live(live_club("A", plan="1")), catalogues={"plan": (Entry(id="1", name="Old"), Entry(id="2", name="New"))}
    )
    (change,) = plan(desired(club("A", plan="2")), found).changes
    assert (change.fields[0].before_name, change.fields[0].after_name) == ("Old", "New")


CLUBS = ["A", "B", "C", "D", "E"]


@st.composite
def states(draw: st.DrawFn) -> tuple[list[Declared], list[Observed]]:
    """Draw clubs on both sides, with parents that are never nested, and guests."""
    roots, leaves = ["R", "S"], CLUBS
    name = st.sampled_from(["N", "M"])
    people = st.lists(st.sampled_from(["1", "2", "3"]), unique=True, max_size=3)
    declared = [club(root, name="N") for root in roots]
    found = [live_club(root, name=draw(name)) for root in draw(st.lists(st.sampled_from(roots), unique=True))]
    for key in draw(st.lists(st.sampled_from(leaves), unique=True)):
        guests = [guest(f"{key}{one}", f"{key}{one}@x") for one in draw(people)]
        declared.append(club(key, name=draw(name), parent=draw(st.sampled_from(roots)), guests=guests))
    for key in draw(st.lists(st.sampled_from(leaves), unique=True)):
        guests = [guest(f"{key}{one}", f"{key}{one}@x", id=f"{key}{one}") for one in draw(people)]
        found.append(live_club(key, name=draw(name), guests=guests))
    return declared, found


def shuffled(things: Sequence[object], seed: int) -> list[object]:
    """Give the same things in another order."""
    return random.Random(seed).sample(list(things), len(things))


@given(both=states(), seed=st.integers())
def test_the_plan_does_not_depend_on_any_order(both: tuple[list[Declared], list[Observed]], seed: int) -> None:
    """Documents and objects in another order give the same plan, to the last field."""
    declared, found = both
    again_declared = [one for one in shuffled(declared, seed) if isinstance(one, Declared)]
    again_found = [one for one in shuffled(found, seed + 1) if isinstance(one, Observed)]
    assert plan(desired(*declared), live(*found)) == plan(desired(*again_declared), live(*again_found))


@given(both=states())
def test_creates_precede_their_children_and_every_dependency_comes_first(
    both: tuple[list[Declared], list[Observed]],
) -> None:
    """A change stands after all that it depends on."""
    declared, found = both
    seen: set[Address] = set()
    for change in plan(desired(*declared), live(*found)).changes:
        assert set(change.depends_on) <= seen
        seen.add(change.address)


@given(both=states())
def test_nothing_undeclared_is_ever_touched(both: tuple[list[Declared], list[Observed]]) -> None:
    """Without a `removed:` entry nothing is deleted, and every change is of a declared address."""
    declared, found = both
    keys = {one.key for one in declared}
    for change in plan(desired(*declared), live(*found)).changes:
        assert change.action is not Action.DELETE and change.address.key in keys


def test_a_child_moves_away_before_its_parent_gets_one() -> None:
    """The vendor knows one level: who is given a parent has lost its own children first."""
    found = live(live_club("ROOT"), live_club("A-MID"), live_club("KID", parent="A-MID"))
    made = plan(desired(club("A-MID", parent="ROOT"), club("KID", parent="ROOT")), found)
    assert actions(made) == [("update", "KID"), ("update", "A-MID")]
    assert [address.key for address in made.changes[1].depends_on] == ["KID"]


def test_an_emails_order_is_no_condition() -> None:
    """Who takes an e-mail follows who gives it up, and goes on where that one is refused."""
    wanted = desired(
        club("A", founded="1901", guests=[guest("P", "new@x")]), club("B", name="B", guests=[guest("Q", "p@x")])
    )
    found = live(live_club("A", founded="1900", guests=[guest("P", "p@x", id="1")]))
    made = plan(wanted, found)
    assert actions(made) == [("create", "B")]
    assert made.changes[0].depends_on == () and [one.key for one in made.changes[0].follows] == ["A"]


def test_a_knot_of_emails_leaves_parents_in_order() -> None:
    """Where parents and e-mails go round in a circle, the e-mails' order is given up and the parents' holds."""
    found = live(live_club("C0"), live_club("C4", guests=[guest("E", "e@x", id="1")]))
    wanted = desired(
        club("C0", parent="C1"),
        club("C1", name="N", guests=[guest("F", "e@x")]),
        club("C4", parent="C1", guests=[]),
    )
    made = plan(wanted, found)
    assert actions(made)[0] == ("create", "C1")
    assert all(change.follows == () for change in made.changes)


def test_a_reference_to_what_is_removed_is_a_problem() -> None:
    """A plan does not delete what its documents name, be it a parent or a definition."""
    found = live(live_club("A"), live_club("K", parent="A"), live_tag("T"))
    wanted = replace(
        desired(club("K", parent="A", tags={"T": 1})),
        removals=(removal("r-A"), replace(removal("r-T"), kind="tag", key="T")),
    )
    with pytest.raises(DesiredStateInvalid) as error:
        plan(wanted, found)
    assert codes(error) == ["reference-removed", "reference-removed"]


def test_a_parent_whose_live_child_stays_is_not_deleted() -> None:
    """The child may be declared by nobody; moving it away in the same plan frees the parent."""
    found = live(live_club("A"), live_club("K", parent="A"), live_club("R"))
    alone = plan(replace(desired(), removals=(removal("r-A"),)), found)
    assert [one.problem.code for one in alone.blocked] == ["child-of-deleted"]
    moving = plan(replace(desired(club("K", parent="R")), removals=(removal("r-A"),)), found)
    assert actions(moving) == [("update", "K"), ("delete", "A")]


def test_a_deletion_shows_and_relies_on_who_goes_with_it() -> None:
    """The members of a deleted resource are named, and belong to its precondition."""
    found = live(live_club("A", guests=[guest("P", "p@x", id="1")]))
    (change,) = plan(replace(desired(), removals=(removal("r-A"),)), found).changes
    assert [(one.address.key, one.action) for one in change.members] == [("P", MemberAction.REMOVE)]
    assert change.precondition.sections == ("guests",)


def test_a_parent_given_without_a_listing_is_marked() -> None:
    """Where only a few objects were looked up, nobody knows whether the resource has children of its own."""
    found = replace(live(live_club("A"), live_club("R")), certificates=())
    (change,) = plan(desired(club("A", parent="R")), found).changes
    assert [mark.code for mark in change.marks] == ["children-unverified"]


def test_every_objection_is_told() -> None:
    """A change that is refused for two reasons says both."""
    found = live(live_club("A", founded="1900", guests=[guest("P1", "p@x", id="1")]))
    (blocked,) = plan(desired(club("A", founded="1901", guests=[guest("P2", "p@x")])), found).blocked
    assert [blocked.problem.code, *(one.code for one in blocked.others)] == ["email-held", "field-immutable"]


def test_what_stands_already_is_kept_for_the_look_at_the_end() -> None:
    """A change carries the declared values that it does not touch, its members' included."""
    found = live(live_club("A", name="A", plan="1", guests=[guest("P", "p@x", id="1"), guest("Q", "q@x", id="2")]))
    (change,) = plan(desired(club("A", name="B", plan="1", guests=[guest("P", "p@x")])), found).changes
    assert [(row.path, row.after) for row in change.standing] == [(("plan",), "1")]
    assert {row.path for row in change.members[0].standing} == {("externalId",), ("email",)}
