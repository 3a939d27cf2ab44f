"""What several commands take: where they work, and the options that mean the same everywhere."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., object])


@dataclass(slots=True, kw_only=True)
class Session:
    """One call of the program: the folder it works in, and whether it shows its own workings when it breaks.

    Not frozen: `main` makes it before the command line is read, so that it is there when reading fails. `personal` says
    whether `--show-personal` was given.
    """

    directory: Path = field(default_factory=Path)
    debug: bool = False
    personal: bool = False

    def seen(self, file: Path) -> Path:
        """Give a file that the command line names as seen from the folder, as `git -C` and `make -C` see one."""
        return self.directory / file

    def command(self, rest: str) -> str:
        """Word a command that works here when it is typed where this one was."""
        return (
            f"reconciler {rest}"
            if self.directory == Path()
            else f"reconciler -C {shlex.quote(str(self.directory))} {rest}"
        )


pass_session = click.make_pass_decorator(Session, ensure=True)

OFF = "off"

log_level = click.option(
    "--log-level",
    "level",
    type=click.Choice([OFF, "error", "warning", "info", "debug"], case_sensitive=False),
    default=OFF,
    envvar="RECONCILER_LOG_LEVEL",
    help="Log on stderr from this level on, one JSON object a line.",
)
no_color = click.option("--no-color", is_flag=True, help="Do without colour; NO_COLOR does the same.")
as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON for programs.")
report = click.option(
    "--report",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the plan into this folder in every form that it is reviewed in.",
)


def _shown(context: click.Context, _parameter: click.Parameter, personal: bool) -> bool:
    """Let whoever shows how a command ends know it too."""
    context.ensure_object(Session).personal = personal
    return personal


show_personal = click.option(
    "--show-personal",
    "personal",
    is_flag=True,
    callback=_shown,
    help="Show names, e-mail addresses and phone numbers, unmasked.",
)
organizations = click.option(
    "--org", "organizations", multiple=True, metavar="NAME", help="Only this organization; may be repeated."
)
one_organization = click.option(
    "--org", "organization", metavar="NAME", help="The organization; not needed where there is only one."
)


def allowing(command: Decorated) -> Decorated:
    """Add the options by which a run lets through what a guard refuses."""
    for option in (_allow, _allow_update, _allow_delete):
        command = option(command)
    return command


def allowing_guards(*guards: str) -> Callable[[Decorated], Decorated]:
    """Add `--allow` to a command that only some guards refuse."""

    def read(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            if text.partition("=")[0] not in guards:
                raise click.BadParameter(f'"{text}" names none of the guards that look here: {", ".join(guards)}')
        return texts

    return click.option(
        "--allow",
        "guards",
        multiple=True,
        metavar="GUARD=TARGET",
        callback=read,
        help="Let through what this guard refuses here; a refusal shows what to type.",
    )


_allow_delete = click.option(
    "--allow-delete", "deletes", multiple=True, metavar="KIND=N", help="Let up to N deletes of this kind through."
)
_allow_update = click.option(
    "--allow-update", "updates", multiple=True, metavar="KIND=N", help="Let up to N updates of this kind through."
)
_allow = click.option(
    "--allow",
    "guards",
    multiple=True,
    metavar="GUARD=TARGET",
    help="Let through what this guard refuses here; a refusal shows what to type.",
)
lock_timeout = click.option(
    "--lock-timeout",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for another run to end; without it, not at all.",
)

max_requests = click.option(
    "--max-requests-per-minute",
    "most",
    type=click.IntRange(min=1),
    metavar="N",
    help="Send no organization more than N requests in any minute.",
)


def _digest(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str:
    """Refuse an empty digest: a variable that is not set must not read as "expect nothing"."""
    if text is not None and not text.strip():
        raise click.BadParameter("it is empty; give the digest of the plan that was reviewed")
    return text or ""


expect = click.option("--expect", metavar="DIGEST", callback=_digest, help="The digest of the plan that was reviewed.")


def _revision(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str:
    """Refuse an empty revision: a variable that is not set must not read as "plan everything"."""
    if text is not None and not text.strip():
        raise click.BadParameter("it is empty; give a branch, a tag or a commit")
    return text or ""


retry_overridden = click.option(
    "--retry-overridden", "retry", is_flag=True, help="Send again what the vendor set back and a plan leaves."
)
changed_since = click.option(
    "--changed-since",
    "since",
    metavar="REV",
    callback=_revision,
    help="Plan and read only what changed in the documents since this branch left REV.",
)
