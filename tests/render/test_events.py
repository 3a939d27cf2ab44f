"""What is said while an apply runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from reconciler.errors import Problem
from reconciler.model.change import Action
from reconciler.model.event import Done, Event, Failed, Skipped, Stale, Started, Unknown
from reconciler.render.event_json import event_json
from reconciler.render.event_text import event_text
from tests.render.plans import address, change

CREATION = change("C-1", Action.CREATE)
PROBLEM = Problem(code="moved", summary="changed since the plan", detail="secret detail")

LINES: list[tuple[Event, str, str]] = [
    (
        Started(change=CREATION, step=1, steps=1, attempt=1, summary="create"),
        "acme-fr/customer/C-1: Creating...",
        "apply_start",
    ),
    (
        Started(change=CREATION, step=2, steps=3, attempt=2, summary="add contact"),
        "acme-fr/customer/C-1: Creating... (step 2 of 3: add contact) (try 2)",
        "apply_start",
    ),
    (
        Done(change=CREATION, remote_id="u-1"),
        "acme-fr/customer/C-1: Creation complete after 2s [id=u-1]",
        "apply_complete",
    ),
    (
        Done(change=CREATION, remote_id="u-1", overridden=(("name",), ("address", "city"))),
        "acme-fr/customer/C-1: Creation complete after 2s [id=u-1]; "
        "the vendor set name and address.city to something else",
        "apply_complete",
    ),
    (
        Stale(change=CREATION, problem=PROBLEM),
        "acme-fr/customer/C-1: Skipped as stale: changed since the plan [moved]",
        "apply_stale",
    ),
    (
        Skipped(change=CREATION, because=address("C-0")),
        "acme-fr/customer/C-1: Skipped, because acme-fr/customer/C-0 was not done",
        "apply_skipped",
    ),
    (
        Failed(change=CREATION, problem=PROBLEM, written=True),
        "acme-fr/customer/C-1: Failed in part: changed since the plan [moved]",
        "apply_errored",
    ),
    (
        Unknown(change=CREATION, problem=PROBLEM),
        "acme-fr/customer/C-1: Outcome unknown: changed since the plan [moved]",
        "apply_unknown",
    ),
]


@pytest.mark.parametrize(("event", "line", "kind"), LINES)
def test_each_event_is_one_line(event: Event, line: str, kind: str) -> None:
    """Words for people, and the same words with a type for programs."""
    assert event_text(event, 2.2) == line
    told = event_json(event, 2.2, datetime(2026, 3, 1, tzinfo=UTC))
    assert (told["@message"], told["type"]) == (line, kind)
    assert "\n" not in json.dumps(told)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action.CREATE, "Already so [id=u-1]"),
        (Action.REPLACE, "Already so [id=u-1]"),
        (Action.ADOPT, "Noting complete [id=u-1]"),
    ],
)
def test_what_was_never_started_is_not_said_to_have_taken_time(action: Action, words: str) -> None:
    """Nothing was written: what writes stood already, and what never writes is done without more."""
    event = Done(change=change("C-1", action), remote_id="u-1")
    assert event_text(event, None) == f"acme-fr/customer/C-1: {words}"
    told = event_json(event, None, datetime(2026, 3, 1, tzinfo=UTC))
    assert (told["@message"], told["type"]) == (f"acme-fr/customer/C-1: {words}", "apply_complete")


def test_what_is_taken_in_is_told_otherwise_than_what_is_only_noted() -> None:
    """An adoption makes an object ours; noting writes something down about one that is."""
    adopted = Done(change=change("C-1", Action.ADOPT, adopts=True), remote_id="u-1")
    assert event_text(adopted, None) == "acme-fr/customer/C-1: Adoption complete [id=u-1]"
