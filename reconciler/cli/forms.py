"""`--html` and `--markdown`: one form of a plan into one file, or on stdout in the place of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from reconciler.cli.options import Decorated, Session
from reconciler.model.plan import Plan

_STDOUT = Path("-")


def forms(command: Decorated) -> Decorated:
    """Add the options."""
    for name, what in (("markdown", "Markdown"), ("html", "a page")):
        command = click.option(
            f"--{name}",
            name,
            type=click.Path(path_type=Path),
            metavar="FILE",
            help=f"Write the plan into this file as {what}; - for stdout.",
        )(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Where the forms go that were asked for, by their names."""

    files: Mapping[str, Path]

    @property
    def on_stdout(self) -> bool:
        """Say whether one of them takes the place of the text."""
        return _STDOUT in self.files.values()

    def write(self, plan: Plan, *, personal: bool) -> None:
        """Write each of them. The file is its owner's alone.

        Raises:
            OSError: a file could not be written.
        """
        from reconciler.cli.pages import seen
        from reconciler.cli.terminal import now, out
        from reconciler.desired.collector import collector_held
        from reconciler.render.html import plan_html
        from reconciler.render.markdown import plan_markdown
        from reconciler.store.atomic_file import replace_file

        with collector_held():
            shown = seen(plan, personal=personal) if self.files else plan
            for name, file in self.files.items():
                text = plan_html(shown, now()) if name == "html" else plan_markdown(shown)
                if file == _STDOUT:
                    out(text)
                else:
                    replace_file(file, text.encode())


def forms_of(session: Session, html: Path | None, markdown: Path | None, *, as_json: bool) -> Forms:
    """Take the options together; of what goes to stdout there can be one.

    Raises:
        click.UsageError: there is more.
    """
    named = {name: file for name, file in (("html", html), ("markdown", markdown)) if file is not None}
    if as_json + sum(file == _STDOUT for file in named.values()) > 1:
        raise click.UsageError("Only one of --json, --html - and --markdown - can go to stdout.")
    return Forms(files={name: file if file == _STDOUT else session.seen(file) for name, file in named.items()})
