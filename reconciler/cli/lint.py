"""`reconciler lint`: point at what is valid and most likely not meant. Nothing is sent."""

from __future__ import annotations

import sys

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.options import Session, as_json, no_color, organizations, pass_session


@click.command(cls=Exemplified, epilog="reconciler lint\nreconciler lint --ignore role-mailbox --format github")
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Only this rule; may be repeated.")
@click.option("--ignore", "ignored", multiple=True, metavar="ID", help="Without this rule; may be repeated.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github"]),
    default="text",
    help="Text, or remarks that GitHub shows at the lines of a pull request.",
)
@organizations
@as_json
@no_color
@pass_session
def lint(
    session: Session,
    rules: tuple[str, ...],
    ignored: tuple[str, ...],
    form: str,
    organizations: tuple[str, ...],
    as_json: bool,
    no_color: bool,
) -> int:
    """Point at what is valid and most likely not meant; nothing is sent."""
    if as_json and form != "text":
        raise click.UsageError("--json and --format name two forms; one is enough.")
    with leaving_at_once():
        from reconciler.cli.linting import Choice, chosen, linted, tell_findings
        from reconciler.cli.terminal import narration, paint_for

    choice = chosen(Choice(rules=rules, ignored=ignored))
    with leaving_at_once(), narration(no_color=no_color, silent=as_json or form != "text") as told:
        told.say("Reading documents…")
        found = linted(session.directory, organizations, choice)
    return tell_findings(
        found, paint_for(sys.stdout, no_color=no_color), "json" if as_json else form, session.directory
    )
