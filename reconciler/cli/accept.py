"""`reconciler drift accept`: live values into the user's own documents. Nothing is sent to the vendor."""

from __future__ import annotations

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.options import (
    Session,
    lock_timeout,
    max_requests,
    no_color,
    organizations,
    pass_session,
    show_personal,
)


@click.command(
    cls=Exemplified,
    epilog="reconciler drift accept\n"
    "reconciler drift accept acme-fr/{object}\n"
    "reconciler drift accept acme-fr/{field} --diff",
)
@click.argument("targets", nargs=-1, metavar="[ADDRESS[.FIELD]]...")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, as a patch.")
@organizations
@lock_timeout
@max_requests
@show_personal
@no_color
@pass_session
def accept(
    session: Session,
    targets: tuple[str, ...],
    dry_run: bool,
    diff: bool,
    organizations: tuple[str, ...],
    lock_timeout: float,
    most: int | None,
    personal: bool,
    no_color: bool,
) -> int:
    """Write live values into the documents; nothing is sent to the vendor.

    Without a target it takes over what changed at the vendor alone. What changed on both sides, or what the vendor
    sets back, is taken over only where its field is named. Nothing but the values that drifted changes in the files,
    and all of them are written or none.
    """
    with leaving_at_once():
        from reconciler.cli.terminal import narration

    with leaving_at_once(), narration(no_color=no_color) as told:
        told.say("Reading documents…")
        from reconciler.cli.accepted_text import Showing, tell_accepted
        from reconciler.cli.accepting import accepted
        from reconciler.cli.drifting import find_drift
        from reconciler.cli.pages import shows_personal

        seen = find_drift(session.directory, organizations, told, most, lock_timeout)
        found = accepted(seen, session.directory, targets)
    personal = shows_personal(session.directory, asked=personal)
    return tell_accepted(
        found, session.directory, Showing(personal=personal, diff=diff, writes=not dry_run and not diff)
    )
