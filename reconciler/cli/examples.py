"""Commands whose help ends with examples, each on a line of its own to be copied as it stands.

A line with a placeholder, such as `{object}`, is shown once for each vendor, in that vendor's words.
"""

from __future__ import annotations

from collections.abc import Iterator

import click


class Exemplified(click.Command):
    """A command whose `epilog` is its examples, one a line, shown as written."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; what click's parser says of it is said of this command."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise _misplaced(error, ctx) from None
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples without joining their lines."""
        del ctx
        if self.epilog:
            with formatter.section("Examples"):
                for line in _examples(self.epilog):
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def _misplaced(error: click.NoSuchOption, ctx: click.Context) -> click.UsageError:
    """Say of an option of the program that stands behind a command where it goes."""
    error.ctx = error.ctx or ctx
    root = ctx.find_root()
    found = [one for one in root.command.params if isinstance(one, click.Option) and error.option_name in one.opts]
    if root is ctx or not found:
        return error
    value = "" if found[0].is_flag else f" {found[0].metavar or found[0].type.name.upper()}"
    below = ctx.command_path.removeprefix(root.command_path).strip()
    example = f"{root.command_path} {error.option_name}{value} {below}"
    return click.UsageError(f'"{error.option_name}" goes before the command: {example}', ctx)


def _examples(epilog: str) -> Iterator[str]:
    from reconciler.providers.starters import STARTERS

    for line in epilog.splitlines():
        yield from dict.fromkeys(line.format_map(starter.words()) for starter in STARTERS.values())
