"""How long to wait, in seconds: after a lost answer, and after a write that was not processed. Pure.

The guide's backoff is 1, 2, 4, 8. A throttled write gets 16 and 32 more, 63 in all: by then the vendor's rolling minute
has passed, whatever filled it. Where the vendor asks for more (Retry-After), it gets that.
"""

from __future__ import annotations

from reconciler.errors import OutcomeUnknown, ReconcilerError
from reconciler.live.provider import NotProcessed

BACKOFF = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each look-up; the write is sent as often as there are waits, the last look-up is final."""
THROTTLED = (*BACKOFF, 16.0, 32.0)
_FRESH = 5.0
_TURNS = 20  # the rest of a look and the write, each behind nine others that have begun as well


def fresh_for(requests_per_minute: int) -> float:
    """Say how old a look may be when a write goes out that was built from it; an older one is repeated once.

    At a slow pace the look itself takes its time, and repeating it would only make the queue longer.
    """
    return max(_FRESH, _TURNS * 60 / requests_per_minute)


class Tries:
    """The tries of one write so far, and what comes after each that failed.

    `lost` counts the lost answers: with any of them it is in doubt whether the write took effect. `over` says that it
    is not to be sent again.
    """

    def __init__(self) -> None:
        self.lost = 0
        self.unprocessed = 0
        self.over = False

    @property
    def number(self) -> int:
        """The number of the try that comes next, from 1."""
        return self.lost + self.unprocessed + 1

    def wait_after(self, refusal: ReconcilerError | None) -> float:
        """Count a failed try, and say how many seconds to wait before the look at what it left.

        None stands for a lost write that is not sent again, only looked for.
        """
        if isinstance(refusal, NotProcessed):
            self.unprocessed += 1
            waits = THROTTLED if refusal.throttled else BACKOFF
            self.over = self.unprocessed > len(waits)
            return waits[-1] if self.over else max(waits[self.unprocessed - 1], refusal.after)
        wait = BACKOFF[self.lost]
        in_doubt = refusal is None or isinstance(refusal, OutcomeUnknown)
        self.lost += in_doubt
        self.over = self.lost == len(BACKOFF) or not in_doubt
        return wait
