"""`reconciler journal`: look up what applies have done from here. Nothing is sent or written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import ClassVar

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.lazy import LazyGroup
from reconciler.cli.options import Decorated, Session, as_json, no_color, organizations, pass_session, show_personal
from reconciler.model.change import Action
from reconciler.model.journal import NOT_TRIED, OUTCOMES


class JournalCommands(LazyGroup):
    """What can be done with journals."""

    table: ClassVar[Mapping[str, tuple[str, str]]] = {
        "list": ("reconciler.cli.journal:list_runs", "List the applies that were run from here."),
        "show": ("reconciler.cli.journal:show_run", "Show what one apply did, write by write."),
    }


@click.group(cls=JournalCommands, epilog="reconciler journal list\nreconciler journal show last")
def journal() -> None:
    """Look up what applies have done."""


def _moment(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str:
    """Read a day or a time, in UTC where it names no zone, as journals write it."""
    if text is None:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f'"{text}" is neither a day (2026-01-31) nor a time (2026-01-31T09:30)') from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _outcomes(*names: str) -> Callable[[Decorated], Decorated]:
    return click.option(
        "--outcome", "outcomes", multiple=True, type=click.Choice(names), help="Only what ended so; may be repeated."
    )


_ACTIONS = (*(one.value for one in Action), "note")
"""As `render.journal_text.deed_of` words them."""


@click.command(
    "list",
    cls=Exemplified,
    epilog="reconciler journal list\nreconciler journal list --since 2026-01-01 --outcome failed\n"
    "reconciler journal list --limit 1 --json",
)
@organizations
@click.option("--since", callback=_moment, metavar="TIME", help="Only runs that began then or later.")
@_outcomes(*OUTCOMES, NOT_TRIED, "refused")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the latest N.")
@as_json
@pass_session
def list_runs(
    session: Session,
    organizations: tuple[str, ...],
    since: str,
    outcomes: tuple[str, ...],
    limit: int | None,
    as_json: bool,
) -> int:
    """List the applies that were run from here.

    The latest comes first. With --outcome: runs in which at least one change ended so, or was not tried, or refused by
    a guard; of a run that was killed, it is unknown how its changes ended. With --json every run is one line.
    """
    from reconciler.cli.journal_text import Runs, tell_runs

    counted = tuple(name.replace("-", "_") for name in outcomes)
    wanted = Runs(organizations=organizations, since=since, outcomes=counted, limit=limit or 0)
    return tell_runs(session.directory, wanted, as_json=as_json)


@click.command(
    "show",
    cls=Exemplified,
    epilog="reconciler journal show last\nreconciler journal show 20260115T09 --address 'acme-fr/{kind}/*'\n"
    "reconciler journal show last --outcome failed --json",
)
@click.argument("run")
@click.option("--address", metavar="GLOB", default="", help="Only changes of these addresses.")
@click.option(
    "--action", "actions", multiple=True, type=click.Choice(_ACTIONS), help="Only such changes; may be repeated."
)
@_outcomes(*OUTCOMES, NOT_TRIED)
@show_personal
@as_json
@no_color
@pass_session
def show_run(
    session: Session,
    run: str,
    address: str,
    actions: tuple[str, ...],
    outcomes: tuple[str, ...],
    personal: bool,
    as_json: bool,
    no_color: bool,
) -> None:
    """Show what one apply did, write by write.

    RUN is the id that `journal list` shows, or as much of it as only one begins with, or `last`. With --json the run is
    one line, and every change.
    """
    from reconciler.cli.journal_text import Changes, tell_run
    from reconciler.cli.pages import shows_personal

    wanted = Changes(address=address, actions=actions, outcomes=outcomes)
    personal = shows_personal(session.directory, asked=personal)
    tell_run(session.directory, run, wanted, as_json=as_json, personal=personal, no_color=no_color)
