"""`reconciler undo`: the plan that takes back what an apply did. Nothing is written at the vendor."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.options import (
    Session,
    allowing,
    as_json,
    max_requests,
    no_color,
    organizations,
    pass_session,
    show_personal,
)


@click.command(
    cls=Exemplified,
    epilog="reconciler undo last\n"
    "reconciler undo last --out undo.out\n"
    "reconciler undo 20260115T09 --org acme-fr --allow-delete {kind}=41 --out undo.out",
)
@click.argument("run")
@organizations
@click.option("--out", "file", type=click.Path(path_type=Path), help="Save the plan for `apply FILE`.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there is something to undo.")
@allowing
@max_requests
@show_personal
@as_json
@no_color
@pass_session
def undo(
    session: Session,
    run: str,
    organizations: tuple[str, ...],
    file: Path | None,
    detailed_exitcode: bool,
    deletes: tuple[str, ...],
    updates: tuple[str, ...],
    guards: tuple[str, ...],
    most: int | None,
    personal: bool,
    as_json: bool,
    no_color: bool,
) -> int:
    """Plan to take back what an apply did; nothing is written at the vendor.

    RUN is the id that `journal list` shows, or as much of it as only one begins with, or `last`. The plan is made from
    the run's journal and from what is live now, for the objects that the run changed and no others. What somebody has
    changed since is refused, and what cannot be undone is said. Save it with --out, look at it, and `apply` it.
    """
    with leaving_at_once():
        from reconciler.cli.allowing import allowances_of
        from reconciler.cli.terminal import narration, paint_for

    allowances = allowances_of(guards, deletes, updates)
    with leaving_at_once(), narration(no_color=no_color) as told:
        told.say("Reading the journal…")
        from reconciler.cli.failures import failures_told, people_hidden
        from reconciler.cli.pages import show_no_plan, show_plan, shows_personal
        from reconciler.cli.planning import plan_ending, save_plan
        from reconciler.cli.undoing import make_undo_plan

        hidden = people_hidden(session.directory, asked=personal)
        with failures_told(show_no_plan if as_json else None), hidden:
            found = make_undo_plan(session.directory, run, organizations, told, allowances, most)
    personal = shows_personal(session.directory, asked=personal)
    show_plan(found, paint_for(sys.stdout, no_color=no_color), as_json=as_json, personal=personal)
    if file is not None:
        save_plan(found, session.seen(file), session.command(f"apply {file}"))
    return plan_ending(found, detailed=detailed_exitcode)
