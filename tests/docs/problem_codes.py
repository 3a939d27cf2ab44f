"""The source -> every problem code in it: read out of the syntax tree, so that a new code cannot hide in a new form."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from reconciler.model.guards import GUARDS
from tests.docs.fences import ROOT

SOURCE = ROOT / "reconciler"
_CODE = re.compile(r"[a-z]+(-[a-z]+)*")

COMPOSED = {
    "alias-bomb",  # desired/anchors.py: the values of `Unusable`
    "alias-recursive",
    "alias-unknown",
    "email-ambiguous",  # diff/members.py: chosen by case
    "email-held",
    "member-identified",
    "member-rekeyed",  # plan/changes.py
    "people-merged",  # providers/billabex/verdicts.py: chosen by case
    "person-overwritten",
    "parent-nested",  # plan/references.py: the field's name is part of the code
    "parent-unknown",
    "address-invalid",  # desired/removals.py: given to `_wrong`
    "date-invalid",
    "kind-unknown",
    "removal-expired",
    "removal-member",
    "document-ignored",  # plan/ignored_documents.py
    "documents-incomplete",  # desired/certificate.py
    *GUARDS,  # plan/guards.py and those beside it: given to plan/refusal.py
}
"""Codes that no call spells as `code="…"`: composed, chosen, or handed to a function of their module."""


def source_codes() -> set[str]:
    """Give every code that the program can show."""
    return {code for path in sorted(SOURCE.rglob("*.py")) for code in _codes_in(path)} | COMPOSED


def strings_in_source() -> set[str]:
    """Give every string that stands in the source and could be a code."""
    return {
        node.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value)
    }


def _codes_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
            yield str(node.value.value)
