"""`reconciler comment`: bring a report to the pull request or merge request that a job is about."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.options import Session, organizations, pass_session


@click.command(
    cls=Exemplified,
    epilog="reconciler comment --report report\nreconciler comment --digest --org acme-fr\nreconciler comment --stale",
)
@click.option(
    "--report",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Let the report in this folder stand there as a comment.",
)
@click.option("--digest", is_flag=True, help="Print the digest of the plan that was reviewed there.")
@click.option("--stale", is_flag=True, help="Mark the comment that stands there as superseded.")
@click.option(
    "--applied",
    "code",
    type=click.IntRange(0, 255),
    metavar="CODE",
    help="Say there how an apply ended: its exit code.",
)
@click.option(
    "--said",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What that apply printed: the problems and the end of it are shown.",
)
@click.option("--key", metavar="KEY", help="What tells the comment from others; a report has one of its own.")
@organizations
@click.option("--number", type=click.IntRange(min=1), metavar="N", help="Of the pull request, if the job has none.")
@click.option(
    "--dry-run", "dry", is_flag=True, help="Only say what would be done; with --report or --applied, outside a job too."
)
@pass_session
def comment(
    session: Session,
    folder: Path | None,
    digest: bool,
    stale: bool,
    code: int | None,
    said: Path | None,
    key: str | None,
    organizations: tuple[str, ...],
    number: int | None,
    dry: bool,
) -> int:
    """Keep the comment on a pull request in step with a plan, or read from it what was reviewed.

    Which pull request or merge request is meant, the variables say that GitHub and GitLab give to a job. The comment is
    found by its key, which is made of the folder and of the organizations as with `plan --report`.
    """
    if sum((folder is not None, digest, stale, code is not None)) != 1:
        raise click.UsageError(
            "Say one thing: --report DIR lets a plan stand as a comment, --digest prints the digest of the one that"
            " stands, --stale marks that one as superseded, --applied CODE says how the apply of it ended."
        )
    if said is not None and code is None:
        raise click.UsageError("--said FILE is what an apply printed: it is for use with --applied CODE.")
    if digest and dry:
        raise click.UsageError("--digest changes nothing: it is for use without --dry-run.")
    if folder is not None and organizations:
        raise click.UsageError("--report DIR has a key by itself: it is for use without --org.")
    with leaving_at_once():
        from reconciler.cli.comment_report import read_report
        from reconciler.cli.commenting import Commenting, Ended, show
        from reconciler.errors import UsageInvalid

    if folder is not None:
        report = read_report(session.seen(folder), key)
        try:
            return Commenting.of_job(number=number, dry=dry).report(report)
        except UsageInvalid as error:
            if not dry:
                raise
            return show(report, error)
    if code is not None:
        file = session.seen(said) if said is not None else None
        ended = Ended.read(session.directory, organizations, key, code, file)
        try:
            return Commenting.of_job(number=number, dry=dry).tell_applied(ended)
        except UsageInvalid as error:
            if not dry:
                raise
            return ended.show(error)
    asked = Commenting.of_job(number=number, dry=dry)
    named = asked.key_of(session.directory, organizations, key)
    return asked.tell_digest(named) if digest else asked.outdate(named)
