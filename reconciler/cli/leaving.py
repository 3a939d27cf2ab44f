"""How a signal ends the program: what is at work when it comes decides between at once and in order.

Premise: an exception is a poor messenger. Python raises KeyboardInterrupt between any two steps of the main thread. If
that is inside a callback that cannot raise (every import ends in some: they clear its lock away), it is printed, thrown
away, and the program goes on as if nobody had asked; elsewhere an import makes an error of another kind of it. And a
thread is not reached at all: it is waited for.

| what is at work                          | what SIGINT, SIGTERM and SIGHUP do                                     |
|------------------------------------------|------------------------------------------------------------------------|
| imports, reading, comparing: nothing is  | the process leaves from within the handler; no thread is waited for    |
| open that would have to be closed        | (`leaving_at_once`)                                                    |
| meanwhile, what a provider must not be   | that ends first, then the process leaves, without going on. A second   |
| cut off in (`live.unbroken`): a refresh  | signal does not wait for it, but only ten seconds after the first      |
| of tokens                                |                                                                        |
| an apply that writes                     | the writes in flight end first (`stopping`)                            |
| anything else: a file that is written, a | KeyboardInterrupt, so that all is closed in order; one that was thrown |
| lock that is held, a question            | away is raised again; then the process leaves, as above                |
| SIGINT was ignored by whoever began us,  | it stays ignored, outside of an apply that writes                      |
| as for `&` in a script                   |                                                                        |
| SIGHUP was, as by `nohup`                | it stays ignored, everywhere: the run is meant to outlive its terminal |

SIGHUP comes when a terminal goes away, as with an ssh connection that drops, and often twice, from the kernel and from
the shell: the second says nothing new. What is told from then on is read by nobody; the journal has it.

Ten seconds, because a second signal is often no second thought: keys are pressed twice, and CI systems send SIGTERM
some seconds after SIGINT. A refresh that is cut off may lock an organization out until a person authorises anew, and
one that nobody insists on ends by itself, by the timeouts of its request and of the place for its token.

The process leaves by `os._exit`. Python's own way out waits for threads, and a second signal meanwhile ends in a
traceback.
Rejected: a thread that dies with the program (`daemon`), for what reads documents; Python ends it in the middle of
pydantic's compiled code, which aborts the process.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from reconciler.live.unbroken import UNBROKEN

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

HANGUP = "SIGHUP"  # by name, for Windows has none
SIGNALS = tuple(one for one in signal.Signals if one.name in (HANGUP, "SIGINT", "SIGTERM"))
PATIENCE = 10.0
"""How many seconds after the first signal a second one cuts off what must not be cut off."""
_AGAIN = 0.01  # seconds until an interrupt that was thrown away is raised again; the callback has ended by then


class Ears:
    """What listens to signals for the whole program; `number` is that of the one that came, if it was no Ctrl-C."""

    def __init__(self) -> None:
        self.number = int(signal.SIGINT)
        self._hung_up = False

    def listen(self) -> None:
        """Let SIGTERM, and SIGHUP unless it is ignored, go the way of Ctrl-C, and let none of them be lost."""
        signal.signal(signal.SIGTERM, self._terminate)
        for number in SIGNALS:
            if number.name == HANGUP and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._terminate)
        sys.unraisablehook = self._recover

    def leave(self) -> NoReturn:
        """Leave with the code of the signal that came."""
        _leave(self.number)

    def _terminate(self, number: int, frame: FrameType | None) -> None:
        hung_up, self._hung_up = self._hung_up, signal.Signals(number).name == HANGUP
        if hung_up and self._hung_up:
            return
        self.number = number
        interrupt = signal.getsignal(signal.SIGINT)
        if not callable(interrupt):  # in the background of a script, where Ctrl-C is ignored
            raise KeyboardInterrupt
        interrupt(number, frame)

    def _recover(self, lost: UnraisableHookArgs) -> None:
        if lost.exc_type is not KeyboardInterrupt:
            sys.__unraisablehook__(lost)
            return
        import threading

        self._hung_up = False  # it is to be heard once more
        again = threading.Timer(_AGAIN, os.kill, (os.getpid(), self.number))  # a real one, which ends a wait too
        again.daemon = True
        again.start()


class _Wait:
    """The wait for what must not be cut off, before the process leaves; one, for blocks stand inside of blocks."""

    def __init__(self) -> None:
        self._number = 0
        self._until = 0.0

    def hear(self, patience: float, number: int, _frame: FrameType | None) -> None:
        """Take a signal: leave, or see to it that the process leaves later."""
        words = UNBROKEN.under_way
        if not words or (self._number and time.monotonic() >= self._until):
            _leave(self._number or number)
        if not self._number:
            self._number, self._until = number, time.monotonic() + patience
            UNBROKEN.afterwards(self._end)
            _tell(
                f"Stopping once this is done: {words}. From {patience:g} seconds on, a signal does not wait for it.\n"
            )

    def _end(self, failed: str) -> NoReturn:
        if failed:
            _tell(f"This failed: {failed}.\n")
        _leave(self._number)


_WAIT = _Wait()


@contextmanager
def leaving_at_once(patience: float = PATIENCE) -> Iterator[None]:
    """Let a signal inside the block end the process at once; for work that leaves nothing open when it is cut off.

    What a provider must not be cut off in ends first; a second signal waits for that `patience` seconds at most.
    Nothing changes where the program is not the process's own: there, nobody has let SIGTERM be listened to.
    """
    import threading  # not before there is somebody to hear a signal meanwhile

    before = {number: signal.getsignal(number) for number in SIGNALS}
    ours = callable(before[signal.SIGTERM]) and threading.current_thread() is threading.main_thread()
    changed = [number for number in SIGNALS if ours and callable(before[number])]
    for number in changed:
        signal.signal(number, partial(_WAIT.hear, patience))
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, before[number])


def _leave(number: int) -> NoReturn:
    """Say that it was interrupted, and leave."""
    for one in SIGNALS:
        signal.signal(one, signal.SIG_DFL)
    _tell("Interrupted.\n")
    os._exit(128 + number)


def _tell(words: str) -> None:
    """Say something, but not through `sys.stderr`, which the signal may have caught in the middle of writing."""
    with suppress(OSError):
        if os.isatty(2):
            os.write(2, b"\r\x1b[2K\x1b[?25h\n")  # takes a bar down, and gives the cursor back that it had hidden
        os.write(2, words.encode())
