"""Tests of reconciler.plan.guards and what it calls: each guard holds, and its override lets exactly that through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.guards import GUARDS, TARGETS, Target
from reconciler.model.state import Allowance
from tests.plan.guarding import CASES, ONE, OTHER, done, made, plan, refused, removal, warned
from tests.values import club, desired, inventory, live, live_club


def test_every_guard_has_a_case() -> None:
    """No guard goes untested."""
    assert set(CASES) == set(GUARDS)


@pytest.mark.parametrize("guard", CASES)
def test_a_guard_holds_and_names_its_override(guard: str) -> None:
    """The changes are blocked under the guard's code, with the override to type."""
    found = plan(CASES[guard])
    assert {code for codes in refused(found).values() for code in codes} == {guard}
    assert len(found.blocked) == CASES[guard].blocked
    assert found.blocked[0].problem.command.startswith("reconciler plan --allow")
    assert found.blocked[0].problem.remedy.endswith(", allow it for this run:")
    assert found.overrides == ()


@pytest.mark.parametrize("guard", CASES)
def test_an_override_lets_exactly_that_through(guard: str) -> None:
    """With leave nothing is blocked, the plan says which leave was used, and another guard's leave does nothing."""
    case = CASES[guard]
    found = plan(case, case.allow)
    assert found.blocked == () and len(found.changes) == case.changes
    assert found.overrides == (f"acme: {case.allow}",)
    assert found.digest != plan(case).digest and warned(found) == []
    other = plan(case, replace(case.allow, guard=next(name for name in GUARDS if name != guard)))
    assert len(other.blocked) == case.blocked and warned(other) == ["allowance-unused"]


@pytest.mark.parametrize("guard", CASES)
def test_an_override_of_something_else_lets_nothing_through(guard: str) -> None:
    """Another kind, address or organization is none of ours; a kind alone is not enough where objects are looked at."""
    case = CASES[guard]
    for target in ("tag" if case.allow.target == "club" else "none", "acme/club/ZZZ", "beta", "beta/club"):
        assert len(plan(case, replace(case.allow, target=target)).blocked) == case.blocked
    if TARGETS[guard] in (Target.OBJECT, Target.MEMBER):
        kind = "tag" if guard == "destroys-uncounted" else "club"
        assert len(plan(case, Allowance(guard=guard, target=kind)).blocked) == case.blocked


def test_what_waits_for_a_guarded_change_waits_too_and_the_rest_goes_on() -> None:
    """A delete whose child stays by a guard is blocked with it; an unrelated change is not."""
    child, parent = live_club("K", parent="A"), live_club("A")
    wanted = replace(desired(club("B", name="New")), removals=(removal("K"), removal("A")))
    found = made(wanted, live(parent, child, OTHER), inventory(parent, child, OTHER, protected=["K"]))
    assert refused(found) == {"A": ["dependency-blocked"], "K": ["protected"]}
    assert done(found) == [("B", "update")]


class TestChildren:
    """Something goes that others belong to."""

    def test_who_is_only_coming_counts(self) -> None:
        """A create and an update that name what is pruned keep it."""
        wanted = desired(club("NEW", name="N", parent="A"), club("B", parent="A"))
        found = made(wanted, live(live_club("A"), OTHER), inventory(ONE, OTHER))
        assert refused(found)["A"] == ["child-of-deleted"]
        assert '"B" and "NEW"' in next(one for one in found.blocked if one.change.address.key == "A").problem.detail

    def test_who_means_to_come_and_is_refused_counts_too(self) -> None:
        """The documents name the parent; it must be there when they are mended."""
        found = made(desired(club("NEW", parent="A"), club("B")), live(live_club("A"), OTHER), inventory(ONE, OTHER))
        assert refused(found) == {"A": ["child-of-deleted"], "NEW": ["field-needed"]}

    @pytest.mark.parametrize("spelt", ["A", "id:r-A"])
    def test_who_has_no_external_id_counts(self, spelt: str) -> None:
        """Somebody made it by hand; its parent may be known by remote id alone."""
        child = replace(live_club("K", parent=spelt), key=None)
        found = replace(live(live_club("A"), OTHER), keyless={"club": (child,)})
        (blocked,) = made(desired(club("B")), found, inventory(ONE, OTHER)).blocked
        assert (blocked.problem.code, "id:r-K" in blocked.problem.detail) == ("child-of-deleted", True)

    def test_who_goes_or_moves_away_does_not(self) -> None:
        """Then the parent is free to go."""
        child, mover = live_club("K", parent="A"), live_club("M", parent="A")
        wanted = desired(club("B"), club("M", parent=None))
        found = made(wanted, live(live_club("A"), OTHER, child, mover), inventory(ONE, OTHER, child, mover))
        assert done(found) == [("A", "delete"), ("K", "delete"), ("M", "update")]


def test_a_removal_that_names_its_object_may_have_nothing_to_forget() -> None:
    """What the vendor would refuse is left by dropping the entry, and by forgetting where it is managed."""
    full = live_club("A", balance=5)
    wanted = replace(desired(club("B")), removals=(removal("A"),))
    (foreign,) = made(wanted, live(full, OTHER), inventory(OTHER)).blocked
    assert foreign.problem.remedy.startswith("To leave it there, drop the entry under `removed:`.\n")
    (ours,) = made(wanted, live(full, OTHER), inventory(full, OTHER)).blocked
    assert "\n    reconciler inventory forget acme/club/A\n" in ours.problem.remedy


def test_an_override_is_quoted_for_the_shell() -> None:
    """Keys may hold spaces and quotes."""
    odd = live_club("A B's", balance=5)
    (blocked,) = made(desired(club("B")), live(odd, OTHER), inventory(odd, OTHER)).blocked
    assert blocked.problem.command == """reconciler plan --allow not-empty='acme/club/A B'"'"'s'"""
