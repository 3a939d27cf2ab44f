"""What the program says of its own workings: a constant sentence and named facts, into the logging of the library.

Nobody hears it unless somebody listens (`--log-level`, or a program that configures logging itself). A fact is a name
out of our own tables, a number, an address or an id: never a header, a body, a secret or a value of a personal field.
An address holds none (`model.address`). Nothing else goes in, no exception and no object, whose text may hold anything.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

Fact = str | int | float | bool | None

ROOT = "reconciler"
FACTS = "facts"
"""The attribute of a record that holds its facts."""

logging.getLogger(ROOT).addHandler(logging.NullHandler())  # or Python writes warnings on stderr by itself

_TRY: ContextVar[tuple[str, int] | None] = ContextVar("try", default=None)


class Log:
    """What one part of the program says, under its own name."""

    def __init__(self, part: str) -> None:
        self._logger = logging.getLogger(f"{ROOT}.{part}")

    def debug(self, sentence: str, **facts: Fact) -> None:
        """Tell what only somebody wants to know who looks for a cause."""
        self._tell(logging.DEBUG, sentence, facts)

    def info(self, sentence: str, **facts: Fact) -> None:
        """Tell a step of the work."""
        self._tell(logging.INFO, sentence, facts)

    def warning(self, sentence: str, **facts: Fact) -> None:
        """Tell what went wrong and is being dealt with."""
        self._tell(logging.WARNING, sentence, facts)

    def error(self, sentence: str, **facts: Fact) -> None:
        """Tell what went wrong for good."""
        self._tell(logging.ERROR, sentence, facts)

    def _tell(self, level: int, sentence: str, facts: Mapping[str, Fact]) -> None:
        if self._logger.isEnabledFor(level):
            self._logger.log(level, "%s", sentence, extra={FACTS: dict(facts)})


@contextmanager
def in_try(request: str, attempt: int) -> Iterator[None]:
    """Say whose requests follow: those of the try of a write that the journal knows by this id."""
    before = _TRY.set((request, attempt))
    try:
        yield
    finally:
        _TRY.reset(before)


def current_try() -> tuple[str, int] | None:
    """Give the id and the number of the try that is being made; None outside of one."""
    return _TRY.get()
