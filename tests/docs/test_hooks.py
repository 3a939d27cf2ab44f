"""The hooks that pre-commit offers: what it needs of each is there, and each calls a command that there is."""

from __future__ import annotations

import shlex

import pytest

from reconciler.cli.commands import Commands
from reconciler.desired.documents import read_tree
from reconciler.desired.text import Text, read_text
from reconciler.model.resource import Value
from tests.docs.fences import DOCS, ROOT

NEEDED = {"id": str, "name": str, "entry": str, "language": str}
KNOWN = {*NEEDED, "args", "description", "types", "pass_filenames", "require_serial"}
"""Of https://pre-commit.com/#creating-new-hooks: the keys that a hook must have, and those in use here."""


def hooks() -> list[dict[str, Value]]:
    """Read the hooks."""
    text = read_text(ROOT / ".pre-commit-hooks.yaml", ".pre-commit-hooks.yaml")
    assert isinstance(text, Text)
    trees, problems = read_tree(text)
    assert problems == []
    assert isinstance(trees[0], list)
    return trees[0]


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: str(hook["id"]))
def test_a_hook_calls_a_command(hook: dict[str, Value]) -> None:
    """It has what pre-commit needs, nothing that it does not know, and the guide names it."""
    assert {name: type(hook.get(name)) for name in NEEDED} == NEEDED
    assert set(hook) <= KNOWN
    (program,), arguments = shlex.split(str(hook["entry"])), hook["args"]
    assert isinstance(arguments, list)
    (command,) = arguments  # in `args`, where whoever uses it can put -C before it
    assert (program, command in Commands.table, hook["pass_filenames"]) == ("reconciler", True, False)
    guide = (DOCS / "commands" / "fmt.md").read_text(encoding="utf-8")
    assert f"- id: {hook['id']}\n        args: [-C, data, {command}]\n" in guide
