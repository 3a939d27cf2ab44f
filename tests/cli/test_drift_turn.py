"""`drift` while another run is at work: what that has under way is nobody's drift."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest

from reconciler.cli.composition import scope_of
from reconciler.cli.drift_turn import read_in_turn
from reconciler.cli.drifting import find_drift
from reconciler.plan.build import Part
from reconciler.render.progress import Lines
from tests.cli.running import CUSTOMERS, Folder


@pytest.fixture
def applied(folder: Folder) -> Folder:
    """Everything applied, and something changed at the vendor since."""
    assert folder.call("apply", "--auto-approve").code == 0
    assert folder.call("sandbox", "edit", "customer/C-001", "name=Acme SA").code == 0
    assert folder.call("drift").code == 2
    return folder


def lock(folder: Folder, until: str) -> None:
    """Let another run hold the lock."""
    holder = {"id": "other", "who": "claire", "host": "runner-7", "command": "reconciler apply", "since": ""}
    folder.write(".reconciler/inventory/acme-fr.lock", json.dumps({**holder, "until": until}))


def test_nothing_is_concluded_while_another_run_holds_the_lock(applied: Folder) -> None:
    """In any form, by `accept` neither; it is told whose run that is."""
    lock(applied, "2099-01-15T09:32:00.000Z")
    ended = applied.call("drift")
    assert ended.code == 7
    assert "acme-fr: another run was at work meanwhile [run-at-work]" in ended.out
    assert 'claire on runner-7 runs "reconciler apply"; its lease ends at 2099-01-15T09:32:00Z.' in ended.out
    assert "reconciler unlock other" in ended.out
    assert "Another run was at work at acme-fr, so nothing is concluded.\n" in ended.out
    assert not any(one in ended.out for one in ("live changed", "drift accept", "Not everything"))
    assert applied.call("drift", "accept", "--lock-timeout", "0.1").code == 6
    told = applied.call("drift", "--json").json()
    assert (told["complete"], told["exit_code"]) == (False, 7)
    assert applied.call("drift", "accept").code == 7
    assert (applied.path / "customers" / "acme.yaml").read_text() == CUSTOMERS


def test_patience_has_an_end(applied: Folder) -> None:
    """Then nothing was asked of the vendor."""
    lock(applied, "2099-01-15T09:32:00.000Z")
    before = applied.requests()
    ended = applied.call("drift", "--lock-timeout", "0.1")
    assert (ended.code, ended.out) == (6, "")
    assert "[locked]" in ended.err
    assert applied.requests() == before


def test_a_lock_that_ran_out_is_nobodys(applied: Folder) -> None:
    """As for an apply, which would take it over."""
    lock(applied, "2020-01-15T09:32:00.000Z")
    assert applied.call("drift", "--lock-timeout", "0.1").code == 2


@pytest.mark.parametrize(("wait", "reads", "codes"), [(0.0, 1, ["run-at-work"]), (60.0, 2, [])])
def test_a_run_that_came_and_went_meanwhile_is_noticed(
    applied: Folder, wait: float, reads: int, codes: list[str]
) -> None:
    """By what it wrote into the inventory; with patience left all is read again."""
    found, said = list[Mapping[str, Part]](), list[str]()

    def read() -> Mapping[str, Part]:
        found.append(find_drift(applied.path, (), Lines(lambda _: None, lambda: 0.0)).parts)
        if len(found) == 1:
            assert applied.call("apply", "--auto-approve").code == 0
        return found[-1]

    scope = scope_of(applied.path, (), date(2026, 1, 1))
    parts, problems = read_in_turn(scope, wait, said.append, read)
    assert ([one.code for one in problems], len(found), parts) == (codes, reads, found[-1])
    assert len(said) == reads - 1
