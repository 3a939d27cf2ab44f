"""The same member at several resources may differ, with a warning."""

from __future__ import annotations

from pathlib import Path

from tests.desired.clubs import load_files, marks

ONE = "clubs:\n- externalId: A\n  guests:\n  - {externalId: G, email: a@x.io, isMain: true}\n"


def warnings_of(root: Path, second: str) -> list[str]:
    """Declare a second club with these guests."""
    state = load_files(root, {"a.yaml": ONE, "b.yaml": f"clubs:\n- externalId: B\n  guests:\n{second}"})
    return marks(list(state.warnings))


def test_differing_fields_warn(tmp_path: Path) -> None:
    """The warning stands at the field, names both places and no value."""
    assert warnings_of(tmp_path, "  - {externalId: G, email: b@x.io}\n") == ["b.yaml:4:28 member-differs"]
    state = load_files(tmp_path, {})
    assert "docs/a.yaml:2" in state.warnings[0].detail
    assert "@x.io" not in str(state.warnings[0])


def test_what_only_one_declares_does_not_differ(tmp_path: Path) -> None:
    """Fields left out, and who is the main member, are each resource's own business."""
    assert warnings_of(tmp_path, "  - {externalId: G, phone: '1', isMain: false}\n") == []


def test_other_members_are_others(tmp_path: Path) -> None:
    """Members without an external id are not taken for each other."""
    assert warnings_of(tmp_path, "  - {externalId: H, email: b@x.io}\n  - {email: a@x.io, phone: '2'}\n") == []
