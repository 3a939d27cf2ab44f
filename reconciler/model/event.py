"""One step of an apply, as it happens. The consumer sees `Started` before the write goes out, and may write it down.

Every `Started` is followed by its `Answered`, unless the run was cut off after the write had gone out: then nobody
knows what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.resource import Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A write is about to be sent: the `step`-th of `steps` that the change takes, on its `attempt`-th try.

    `request` is our own id of this one try. The `first` of a change carries the object as read just `before` it, None
    where it was not there.
    """

    change: Change
    step: int
    steps: int
    attempt: int
    summary: str
    request: str = field(default="", compare=False)
    first: bool = field(default=False, compare=False)
    before: Observed | None = field(default=None, compare=False)


class Reply(StrEnum):
    """What one try of a write came to. `unsent`: it did not go out, or met nobody; it had no effect for certain."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    THROTTLED = "throttled"
    UNSENT = "unsent"
    LOST = "lost"


WITHOUT_EFFECT = frozenset({Reply.REFUSED, Reply.THROTTLED, Reply.UNSENT})
"""What is certain to have changed nothing at the vendor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of the try that was `Started` with this `request`; `status` is the vendor's, where it is known.

    `made` is the remote id that a create was answered with.
    """

    change: Change
    step: int
    attempt: int
    request: str = field(compare=False)
    reply: Reply
    status: int | None = None
    made: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The change stands at the vendor.

    `found` is the object as read back, where it was. `overridden` names the fields that the vendor set to something
    else.
    """

    change: Change
    remote_id: str | None
    found: Observed | None = None
    overridden: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """The object moved since the plan; the change was skipped, nothing was written for it."""

    change: Change
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Not tried, because `because` of the same plan was not done."""

    change: Change
    because: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The vendor refused the change or could not be reached.

    `written` says whether an earlier step took effect, `unmet` whether no connection was made on any try of the last,
    or all was turned away, `misled` whether the vendor carried a write out on another object than foreseen.
    `made` is the remote id that a create was answered with.
    """

    change: Change
    problem: Problem
    written: bool = False
    unmet: bool = False
    misled: bool = False
    made: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A write was sent, its answer was lost, and looking it up did not settle it: it may or may not stand.

    `made` is the remote id that a create was answered with, where that answer came and the object does not show.
    """

    change: Change
    problem: Problem
    made: str | None = None


Event = Started | Answered | Done | Stale | Skipped | Failed | Unknown
Ending = Done | Stale | Skipped | Failed | Unknown
