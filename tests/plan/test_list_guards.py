"""Tests of reconciler.plan.list_guards: somebody goes because a list is replaced."""

from __future__ import annotations

from reconciler.model.state import Allowance
from tests.plan.guarding import ONE, P, Q, made, refused
from tests.values import club, desired, guest, inventory, live, live_club


class TestLists:
    """Somebody goes because a list is replaced."""

    HAND = guest(None, "hand@x", id="3")

    def test_everybody_whom_an_adoption_would_remove_is_allowed_by_address(self) -> None:
        """One of two is not enough; the one that is left is told, by a digest where there is no external id."""
        found = live(live_club("A", name="A", guests=[P, Q, self.HAND]))
        wanted = desired(club("A", guests=[guest("P", "p@x")]))
        one = Allowance(guard="adopt-removes", target="acme/club/A/guest/Q")
        (blocked,) = made(wanted, found, inventory(), one).blocked
        assert blocked.others == ()
        target = blocked.problem.command.partition("adopt-removes=")[2]
        assert target.startswith("acme/club/A/guest/email:") and "hand@x" not in str(blocked.problem)
        other = Allowance(guard="adopt-removes", target=target.removeprefix("acme/"))
        assert made(wanted, found, inventory(), one, other).blocked == ()
        assert set(refused(made(wanted, found, inventory(), other))) == {"A"}

    def test_an_adoption_that_leaves_nobody_is_refused_for_both(self) -> None:
        """Who may go, and whether nobody may be left, are two questions."""
        found = made(desired(club("A", guests=[])), live(ONE), inventory())
        assert refused(found) == {"A": ["adopt-removes", "adopt-removes", "list-emptied"]}

    def test_a_main_one_may_be_handed_over(self) -> None:
        """Somebody else is declared to take the place."""
        wanted = desired(club("A", guests=[guest("Q", "q@x", isMain=True)]))
        assert made(wanted, live(ONE), inventory(ONE)).blocked == ()

    def test_a_list_that_is_left_out_or_only_added_to_is_left_alone(self) -> None:
        """Nobody goes."""
        assert made(desired(club("A", name="A")), live(ONE), inventory(ONE)).empty
        assert made(desired(club("A", guests=[], only_add=True)), live(ONE), inventory(ONE)).empty
