"""What became of a write that a run left open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from reconciler.apply.aftermath import (
    CHANGED,
    GONE,
    NO_EFFECT,
    TOOK_EFFECT,
    Verdict,
    changes_by_name,
    effect,
    effect_of,
)
from reconciler.apply.minutes import plain_image
from reconciler.live.provider import Remaining, Write
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.journal import Entry, Try, Wrote
from reconciler.model.resource import Observed
from reconciler.model.state import Absent, Unread
from tests.apply.provider import Clubs, create, delete, member, update
from tests.apply.test_lagging import Laggards
from tests.clock import run_virtual

AT = "2026-01-15T09:30:00.000Z"
ROWING = Observed(kind="club", key="ROW", remote_id="r-ROW", fields={"name": "Rowing"}, members={"guests": []})
RENAMED = replace(ROWING, fields={"name": "Rowers"})
ELSEWHERE = replace(ROWING, remote_id="r-2")
ABSENT = Absent(evidence="404")


def entry(action: Action, before: Observed | None, step: int = 1, summary: str = "PUT ROW") -> Entry:
    """Leave a write open."""
    wrote = Wrote(
        at=AT,
        n=1,
        address="acme/club/ROW",
        action=action.value,
        step=step,
        steps=2,
        attempt=1,
        summary=summary,
        request="q",
        first=True,
        before=before,
    )
    return Entry(address="acme/club/ROW", action=action, tries=(Try(wrote=wrote),))


CREATED = entry(Action.CREATE, None, summary="POST ROW")
UPDATED = entry(Action.UPDATE, ROWING)
DELETED = entry(Action.DELETE, ROWING, summary="DELETE ROW")
LATER = entry(Action.CREATE, None, step=2, summary="LIST ROW")
LISTED = entry(Action.REPLACE, ROWING, step=2, summary="LIST ROW")
GUESTS = (member("ROW", "G", MemberAction.ADD, name="Ada"),)
WITH_GUEST = replace(RENAMED, members={"guests": [{"id": "g-G", "externalId": "G", "name": "Ada"}]})


@pytest.mark.parametrize(
    ("left_open", "change", "found", "verdict"),
    [
        (CREATED, create("ROW", name="Rowing"), ABSENT, NO_EFFECT),
        (CREATED, create("ROW", name="Rowing"), ROWING, TOOK_EFFECT),
        (CREATED, None, ROWING, TOOK_EFFECT),
        (DELETED, delete(ROWING), ABSENT, TOOK_EFFECT),
        (DELETED, delete(ROWING), ROWING, NO_EFFECT),
        (DELETED, None, ELSEWHERE, TOOK_EFFECT),
        (UPDATED, update(ROWING, name="Rowers"), ROWING, NO_EFFECT),
        (UPDATED, update(ROWING, name="Rowers"), RENAMED, TOOK_EFFECT),
        (UPDATED, update(ROWING, name="Rowers"), ABSENT, GONE),
        (UPDATED, None, ABSENT, GONE),
        (UPDATED, update(ROWING, name="Rowers"), ELSEWHERE, GONE),
        (LATER, create("ROW", name="Rowing"), ABSENT, GONE),
        (UPDATED, update(ROWING, name="Rowers"), replace(ROWING, fields={"name": "Sculls"}), CHANGED),
        (LISTED, update(ROWING, guests=GUESTS, name="Rowers"), replace(ROWING, fields={"name": "Sculls"}), CHANGED),
        (UPDATED, None, ROWING, NO_EFFECT),
        (UPDATED, None, RENAMED, TOOK_EFFECT),
        (LISTED, update(ROWING, guests=GUESTS, name="Rowers"), RENAMED, NO_EFFECT),
        (LISTED, update(ROWING, guests=GUESTS, name="Rowers"), WITH_GUEST, TOOK_EFFECT),
        (UPDATED, update(ROWING, name="Rowers"), Unread(reason=""), None),
    ],
)
def test_the_object_tells_what_became_of_an_open_write(
    left_open: Entry, change: Change | None, found: Observed | Absent | Unread, verdict: Verdict | None
) -> None:
    """By what its change would still do; without the plan, by what stood before."""
    assert run_virtual(effect(left_open, change, found, Clubs(), plain_image)) == verdict


def test_lists_that_were_not_read_are_read_where_they_are_needed() -> None:
    """A listing may give an object without them."""
    clubs = Clubs(WITH_GUEST)
    change = update(ROWING, guests=GUESTS, name="Rowers")
    assert run_virtual(effect(LISTED, change, replace(RENAMED, members=None), clubs, plain_image)) is TOOK_EFFECT
    assert clubs.list_reads["ROW"] == 1


@pytest.mark.parametrize(
    ("left_open", "change", "found", "verdict"),
    [
        (CREATED, create("ROW", name="Rowing"), ABSENT, NO_EFFECT),
        (UPDATED, update(ROWING, name="Rowers"), ROWING, NO_EFFECT),
        (UPDATED, update(ROWING, name="Rowers"), ABSENT, GONE),
        (UPDATED, None, ROWING, NO_EFFECT),
        (DELETED, delete(ROWING), ROWING, NO_EFFECT),
    ],
)
def test_where_reads_lag_nothing_did_not_take_effect_before_it_would_show(
    left_open: Entry, change: Change | None, found: Observed | Absent, verdict: Verdict
) -> None:
    """What looks untouched a minute after may have been read too soon; five minutes after, it is."""
    clubs = Laggards()
    soon, late = (datetime.fromisoformat(f"2026-01-15T09:{minute}:00.000Z") for minute in (31, 35))
    assert run_virtual(effect(left_open, change, found, clubs, plain_image, soon)) is None
    assert run_virtual(effect(left_open, change, found, clubs, plain_image)) is None
    assert run_virtual(effect(left_open, change, found, clubs, plain_image, late)) is verdict


def test_what_shows_took_effect_at_once_where_reads_lag() -> None:
    """Nothing shows that was never done."""
    clubs = Laggards()
    change = update(ROWING, name="Rowers")
    assert run_virtual(effect(UPDATED, change, RENAMED, clubs, plain_image)) is TOOK_EFFECT
    assert run_virtual(effect(DELETED, delete(ROWING), ABSENT, clubs, plain_image)) is TOOK_EFFECT


def test_a_conflict_is_judged_by_what_stood_before() -> None:
    """Where the vendor's tables see no way on, the image of the journal is what there is."""
    conflict = Remaining(conflict="It was edited.")
    assert effect_of(UPDATED, ROWING, conflict, ROWING) is NO_EFFECT
    assert effect_of(UPDATED, RENAMED, conflict, RENAMED) is TOOK_EFFECT


def test_another_write_that_remains_is_not_the_open_one() -> None:
    """The step that was open stands; the next is still to be sent."""
    rest = Remaining(writes=(Write(method="LIST", path="ROW", body=None, summary="LIST ROW"),))
    assert effect_of(UPDATED, RENAMED, rest, RENAMED) is TOOK_EFFECT


def test_changes_are_known_by_address_and_action() -> None:
    """As journals name them."""
    change = create("ROW")
    assert changes_by_name((change,)) == {("acme/club/ROW", "create"): change}
