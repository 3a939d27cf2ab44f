"""How a command ends when it does not end well: an exception -> what is shown on stderr, and the exit code."""

from __future__ import annotations

import errno
import traceback

import click

from reconciler.apply.exit import ExitCode
from reconciler.errors import (
    DesiredStateInvalid,
    LiveStateUnreadable,
    Locked,
    LockLost,
    PlanRefused,
    PlanStale,
    Problem,
    ReconcilerError,
    UsageInvalid,
    in_order,
)
from reconciler.render.paint import Paint
from reconciler.render.problems import problems_text

_CODES: tuple[tuple[type[ReconcilerError], ExitCode], ...] = (
    (UsageInvalid, ExitCode.USAGE),
    (DesiredStateInvalid, ExitCode.DOCUMENTS),
    (LiveStateUnreadable, ExitCode.INCOMPLETE),
    (PlanRefused, ExitCode.REFUSED),
    (PlanStale, ExitCode.STALE),
    (Locked, ExitCode.LOCKED),
    (LockLost, ExitCode.APPLIED_IN_PART),
)


def code_of(error: Exception) -> ExitCode:
    """Give the exit code that an exception stands for."""
    shown = as_shown(error)
    return next((code for kind, code in _CODES if isinstance(shown, kind)), ExitCode.ERROR)


def as_shown(error: Exception) -> ReconcilerError:
    """Turn any exception into problems that can be shown."""
    match error:
        case ReconcilerError():
            return error
        case click.ClickException():
            return UsageInvalid(usage_problem(error))
        case OSError():
            return ReconcilerError(system_problem(error))
        case _:
            return ReconcilerError(bug_problem(error))


_FULL = (errno.ENOSPC, errno.EDQUOT)


def told(error: Exception, paint: Paint) -> str:
    """Lay an exception's problems out, in order."""
    return problems_text(in_order(as_shown(error).problems), paint)


def usage_problem(error: click.ClickException) -> Problem:
    """Turn click's complaint about a command line into a problem."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "reconciler"
    return Problem(
        code="usage",
        summary="wrong usage",
        where=path,
        detail=error.format_message(),
        remedy="See how it is used:",
        command=f"{path} --help",
    )


def system_problem(error: OSError) -> Problem:
    """Report a file that the system does not give, or does not take."""
    return Problem(
        code="file-system",
        summary="the system refused",
        where=str(error.filename or ""),
        detail=error.strerror or type(error).__name__,
        remedy="Make room, and run it again."
        if error.errno in _FULL
        else "Check that the file or folder exists and that you may use it so.",
    )


def bug_problem(error: BaseException) -> Problem:
    """Report what nobody expected, by kind and place alone: its message may hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('reconciler/')[2]}:{frames[-1].lineno}" if frames else ""
    return Problem(
        code="internal",
        summary="unexpected error",
        where="reconciler",
        detail=f"{type(error).__name__} at {place}.",
        why="`reconciler --debug COMMAND` shows where it came from.",
        remedy="This is a bug in reconciler.",
    )
