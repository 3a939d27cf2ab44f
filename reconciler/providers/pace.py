"""How fast one organization is asked: one bucket and one number in flight, over reads and writes alike.

The vendor counts requests in a rolling minute. A bucket of burst B that refills at r a second lets at most B + 60·r
requests through in *any* 60 seconds, so we choose B, a tenth of the limit, and r such that B + 60·r is the limit:

    limit 600    B = 60    r = (600 - 60) / 60 = 9 a second    any minute: 60 + 60·9 = 600

The road not taken is a bucket of the whole limit (B = 600, r = 10): it lets 1,200 requests into its first minute.
A small burst costs nothing in the long run (90 % of the limit is sustained) and makes a small plan instant.

A turn takes its place in flight first and its drop from the bucket second. The other way round, drops would be
hoarded while slow answers hold all places, and spent at once when they come: a burst that the bucket never allowed.

A write goes before every read that waits for a drop: it was built from a look just taken, and each moment that it waits
is one in which somebody may edit what it is about to replace.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiolimiter import AsyncLimiter

WINDOW = 60.0
_ALMOST_ONE = 0.98  # keeps a limit of one request a minute from standing still


class Pace:
    """One organization's pace. It belongs to the event loop that it is first used in."""

    def __init__(self, *, requests_per_minute: int, in_flight: int) -> None:
        burst = max(1, requests_per_minute // 10)
        rate = max(requests_per_minute - burst, _ALMOST_ONE) / WINDOW
        self._bucket = AsyncLimiter(burst, burst / rate)
        self._places = asyncio.Semaphore(in_flight)
        self._line: list[tuple[bool, int, asyncio.Future[None]]] = []  # who waits for the bucket, writes first
        self._came = 0
        self._taken = False  # whether somebody is at the bucket

    @asynccontextmanager
    async def turn(self, *, write: bool = False) -> AsyncIterator[None]:
        """Wait until one more request may go out, and hold its place until it is answered."""
        async with self._places:
            await self._step_up(write=write)
            try:
                await self._bucket.acquire()
            finally:
                self._let_next()
            yield

    async def _step_up(self, *, write: bool) -> None:
        """Wait until nobody else is at the bucket."""
        if not self._taken:
            self._taken = True
            return
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._came += 1
        heapq.heappush(self._line, (not write, self._came, called))
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._let_next()  # it was our turn already
            raise

    def _let_next(self) -> None:
        while self._line:
            *_, called = heapq.heappop(self._line)
            if not called.done():
                called.set_result(None)
                return
        self._taken = False
