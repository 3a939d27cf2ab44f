"""One change on its way through the provider: which requests are its own, and what of it is out.

The pace (`providers.pace`) lets a change that has begun go before the others. A write stands in line there, at a slow
pace for longer than a lease may last, or than somebody waits who sent a signal. So what lies in line can be taken back,
and what leaves it is asked once more whether it may (`cleared`). Who ends a run asks every change to break off, and
the stage says what comes of that:

| stage   | what of the latest write                                    | asked to break off     |
|---------|-------------------------------------------------------------|------------------------|
| QUIET   | none is announced, or it is answered                        | at once                |
| TOLD    | announced, and on its way to the line                       | when it gets there     |
| IN_LINE | waits for its turn, or for an access token: not a byte of   | at once                |
|         | it is out, or what was is refused for its token             |                        |
| OUT     | sent, or handed to whoever says nothing of a line           | when it was answered   |

A change that `holds` anything, a write that took effect or may have, goes on when a run is merely stopped: it is broken
off only where nobody takes its events any more.

It is told by the context and not by a parameter: between a change and the pace lie a port, a provider and its parts,
whose affair it is not, and a provider may read the lists of an object in tasks of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from enum import Enum
from typing import Protocol


class Stage(Enum):
    """What of the latest write is out."""

    QUIET = "quiet"
    TOLD = "told"
    IN_LINE = "in line"
    OUT = "out"


class Clearances(Protocol):
    """Whoever knows whether anything may be written at an organization just now."""

    def cleared(self, organization: str) -> bool:
        """Say whether a write may go out there now; asked when its turn has come."""

    async def await_clearance(self, organization: str) -> None:
        """Wait until one may, or none will any more; asked before a write is announced."""


class AlwaysClear:
    """Nothing stands against any write."""

    def cleared(self, organization: str) -> bool:
        """It may."""
        del organization
        return True

    async def await_clearance(self, organization: str) -> None:
        """Wait for nothing."""


ALWAYS_CLEAR = AlwaysClear()


class Passage:
    """The requests of one change; `begun` once the first of them has set out.

    `gave_way` says that its latest write had to wait for others and was not sent: it is not kept back for that again.
    `stage` and `holds` are kept by whoever sends the writes; see above.
    """

    def __init__(self, organization: str = "", clearances: Clearances = ALWAYS_CLEAR) -> None:
        """Begin at an organization; `clearances` say whether a write may go out there."""
        self.begun = self.gave_way = False
        self.stage = Stage.QUIET
        self.holds = False
        self._organization = organization
        self._clearances = clearances
        self._task: asyncio.Task[object] | None = None
        self._stopped = self._abandoned = False

    @property
    def cleared(self) -> bool:
        """Say whether a write may go out now."""
        return not self.broken_off and self._clearances.cleared(self._organization)

    async def await_clearance(self) -> None:
        """Wait until a write may go out, or none will any more."""
        await self._clearances.await_clearance(self._organization)

    @property
    def broken_off(self) -> bool:
        """Say whether the change ends before its end."""
        return self._abandoned or (self._stopped and not self.holds)

    def enter(self) -> None:
        """Say that the task of the change is the present one.

        Raises:
            asyncio.CancelledError: it was broken off before it began.
        """
        self._task = asyncio.current_task()
        self.heed()

    def stop(self) -> None:
        """Break off a change that holds nothing."""
        self._stopped = True
        self._break()

    def abandon(self) -> None:
        """Break off, whatever it holds."""
        self._abandoned = True
        self._break()

    def heed(self) -> None:
        """Break off here, if that was asked for.

        Raises:
            asyncio.CancelledError: it was.
        """
        if self.broken_off:
            raise asyncio.CancelledError

    @contextmanager
    def line(self) -> Iterator[None]:
        """Stand in line inside the block; what is broken off there stays in line."""
        self.stage = Stage.IN_LINE
        self.heed()
        yield
        self.stage = Stage.OUT

    def _break(self) -> None:
        if self.broken_off and self._task is not None and self.stage in (Stage.QUIET, Stage.IN_LINE):
            self._task.cancel()


_PASSAGE: ContextVar[Passage | None] = ContextVar("passage", default=None)


@contextmanager
def passage(own: Passage | None = None) -> Iterator[Passage]:
    """Say that the requests inside the block belong to one change."""
    current = own or Passage()
    current.enter()
    before = _PASSAGE.set(current)
    try:
        yield current
    finally:
        _PASSAGE.reset(before)


def current_passage() -> Passage | None:
    """Give the passage that the next request belongs to; None for one that belongs to no change."""
    return _PASSAGE.get()


def in_line() -> AbstractContextManager[None]:
    """Have the change that the next write belongs to, if any, stand in line inside the block."""
    own = current_passage()
    return own.line() if own is not None else nullcontext()


def cleared() -> bool:
    """Say whether the next write may go out now."""
    own = current_passage()
    return own is None or own.cleared
