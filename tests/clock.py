"""An event loop whose time is virtual: sleeping is free, and a test of backoff or pacing is exact and instant.

The loop's `time()` stands still while anything is ready to run or a thread of the loop's works, and jumps to the next
timer when nothing is; so how slow a machine is does not show. For a thread that waits for a timer itself it stands
still for `PATIENCE` only. Every part of the program takes its time from the loop (`asyncio.sleep`, the limiter, the
sandbox), so all of them agree.
"""

from __future__ import annotations

import asyncio
import selectors
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import TypeVar, TypeVarTuple, Unpack

from reconciler.cli.running import result_of

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")
TICK = 1e-9
"""What a turn of the loop takes, so that whoever waits for less than a number can tell gets on."""

PATIENCE = 2.0
"""For how many real seconds the clock stands still for a thread."""


class _JumpingSelector(selectors.DefaultSelector):
    """A selector that never waits for a timer: it adds the wait to the clock instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0  # that work for the loop just now

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0 if timeout is None or timeout > 0 else timeout)
        if ready or timeout == 0:
            self.now += TICK
            return ready
        if timeout is None:  # nothing is scheduled: only a thread or a socket can go on from here
            return super().select(None)
        if self.threads:
            ready = super().select(PATIENCE)
            if ready:
                return ready
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

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Arguments]], Result], *args: *Arguments
    ) -> asyncio.Future[Result]:
        """Let a thread work, and the clock stand still meanwhile."""
        self._jumping.threads += 1
        working = super().run_in_executor(executor, func, *args)
        working.add_done_callback(self._rest)
        return working

    def _rest(self, _working: object) -> None:
        self._jumping.threads -= 1

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
        return result_of(runner, main)
