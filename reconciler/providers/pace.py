"""How fast one organization is asked: one bucket and one number in flight, over reads and writes alike.

The vendor counts requests in a rolling minute. A bucket of burst B that refills at r a second lets at most B + 60·r
requests through in *any* 60 seconds, so we choose B, a tenth of the limit, and r such that B + 60·r is the limit:

    limit 600    B = 60    r = (600 - 60) / 60 = 9 a second    any minute: 60 + 60·9 = 600

The road not taken is a bucket of the whole limit (B = 600, r = 10): it lets 1,200 requests into its first minute.
A small burst costs nothing in the long run (90 % of the limit is sustained) and makes a small plan instant.

A turn takes its place in flight first and its drop from the bucket second. The other way round, drops would be
hoarded while slow answers hold all places, and spent at once when they come: a burst that the bucket never allowed.
"""

from __future__ import annotations

import asyncio
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

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until one more request may go out, and hold its place until it is answered."""
        async with self._places:
            await self._bucket.acquire()
            yield
