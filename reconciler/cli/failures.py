"""What ends a command, told to programs too: problems go where they are wanted, and the error goes on to `main`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from reconciler.errors import Problem, ReconcilerError, UsageInvalid, in_order


@contextmanager
def people_hidden(directory: Path, *, asked: bool) -> Iterator[None]:
    """Let an error that leaves the block name nobody; `asked` says whether people are to be shown.

    Whoever is inside sees it as it is, whoever is outside (a report, a program, `main`) as it may be shown. What is
    hidden already stays as it is.
    """
    try:
        yield
    except ReconcilerError as error:
        hide_people(error, directory, asked=asked)
        raise


def hide_people(error: ReconcilerError, directory: Path, *, asked: bool) -> None:
    """Put tags into the problems of an error in place of who could be read off them."""
    from reconciler.cli.pages import keys_at, problems_seen

    error.problems = problems_seen(error.problems, keys_at(directory, asked=asked))


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
