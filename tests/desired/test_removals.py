"""`removed:` entries are read, or refused at their place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reconciler.model.resource import Removal
from tests.desired.clubs import load_files, marks, problems_of

REST = "remoteId: r-1, reason: closed, until: 2026-06-15"


def test_a_removal(tmp_path: Path) -> None:
    """Short and full addresses are read, on the very last day as well; keys are unquoted."""
    content = f"removed:\n- {{address: club/C 9, {REST}}}\n- {{address: acme/tag/a%2Fb, {REST}, destroys: true}}\n"
    first, second = load_files(tmp_path, {"a.yaml": content}).removals
    assert first == Removal(
        kind="club",
        key="C 9",
        remote_id="r-1",
        reason="closed",
        until=date(2026, 6, 15),
        source=first.source,
    )
    assert (second.kind, second.key, second.destroys) == ("tag", "a/b", True)


@pytest.mark.parametrize(
    ("entry", "mark"),
    [
        (f"{{address: clubb/C, {REST}}}", "a.yaml:2:13 kind-unknown"),
        (f"{{address: C, {REST}}}", "a.yaml:2:13 address-invalid"),
        (f"{{address: other/club/C, {REST}}}", "a.yaml:2:13 address-invalid"),
        (f"{{address: club/C/guest/G, {REST}}}", "a.yaml:2:13 removal-member"),
        (f"{{address: tag/T, {REST}}}", "a.yaml:2:13 removal-needs-destroys"),
        ("{address: club/C, remoteId: r, reason: x, until: 2026-06-14}", "a.yaml:2:52 removal-expired"),
        ("{address: club/C, remoteId: r, reason: x, until: tomorrow}", "a.yaml:2:52 date-invalid"),
        ("{address: club/C, remoteId: r, reason: x, until: 2026-02-30}", "a.yaml:2:52 date-invalid"),
        ("{address: club/C, remoteId: 12, reason: x, until: 2027-01-01}", "a.yaml:2:31 unquoted-string"),
        ("{address: club/C, remoteId: [], reason: x, until: 2027-01-01}", "a.yaml:2:31 string-expected"),
        ("{address: club/C, remoteId: r, reason: '', until: 2027-01-01}", "a.yaml:2:42 value-empty"),
        ("{address: club/C, remoteId: r, until: 2027-01-01}", "a.yaml:2:3 field-missing"),
        (f"{{address: club/C, {REST}, destroys: 1}}", "a.yaml:2:81 type-wrong"),
        (f"{{address: club/C, {REST}, sure: true}}", "a.yaml:2:71 key-unknown"),
    ],
)
def test_flaws(tmp_path: Path, entry: str, mark: str) -> None:
    """Each thing that can be wrong with an entry has its code, line and column."""
    assert marks(problems_of(tmp_path, {"a.yaml": f"removed:\n- {entry}\n"})) == [mark]


def test_without_a_remote_id(tmp_path: Path) -> None:
    """Without a remote id an entry leaves it to the inventory; the reason and the day are still needed."""
    content = "removed:\n- {address: club/C, reason: closed, until: 2026-06-15}\n"
    (removal,) = load_files(tmp_path, {"a.yaml": content}).removals
    assert removal.remote_id is None


def test_not_beside_a_declaration(tmp_path: Path) -> None:
    """What is declared is not removed, in whatever file the entry stands, expired or not."""
    content = "removed:\n- {address: club/C, remoteId: r, reason: x, until: 2020-01-01}\n"
    files = {"a.yaml": content, "b.yaml": "clubs:\n- externalId: C\n"}
    assert marks(problems_of(tmp_path, files)) == ["a.yaml:2:13 removal-declared", "a.yaml:2:52 removal-expired"]


def test_not_twice(tmp_path: Path) -> None:
    """Two entries for one address are one too many."""
    content = f"removed:\n- {{address: club/C, {REST}}}\n- {{address: acme/club/C, {REST}}}\n"
    assert marks(problems_of(tmp_path, {"a.yaml": content})) == ["a.yaml:3:13 removal-duplicate"]
