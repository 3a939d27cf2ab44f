"""`allow:` lines are read from documents and from the configuration, or refused at their place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.desired.configuration import load_configuration
from reconciler.desired.load import load
from reconciler.errors import DesiredStateInvalid
from reconciler.model.state import Allowance
from tests.desired.clubs import CLUBS, TODAY, load_files, marks, problems_of

REST = "reason: x, until: 2026-06-15"


def allowed(root: Path, line: str) -> Allowance:
    """Give the one line that a document allows."""
    (allowance,) = load_files(root, {"a.yaml": f"allow:\n- {line}\n"}).allowances
    return allowance


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"{{guard: delete-ceiling, kind: club, count: 41, {REST}}}", "delete-ceiling club=41"),
        (f"{{guard: live-shrank, kind: club, {REST}}}", "live-shrank club"),
        (f"{{guard: desired-empty, kind: club, count: 3, {REST}}}", "desired-empty club=3"),
        (f"{{guard: organization-changed, {REST}}}", "organization-changed acme"),
        (f"{{guard: organization-changed, address: acme, {REST}}}", "organization-changed acme"),
        (f"{{guard: protected, address: club/C, {REST}}}", "protected acme/club/C"),
        (
            f"{{guard: adopt-removes, address: 'acme/club/C/guest/key:a', {REST}}}",
            "adopt-removes acme/club/C/guest/key:a",
        ),
        (f"{{guard: main-removed, kind: club, count: 2, {REST}}}", "main-removed club=2"),
        (f"{{guard: delete-ceiling, kind: guest, count: 12, {REST}}}", "delete-ceiling guest=12"),
        (
            f"{{guard: adopt-removes, address: club/C/guest/email:1f0a, {REST}}}",
            "adopt-removes acme/club/C/guest/email:1f0a",
        ),
        (f"{{guard: adopt-removes, address: club/C, {REST}}}", "adopt-removes acme/club/C"),
    ],
)
def test_what_is_allowed(tmp_path: Path, line: str, shown: str) -> None:
    """A line names a kind or an address, as its guard wants it; on its very last day it holds."""
    allowance = allowed(tmp_path, line)
    assert str(allowance) == shown
    assert (allowance.reason, allowance.until) == ("x", TODAY)


def test_the_id_is_of_what_is_said(tmp_path: Path) -> None:
    """A line keeps its id wherever it stands; another reason or day makes another line of it."""
    line = f"{{guard: protected, address: club/C, {REST}}}"
    first = allowed(tmp_path, line)
    assert allowed(tmp_path, "{address: acme/club/C, until: 2026-06-15, reason: x, guard: protected}").id == first.id
    assert allowed(tmp_path, line.replace("reason: x", "reason: y")).id != first.id
    assert allowed(tmp_path, line.replace("2026", "2027")).id != first.id


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        (f"{{guard: protcted, address: club/C, {REST}}}", "a.yaml:2:11 guard-unknown"),
        ("{guard: protected, address: club/C, reason: x, until: 2026-06-14}", "a.yaml:2:57 allowance-expired"),
        ("{guard: protected, address: club/C, reason: x, until: soon}", "a.yaml:2:57 date-invalid"),
        ("{guard: protected, address: club/C, until: 2026-06-15}", "a.yaml:2:3 field-missing"),
        (f"{{guard: protected, {REST}}}", "a.yaml:2:3 field-missing"),
        (f"{{guard: protected, kind: club, {REST}}}", "a.yaml:2:3 field-missing"),
        (f"{{guard: protected, address: clbu/C, {REST}}}", "a.yaml:2:31 kind-unknown"),
        (f"{{guard: protected, address: C, {REST}}}", "a.yaml:2:31 address-invalid"),
        (f"{{guard: protected, address: acme, {REST}}}", "a.yaml:2:31 address-invalid"),
        (f"{{guard: protected, address: club/C, count: 1, {REST}}}", "a.yaml:2:39 allowance-unfit"),
        (f"{{guard: protected, address: club/C, kind: club, {REST}}}", "a.yaml:2:22 allowance-unfit"),
        (f"{{guard: delete-ceiling, kind: club, {REST}}}", "a.yaml:2:3 field-missing"),
        (f"{{guard: delete-ceiling, count: 1, {REST}}}", "a.yaml:2:3 field-missing"),
        (f"{{guard: delete-ceiling, address: club/C, count: 1, {REST}}}", "a.yaml:2:27 allowance-unfit"),
        (f"{{guard: delete-ceiling, kind: clbu, count: 1, {REST}}}", "a.yaml:2:33 kind-unknown"),
        (f"{{guard: update-ceiling, kind: guest, count: 1, {REST}}}", "a.yaml:2:33 kind-unknown"),
        (f"{{guard: live-shrank, address: club/C, {REST}}}", "a.yaml:2:24 allowance-unfit"),
        (f"{{guard: adopt-removes, kind: club, count: 3, {REST}}}", "a.yaml:2:26 allowance-unfit"),
        (f"{{guard: organization-changed, count: 3, {REST}}}", "a.yaml:2:33 allowance-unfit"),
        (f"{{guard: external-id-changed, address: club/C, {REST}}}", "a.yaml:2:11 guard-unknown"),
        (f"{{guard: delete-ceiling, kind: club, count: 0, {REST}}}", "a.yaml:2:46 type-wrong"),
        (f"{{guard: delete-ceiling, kind: club, count: true, {REST}}}", "a.yaml:2:46 type-wrong"),
        (f"{{guard: organization-changed, kind: club, {REST}}}", "a.yaml:2:33 allowance-unfit"),
        (f"{{guard: organization-changed, address: other, {REST}}}", "a.yaml:2:33 allowance-unfit"),
        (f"{{guard: protected, address: club/C, sure: true, {REST}}}", "a.yaml:2:39 key-unknown"),
    ],
)
def test_flaws(tmp_path: Path, line: str, mark: str) -> None:
    """Each thing that can be wrong with a line has its code, line and column."""
    assert marks(problems_of(tmp_path, {"a.yaml": f"allow:\n- {line}\n"})) == [mark]


def test_not_twice(tmp_path: Path) -> None:
    """What is allowed is allowed once, so the same line again would do nothing."""
    line = f"- {{guard: protected, address: club/C, {REST}}}\n"
    assert marks(problems_of(tmp_path, {"a.yaml": f"allow:\n{line}{line}"})) == ["a.yaml:3:11 allowance-duplicate"]


def configured(root: Path, until: str) -> Allowance:
    """Give the one line that a configuration allows, its day judged as loading does."""
    line = f"{{guard: protected, address: club/C, reason: x, until: {until}}}"
    head = "organizations:\n  acme:\n    provider: clubs\n    endpoint: sandbox\n    documents: docs\n"
    root.joinpath("reconciler.yaml").write_text(f"{head}    allow:\n    - {line}\n")
    root.joinpath("docs").mkdir(exist_ok=True)
    (acme,) = load_configuration(root, {"clubs": CLUBS}, {}).organizations
    (allowance,) = load(replace(acme), root, TODAY).allowances
    return allowance


def test_in_the_configuration(tmp_path: Path) -> None:
    """A line under the organization says the same as one in a document, and is placed in its own file."""
    allowance = configured(tmp_path, "2026-06-15")
    assert str(allowance.source) == "reconciler.yaml:7"
    assert allowance.id == allowed(tmp_path, f"{{guard: protected, address: club/C, {REST}}}").id
    with pytest.raises(DesiredStateInvalid) as caught:
        configured(tmp_path, "2026-06-14")
    assert [str(one.where) for one in caught.value.problems] == ["reconciler.yaml:7:61"]
    assert [one.code for one in caught.value.problems] == ["allowance-expired"]
