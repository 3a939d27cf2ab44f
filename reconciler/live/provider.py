"""The port to a vendor. `observe` and `apply.execute` are its only callers; providers implement it.

Rows come out in the normal shape of `model.resource`. Pacing, retries of reads and the vendor's errors are the
provider's business; a write is sent once. A lost answer is `OutcomeUnknown` and one that was not processed is
`NotProcessed`, never a silent second try: a body is built from an object as it was read, so after any wait the object
has to be read again, and only the caller can judge it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from reconciler.errors import LiveStateUnreadable, Problem, ProviderRejected, ProviderUnavailable
from reconciler.model.change import Change
from reconciler.model.kind import Verdict
from reconciler.model.resource import Observed, Value
from reconciler.model.state import Entry
from reconciler.model.vendor import Vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a listing: its objects, the vendor's own total if it gives one, and where the next page starts.

    `following` is None on the last page. `offset` is how many rows the vendor says came before. `others` are the
    cursors of all pages after this one, where they can be told from it, so that they can be read at the same time;
    following each page's own `following` instead is slower and sees what a computed cursor might step over.
    """

    objects: tuple[Observed, ...]
    total: int | None
    following: str | None
    offset: int = 0
    others: tuple[str, ...] = ()


class RemoteId(str):
    """The value of a reference that the vendor gave by remote id alone; `observe` puts the object's key in its place.

    It is written `id:…`, and stays so where the object it names has no key.
    """

    __slots__ = ()

    @property
    def remote_id(self) -> str:
        """The remote id of the object referred to."""
        return self.removeprefix("id:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One request that changes something at a vendor; `summary` says what it does without personal values.

    Where the vendor itself looks for the object that a write means, the answer must name the foreseen one: `hits` is
    its remote id, None for one that is to be made, which then is none of `known`. These are addresses by remote id, and
    `subject` is the address of whom the write is about, so that an object that was hit instead can be named. A write
    that is not `repeatable` is never sent again once its answer was lost: it is looked for instead.
    """

    method: str
    path: str
    body: Value
    summary: str
    hits: str | None = None
    known: Mapping[str, str] | None = field(default=None, compare=False)
    subject: str = ""
    repeatable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """What is still to be sent for a change, in order, judged against the object as read just now.

    Nothing remaining means that the change stands. `conflict` says why it cannot be carried out from here. `continues`
    says that more is to follow which only another look can tell, such as what belongs to an object that is made first.
    A conflict is `decided` where it is what the vendor itself has made of our writes: fields that came out otherwise
    say less. The verdict says what, and what to do.
    """

    writes: tuple[Write, ...] = ()
    conflict: str | None = None
    continues: bool = False
    decided: Verdict | None = None


class NotProcessed(ProviderUnavailable):
    """One write that had no effect for certain: the vendor was throttling, or no connection was made.

    `after` is how many seconds the vendor asked to wait.
    """

    def __init__(self, problem: Problem, *, throttled: bool = False, after: float = 0.0) -> None:
        super().__init__(problem)
        self.throttled = throttled
        self.after = after


class OtherObjectHit(ProviderRejected):
    """A write was carried out by the vendor on another object than the foreseen one; it took effect there."""


class Unreachable(LiveStateUnreadable):
    """No try of a read made a connection: the vendor, or the place that stands for it, was not met at all."""


class Shut(LiveStateUnreadable):
    """The vendor turns everything away that we ask (429), and has for longer than its own window would explain."""


class Provider(Protocol):
    """One organization at one vendor."""

    @property
    def vendor(self) -> Vendor:
        """The vendor's tables."""

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, retries included."""

    @property
    def requests_per_minute(self) -> int:
        """The pace that this organization is asked at."""

    async def page(self, kind: str, cursor: str | None) -> Page:
        """Read one page of a listing; `cursor` is None for the first, else `following` of the page before.

        Raises:
            LiveStateUnreadable: the page could not be had after all retries.
        """

    async def get(self, kind: str, key: str, remote_id: str | None = None) -> Observed | None:
        """Read one object by its key, with its member lists where the vendor sends them; None if it is not there.

        `remote_id` is the one that it had when it was last seen, for vendors that cannot be asked by key. Where that
        very object goes by another key by now it is given under that one: it is neither there as asked, nor gone.

        Raises:
            LiveStateUnreadable: it could not be read after all retries.
        """

    async def with_members(self, found: Observed) -> Observed:
        """Give the same object with its member lists read.

        Raises:
            LiveStateUnreadable: they could not be read after all retries.
        """

    async def catalogue(self, name: str) -> tuple[Entry, ...]:
        """Read a whole catalogue.

        Raises:
            LiveStateUnreadable: it could not be read completely.
        """

    def remaining(self, change: Change, fresh: Observed | None) -> Remaining:
        """Work out which writes are left to make `change` stand on the object as it is now. Pure.

        Called before the first write, and again after a lost answer: what took effect then no longer remains, and
        what did not is sent again. `fresh` has its member lists wherever the change touches them.
        """

    async def send(self, write: Write) -> str | None:
        """Send one write, once; give the remote id of what it made, where the answer tells it and reads lag.

        Raises:
            ProviderRejected: the vendor refused it (4xx); it had no effect.
            OtherObjectHit: it took effect, on another object than the foreseen one.
            NotProcessed: it had no effect (429, or no connection was made) and may be sent after a wait and a look.
            OutcomeUnknown: a timeout, a reset, 500, 502 or 503: it may have taken effect.
        """

    async def aclose(self) -> None:
        """Let go of connections."""


Providers = Mapping[str, Provider]
"""Providers by organization."""
