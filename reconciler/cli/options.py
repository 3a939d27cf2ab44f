"""What several commands take: where they work, and the options that mean the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import click


@dataclass(slots=True, kw_only=True)
class Session:
    """One call of the program: the folder it works in, and whether it shows its own workings when it breaks.

    Not frozen: `main` makes it before the command line is read, so that it is there when reading fails.
    """

    directory: Path = field(default_factory=Path)
    debug: bool = False


pass_session = click.make_pass_decorator(Session, ensure=True)

no_color = click.option("--no-color", is_flag=True, help="Do without colour; NO_COLOR does the same.")
as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON for programs.")
organizations = click.option(
    "--org", "organizations", multiple=True, metavar="NAME", help="Only this organization; may be repeated."
)
one_organization = click.option(
    "--org", "organization", metavar="NAME", help="The organization; not needed where there is only one."
)
