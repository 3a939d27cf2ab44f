"""`reconciler unlock`: free the lock of a run that is dead, by the id that the refusal showed."""

from __future__ import annotations

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.options import Session, organizations, pass_session


@click.command(cls=Exemplified, epilog="reconciler unlock 20260115T093000Z-1f2e3d4c")
@click.argument("lock_id", metavar="ID")
@organizations
@pass_session
def unlock(session: Session, lock_id: str, organizations: tuple[str, ...]) -> None:
    """Free the lock of a dead run.

    ID is what the refusal showed. Only that run's lock is freed, whichever organization it is of. Make sure that the
    run is dead: two that write at once is what the lock is there against.
    """
    from reconciler.cli.terminal import out
    from reconciler.cli.unlocking import freed

    for name, holder in freed(session.directory, organizations, lock_id):
        out(f"{name}: freed the lock of {holder.who} on {holder.host}.\n")
