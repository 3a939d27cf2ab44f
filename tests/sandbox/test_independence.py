"""The sandbox shares no code with what it tests."""

from __future__ import annotations

import ast
from pathlib import Path

import reconciler.sandbox

ALLOWED = ("reconciler.sandbox", "reconciler.errors")


def test_the_sandbox_imports_nothing_of_the_client() -> None:
    """Of this project the sandbox imports itself and the errors, and httpx in its transport alone."""
    for path in sorted(Path(reconciler.sandbox.__file__).parent.rglob("*.py")):
        imported = [
            node.module or ""
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
        ] + [
            name.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import)
            for name in node.names
        ]
        assert [name for name in imported if name.startswith("reconciler") and not name.startswith(ALLOWED)] == []
        assert ("httpx" in imported) == (path.stem == "transport")


def test_the_public_names_are_sorted_and_exist() -> None:
    """`__all__` is sorted, and every name in it can be imported."""
    names = reconciler.sandbox.__all__
    assert names == sorted(names)
    assert all(hasattr(reconciler.sandbox, name) for name in names)
