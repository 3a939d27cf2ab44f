"""The lock of an organization: one run writes at a time, and a dead one does not stop the others for ever.

Enters: who wants to write, who holds the lock, what time it is. Leaves: whose turn it is, and until when. Where the
lock is kept is the stores' business (`inventory_file`, `inventory_git`); each replaces it by compare-and-swap.

A lock is a lease. It runs out unless its holder renews it, which every checkpoint does; a holder that cannot renew it
stops writing `MARGIN` seconds before the end, so that a write under way is answered before anybody else begins. What
counts is when a write goes out, and not when it got in line at the vendor's pace (`cli.holding`, `live.passage`).

| the lock                                    | what comes of asking for it                          |
|---------------------------------------------|------------------------------------------------------|
| nobody's                                    | taken                                                |
| held                                        | asked for again until the patience ends, then refused |
| run out, less than `grace` seconds ago      | as held: the clocks of two hosts may differ           |
| run out before that                         | taken over, and the new hold says from whom           |
| a text that says nothing (damaged)          | as held, for ever: only `unlock` ends it              |

The limit: clocks are compared. A run renews its lease every 15 seconds and writes only while more than `MARGIN` of it
is left, so nobody takes over a lock under which something may still be written unless the two clocks are more than
`MARGIN` and `grace` apart, 100 seconds; and that of a run which renews its lease as it should, from 135 seconds on.
What then still holds: the run that was robbed finds at its next checkpoint that the lock went to another one and begins
nothing more, and every write is preceded by a fresh look at its object. Hosts whose clocks a time service keeps are
within a second. Watching a lock for a whole lease on one's own clock before taking it over would need no such trust,
and was rejected: every run after a killed one would stand still for two minutes, however long ago that was.

Rejected: judging the holder dead by its process id. It says nothing across hosts and containers, and ids are reused.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from reconciler.model.inventory import Holder

LEASE = 120.0
"""Seconds that a lock stays taken without being renewed."""

MARGIN = 70.0
"""Seconds before the end of the lease at which its holder stops sending writes: an answer is waited for up to 60."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0  # seconds between two looks at a lock that another run holds

Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTerms:
    """How a lock is leased and waited for; all times in seconds. `now` must give a time with a time zone."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    lease: float = LEASE
    grace: float = 30.0

    def begun(self, holder: Holder) -> Holder:
        """Give the holder with a lease that begins now."""
        return replace(holder, since=_written(self.now()), until=self._end())

    def renewed(self, holder: Holder) -> Holder:
        """Give the holder with a whole lease from now on."""
        return replace(holder, until=self._end())

    def left(self, holder: Holder) -> float:
        """Give the seconds that are left of a lease, never below zero."""
        end = _read(holder.until)
        return max(0.0, (end - self.now()).total_seconds()) if end else 0.0

    def abandoned(self, holder: Holder) -> bool:
        """Say whether a lease ran out so long ago that another run may take the lock over."""
        end = _read(holder.until)
        return end is not None and (self.now() - end).total_seconds() >= self.grace

    def _end(self) -> str:
        return _written(self.now() + timedelta(seconds=self.lease))


def await_turn(
    attempt: Callable[[], Taken | Holder], refusal: Callable[[Holder], Exception], terms: LeaseTerms, wait: float
) -> Taken:
    """Ask for a lock until it is had or `wait` seconds are over, with growing pauses; the last look is at the end.

    Args:
        attempt: Gives what was taken, or who holds the lock.
        refusal: What to raise when the patience is over.
        terms: Whose clock and sleep are used.
        wait: The patience, in seconds; 0 asks once.
    """
    end = terms.now() + timedelta(seconds=wait)
    pause = _FIRST_PAUSE
    while isinstance(answer := attempt(), Holder):
        left = (end - terms.now()).total_seconds()
        if left <= 0:
            raise refusal(answer)
        terms.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
    return answer


def lock_text(holder: Holder) -> bytes:
    """Write a holder down, the same one always in the same way."""
    return f"{json.dumps(asdict(holder), sort_keys=True, indent=1)}\n".encode()


def parse_lock(content: bytes) -> Holder:
    """Read who holds a lock. A damaged text is somebody's too: of one unknown, whose lease never ends."""
    try:
        return _adapter().validate_json(content)
    except ValidationError:
        name = f"damaged-{hashlib.sha256(content).hexdigest()[:12]}"
        return Holder(id=name, who="unknown", host="unknown", command="unknown", since="", until="")


@functools.cache
def _adapter() -> TypeAdapter[Holder]:
    return TypeAdapter(Holder)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
