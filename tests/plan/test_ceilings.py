"""Tests of reconciler.plan.ceilings: how much is too much, and what is no evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.inventory import Intent
from reconciler.model.state import Allowance
from tests.plan.guarding import MANY, ONE, OTHER, P, Q, clubs, declared, done, made, refused, removal
from tests.values import club, desired, guest, inventory, live, live_club


@pytest.mark.parametrize(
    ("managed", "going", "blocked"),
    [(4, 3, 0), (5, 4, 4), (39, 4, 4), (40, 4, 0), (40, 5, 5), (499, 49, 0), (500, 50, 0), (600, 50, 0), (600, 51, 51)],
)
def test_the_ceiling_of_deletes(managed: int, going: int, blocked: int) -> None:
    """Three always go, then a tenth of what is managed, and never more than fifty."""
    found = clubs(managed)
    assert len(made(desired(*declared(found[going:])), live(*found), inventory(*found)).blocked) == blocked


@pytest.mark.parametrize(("managed", "changing", "blocked"), [(9, 9, 0), (10, 3, 0), (10, 4, 4), (40, 12, 0)])
def test_the_ceiling_of_updates(managed: int, changing: int, blocked: int) -> None:
    """Up to thirty percent of ten or more change at once."""
    found = clubs(managed)
    wanted = desired(*declared(found[:changing], "M"), *declared(found[changing:]))
    assert len(made(wanted, live(*found), inventory(*found)).blocked) == blocked


def test_shares_are_of_what_is_managed() -> None:
    """What was adopted by nobody does not make a plan look small, and what is being adopted is no update of ours."""
    found = clubs(40)
    wanted = desired(*declared(found[:6]), *declared(found[20:], "M"))
    plan = made(wanted, live(*found), inventory(*found[:10]))
    assert refused(plan) == {key: ["delete-ceiling"] for key in ("C006", "C007", "C008", "C009")}
    assert len(plan.changes) == 20


def test_members_that_lists_remove_are_counted() -> None:
    """Four of eight guests are too many, wherever they are; who goes with a deleted object is not counted."""
    some = [
        live_club(f"C{n}", guests=[guest(f"P{n}", f"p{n}@x", id=f"1{n}"), guest(f"Q{n}", f"q{n}@x", id=f"2{n}")])
        for n in range(4)
    ]
    fewer = [club(f"C{n}", guests=[guest(f"P{n}", f"p{n}@x")]) for n in range(4)]
    found = made(desired(*fewer), live(*some), inventory(*some))
    assert refused(found) == {key: ["delete-ceiling"] for key in ("C0", "C1", "C2", "C3")}
    assert found.blocked[0].problem.command == "reconciler plan --allow-delete guest=4"
    leave = Allowance(guard="delete-ceiling", target="guest", count=4)
    assert made(desired(*fewer), live(*some), inventory(*some), leave).blocked == ()
    assert made(desired(*fewer[:3]), live(*some), inventory(*some)).blocked == ()


class TestEmptyDocuments:
    """Nothing is declared of a kind of which something is managed."""

    def test_one_managed_object_is_enough(self) -> None:
        """The last one does not go unasked."""
        assert refused(made(desired(), live(OTHER), inventory(OTHER))) == {"B": ["desired-empty"]}

    def test_what_entries_name_is_not_pruned(self) -> None:
        """`removed:` says of each that it is meant."""
        wanted = replace(desired(), removals=(removal("A"), removal("B")))
        assert done(made(wanted, live(ONE, OTHER), inventory(ONE, OTHER))) == [("A", "delete"), ("B", "delete")]


class TestShrunkListing:
    """More than a fifth of a kind is missing."""

    @pytest.mark.parametrize(("before", "rows", "blocked"), [(10, 8, 0), (10, 7, 1), (5, 4, 0), (2, 1, 1), (0, 0, 0)])
    def test_by_how_much(self, before: int, rows: int, blocked: int) -> None:
        """A fifth may go; of two, one is half."""
        found, other = live(*MANY[:rows]), MANY[: min(rows, 1)]
        ours = inventory(*other, sizes={"club": before})
        assert len(made(desired(*declared(other), club("NEW", name="N")), found, ours).blocked) == blocked

    def test_what_was_seen_goes_on(self) -> None:
        """An update and an adoption rest on an object that is there; a list that removes somebody waits."""
        listed = live_club("L", guests=[P, Q])
        wanted = desired(club("C000", name="M"), club("C001", name="N"), club("L", guests=[guest("P", "p@x")]))
        ours = inventory(MANY[0], listed, sizes={"club": 10})
        found = made(wanted, live(*MANY[:2], listed), ours)
        assert (refused(found), done(found)) == ({"L": ["live-shrank"]}, [("C000", "update"), ("C001", "adopt")])

    def test_nothing_is_forgotten_on_its_word(self) -> None:
        """Once forgotten, what the listing hid would never be deleted."""
        some = MANY[:10]
        ours = inventory(*some, sizes={"club": 10})
        found = made(desired(*declared(some[:7])), live(*some[:7]), ours)
        assert refused(found) == {key: ["live-shrank"] for key in ("C007", "C008", "C009")}
        assert {one.change.action.value for one in found.blocked} == {"forget"}

    def test_what_a_killed_run_deleted_is_no_shrinking(self) -> None:
        """One of two went by our own hand, and the run could not record it."""
        gone = Intent(kind="club", key="C001", action="delete", remote_id="r-C001", run="run-0")
        ours = inventory(*MANY[:2], sizes={"club": 2}, intents=(gone,))
        found = made(desired(club("C000", name="N"), club("NEW", name="N")), live(MANY[0]), ours)
        assert ("NEW", "create") in done(found) and found.blocked == ()

    def test_it_is_not_the_size_to_compare_with_next(self) -> None:
        """What else is applied does not make the doubtful listing the usual one; leave for it does."""
        wanted = desired(club("C000", name="M"), club("NEW", name="N"))
        ours = inventory(MANY[0], sizes={"club": 10})
        assert made(wanted, live(*MANY[:7]), ours).shares[0].sizes == {"tag": 0}
        leave = Allowance(guard="live-shrank", target="club")
        assert made(wanted, live(*MANY[:7]), ours, leave).shares[0].sizes == {"tag": 0, "club": 7}


class TestAnotherOrganization:
    """Our objects do not answer, or the inventory is of somewhere else."""

    @pytest.mark.parametrize(
        ("managed", "strange", "held"),
        [(1, 1, True), (2, 1, False), (2, 2, True), (3, 2, False), (4, 3, True), (6, 3, False), (40, 40, True)],
    )
    def test_how_many_must_be_strangers(self, managed: int, strange: int, held: bool) -> None:
        """Most, and more than two where there are more than two."""
        found = [replace(one, remote_id=f"other-{one.key}") for one in MANY[:strange]] + MANY[strange:managed]
        plan = made(desired(*declared(MANY[:managed])), live(*found), inventory(*MANY[:managed]))
        assert (["organization-changed"] in refused(plan).values()) is held

    def test_what_was_not_read_is_no_evidence(self) -> None:
        """A listing that failed does not speak of another organization."""
        plan = made(desired(*declared(MANY[:4])), live(flaw="a page failed"), inventory(*MANY[:4]))
        assert plan.blocked == ()

    def test_what_a_killed_run_was_changing_is_no_evidence(self) -> None:
        """Its objects may be gone by our own hand."""
        gone = tuple(
            Intent(kind="club", key=str(one.key), action="delete", remote_id=one.remote_id, run="r") for one in MANY[:2]
        )
        plan = made(desired(club("NEW", name="N")), live(OTHER), inventory(*MANY[:2], intents=gone))
        assert plan.blocked == ()

    def test_another_endpoint_is_another_organization(self) -> None:
        """Even where every object answers; and everything waits, adoption too."""
        ours = replace(inventory(*MANY[:2]), endpoint="https://elsewhere")
        plan = made(desired(*declared(MANY[:3])), live(*MANY[:3]), ours)
        assert refused(plan) == {"C002": ["organization-changed"]}
        assert "clubs at https://elsewhere" in plan.blocked[0].problem.detail
