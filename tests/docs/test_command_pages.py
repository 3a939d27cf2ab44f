"""The pages about commands: one for each, all options named, and examples that are what the program says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from reconciler.cli.commands import reconciler
from tests.docs.fences import DOCS

FOLDER = DOCS / "commands"
INDEX = FOLDER / "README.md"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page != INDEX)


def commands_of(group: click.Command) -> dict[str, click.Command]:
    """Give the commands of a group by name; none for a plain command."""
    if not isinstance(group, click.Group):
        return {}
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


COMMANDS = commands_of(reconciler)


def options_of(command: click.Command) -> Iterator[str]:
    """Give the options of a command and of the commands below it, as they are typed."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield from (option for option in parameter.opts if option.startswith("-"))
    for inner in commands_of(command).values():
        yield from options_of(inner)


def test_every_command_has_a_page_and_every_page_a_command() -> None:
    """The pages are those of the commands, no more and no fewer, and the index links them all."""
    assert {page.stem for page in PAGES} == set(COMMANDS)
    index = INDEX.read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"]({page.name})" not in index] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_every_option(page: Path) -> None:
    """No option is left out, and every command of a group has its section."""
    text = page.read_text(encoding="utf-8")
    command = COMMANDS[page.stem]
    assert [option for option in options_of(command) if f"`{option}" not in text] == []
    assert [name for name in commands_of(command) if f"## {page.stem} {name}" not in text] == []
    assert "## Exit codes" in text


def test_the_index_names_the_options_of_the_program() -> None:
    """What stands before a command is told once, in the index."""
    text = INDEX.read_text(encoding="utf-8")
    own = [option for parameter in reconciler.params for option in parameter.opts]
    assert [option for option in own if f"`{option}" not in text] == []
