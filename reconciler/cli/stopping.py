"""Signals that stop an apply: the first lets the writes in flight end, a second does not wait for their changes.

A write that was sent is never cut off: its answer would be lost, and nobody would know whether it took effect.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether to stop, and which signal said so."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.event = asyncio.Event()
        self.signal: int | None = None
        self._say = say
        self._insisted = False
        self._task = asyncio.current_task()

    def hear(self, number: int) -> None:
        """Take a signal."""
        if self.signal is None:
            self.signal = number
            self._say("Stopping: writes in flight are finished first. A second signal does not wait for the rest.")
            self.event.set()
        elif self._task is not None and not self._insisted:
            self._insisted = True  # a third would cut off the wait for the writes in flight
            self._task.cancel()


@contextmanager
def stoppable(say: Callable[[str], None]) -> Iterator[Stop]:
    """Listen for signals inside the block; call it inside the event loop."""
    stop = Stop(say)
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    heard = [number for number in _SIGNALS if _listen(loop, number, stop)]
    try:
        yield stop
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
            signal.signal(number, before[number])


def _listen(loop: asyncio.AbstractEventLoop, number: signal.Signals, stop: Stop) -> bool:
    try:
        loop.add_signal_handler(number, stop.hear, int(number))
    except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        return False
    return True
