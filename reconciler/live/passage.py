"""Which requests belong to one change: the pace (`providers.pace`) lets a change that has begun go before the others.

A change says here that its requests follow, and the pace notes that the first of them has set out. It is told by the
context and not by a parameter: between the two lie a port, a provider and its parts, whose affair it is not, and a
provider may read the lists of an object in tasks of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Passage:
    """The requests of one change; `begun` once the first of them has set out."""

    def __init__(self) -> None:
        self.begun = False


_PASSAGE: ContextVar[Passage | None] = ContextVar("passage", default=None)


@contextmanager
def passage() -> Iterator[None]:
    """Say that the requests inside the block belong to one change."""
    before = _PASSAGE.set(Passage())
    try:
        yield
    finally:
        _PASSAGE.reset(before)


def current_passage() -> Passage | None:
    """Give the passage that the next request belongs to; None for one that belongs to no change."""
    return _PASSAGE.get()
