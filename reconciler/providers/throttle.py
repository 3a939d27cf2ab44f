"""By how much answers of 429 have slowed an organization down: they go in with their times, a factor comes out.

Premise. With the right limit nobody is throttled (`pace`). A 429 therefore says that the limit is another than we were
told, or that somebody else uses it too: a second run, or the systems that the user lives by, which are turned away at
such a moment as we are. How much is left for us nobody says (not every vendor has headers for it), so it is found by
trying: down at once and by half, up again slowly, a tenth of the full pace in a minute. Two that share a limit in this
way end with a half each, whoever came first (D.-M. Chiu and R. Jain, 1989). Never below a tenth: what is slower than
that is a matter of waiting, not of pace.

A rolling minute that is full stays so for up to a minute, at whatever pace we ask. So a 429 is the start of an episode
that ends with the first request that is taken again. In it nobody sets out for 1, 2, 4, 8, 16 and then 32 seconds, or
for as long as the vendor says. After these six waits a whole minute has passed in which nothing of ours was taken: then
it is no full minute that keeps us out, and who is turned away again gives up at once, however often it asked itself.
Each of many would else wait for as long again, one after the other, for the same answer.

| a 429 for a request that set out             | the wait   | the pace                                      |
|----------------------------------------------|------------|-----------------------------------------------|
| before the last 429 that counted came        | -          | - (several of one moment count once)          |
| after it, and nothing was taken since        | doubles    | - (the same full minute, asked again)         |
| at any other time                            | one second | halves                                        |

Rejected. Halving at every 429: five requests are under way at once, and five answers of one moment would leave 3 % of
the pace. Going on at the old pace after a wait: it meets the limit again within seconds, and every such meeting costs
the user's own systems an answer. Growing by doubling: what a pace does is seen a whole minute later, so it has to be
tried for longer than that. Asking at the pace at which requests were last taken: it says what was left a minute ago.
Fewer in flight in place of a slower pace: it bounds nothing where answers are quick.
"""

from __future__ import annotations

LOWERED = 0.5
FLOOR = 0.1
GROWTH = 0.1 / 60.0
"""Of the full pace, in a second."""
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)


class Throttle:
    """What is left of the full pace, from `FLOOR` to 1. Times are of one clock, in seconds."""

    def __init__(self) -> None:
        self._factor = 1.0
        self._grows_from = 0.0
        self._counted_at = float("-inf")
        self._in_row = 0  # the 429s that counted since a request was last taken

    def factor(self, now: float) -> float:
        """Give what is left of the full pace now."""
        return min(1.0, self._factor + GROWTH * max(0.0, now - self._grows_from))

    def refused(self, set_out: float, now: float) -> float:
        """Count a 429 by the table above, and give for how many seconds nobody is to set out.

        Args:
            set_out: When the request that it answers went out.
            now: When the answer came.
        """
        if set_out <= self._counted_at:
            return 0.0
        if not self._in_row:
            self._factor = max(FLOOR, self.factor(now) * LOWERED)
        wait = WAITS[min(self._in_row, len(WAITS) - 1)]
        self._in_row += 1
        self._counted_at = now
        self._grows_from = now + wait
        return wait

    @property
    def in_vain(self) -> bool:
        """Say whether nothing was taken for longer than a full minute would explain."""
        return self._in_row > len(WAITS)

    def taken(self, set_out: float, now: float) -> bool:
        """Note that a request was taken; the pace grows from the one on that ends an episode. Say whether it did."""
        ends = self._in_row > 0 and set_out > self._counted_at
        if ends:
            self._in_row = 0
            self._grows_from = now
        return ends
