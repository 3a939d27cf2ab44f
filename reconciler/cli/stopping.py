"""Signals that stop an apply: the first lets what is under way end, a second does not wait for it.

Whoever sends one waits about ten seconds before it kills (a container's runtime, a CI runner), so what is under way has
`GRACE` seconds; then the rest goes as after a second signal. A write that was sent has `CUT` seconds more for its
answer (`carrying`): one that is cut off may take effect after we are gone, so its lock is left to run out.

A terminal that goes away (SIGHUP) is such a first signal, and never a second one: nobody insists by it, and for one
connection that drops it may come twice, from the kernel and from the shell. Ignored, as by `nohup`, it stays so.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reconciler.cli.leaving import HANGUP, SIGNALS

GRACE = 6.0
"""Seconds that changes under way have after the first signal."""
CUT = 2.0
"""Seconds that a write in flight has for its answer after that, or after a second signal."""


class Stop:
    """Whether to stop, and which signal said so."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.event = asyncio.Event()
        self.signal: int | None = None
        self._say = say
        self._insisted = False
        self._task = asyncio.current_task()
        self._patience: asyncio.TimerHandle | None = None

    def hear(self, number: int) -> None:
        """Take a signal."""
        if self.signal is None:
            self.signal = number
            self._say("Stopping: writes in flight are finished first. A second signal does not wait for the rest.")
            self.event.set()
            self._patience = asyncio.get_running_loop().call_later(GRACE, self._insist)
        elif signal.Signals(number).name != HANGUP:
            self._insist()

    def over(self) -> None:
        """Hear nothing more, and wait for nothing more: there is nothing left that could be cut off."""
        self._insisted = True
        if self._patience is not None:
            self._patience.cancel()

    def _insist(self) -> None:
        if self._task is not None and not self._insisted:
            self._insisted = True  # a third would cut off the wait for the writes in flight
            self._task.cancel()


@contextmanager
def stoppable(say: Callable[[str], None]) -> Iterator[Stop]:
    """Listen for signals inside the block; call it inside the event loop."""
    stop = Stop(say)
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = [number for number in SIGNALS if not _is_outlived(number) and _listen(loop, number, stop)]
    try:
        yield stop
    finally:
        stop.over()
        for number in heard:
            loop.remove_signal_handler(number)
            signal.signal(number, before[number])


def _is_outlived(number: signal.Signals) -> bool:
    """Say whether the run is meant to outlive what this signal tells."""
    return number.name == HANGUP and signal.getsignal(number) is signal.SIG_IGN


def _listen(loop: asyncio.AbstractEventLoop, number: signal.Signals, stop: Stop) -> bool:
    try:
        loop.add_signal_handler(number, stop.hear, int(number))
    except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        return False
    return True
