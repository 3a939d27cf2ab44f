"""Commands whose help ends with examples, each on a line of its own to be copied as it stands."""

from __future__ import annotations

import click


class Exemplified(click.Command):
    """A command whose `epilog` is its examples, one a line, shown as written."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples without joining their lines."""
        del ctx
        if self.epilog:
            with formatter.section("Examples"):
                for line in self.epilog.splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
