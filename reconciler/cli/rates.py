"""Counts of requests, as they grow, and what is left of them -> how fast it goes, and how long it will take.

Organizations go side by side, so rates and what is left add up, and the time left is that of the slowest. The rate is
that of the last `WINDOW` seconds: long enough to be steady while answers come in bursts, short enough to show within a
glance that a vendor has begun to throttle.
"""

from __future__ import annotations

from collections import deque
from math import inf

from reconciler.render.outlook import Outlook

WINDOW = 15.0
SOONEST = 2.0
"""Seconds; before that a rate would say more of the start than of the pace."""


class Rates:
    """The rates of the organizations of one run. Instants are of one clock, in seconds."""

    def __init__(self) -> None:
        self._counts: dict[str, deque[tuple[float, int]]] = {}
        self._left: dict[str, int] = {}
        self._paces: dict[str, float] = {}

    def take(self, organization: str, made: int, left: int, instant: float, pace: float = inf) -> None:
        """Take in how many requests were made until now, and how many are foreseen still.

        At most `pace` a minute go out in the long run: what a burst sends at first says nothing of the time left.
        """
        self._paces[organization] = pace
        counts = self._counts.setdefault(organization, deque())
        counts.append((instant, made))
        while len(counts) > 2 and counts[1][0] <= instant - WINDOW:
            counts.popleft()
        self._left[organization] = left

    def outlook(self) -> Outlook | None:
        """Say what can be said by now; None before there is a rate."""
        rates = {name: _rate(counts) for name, counts in self._counts.items()}
        known = {name: rate for name, rate in rates.items() if rate is not None}
        if not known:
            return None
        waiting = [name for name, left in self._left.items() if left]
        standing = any(not known.get(name) for name in waiting)
        seconds = None if standing else max((self._seconds(name, known[name]) for name in waiting), default=0.0)
        return Outlook(per_minute=round(sum(known.values())), left=sum(self._left.values()), seconds=seconds)

    def _seconds(self, organization: str, rate: float) -> float:
        return self._left[organization] * 60 / min(rate, self._paces[organization])


def _rate(counts: deque[tuple[float, int]]) -> float | None:
    """Give requests a minute; None as long as there is too little to go by."""
    (first, before), (last, after) = counts[0], counts[-1]
    return (after - before) * 60 / (last - first) if last - first >= SOONEST else None
