"""The program's door: the command line comes in, one exit code leaves. All exceptions end here.

Nothing heavy is imported on the way to a `--help`: see `lazy`.
"""

from __future__ import annotations

import io
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import ClassVar, NoReturn

import click

from reconciler.cli.lazy import LazyGroup
from reconciler.cli.options import Session

USAGE = 64


class Commands(LazyGroup):
    """All that the program does, in the order of use."""

    table: ClassVar[Mapping[str, tuple[str, str]]] = {
        "init": ("reconciler.cli.init:init", "Start a folder of documents."),
        "validate": ("reconciler.cli.validate:validate", "Check the documents; nothing is sent."),
        "plan": ("reconciler.cli.plan:plan", "Show what an apply would do; nothing is written."),
        "show": ("reconciler.cli.show:show", "Show a saved plan."),
        "apply": ("reconciler.cli.apply:apply", "Carry out a plan."),
        "dump": ("reconciler.cli.dump:dump", "Write documents from live state."),
        "adopt": ("reconciler.cli.adopt:adopt", "Take live objects into the inventory that are exactly as declared."),
        "inventory": ("reconciler.cli.inventory:inventory", "See and mend what is managed from here."),
        "unlock": ("reconciler.cli.unlock:unlock", "Free the lock of a dead run."),
        "schema": ("reconciler.cli.schema:schema", "Write the JSON Schemas of the documents."),
        "sandbox": ("reconciler.cli.sandbox:sandbox", "Play with a vendor on this machine."),
        "completion": ("reconciler.cli.completion:completion", "Print the completion for a shell."),
    }


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"reconciler {version('reconciler')}")
        context.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="reconciler -C examples/desired-state plan",
)
@click.option("-C", "directory", type=click.Path(path_type=Path), default=".", help="Work in this folder.")
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
@click.pass_context
def reconciler(context: click.Context, directory: Path, debug: bool) -> None:
    """Keep customer master data as documents, and an accounts-receivable service in step with them."""
    session = context.ensure_object(Session)
    session.directory = directory
    session.debug = debug


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show → still gets the rest
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; whatever it raises is shown on stderr."""
    session = Session()
    try:
        code = reconciler.main(args=arguments, prog_name="reconciler", standalone_mode=False, obj=session)
    except (KeyboardInterrupt, click.Abort):
        from reconciler.cli.endings import INTERRUPTED

        click.echo("\nInterrupted.", err=True)
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except Exception as error:
        return _failed(error, session)
    return code if isinstance(code, int) else 0


def _failed(error: Exception, session: Session) -> int:
    """Show an exception as a problem, and choose the code."""
    from reconciler.cli.endings import code_of, told
    from reconciler.cli.terminal import err, paint_for

    if session.debug:
        traceback.print_exception(error)
    err(told(error, paint_for(sys.stderr)))
    return int(code_of(error))


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    from reconciler.cli.endings import TERMINATED

    raise SystemExit(TERMINATED)
