"""`reconciler fmt`: lay documents out in one way, every comment kept. Nothing is sent."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.options import Session, organizations, pass_session


@click.command(
    cls=Exemplified,
    epilog="reconciler fmt\nreconciler fmt --check --diff\nreconciler fmt reconciler.yaml\nreconciler fmt - < a.yaml",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[PATH]...")
@click.option("--check", is_flag=True, help="Write nothing; exit code 2 if anything would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@organizations
@pass_session
def fmt(session: Session, paths: tuple[Path, ...], check: bool, diff: bool, organizations: tuple[str, ...]) -> int:
    """Lay documents out in one way: files, folders, - for stdin, or all that there are."""
    with leaving_at_once():
        from reconciler.cli.formatting import Formatting, format_files, format_stream, named_files

    if paths and organizations:
        raise click.UsageError("--org chooses among all documents; name paths or organizations, not both.")
    wanted = Formatting(check=check, diff=diff)
    if [str(path) for path in paths] == ["-"]:
        return format_stream(wanted)
    if Path("-") in paths:
        raise click.UsageError("- stands for stdin, and no file goes with it.")
    with leaving_at_once():
        files = named_files(session, paths, organizations)
    return format_files(files, wanted)
