"""Tests of reconciler.plan.told_creates: what a journal says of a create whose ending the inventory does not know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.event import Reply
from reconciler.model.inventory import Intent
from reconciler.model.journal import Answer, Ended, Line, Wrote
from reconciler.plan.told_creates import Told, asked_of, recollected, told_of
from tests.values import VENDOR, inventory

AT = "2026-01-15T12:00:00.000Z"
KEY = ("club", "A")
INTENT = Intent(kind="club", key="A", action="create", remote_id=None, run="run-0", at=AT)
LAGGING = {kind.name: replace(kind, reads_lag=True) for kind in VENDOR.kinds}


def wrote(n: int = 1, *, key: str = "A", action: str = "create", organization: str = "acme") -> Wrote:
    """Announce a write."""
    return Wrote(
        at=AT,
        n=n,
        address=f"{organization}/club/{key}",
        action=action,
        step=1,
        steps=1,
        attempt=1,
        summary="POST",
        request=f"q-{n}",
    )


def answer(n: int, reply: Reply, made: str | None = None) -> Answer:
    """Answer a write."""
    return Answer(at=AT, n=n, reply=reply, made=made)


def ended(outcome: str, remote_id: str | None) -> Ended:
    """End the create."""
    return Ended(at=AT, address="acme/club/A", action="create", outcome=outcome, remote_id=remote_id)


REFUSED = answer(1, Reply.REFUSED)
ROWS: tuple[tuple[tuple[Line, ...], Told], ...] = (
    ((), Told()),
    ((wrote(key="B"), wrote(2, action="update"), wrote(3, organization="beta")), Told()),
    ((wrote(), REFUSED), Told()),
    ((wrote(), answer(1, Reply.THROTTLED), wrote(2), answer(2, Reply.UNSENT)), Told()),
    ((wrote(),), Told(sent=True)),
    ((wrote(), answer(1, Reply.LOST)), Told(sent=True)),
    ((wrote(), answer(1, Reply.LOST), wrote(2), answer(2, Reply.REFUSED)), Told(sent=True)),
    ((wrote(), REFUSED, wrote(2)), Told(sent=True)),
    ((wrote(), answer(1, Reply.ACCEPTED)), Told(sent=True)),
    ((wrote(), answer(1, Reply.ACCEPTED, "r-A")), Told(sent=True, made="r-A")),
    ((wrote(), answer(1, Reply.ACCEPTED, "r-A"), wrote(2), answer(2, Reply.REFUSED)), Told(sent=True, made="r-A")),
    ((wrote(), answer(1, Reply.LOST), ended("unknown", None)), Told(sent=True)),
    ((wrote(), answer(1, Reply.ACCEPTED), ended("unknown", "r-A")), Told(sent=True, made="r-A")),
    ((wrote(), answer(1, Reply.ACCEPTED), ended("done", "r-A")), Told(sent=True, made="r-A")),
    ((wrote(), REFUSED, ended("failed", None)), Told()),
)


@pytest.mark.parametrize(("lines", "told"), ROWS)
def test_a_journal_tells_whether_a_create_was_sent_and_what_was_answered(lines: tuple[Line, ...], told: Told) -> None:
    """What may stand at the vendor counts as sent; only its own lines of this very address speak."""
    assert told_of(lines, "acme", frozenset({KEY})) == {KEY: told}


@pytest.mark.parametrize(
    ("intent", "asked"),
    [
        (INTENT, {"run-0": frozenset({KEY})}),
        (replace(INTENT, action="update"), {}),
        (replace(INTENT, remote_id="r-A"), {}),
        (replace(INTENT, at=""), {}),
        (replace(INTENT, kind="gone"), {}),
    ],
)
def test_only_creates_in_doubt_are_asked_about(intent: Intent, asked: dict[str, frozenset[tuple[str, str]]]) -> None:
    """Not one whose id is known, nor one of a version that noted no time."""
    assert asked_of(inventory(intents=(intent,)), LAGGING) == asked


def test_where_reads_do_not_lag_the_journal_is_asked_too() -> None:
    """What shows there may be somebody else's, if the run never sent its create; no time is needed for that."""
    assert asked_of(inventory(intents=(INTENT,)), {kind.name: kind for kind in VENDOR.kinds}) == {
        "run-0": {("club", "A")}
    }


def test_what_was_never_sent_and_what_was_answered_is_taken_in() -> None:
    """The rest stays as it is, and so does what no journal was asked about."""
    intents = tuple(replace(INTENT, key=key) for key in "ABCD")
    told = {("club", "A"): Told(), ("club", "B"): Told(sent=True), ("club", "C"): Told(sent=True, made="r-C")}
    found = recollected(inventory(intents=intents), told)
    assert found.unsent == {KEY}
    assert found.inventory.intents == (*intents[:2], replace(intents[2], remote_id="r-C"), intents[3])
