"""`reconciler validate`: read every document and say what is wrong with it. Nothing is sent."""

from __future__ import annotations

import sys

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.options import Session, as_json, no_color, organizations, pass_session


@click.command(cls=Exemplified, epilog="reconciler validate\nreconciler validate --org acme-fr --json")
@organizations
@as_json
@no_color
@pass_session
def validate(session: Session, organizations: tuple[str, ...], as_json: bool, no_color: bool) -> int:
    """Check reconciler.yaml and every document; nothing is sent."""
    from reconciler.cli.terminal import err, paint_for

    if not as_json:
        err("Reading documents…")
    from reconciler.cli.validation import validate_documents

    return validate_documents(session.directory, organizations, paint_for(sys.stdout, no_color=no_color), as_json)
