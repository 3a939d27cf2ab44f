"""The exit code of an apply, from what is known at its end; pure. ARCHITECTURE.md, "Exit codes", is the rule.

Several may hold at once: a run can have written something, met a stale object and left a blocked change. Each that
holds is collected, and the first in the order of precedence is the code. A signal's code stands outside of that
order: whoever stopped the run wants to hear that it stopped.

| what happened                                    | something written | nothing written |
|--------------------------------------------------|-------------------|-----------------|
| an outcome is unknown, or the lock was lost      | 4                 | 4               |
| an object had moved                              | 4                 | 5               |
| a change failed, or was not tried, or an error   | 4                 | 1               |
| a change was skipped because another was refused | 3                 | 3               |
| changes are blocked                              | 3                 | 3               |
| the read was incomplete                          | (4, 3 or 0)       | 7               |
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import IntEnum

from reconciler.apply.summary import Summary


class ExitCode(IntEnum):
    """What a command says to the shell."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    REFUSED = 3
    APPLIED_IN_PART = 4
    STALE = 5
    LOCKED = 6
    INCOMPLETE = 7
    USAGE = 64
    DOCUMENTS = 65


PRECEDENCE = (
    ExitCode.USAGE,
    ExitCode.DOCUMENTS,
    ExitCode.LOCKED,
    ExitCode.APPLIED_IN_PART,
    ExitCode.STALE,
    ExitCode.ERROR,
    ExitCode.INCOMPLETE,
    ExitCode.REFUSED,
    ExitCode.CHANGES,
    ExitCode.DONE,
)
"""Of several that hold, the first in this order is said."""


def first_of(holding: Collection[ExitCode]) -> ExitCode:
    """Pick, of the codes that hold, the one to say; none holding means done."""
    return next((code for code in PRECEDENCE if code in holding), ExitCode.DONE)


def exit_code(
    summary: Summary | None = None,
    *,
    complete: bool = True,
    blocked: bool = False,
    changes: bool = False,
    error: bool = False,
    lock_lost: bool = False,
    signal: int | None = None,
) -> int:
    """Give the exit code of a plan or an apply.

    Args:
        summary: What was applied; None if nothing was.
        complete: Whether all that the plan judges could be read.
        blocked: Whether the plan holds blocked changes.
        changes: Whether changes are present and the command was asked to say so.
        error: Whether the run ended in an error beside the summary's.
        lock_lost: Whether the run had to stop because its lock was no longer its own.
        signal: The number of the signal that stopped the run, if one did.
    """
    if signal is not None:
        return 128 + signal
    holding = set(_applied(summary or Summary(), error=error, blocked=blocked))
    if lock_lost:
        holding.add(ExitCode.APPLIED_IN_PART)
    if not complete and not (summary and summary.written):
        holding.add(ExitCode.INCOMPLETE)
    if blocked:
        holding.add(ExitCode.REFUSED)
    if changes:
        holding.add(ExitCode.CHANGES)
    return first_of(holding)


def _applied(summary: Summary, *, error: bool, blocked: bool) -> Iterator[ExitCode]:
    tally = summary.total
    orphaned = tally.skipped and not blocked and not tally.stale and not tally.failed and not tally.unknown
    broken = bool(error or tally.failed or tally.not_tried or orphaned)
    if tally.unknown or (summary.written and (broken or tally.stale)):
        yield ExitCode.APPLIED_IN_PART
    if not summary.written:
        if tally.stale:
            yield ExitCode.STALE
        if broken:
            yield ExitCode.ERROR
