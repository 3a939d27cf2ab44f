"""A group whose commands are imported when they are called, so that `--help` answers before anything heavy is loaded.

What a command does in a word stands in the table below; a test holds it to the command's own help.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import ClassVar

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.leaving import leaving_at_once


class LazyGroup(Exemplified, click.Group):
    """A group that knows its commands by a table: name -> (where it is, what it does in a word)."""

    table: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the commands in the table's order, which is the order of use."""
        del ctx
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        row = self.table.get(cmd_name)
        if row is None:
            return None
        module, _, name = row[0].partition(":")
        with leaving_at_once():
            command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called, or say which one may be meant."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self.table:
            close = get_close_matches(name, self.table, n=1)
            hint = f' Did you mean "{close[0]}"?' if close else ""
            raise click.UsageError(f'There is no command "{name}".{hint}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self.table.items()])
