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

Several programs may share a limit that each of them keeps, and the vendor may have a smaller one than we were told. So
what answers say of it counts for all who wait, not for the one who was answered:

| the answer says                          | what follows                                                      |
|------------------------------------------|-------------------------------------------------------------------|
| a smaller limit than ours                | that one, from now on; back to ours when it is taken back         |
| no more left than we have under way      | nobody sets out until the vendor's window moves on, or one refill |
| 429 with Retry-After                     | nobody sets out for so long                                       |
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
        self._own = self._limit = requests_per_minute
        self._bucket = _bucket(requests_per_minute)
        self._in_flight = in_flight
        self._places = asyncio.Semaphore(in_flight)
        self._held_until = float("-inf")  # on the loop's clock
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
                await self._released()
            finally:
                self._let_next()
            yield

    def hold(self, seconds: float) -> None:
        """Let nobody set out for so many seconds."""
        self._held_until = max(self._held_until, asyncio.get_running_loop().time() + seconds)

    def told(self, *, limit: int, remaining: int, moves_on: float | None) -> None:
        """Take in what an answer said of the vendor's own count.

        Args:
            limit: Requests in any minute, for all who share it.
            remaining: How many of them are left.
            moves_on: In how many seconds more will be left, where the answer said so.
        """
        wanted = min(self._own, max(1, limit))
        if wanted < self._limit:
            self.hold(WINDOW / wanted)
        if wanted != self._limit:
            self._limit, self._bucket = wanted, _bucket(wanted)
        if remaining <= self._in_flight:
            self.hold(min(WINDOW, WINDOW / wanted if moves_on is None else moves_on))

    async def _released(self) -> None:
        while (left := self._held_until - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(left)

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


def _bucket(requests_per_minute: int) -> AsyncLimiter:
    """Give the bucket of a limit; see the head of this module."""
    burst = max(1, requests_per_minute // 10)
    rate = max(requests_per_minute - burst, _ALMOST_ONE) / WINDOW
    return AsyncLimiter(burst, burst / rate)
