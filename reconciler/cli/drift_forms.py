"""`drift --html` and `--markdown`: one form of what drifted into one file, or on stdout in the place of the text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from reconciler.cli.options import Decorated

STDOUT = Path("-")


def drift_forms(command: Decorated) -> Decorated:
    """Add the options."""
    for name, what in (("markdown", "Markdown"), ("html", "a page")):
        command = click.option(
            f"--{name}",
            name,
            type=click.Path(path_type=Path),
            metavar="FILE",
            help=f"Write what drifted into this file as {what}; - for stdout.",
        )(command)
    return command


def write_forms(texts: Mapping[str, str], files: Mapping[str, Path]) -> None:
    """Write each form that is wanted, by its name; a file is its owner's alone.

    Raises:
        OSError: a file could not be written.
    """
    from reconciler.cli.terminal import out
    from reconciler.store.atomic_file import replace_file

    for name, file in files.items():
        if file == STDOUT:
            out(texts[name])
        else:
            replace_file(file, texts[name].encode())
