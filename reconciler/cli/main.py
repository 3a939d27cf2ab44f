"""The program's door: the command line comes in, one exit code leaves. All exceptions end here.

Nothing is imported with this module but what listens to signals, so that a Ctrl-C is heard quietly from the start.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from reconciler.cli.leaving import Ears, leaving_at_once

if TYPE_CHECKING:
    from reconciler.cli.options import Session

USAGE = 64


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and leave with its exit code."""
    ears = Ears()
    ears.listen()
    try:
        _open_closed_streams()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show → still gets the rest
        code = run(arguments)
    except KeyboardInterrupt:
        ears.leave()
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; whatever it raises but an interrupt is shown on stderr."""
    with leaving_at_once():
        import click

        from reconciler.cli.commands import reconciler
        from reconciler.cli.options import Session

    session = Session()
    try:
        code = reconciler.main(args=arguments, prog_name="reconciler", standalone_mode=False, obj=session)
    except click.Abort:
        raise KeyboardInterrupt from None
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
    from reconciler.errors import ReconcilerError

    if session.debug:
        err(_traced(error, session))
    if isinstance(error, ReconcilerError):
        from reconciler.cli.failures import hide_people

        hide_people(error, session.directory, asked=session.personal)
    err(told(error, paint_for(sys.stderr)))
    return int(code_of(error))


def _traced(error: Exception, session: Session) -> str:
    """Say where an exception came from; the messages in it name people as little as all else does."""
    import traceback

    from reconciler.cli.pages import keys_at

    text = "".join(traceback.format_exception(error)).rstrip("\n")
    keys = keys_at(session.directory, asked=session.personal)
    return text if keys is None else keys.text(text)


def _open_closed_streams() -> None:
    """Let the streams that the caller closed, as in `>&-`, lead nowhere; Python leaves None in their place."""
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), "r")
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
