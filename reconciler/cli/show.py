"""`reconciler show`: a saved plan, for reading again what was reviewed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.options import Session, as_json, no_color, pass_session


@click.command(cls=Exemplified, epilog="reconciler show plan.out\nreconciler show plan.out --json")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
@no_color
@pass_session
def show(session: Session, file: Path, as_json: bool, no_color: bool) -> None:
    """Show a plan that `plan --out` wrote."""
    from reconciler.cli.pages import show_plan
    from reconciler.cli.terminal import paint_for
    from reconciler.store.plan_file import read_plan

    show_plan(read_plan(session.seen(file)), paint_for(sys.stdout, no_color=no_color), as_json=as_json)
