"""`reconciler drift`: what differs, and whose doing that is. Nothing is written at the vendor, and no lock is taken."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.forms import forms, forms_of
from reconciler.cli.lazy import LazyGroup
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.options import (
    Session,
    as_json,
    lock_timeout,
    max_requests,
    no_color,
    organizations,
    pass_session,
    report,
    show_personal,
)


class DriftCommands(LazyGroup):
    """What can be done about drift; without a command's name it is shown."""

    table: ClassVar[Mapping[str, tuple[str, str]]] = {
        "show": ("reconciler.cli.drift:show", "Show what drifted, and whose doing it is."),
        "accept": ("reconciler.cli.accept:accept", "Write live values into the documents."),
    }

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `drift ADDRESS` for `drift show ADDRESS`."""
        named = bool(args) and args[0] in (*self.table, *ctx.help_option_names)
        return super().parse_args(ctx, args if named else ["show", *args])


@click.group(cls=DriftCommands, epilog="reconciler drift\nreconciler drift acme-fr/{object}\nreconciler drift accept")
def drift() -> None:
    """Tell drift from intent: compare live, last applied and declared.

    `drift` alone, or with addresses, is `drift show`.
    """


@click.command(
    cls=Exemplified,
    epilog="reconciler drift show\nreconciler drift show acme-fr/{object}\nreconciler drift --org acme-fr --json",
)
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@organizations
@lock_timeout
@max_requests
@report
@forms("what drifted")
@show_personal
@as_json
@no_color
@pass_session
def show(
    session: Session,
    addresses: tuple[str, ...],
    organizations: tuple[str, ...],
    lock_timeout: float,
    most: int | None,
    folder: Path | None,
    html: Path | None,
    markdown: Path | None,
    personal: bool,
    as_json: bool,
    no_color: bool,
) -> int:
    """Show what drifted, and whose doing it is.

    Exits with 2 if something changed at the vendor that nobody here declared, and with 0 if nothing did: what is
    declared and not applied yet is a plan, and no drift. While another run is at work nothing is concluded.
    """
    written = forms_of(session, html, markdown, as_json=as_json)
    with leaving_at_once():
        from reconciler.cli.terminal import narration, paint_for

    with leaving_at_once(), narration(no_color=no_color, silent=as_json) as told:
        told.say("Reading documents…")
        from reconciler.cli.drifting import (
            DriftFolder,
            drift_code,
            find_drift,
            show_drift,
            show_no_drift,
            tell_webhook,
            write_drift,
        )
        from reconciler.cli.failures import failures_told, people_hidden
        from reconciler.cli.pages import shows_personal

        folder_of = DriftFolder(path=folder and session.seen(folder))
        hidden = people_hidden(session.directory, asked=personal)
        with failures_told(show_no_drift if as_json else None), folder_of.prepared(), hidden:
            seen = find_drift(session.directory, organizations, told, most, lock_timeout)
            found = seen.of(addresses)
    personal = shows_personal(session.directory, asked=personal)
    if not written.on_stdout:
        show_drift(found, paint_for(sys.stdout, no_color=no_color), as_json=as_json, personal=personal)
    write_drift(found, written, personal=personal)
    folder_of.write(found, personal=personal)
    if not addresses:
        tell_webhook(seen, session.directory)
    return drift_code(found)
