"""`reconciler adopt`: what is live exactly as the documents declare it comes under management; nothing is sent."""

from __future__ import annotations

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.options import Session, as_json, lock_timeout, max_requests, organizations, pass_session


@click.command(cls=Exemplified, epilog="reconciler adopt\nreconciler adopt acme-fr/{object}")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@organizations
@lock_timeout
@max_requests
@as_json
@pass_session
def adopt(
    session: Session,
    addresses: tuple[str, ...],
    organizations: tuple[str, ...],
    lock_timeout: float,
    most: int | None,
    as_json: bool,
) -> int:
    """Take live objects into the inventory that are exactly as declared.

    Without ADDRESS all of them. The vendor is only read. What differs is listed and left: a plan shows what would
    change at it, and an apply adopts it by changing it.
    """
    from reconciler.cli.entered_text import tell_entered, tell_nothing_entered
    from reconciler.cli.terminal import narration

    with narration(silent=as_json) as told:
        told.say("Reading documents…")
        from reconciler.cli.failures import failures_told, people_hidden
        from reconciler.cli.managing import adopted

        with failures_told(tell_nothing_entered if as_json else None), people_hidden(session.directory, asked=False):
            results = adopted(session.directory, organizations, addresses, told, lock_timeout, most)
    return tell_entered(results, "Adopted", as_json=as_json)
