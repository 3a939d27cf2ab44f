"""`protected:` is said by a document, not said, or said to be over; it is never a field that is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.providers.upflow.kinds import UPFLOW
from tests.desired.clubs import load_files, marks, problems_of

DEFINITION = "externalId: C, label: L, dataType: TEXT, entityType: CUSTOMER"


@pytest.mark.parametrize(("said", "read"), [("", None), (", protected: true", True), (", protected: false", False)])
def test_what_is_said(tmp_path: Path, said: str, read: bool | None) -> None:
    """True, false and silence are three things, for customers and for definitions."""
    content = f"customers:\n- {{externalId: C{said}}}\ncustomFields:\n- {{{DEFINITION}{said}}}\n"
    definition, customer = load_files(tmp_path, {"a.yaml": content}, UPFLOW).declared
    assert (customer.protected, customer.fields) == (read, {})
    assert definition.protected is read
    assert "protected" not in definition.fields


def test_only_true_and_false(tmp_path: Path) -> None:
    """`no` is a text in YAML 1.2, and nothing is protected or freed by a misunderstanding."""
    content = "customers:\n- {externalId: C, protected: no}\n"
    assert marks(problems_of(tmp_path, {"a.yaml": content}, UPFLOW)) == ["a.yaml:2:30 type-wrong"]
