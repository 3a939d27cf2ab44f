"""`reconciler init`: the first files of a folder of documents. What is there already is never touched."""

from __future__ import annotations

import re
from pathlib import Path

import click

from reconciler.cli.examples import Exemplified
from reconciler.cli.options import Session, pass_session
from reconciler.cli.starter import CONFIGURATION, IGNORED, PROVIDERS, first_files, organization_block
from reconciler.cli.terminal import out

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def _named(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    """Refuse a name that could not be the first part of an address, or of a path."""
    if not _NAME.fullmatch(name):
        raise click.BadParameter("use lower-case letters, digits and hyphens, such as acme-fr")
    return name


@click.command(
    cls=Exemplified,
    epilog="reconciler init --org acme-fr\nreconciler -C master-data init",
)
@click.option(
    "--org",
    "organization",
    default="acme",
    show_default=True,
    help="What to call the first organization.",
    callback=_named,
)
@click.option(
    "--provider", type=click.Choice(PROVIDERS), default=PROVIDERS[0], show_default=True, help="The vendor it is at."
)
@pass_session
def init(session: Session, organization: str, provider: str) -> None:
    """Start a folder of documents.

    Writes reconciler.yaml, which names one organization at the embedded sandbox, a document with an example that is
    commented out, and a line for .gitignore. A file that exists is left as it is.
    """
    session.directory.mkdir(parents=True, exist_ok=True)
    for name, content in first_files(organization, provider).items():
        written = _write_new(session.directory / name, content)
        out(f"{'Wrote' if written else 'Kept'}  {name}\n")
    if _ignore(session.directory / ".gitignore"):
        out(f"Wrote  .gitignore ({IGNORED})\n")
    elsewhere = "" if session.directory == Path() else f"-C {session.directory} "
    if not _names(session.directory / CONFIGURATION, organization):
        out(f"\n{CONFIGURATION} was there, and does not name {organization}. Add this below its organizations:\n\n")
        out(organization_block(organization, provider))
    out(f"\nNow declare what is to be there, and look at what that would do:\n    reconciler {elsewhere}plan\n")


def _names(path: Path, organization: str) -> bool:
    """Say whether a configuration seems to name an organization; what is wrong in it, `validate` says."""
    key = rf"""^\s+["']?{re.escape(organization)}["']?\s*:"""
    return re.search(key, path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE) is not None


def _write_new(path: Path, content: str) -> bool:
    """Write a file unless there is one; say whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def _ignore(path: Path) -> bool:
    """Add our folder to .gitignore unless it is there; say whether it was added."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if IGNORED in before.splitlines():
        return False
    gap = "\n" if before and not before.endswith("\n") else ""
    path.write_text(f"{before}{gap}{IGNORED}\n", encoding="utf-8")
    return True
