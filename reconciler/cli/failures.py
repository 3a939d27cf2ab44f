"""What ends a command, told to programs too: problems go where they are wanted, and the error goes on to `main`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from reconciler.errors import Problem, ReconcilerError, UsageInvalid, in_order


@contextmanager
def failures_told(tell: Callable[[Sequence[Problem]], None] | None, *, usage: bool = False) -> Iterator[None]:
    """Tell the problems of an error that leaves the block.

    Wrong usage is for whoever wrote the command line, unless `usage` promises a line for every problem.
    """
    try:
        yield
    except ReconcilerError as error:
        if tell is not None and (usage or not isinstance(error, UsageInvalid)):
            tell(in_order(error.problems))
        raise
