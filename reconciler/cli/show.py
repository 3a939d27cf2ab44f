"""`reconciler show`: a saved plan, for reading again what was reviewed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.forms import forms, forms_of
from reconciler.cli.options import Session, as_json, no_color, pass_session, report, show_personal


@click.command(
    cls=Exemplified,
    epilog="reconciler show plan.out\nreconciler show plan.out --json\nreconciler show plan.out --report report",
)
@click.argument("file", type=click.Path(path_type=Path))
@report
@forms("the plan")
@show_personal
@as_json
@no_color
@pass_session
def show(
    session: Session,
    file: Path,
    folder: Path | None,
    html: Path | None,
    markdown: Path | None,
    personal: bool,
    as_json: bool,
    no_color: bool,
) -> None:
    """Show a plan that `plan --out` wrote."""
    from reconciler.cli.pages import show_plan, shows_personal, write_plan
    from reconciler.cli.reports import ReportFolder
    from reconciler.cli.terminal import paint_for
    from reconciler.store.plan_file import read_plan

    written = forms_of(session, html, markdown, as_json=as_json)
    report = ReportFolder(path=folder and session.seen(folder), directory=session.directory)
    with report.prepared():
        plan = read_plan(session.seen(file))
    personal = shows_personal(session.directory, asked=personal)
    if not written.on_stdout:
        show_plan(plan, paint_for(sys.stdout, no_color=no_color), as_json=as_json, personal=personal)
    write_plan(plan, written, personal=personal)
    report.write(plan, personal=personal)
