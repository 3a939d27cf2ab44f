"""How many requests one caller may make: in a rolling window, and at a time.

Kept in memory alone: a new process starts with a clean window.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What one caller may do, counted under its key."""

    key: str
    requests: int
    seconds: float = 60.0
    """How long the rolling window is."""
    in_flight: int | None = None
    """How many requests at a time; None for any number."""
    rejected_count: bool = False
    """Whether a request that was turned away fills the window too."""
    told: bool = False
    """Whether answers say how much is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whether a request was let in, and what is left in the window."""

    wait: float | None
    """The seconds, at least one, until another try makes sense; None for a request that was let in."""
    remaining: int
    reset: float
    """The seconds until the oldest request leaves the window."""

    def headers(self, quota: Quota, unix_time: float) -> Mapping[str, str]:
        """Return the headers that tell it, if this vendor does."""
        if not quota.told:
            return {}
        return {
            "x-ratelimit-limit": str(quota.requests),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(math.ceil(unix_time + self.reset)),
        }


@dataclass(slots=True)
class _Usage:
    """When the requests of the last window came, and how many are under way."""

    counted: deque[float] = field(default_factory=deque)
    in_flight: int = 0


class Limits:
    """Count the requests of each key and say which to turn away."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._usage: dict[str, _Usage] = {}
        self._lock = threading.Lock()

    def enter(self, quota: Quota) -> Admission:
        """Admit a request or turn it away. An admitted one must `leave`."""
        now = self._clock()
        with self._lock:
            usage = self._usage.setdefault(quota.key, _Usage())
            while usage.counted and usage.counted[0] <= now - quota.seconds:
                usage.counted.popleft()
            wait = _wait(usage, quota, now)
            if wait is None:
                usage.in_flight += 1
            if wait is None or quota.rejected_count:
                usage.counted.append(now)
            return Admission(
                wait=wait,
                remaining=max(0, quota.requests - len(usage.counted)),
                reset=usage.counted[0] + quota.seconds - now if usage.counted else 0.0,
            )

    def leave(self, key: str) -> None:
        """Note that an admitted request is over."""
        with self._lock:
            self._usage[key].in_flight -= 1


def _wait(usage: _Usage, quota: Quota, now: float) -> float | None:
    """Return how long a request should wait, or None if there is room."""
    if len(usage.counted) >= quota.requests:
        return max(1.0, usage.counted[-quota.requests] + quota.seconds - now)
    if quota.in_flight is not None and usage.in_flight >= quota.in_flight:
        return 1.0
    return None
