"""All that the program can be called with: the group, its options, and where each command is.

Nothing heavy is imported on the way to a `--help`: see `lazy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import click

from reconciler.cli.lazy import LazyGroup
from reconciler.cli.options import OFF, Session, log_level


class Commands(LazyGroup):
    """All that the program does, in the order of use."""

    table: ClassVar[Mapping[str, tuple[str, str]]] = {
        "init": ("reconciler.cli.init:init", "Start a folder of documents."),
        "validate": ("reconciler.cli.validate:validate", "Check the documents; nothing is sent."),
        "fmt": ("reconciler.cli.fmt:fmt", "Lay documents out in one way, comments kept."),
        "lint": ("reconciler.cli.lint:lint", "Point at what is valid and most likely not meant."),
        "plan": ("reconciler.cli.plan:plan", "Show what an apply would do; nothing is written."),
        "show": ("reconciler.cli.show:show", "Show a saved plan."),
        "apply": ("reconciler.cli.apply:apply", "Carry out a plan."),
        "comment": ("reconciler.cli.comment:comment", "Keep the comment on a pull request in step with a plan."),
        "drift": ("reconciler.cli.drift:drift", "Tell drift from intent: compare live, last applied and declared."),
        "dump": ("reconciler.cli.dump:dump", "Write documents from live state."),
        "adopt": ("reconciler.cli.adopt:adopt", "Take live objects into the inventory that are exactly as declared."),
        "inventory": ("reconciler.cli.inventory:inventory", "See and mend what is managed from here."),
        "journal": ("reconciler.cli.journal:journal", "Look up what applies have done."),
        "undo": ("reconciler.cli.undo:undo", "Plan to take back what an apply did; nothing is written."),
        "unlock": ("reconciler.cli.unlock:unlock", "Free the lock of a dead run."),
        "schema": ("reconciler.cli.schema:schema", "Write the JSON Schemas of the documents."),
        "sandbox": ("reconciler.cli.sandbox:sandbox", "Play with a vendor on this machine."),
        "completion": ("reconciler.cli.completion:completion", "Print the completion for a shell."),
    }


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from reconciler.cli.installed import installed_version

        click.echo(f"reconciler {installed_version()}")
        context.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="reconciler -C examples/desired-state plan\nreconciler --log-level info apply",
)
@click.option(
    "-C",
    "directory",
    type=click.Path(path_type=Path),
    default=".",
    help="Work in this folder; files are as seen from it.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
@log_level
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
@click.pass_context
def reconciler(context: click.Context, directory: Path, debug: bool, level: str) -> None:
    """Keep customer master data as documents, and an accounts-receivable service in step with them."""
    session = context.ensure_object(Session)
    session.directory = directory
    session.debug = debug
    if level != OFF:
        from reconciler.cli.logs import logging_from

        context.with_resource(logging_from(level))
