"""The events of an apply, taken one by one, in such a way that a signal ends the waiting and not the work.

An asynchronous generator that is cancelled while it waits ends with all that it had begun; here it is waited for beside
the one who takes the events. So a second signal is heard at once, and what is in flight has the time that `close` gives
it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from reconciler.model.event import Event


class Arrivals:
    """Events on their way; take them one at a time, and close in the end."""

    def __init__(self, events: AsyncGenerator[Event]) -> None:
        self._events = events
        self._coming: asyncio.Task[Event | None] | None = None
        self._closing: asyncio.Task[Event | None] | asyncio.Task[None] | None = None

    async def next(self) -> Event | None:
        """Give the next event, None after the last; being cancelled here leaves the work alone."""
        self._coming = asyncio.create_task(_next(self._events))
        return await asyncio.shield(self._coming)

    async def close(self, patience: float | None) -> bool:
        """Let what is in flight end, and say whether it did; after so many seconds, if any are given, it is cut off.

        Cancelled in that, it can be called again with less patience.

        Raises:
            Exception: what ended the work unexpectedly.
        """
        work = self._closing = self._closing or self._close()
        await asyncio.wait({work}, timeout=patience)
        ended = work.done()
        if not ended:
            work.cancel()
            await asyncio.wait({work})
        if ended and not work.cancelled() and (error := work.exception()) is not None:
            raise error
        return ended

    def _close(self) -> asyncio.Task[Event | None] | asyncio.Task[None]:
        """Begin to end the work: where it stands, or where it is waited for."""
        if self._coming is None or self._coming.done():
            return asyncio.create_task(_close(self._events))
        self._coming.cancel()
        return self._coming


async def _next(events: AsyncGenerator[Event]) -> Event | None:
    try:
        return await anext(events)
    except StopAsyncIteration:
        return None


async def _close(events: AsyncGenerator[Event]) -> None:
    await events.aclose()
