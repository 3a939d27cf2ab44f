"""Tests of reconciler.plan.lost_creates: each row of the table at the head of that module."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.model.inventory import Intent, Inventory
from reconciler.model.plan import Plan
from reconciler.model.resource import Declared, Observed
from reconciler.plan.build import Part, build
from reconciler.plan.lost_creates import AGE
from tests.values import VENDOR, club, desired, inventory, live, live_club, organization

SENT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
LOST = Intent(kind="club", key="A", action="create", remote_id=None, run="run-0", at="2026-01-15T12:00:00Z")
LAGGING = replace(VENDOR, kinds=tuple(replace(kind, reads_lag=True) for kind in VENDOR.kinds))
SOON = timedelta(seconds=20)


def plan(
    ours: Inventory,
    *found: Observed,
    after: timedelta | None = SOON,
    lags: bool = True,
    wanted: tuple[Declared, ...] = (club("A", name="A"),),
    unsent: frozenset[tuple[str, str]] = frozenset(),
) -> Plan:
    """Plan by what is read so long after the create was sent."""
    one = replace(organization(), vendor=LAGGING) if lags else organization()
    read_at = None if after is None else SENT + after
    part = Part(organization=one, desired=desired(*wanted), live=live(*found), inventory=ours, read_at=read_at)
    return build([replace(part, unsent=unsent)])


def told(made: Plan) -> list[str]:
    """Give what the plan does, and what it refuses."""
    return [change.action.value for change in made.changes] + [one.problem.code for one in made.blocked]


def test_what_a_run_may_have_created_a_moment_ago_is_not_created_again() -> None:
    """It does not show yet: refused, with the run, the time to plan again, and the way for who has looked."""
    made = plan(inventory(intents=(LOST,)))
    assert told(made) == ["create-in-doubt"]
    (blocked,) = made.blocked
    assert blocked.problem.detail.startswith("Run run-0 set out to create acme/club/A")
    assert blocked.problem.remedy.startswith("Plan again after 2026-01-15 12:05:00 UTC.")
    assert blocked.problem.remedy.endswith("\n    reconciler inventory forget acme/club/A")


@pytest.mark.parametrize(
    ("after", "verdict"), [(AGE - timedelta(seconds=1), "create-in-doubt"), (AGE, "create"), (-AGE, "create-in-doubt")]
)
def test_the_doubt_ends(after: timedelta, verdict: str) -> None:
    """What had its time to show, and did not, is not there; a clock that is behind only waits longer."""
    assert told(plan(inventory(intents=(LOST,)), after=after)) == [verdict]


@pytest.mark.parametrize("at", ["", "yesterday", "2026-01-15T12:00:00"])
def test_an_intent_without_a_time_stays_in_doubt(at: str) -> None:
    """It is of an inventory that an earlier version wrote: only a person ends that."""
    made = plan(inventory(intents=(replace(LOST, at=at),)), after=timedelta(days=9))
    assert told(made) == ["create-in-doubt"]
    assert made.blocked[0].problem.remedy.startswith("If you have looked")


def test_without_a_time_of_reading_nothing_is_settled() -> None:
    """Whoever gives none is on the cautious side."""
    assert told(plan(inventory(intents=(LOST,)), after=None)) == ["create-in-doubt"]


def test_where_reads_do_not_lag_a_look_settles_it() -> None:
    """What is not seen there is not there."""
    assert told(plan(inventory(intents=(LOST,)), lags=False)) == ["create"]


def test_what_shows_is_taken_in() -> None:
    """There is no doubt about what was seen."""
    assert told(plan(inventory(intents=(LOST,)), live_club("A", name="A"))) == ["adopt"]


def test_another_intent_leaves_no_doubt() -> None:
    """A run that set out to change what is gone now has created nothing."""
    assert told(plan(inventory(intents=(replace(LOST, action="update"),)))) == ["create"]


def test_the_remote_id_that_was_answered_is_told() -> None:
    """So it can be looked for at the vendor; that it does not read by it settles nothing."""
    made = plan(inventory(intents=(replace(LOST, remote_id="r-A"),)))
    assert told(made) == ["create-in-doubt"]
    assert "the remote id r-A" in made.blocked[0].problem.detail


def test_what_was_never_sent_is_in_no_doubt() -> None:
    """The journal of its run says so: it goes at once, or is forgotten where nothing declares it any more."""
    ours, unsent = inventory(intents=(LOST,)), frozenset({("club", "A")})
    assert told(plan(ours, unsent=unsent)) == ["create"]
    assert told(plan(ours, unsent=frozenset({("club", "B")}))) == ["create-in-doubt"]
    assert told(plan(ours, unsent=unsent, wanted=())) == ["forget"]


@pytest.mark.parametrize(("after", "verdict"), [(SOON, []), (AGE, ["forget"])])
def test_what_is_no_longer_declared_is_not_forgotten_while_in_doubt(after: timedelta, verdict: list[str]) -> None:
    """Forgotten, it would be created again as soon as it is declared again."""
    assert told(plan(inventory(intents=(LOST,)), after=after, wanted=())) == verdict
