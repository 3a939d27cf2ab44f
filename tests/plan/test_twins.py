"""Tests of reconciler.plan.twins: one goes and its like comes."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.state import Allowance
from reconciler.plan.build import Part, build
from tests.plan.guarding import OTHER, done, made, refused
from tests.values import club, desired, inventory, live, live_club, organization


class TestTwins:
    """One goes and its like comes."""

    def test_one_that_stays_undeclared_is_a_twin_too(self) -> None:
        """Where pruning is off the new one would be a duplicate; nothing is to be deleted."""
        old = live_club("A", tax="FR1")
        part = Part(
            organization=replace(organization(), policy={"prune": "off"}),
            desired=desired(club("B"), club("NEW", name="A", tax="FR1")),
            live=live(old, OTHER),
            inventory=inventory(old, OTHER),
        )
        found = build([part])
        assert refused(found) == {"NEW": ["recreated-twin"]}
        assert "externalId is immutable" in found.blocked[0].problem.why

    def test_one_that_stays_declared_or_is_not_ours_is_none(self) -> None:
        """Two subsidiaries share a number."""
        old, foreign = live_club("A", name="A", tax="FR1"), live_club("F", tax="FR1")
        wanted = desired(club("A", name="A"), club("NEW", name="A", tax="FR1"))
        assert done(made(wanted, live(old, foreign), inventory(old))) == [("NEW", "create")]

    def test_an_override_names_one_that_goes(self) -> None:
        """It lets that one go and its like come; another pair stays as it is."""
        first, second = live_club("A", tax="FR1"), live_club("D", tax="FR2")
        wanted = desired(club("B"), club("NEW-A", name="A", tax="FR1"), club("NEW-D", name="D", tax="FR2"))
        leave = Allowance(guard="recreated-twin", target="acme/club/A")
        found = made(wanted, live(first, second, OTHER), inventory(first, second, OTHER), leave)
        assert done(found) == [("A", "delete"), ("NEW-A", "create")]
        assert refused(found) == {"D": ["recreated-twin"], "NEW-D": ["recreated-twin"]}

    def test_one_that_looks_like_two_needs_both(self) -> None:
        """Nobody knows which of them it is."""
        first, second = live_club("A", tax="FR1"), live_club("D", tax="FR1")
        wanted = desired(club("B"), club("NEW", name="A", tax="FR1"))
        leave = Allowance(guard="recreated-twin", target="acme/club/A")
        found = made(wanted, live(first, second, OTHER), inventory(first, second, OTHER), leave)
        assert done(found) == [("A", "delete")]
        assert set(refused(found)) == {"D", "NEW"}

    def test_one_that_is_refused_for_itself_holds_the_other_back(self) -> None:
        """The old one does not go while the new one cannot come."""
        old = live_club("A", tax="FR1")
        wanted = desired(club("B"), club("NEW", tax="FR1"))  # it cannot be created without a name
        found = made(wanted, live(old, OTHER), inventory(old, OTHER))
        assert refused(found) == {"A": ["recreated-twin"], "NEW": ["field-needed"]}
