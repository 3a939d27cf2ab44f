"""How far a run is, kept where everything that knows can tell it, and told on at a steady beat.

Work that waits (for a vendor that throttles, for a long comparison) tells nothing by itself; the beat does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from reconciler.render.progress import Narration

BEAT = 0.25  # seconds; the narration decides what of it is shown


class Watch:
    """What a run is at, how much of it is done, and how much there is."""

    def __init__(self, narration: Narration) -> None:
        self._narration = narration
        self._label = "Reading documents"
        self._done = 0
        self._total: int | None = None
        self._reads: dict[str, tuple[int, int]] = {}

    def turn_to(self, label: str) -> None:
        """Say what the run is at now."""
        self._narration.say(f"{label}…")
        self._label, self._done, self._total = label, 0, None

    def say(self, line: str) -> None:
        """Say one thing that happened."""
        self._narration.say(line)

    def reads(self, organization: str, made: int, foreseen: int) -> None:
        """Count the requests of one organization into those of all."""
        self._reads[organization] = (made, foreseen)
        made_of_all, foreseen_of_all = zip(*self._reads.values(), strict=True)
        self.count(sum(made_of_all), sum(foreseen_of_all))

    def count(self, done: int, total: int) -> None:
        """Say how far it is."""
        self._done, self._total = done, total
        self.beat()

    def beat(self) -> None:
        """Say again how far it is."""
        self._narration.advance(self._label, self._done, self._total)


@asynccontextmanager
async def watched(narration: Narration) -> AsyncIterator[Watch]:
    """Watch the work inside the block."""
    watch = Watch(narration)
    beating = asyncio.ensure_future(_beat(watch))
    try:
        yield watch
    finally:
        beating.cancel()
        await asyncio.wait([beating])  # its being cancelled is of no interest here, our own is


async def _beat(watch: Watch) -> None:
    while True:
        await asyncio.sleep(BEAT)
        watch.beat()
