"""How far a run is, kept where everything that knows can tell it, and told on at a steady beat.

Work that waits (for a vendor that throttles, for a long comparison) tells nothing by itself; the beat does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from reconciler.cli.rates import Rates
from reconciler.cli.workload import Workload
from reconciler.model.change import Change
from reconciler.render.progress import Narration

BEAT = 0.25  # seconds; the narration decides what of it is shown


class Watch:
    """What a run is at, how much of it is done, how much there is, and how fast it goes."""

    def __init__(self, narration: Narration, clock: Callable[[], float] = time.monotonic) -> None:
        self._narration = narration
        self._label = "Reading documents"
        self._done = 0
        self._total: int | None = None
        self._reads: dict[str, tuple[int, int]] = {}
        self._clock = clock
        self._rates = Rates()
        self._workload: Workload | None = None

    def turn_to(self, label: str) -> None:
        """Say what the run is at now."""
        self._narration.say(f"{label}…")
        self.linger(label)

    def linger(self, label: str) -> None:
        """Say what the run is at now, should it last."""
        self._label, self._done, self._total = label, 0, None
        self._rates = Rates()

    def attend(self, workload: Workload) -> None:
        """Tell from now on what is left of it."""
        self._workload = workload

    def ended(self, change: Change) -> None:
        """Say that a change has its ending, so that nothing of it is left."""
        if self._workload is not None:
            self._workload.end(change)

    def say(self, line: str) -> None:
        """Say one thing that happened."""
        self._narration.say(line)

    def reads(self, organization: str, made: int, foreseen: int) -> None:
        """Count the requests of one organization into those of all."""
        self._reads[organization] = (made, foreseen)
        self._rates.take(organization, made, max(0, foreseen - made), self._clock())
        made_of_all, foreseen_of_all = zip(*self._reads.values(), strict=True)
        self.count(sum(made_of_all), sum(foreseen_of_all))

    def count(self, done: int, total: int) -> None:
        """Say how far it is."""
        self._done, self._total = done, total
        self.beat()

    def beat(self) -> None:
        """Say again how far it is."""
        for name, made, left, pace in self._workload.standing() if self._workload is not None else ():
            self._rates.take(name, made, left, self._clock(), pace)
        self._narration.advance(self._label, self._done, self._total, self._rates.outlook())


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
