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


def test_the_vendors_know_nothing_of_each_other() -> None:
    """No module of one vendor names the other, and of the core only those that list the vendors name any."""
    folder = Path(reconciler.sandbox.__file__).parent
    listing = {"__init__", "schema", "settings", "vendors"}
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        named = {vendor for vendor in ("upflow", "billabex") if f"import reconciler.sandbox.{vendor}" in text}
        named |= {vendor for vendor in ("upflow", "billabex") if f"from reconciler.sandbox.{vendor}" in text}
        if path.parent != folder:
            assert named <= {path.parent.name}, path
        else:
            assert not named or path.stem in listing, path


def test_the_public_names_are_sorted_and_exist() -> None:
    """`__all__` is sorted, and every name in it can be imported."""
    names = reconciler.sandbox.__all__
    assert names == sorted(names)
    assert all(hasattr(reconciler.sandbox, name) for name in names)
