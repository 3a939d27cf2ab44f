"""An event loop whose time is virtual: sleeping is free, and a test of backoff or pacing is exact and instant.

The loop's `time()` stands still while anything is ready to run, and jumps to the next timer when nothing is. Every
part of the program takes its time from the loop (`asyncio.sleep`, the limiter, the sandbox), so all of them agree.
"""

from __future__ import annotations

import asyncio
import selectors
import sys
from collections.abc import Coroutine
from typing import TypeVar

Result = TypeVar("Result")
TICK = 1e-9
"""What a turn of the loop takes, so that whoever waits for less than a number can tell gets on."""


class _JumpingSelector(selectors.DefaultSelector):
    """A selector that never waits for a timer: it adds the wait to the clock instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0 if timeout is None or timeout > 0 else timeout)
        if ready or timeout == 0:
            self.now += TICK
            return ready
        if timeout is None:  # nothing is scheduled: only a thread or a socket can go on from here
            return super().select(None)
        self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time, starting at zero."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Give the virtual seconds since the loop began."""
        return self._jumping.now

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Wait for the threads as long as they take: a limit in virtual time would be over at once."""
        del timeout
        if sys.version_info >= (3, 12):
            await super().shutdown_default_executor(None)
        else:
            await super().shutdown_default_executor()


def run_virtual(main: Coroutine[object, object, Result]) -> Result:
    """Run a coroutine to its end on virtual time, as `asyncio.run` does on real time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
