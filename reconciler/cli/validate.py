"""`reconciler validate`: read every document and say what is wrong with it. Nothing is sent."""

from __future__ import annotations

import sys

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.options import Session, as_json, no_color, organizations, pass_session


@click.command(cls=Exemplified, epilog="reconciler validate\nreconciler validate --org acme-fr --json")
@organizations
@as_json
@no_color
@pass_session
def validate(session: Session, organizations: tuple[str, ...], as_json: bool, no_color: bool) -> int:
    """Check reconciler.yaml and every document; nothing is sent."""
    with leaving_at_once():
        from reconciler.cli.terminal import narration, paint_for

    with leaving_at_once(), narration(no_color=no_color, silent=as_json) as told:
        told.say("Reading documents…")
        from reconciler.cli.validation import read_documents, tell_documents

        checked = read_documents(session.directory, organizations, told)
    return tell_documents(checked, paint_for(sys.stdout, no_color=no_color), session.directory, as_json=as_json)
