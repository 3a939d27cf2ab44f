"""`reconciler dump`: documents from what is live, to begin with. Nothing is sent, and no file is overwritten."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.options import Session, as_json, max_requests, one_organization, pass_session


@click.command(cls=Exemplified, epilog="reconciler dump\nreconciler dump --org acme-fr --one-file --out master-data")
@one_organization
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder to write below, as reconciler.yaml lies in it; the working folder by default.",
)
@click.option("--one-file", is_flag=True, help="Write one file instead of one for each object.")
@max_requests
@as_json
@pass_session
def dump(
    session: Session,
    organization: str | None,
    folder: Path | None,
    one_file: bool,
    most: int | None,
    as_json: bool,
) -> int:
    """Write documents from live state.

    What they declare is what is live, so the next plan changes nothing. What no document can say, such as an object
    without external id, is left out and listed.
    """
    from reconciler.cli.terminal import narration

    below = session.directory if folder is None else session.seen(folder)
    with narration(silent=as_json) as told:
        told.say("Reading everything…")
        from reconciler.cli.dumping import dumped, tell_dump, write_dump

        found = dumped(session.directory, organization, told, below, one_file=one_file, most=most)
    write_dump(found, below)
    return tell_dump(found, below, as_json=as_json)
