"""Tests of reconciler.cli.recollection: whose journal is asked about creates in doubt, and whose is not."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.cli.recollection import check_certain, recollection
from reconciler.cli.stores import store_of
from reconciler.errors import PlanStale
from reconciler.model.inventory import Holder, Intent
from reconciler.model.journal import Opening, Site, Wrote
from reconciler.model.plan import Plan
from reconciler.plan.build import Part, build
from reconciler.plan.lost_creates import AGE
from reconciler.store.journal import Journals
from tests.apply.provider import Clubs
from tests.clock import run_virtual
from tests.values import VENDOR, club, desired, inventory, live, live_club, organization

AT = "2026-01-15T12:00:00.000Z"
INTENTS = tuple(
    Intent(kind="club", key=key, action="create", remote_id=None, run="run-0", at="2026-01-15T12:00:00Z")
    for key in "AB"
)
OURS = inventory(intents=INTENTS)
TENANT = replace(
    organization(), vendor=replace(VENDOR, kinds=tuple(replace(kind, reads_lag=True) for kind in VENDOR.kinds))
)
SITE = Site(organization="acme", provider=TENANT.vendor.name, endpoint=TENANT.base_url or TENANT.endpoint)
OPENING = Opening(
    at=AT, run="run-0", who="me", host=socket.gethostname(), command="reconciler apply", digest="d", sites=(SITE,)
)
SENT = Wrote(
    at=AT, n=1, address="acme/club/B", action="create", step=1, steps=1, attempt=1, summary="POST B", request="q"
)
NEVER_SENT = frozenset({("club", "A")})


def unsent(folder: Path, opening: Opening = OPENING, more: bytes = b"") -> object:
    """Ask a journal in which B was sent, and end it with some bytes more."""
    journals = Journals(folder / ".reconciler")
    file = journals.begin(opening)
    file.write(SENT)
    file.close()
    with journals.path("run-0").open("ab") as end:
        end.write(more)
    found = recollection(TENANT, folder, OURS)
    assert found is not None
    assert found.inventory == OURS
    return found.unsent


def test_a_create_without_a_line_was_never_sent(tmp_path: Path) -> None:
    """Even where the run died over half of its line: only a whole one lets a write out."""
    assert unsent(tmp_path, more=b'{"type":"write","at":"2026-01-15T12:00:00.000Z","n":2,"addr') == NEVER_SENT


@pytest.mark.parametrize(
    "opening",
    [
        replace(OPENING, host="another"),
        replace(OPENING, sites=()),
        replace(OPENING, sites=(replace(SITE, organization="beta"),)),
        replace(OPENING, sites=(replace(SITE, endpoint="https://elsewhere.example"),)),
    ],
)
def test_a_journal_of_another_host_or_organization_says_nothing(tmp_path: Path, opening: Opening) -> None:
    """It came with a copy of the folder, or tells of what was renamed since."""
    assert unsent(tmp_path, opening) == frozenset()


def test_a_damaged_journal_says_nothing(tmp_path: Path) -> None:
    """Nobody knows what stood in the line."""
    assert (
        unsent(tmp_path, more=b'?\n{"type":"end","at":"2026-01-15T12:00:00.000Z","code":0,"sums":{}}\n') == frozenset()
    )


def test_a_run_that_still_holds_the_lock_says_nothing_yet(tmp_path: Path) -> None:
    """It may send in a moment what it has not sent."""
    holder = Holder(id="run-0", who="me", host="here", command="reconciler apply", since="", until="")
    hold = store_of(TENANT, tmp_path).take(holder, replace(OURS, serial=0))
    assert unsent(tmp_path) == frozenset()
    hold.release(replace(OURS, serial=0))
    found = recollection(TENANT, tmp_path, OURS)
    assert found is not None
    assert found.unsent == NEVER_SENT


def test_a_saved_plan_is_not_gone_on_with_while_its_creates_are_in_doubt(tmp_path: Path) -> None:
    """What was sent may be there; what never was goes, and so does all once the time is over, or what shows."""
    unsent(tmp_path)
    sent_at, ours = datetime(2026, 1, 15, 12, 0, tzinfo=UTC), {"acme": OURS}
    saved = build([Part(organization=TENANT, desired=desired(club("A", name="A"), club("B", name="B")), live=live())])
    assert [one.address.key for one in saved.changes] == ["A", "B"]

    def check(plan: Plan, at: datetime, **shown: str) -> None:
        ways = {"acme": Clubs(*(live_club(key, name=name) for key, name in shown.items()))}
        run_virtual(check_certain(plan, (TENANT,), ours, ways, tmp_path, at))

    soon = sent_at + timedelta(seconds=20)
    with pytest.raises(PlanStale) as refused:
        check(saved, soon)
    assert [(one.code, one.where) for one in refused.value.problems] == [("create-in-doubt", "acme/club/B")]
    assert "A plain `reconciler apply`" in refused.value.problems[0].remedy
    check(saved, soon, B="B")
    check(saved, sent_at + AGE)
    check(replace(saved, changes=saved.changes[:1]), soon)


@pytest.mark.parametrize("text", [None, b"", b'{"type":"run","at":'])
def test_without_a_journal_all_stays_in_doubt(tmp_path: Path, text: bytes | None) -> None:
    """Another machine has it, or the run died over its first line."""
    folder = tmp_path / ".reconciler" / "journal"
    folder.mkdir(parents=True)
    if text is not None:
        (folder / "run-0.jsonl").write_bytes(text)
    found = recollection(TENANT, tmp_path, OURS)
    assert found is not None
    assert found.unsent == frozenset()
