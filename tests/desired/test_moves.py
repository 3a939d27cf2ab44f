"""`moved:` entries are read, or refused at their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.model.state import Move
from tests.desired.clubs import load_files, marks, problems_of

CLUB = "clubs:\n- externalId: C\n  guests:\n  - {key: new, email: a@b.example}\n  - {externalId: G}\n"


def test_an_organization(tmp_path: Path) -> None:
    """A former name of this organization is taken over."""
    (move,) = load_files(tmp_path, {"a.yaml": "moved:\n- {from: acme-old, to: acme}\n"}).moves
    assert move == Move(kind="", before="", after="", source=move.source, organization="acme-old")


@pytest.mark.parametrize(
    ("before", "after"),
    [("key:old", "key:new"), ("email:0123456789abcdef", "key:new"), ("key:old", "G"), ("id:r-1", "G")],
)
def test_a_member(tmp_path: Path, before: str, after: str) -> None:
    """A member that went by no external id gets another name, even an external id, at the same parent."""
    content = f"moved:\n- {{from: club/C/guest/{before}, to: acme/club/C/guest/{after}}}\n{CLUB}"
    state = load_files(tmp_path, {"a.yaml": content})
    (move,) = state.moves
    assert (move.kind, move.before, move.after) == ("club", f"C/guest/{before}", f"C/guest/{after}")
    assert state.warnings == ()


@pytest.mark.parametrize(
    ("entry", "mark"),
    [
        ("{from: club/OLD, to: club/C}", "a.yaml:2:10 move-external-id"),
        ("{from: club/C/guest/P, to: club/C/guest/G}", "a.yaml:2:10 move-external-id"),
        ("{from: club/C/guest/key:old, to: club/D/guest/key:new}", "a.yaml:2:36 move-across"),
        ("{from: club/C, to: tag/C}", "a.yaml:2:22 move-across"),
        ("{from: club/C/guest/key:old, to: club/C}", "a.yaml:2:36 move-across"),
        ("{from: club/C/guest/key:a, to: club/C/guest/key:a}", "a.yaml:2:34 move-invalid"),
        ("{from: acme, to: other}", "a.yaml:2:20 move-invalid"),
        ("{from: acme, to: acme}", "a.yaml:2:20 move-invalid"),
        ("{from: clubb/C, to: club/C}", "a.yaml:2:10 kind-unknown"),
        ("{from: club/C/gest/key:a, to: club/C/guest/key:a}", "a.yaml:2:10 kind-unknown"),
        ("{from: acme-old/club/C, to: club/C}", "a.yaml:2:10 address-invalid"),
        ("{from: acme-old}", "a.yaml:2:3 field-missing"),
        ("{from: acme-old, to: acme, until: x}", "a.yaml:2:30 key-unknown"),
        ("{from: 12, to: acme}", "a.yaml:2:10 unquoted-string"),
    ],
)
def test_flaws(tmp_path: Path, entry: str, mark: str) -> None:
    """Each thing that can be wrong with an entry has its code, line and column."""
    assert marks(problems_of(tmp_path, {"a.yaml": f"moved:\n- {entry}\n{CLUB}"})) == [mark]


def test_not_twice(tmp_path: Path) -> None:
    """One thing cannot become two."""
    content = "moved:\n- {from: acme-old, to: acme}\n- {from: acme-old, to: acme}\n"
    assert marks(problems_of(tmp_path, {"a.yaml": content})) == ["a.yaml:3:10 move-duplicate"]


def test_a_target_that_nobody_declares(tmp_path: Path) -> None:
    """An entry whose target is not declared does nothing, which is worth a word and no more."""
    content = f"moved:\n- {{from: club/C/guest/key:old, to: club/C/guest/key:nwe}}\n{CLUB}"
    state = load_files(tmp_path, {"a.yaml": content})
    assert marks(list(state.warnings)) == ["a.yaml:2:36 move-undeclared"]
    assert len(state.moves) == 1
