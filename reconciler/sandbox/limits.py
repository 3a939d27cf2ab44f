"""The vendor's two limits for one key: requests per rolling minute, and requests in flight (fact sheet §1, §7).

Kept in memory alone: a new process starts with a clean minute.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW_SECONDS = 60.0


@dataclass(slots=True)
class _Usage:
    """When the admitted requests of the last minute came, and how many are under way."""

    admitted: deque[float] = field(default_factory=deque)
    in_flight: int = 0


class Limits:
    """Count the requests of each key and say which to turn away."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._usage: dict[str, _Usage] = {}
        self._lock = threading.Lock()

    def enter(self, key: str, *, per_minute: int, in_flight: int) -> float | None:
        """Admit a request, or return the seconds (at least one) until another try makes sense.

        A request that was turned away does not count. An admitted one must `leave`.
        """
        now = self._clock()
        with self._lock:
            usage = self._usage.setdefault(key, _Usage())
            while usage.admitted and usage.admitted[0] <= now - WINDOW_SECONDS:
                usage.admitted.popleft()
            if len(usage.admitted) >= per_minute:
                return max(1.0, usage.admitted[0] + WINDOW_SECONDS - now)
            if usage.in_flight >= in_flight:
                return 1.0
            usage.admitted.append(now)
            usage.in_flight += 1
            return None

    def leave(self, key: str) -> None:
        """Note that an admitted request is over."""
        with self._lock:
            self._usage[key].in_flight -= 1
