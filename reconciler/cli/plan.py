"""`reconciler plan`: what an apply would do. Nothing is written at the vendor."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.forms import forms, forms_of
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.options import (
    Session,
    allowing,
    as_json,
    changed_since,
    expect,
    max_requests,
    no_color,
    organizations,
    pass_session,
    report,
    retry_overridden,
    show_personal,
)


@click.command(
    cls=Exemplified,
    epilog="reconciler plan\n"
    "reconciler plan --out plan.out --report report\n"
    "reconciler plan --org acme-fr --json --detailed-exitcode\n"
    "reconciler plan --changed-since origin/main\n"
    "reconciler plan --allow-update {kind}=41",
)
@organizations
@click.option("--out", "file", type=click.Path(path_type=Path), help="Save the plan for `apply FILE`.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there is something to do.")
@expect
@changed_since
@retry_overridden
@allowing
@max_requests
@report
@forms("the plan")
@show_personal
@as_json
@no_color
@pass_session
def plan(
    session: Session,
    organizations: tuple[str, ...],
    as_json: bool,
    file: Path | None,
    detailed_exitcode: bool,
    expect: str,
    since: str,
    retry: bool,
    deletes: tuple[str, ...],
    updates: tuple[str, ...],
    guards: tuple[str, ...],
    most: int | None,
    folder: Path | None,
    html: Path | None,
    markdown: Path | None,
    personal: bool,
    no_color: bool,
) -> int:
    """Show what an apply would do; nothing is written at the vendor.

    What a guard refuses is shown with the option that lets exactly that through. With --expect it exits with 0 if the
    plan still is the one that was reviewed, and with 5 if not. With --changed-since it looks at what a branch touches,
    and at nothing else. What the vendor set back is left and told; --retry-overridden sends it again.
    """
    written = forms_of(session, html, markdown, as_json=as_json)
    with leaving_at_once():
        from reconciler.cli.allowing import allowances_of
        from reconciler.cli.terminal import narration, paint_for

    allowances = allowances_of(guards, deletes, updates)
    with leaving_at_once(), narration(no_color=no_color) as told:
        told.say("Reading documents…")
        from reconciler.cli.failures import failures_told, people_hidden
        from reconciler.cli.pages import show_no_plan, show_plan, shows_personal, write_plan
        from reconciler.cli.planning import make_plan, plan_ending, save_plan
        from reconciler.cli.reports import ReportFolder

        report = ReportFolder(path=folder and session.seen(folder), directory=session.directory, names=organizations)
        hidden = people_hidden(session.directory, asked=personal)
        with failures_told(show_no_plan if as_json else None), report.prepared(), hidden:
            found = make_plan(session.directory, organizations, told, allowances, most, since, retry=retry)
    personal = shows_personal(session.directory, asked=personal)
    if not written.on_stdout:
        show_plan(found, paint_for(sys.stdout, no_color=no_color), as_json=as_json, personal=personal)
    write_plan(found, written, personal=personal)
    report.write(found, personal=personal)
    if file is not None:
        save_plan(found, session.seen(file), session.command(f"apply {file}"))
    return plan_ending(found, detailed=detailed_exitcode, expected=expect)
