"""What the program says about itself, and how soon."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from reconciler.cli.commands import reconciler
from reconciler.cli.lazy import LazyGroup
from reconciler.cli.main import run
from reconciler.providers.starters import STARTERS
from tests.cli.running import call_alone

HEAVY = ("pydantic", "httpx", "rich", "yaml", "ruamel.yaml", "deepdiff", "orjson", "asyncio", "sqlite3")
LOADED = (
    "import sys; from reconciler.cli.main import run; code = run(sys.argv[1:]); "
    f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules]); sys.exit(code)"
)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Walk all commands, groups included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


EVERY = list(commands(reconciler))


@pytest.mark.parametrize("path", [path for path, _ in EVERY], ids=" ".join)
def test_every_help_has_an_example_that_calls_it(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """An example is the command as one would type it, on a line of its own."""
    assert run([*path, "--help"]) == 0
    examples = capsys.readouterr().out.partition("Examples:\n")[2].splitlines()
    assert any(line.strip().startswith(f"reconciler {' '.join(path)}") for line in examples)


def test_an_example_with_an_address_is_there_for_every_vendor(capsys: pytest.CaptureFixture[str]) -> None:
    """Each in its own words, and what is the same for all of them once."""
    assert run(["inventory", "show", "--help"]) == 0
    shown = capsys.readouterr().out
    for starter in STARTERS.values():
        assert shown.count(f"  reconciler inventory show acme-fr/{starter.kind}/{starter.key}\n") == 1
    assert run(["adopt", "--help"]) == 0
    assert capsys.readouterr().out.count("  reconciler adopt\n") == 1


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_the_table_says_what_the_command_says(path: tuple[str, ...], command: click.Command) -> None:
    """The words in the list of commands begin as the command's own help begins, so that neither goes stale alone."""
    group: click.Command | None = reconciler
    for name in path[:-1]:
        assert isinstance(group, click.Group)
        group = group.get_command(click.Context(group), name)
    assert isinstance(group, LazyGroup)
    words = group.table[path[-1]][1]
    assert words.split()[:1] == (command.help or "").split()[:1]


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["plan", "--help"], ["sandbox", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """Answering within a quarter of a second rests on this."""
    ended = call_alone(*arguments, code=LOADED)
    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "HEAVY []"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It calls back into the program through click's own variable."""
    assert run(["completion", shell]) == 0
    assert "_RECONCILER_COMPLETE" in capsys.readouterr().out


def test_completion_knows_the_commands() -> None:
    """What the script asks the program for is answered."""
    ended = subprocess.run(
        [sys.executable, "-c", "from reconciler.cli.main import main; main()"],
        env={"_RECONCILER_COMPLETE": "bash_complete", "COMP_WORDS": "reconciler val", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "validate" in ended.stdout
