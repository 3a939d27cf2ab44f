"""The hand-off between the changes under way and the one who consumes their events.

`Started`, and likewise `Answered`, is handed over, not thrown: the change waits until the consumer has asked for the
next event, and so has dealt with this one. "About to create" is then on disk before the call. Finished tasks arrive in
the same line, so the order of events is the order in which things happened. Once the consumer is gone nothing more is
announced, and thus nothing more is written. What was answered then is told beside the line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from reconciler.model.event import Answered, Ending, Started

Late = Callable[[Answered], None]
"""Hears of an answer that came when the consumer was gone."""


class NotBegun(Exception):
    """The run is being stopped, and this change had not sent anything: it is not tried."""


class Announcement:
    """An event on its way to the consumer; the change that made it waits until it is `take`n."""

    def __init__(self, event: Started | Answered) -> None:
        self.event = event
        self._taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def take(self) -> None:
        """Let the change go on to its write."""
        self._taken.set_result(None)

    async def wait(self) -> None:
        """Wait for the consumer; cancelled if it went away."""
        await self._taken

    def refuse(self) -> None:
        """End the change before its first write."""
        self._taken.set_exception(NotBegun())

    def withdraw(self) -> None:
        """End the change that waits, because nobody will take the event any more."""
        self._taken.cancel()


Arrival = Announcement | asyncio.Task[Ending]


class Handoff:
    """A line of announcements and finished tasks."""

    def __init__(self, late: Late) -> None:
        self._late = late
        self._line: asyncio.Queue[Arrival] = asyncio.Queue()
        self._waiting: dict[Announcement, None] = {}
        self._closed = False

    async def announce(self, event: Started | Answered) -> None:
        """Hand an event over and wait until it is taken.

        Raises:
            NotBegun: the run is being stopped; the write must not be sent.
            asyncio.CancelledError: the consumer is gone; no write must be sent any more.
        """
        if self._closed:
            self._tell_late(event)
            raise asyncio.CancelledError
        announcement = Announcement(event)
        self._waiting[announcement] = None
        self._line.put_nowait(announcement)
        try:
            await announcement.wait()
        finally:
            del self._waiting[announcement]

    def finish(self, task: asyncio.Task[Ending]) -> None:
        """Put a finished task in line; made to be a task's done-callback."""
        self._line.put_nowait(task)

    async def receive(self) -> Arrival:
        """Give the next arrival, waiting for one."""
        return await self._line.get()

    def close(self) -> None:
        """Take nothing any more; what waits to be taken is withdrawn."""
        self._closed = True
        for announcement in list(self._waiting):
            self._tell_late(announcement.event)
            announcement.withdraw()

    def _tell_late(self, event: Started | Answered) -> None:
        if isinstance(event, Answered):
            self._late(event)
