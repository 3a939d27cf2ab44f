"""`reconciler apply`: plan, ask, carry out; or carry out a plan that was saved and reviewed."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.options import (
    Session,
    allowing,
    as_json,
    changed_since,
    expect,
    lock_timeout,
    max_requests,
    no_color,
    organizations,
    pass_session,
    retry_overridden,
    show_personal,
)

_OF_NEW_PLANS = "--allow…, --expect, --changed-since and --retry-overridden"


@click.command(
    cls=Exemplified,
    epilog="reconciler apply\n"
    "reconciler apply plan.out\n"
    "reconciler apply --auto-approve --json\n"
    "reconciler apply --resume last\n"
    "reconciler apply plan.out --max-requests-per-minute 120\n"
    "reconciler apply --auto-approve --expect 5f0c…",
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@organizations
@click.option("--auto-approve", is_flag=True, help="Do not ask; for CI.")
@expect
@changed_since
@retry_overridden
@click.option("--resume", metavar="RUN", default="", help="Carry out the rest of this run's plan, and nothing else.")
@allowing
@lock_timeout
@max_requests
@show_personal
@as_json
@no_color
@pass_session
def apply(
    session: Session,
    file: Path | None,
    organizations: tuple[str, ...],
    auto_approve: bool,
    expect: str,
    since: str,
    retry: bool,
    resume: str,
    deletes: tuple[str, ...],
    updates: tuple[str, ...],
    guards: tuple[str, ...],
    lock_timeout: float,
    most: int | None,
    personal: bool,
    as_json: bool,
    no_color: bool,
) -> int:
    """Carry out a plan.

    Without FILE it plans, shows the plan, and asks. FILE is a plan that `plan --out` saved: it was reviewed, so
    nothing is asked. With --expect it plans, and goes on only if that is the plan of this digest, or what a run that
    was interrupted left of it. With --resume it carries out what is left of the plan of an earlier run, which the
    journal has kept, and asks nothing. With --json every event is one line.
    """
    with leaving_at_once():
        from reconciler.cli.allowing import allowances_of
        from reconciler.cli.approval import check_answerable
        from reconciler.cli.terminal import err, paint_for

    allowances = allowances_of(guards, deletes, updates)
    _check_one_plan(file, resume, made_now=bool(allowances or expect or since or retry))
    asks = file is None and not resume and not auto_approve
    if asks:
        check_answerable(sys.stdin, as_json=as_json)
    if not as_json:
        err(_reading(file, resume))
    with leaving_at_once():
        from reconciler.cli.applying import Application, Terms
        from reconciler.cli.failures import failures_told, people_hidden
        from reconciler.cli.pages import shows_personal
        from reconciler.cli.reporting import EventLines, EventPage

    shown = shows_personal(session.directory, asked=personal)
    paints = [paint_for(stream, no_color=no_color) for stream in (sys.stdout, sys.stderr)]
    report = EventLines(personal=shown) if as_json else EventPage(*paints, no_color=no_color, personal=shown)
    terms = Terms(
        asks=asks,
        expect=expect,
        wait=lock_timeout,
        allowances=allowances,
        most=most,
        resume=resume,
        since=since,
        retry=retry,
        command=_called(file, resume),
        personal=personal,
    )
    with failures_told(report.problems, usage=True), people_hidden(session.directory, asked=personal):
        return Application(session.directory, organizations, report, terms).run(file and session.seen(file))


def _check_one_plan(file: Path | None, resume: str, *, made_now: bool) -> None:
    """See that one plan is named: in a file, that of an earlier run, or one that is made now.

    Raises:
        UsageError: there are two.
    """
    if file is not None and made_now:
        raise click.UsageError(f"FILE is a plan made before: {_OF_NEW_PLANS} are for a plan that is made now.")
    if resume and (file is not None or made_now):
        raise click.UsageError(f"--resume goes on with a plan made before: give it without FILE, {_OF_NEW_PLANS}.")


def _called(file: Path | None, resume: str) -> str:
    """Word what was called, for the journal and for who waits for the lock."""
    if resume:
        return f"reconciler apply --resume {shlex.quote(resume)}"
    return "reconciler apply" if file is None else f"reconciler apply {shlex.quote(str(file))}"


def _reading(file: Path | None, resume: str) -> str:
    if resume:
        return f"Reading the plan of run {resume}…"
    return "Reading documents…" if file is None else f"Reading {file}…"
