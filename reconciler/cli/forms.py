"""`--html` and `--markdown`: one form of what a command found into one file, or on stdout in the place of the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from reconciler.cli.options import Decorated, Session

_STDOUT = Path("-")


def forms(what: str) -> Callable[[Decorated], Decorated]:
    """Add the options; `what` says in their help what is written."""

    def add(command: Decorated) -> Decorated:
        for name, form in (("markdown", "Markdown"), ("html", "a page")):
            command = click.option(
                f"--{name}",
                name,
                type=click.Path(path_type=Path),
                metavar="FILE",
                help=f"Write {what} into this file as {form}; - for stdout.",
            )(command)
        return command

    return add


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Where the forms go that were asked for, by their names."""

    files: Mapping[str, Path]

    @property
    def on_stdout(self) -> bool:
        """Say whether one of them takes the place of the text."""
        return _STDOUT in self.files.values()

    def write(self, pages: Mapping[str, Callable[[], str]]) -> None:
        """Lay out and write each of them, by its name. The file is its owner's alone.

        Raises:
            OSError: a file could not be written.
        """
        from reconciler.cli.terminal import out
        from reconciler.desired.collector import collector_held
        from reconciler.store.atomic_file import replace_file

        with collector_held():
            for name, file in self.files.items():
                text = pages[name]()
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
