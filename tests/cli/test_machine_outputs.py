"""What programs are told: a runner of GitHub finds no command in it, and who reads the JSON gets what there was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import Folder

ROOM = Path(__file__).parents[2] / "reconciler"
NO_OUTPUT = {
    "cli/webhook.py",  # sent to a URL
    "cli/telling.py",  # digested
    "cli/sandbox_play.py",  # read again
    "cli/schema.py",  # the product's own words, into files
    "cli/inventory_text.py",  # made inert
    "render/annotations_gitlab.py",  # digested
    "render/words.py",  # the one place
}
KEY = "C-##[add-mask]a"
COMMANDS = [
    "inventory list --json",
    "inventory show acme-fr/customer/KEY --json",
    "journal list --json",
    "journal show last --json",
    "drift --json",
    "validate --json",
    "lint --json",
    "plan --json",
    "sandbox show customer/KEY",
    "inventory list",
    "journal show last",
    "drift",
]


def test_all_json_is_written_in_one_place() -> None:
    """Whoever writes JSON out on another way has to say here why no runner reads it."""
    found = {
        str(path.relative_to(ROOM))
        for layer in ("cli", "render")
        for path in (ROOM / layer).rglob("*.py")
        if "json.dumps(" in path.read_text()
    }
    assert found == NO_OUTPUT


@pytest.fixture(name="applied")
def _applied(folder: Folder) -> Folder:
    """A customer whose key is a command of a runner's, applied, and edited by somebody since."""
    folder.write("customers/acme.yaml", f"customers:\n  - externalId: '{KEY}'\n    name: '##[error]One'\n")
    assert folder.call("apply", "--auto-approve").code == 0
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_no_runner_finds_a_command_in_what_programs_are_told(command: str, applied: Folder) -> None:
    """`##[` begins one wherever it stands in a line, `::` at the head of one."""
    ended = applied.call(*command.replace("KEY", KEY).split())
    lines = ended.out.splitlines()
    assert ended.code in (0, 2), ended.err
    assert lines
    assert not [line for line in lines if "##[" in line or line.lstrip().startswith("::")]
    for text in lines if command.endswith("json") else [ended.out] if command.startswith("sandbox") else []:
        json.loads(text)
