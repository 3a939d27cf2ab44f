"""What one change tells of its writes: each try before it goes out and once it was answered, under an id of its own.

The id says which answer belongs to which try, in the journal and wherever the vendor takes one. The first try of a
change carries the object as it was read just before: it is the last look at what the change is about to overwrite.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from reconciler.errors import OutcomeUnknown, ReconcilerError
from reconciler.live.passage import Passage, Stage
from reconciler.live.provider import NotProcessed, OtherObjectHit, Write
from reconciler.model.change import Change
from reconciler.model.event import WITHOUT_EFFECT, Answered, Reply, Started
from reconciler.model.log import Log, in_try
from reconciler.model.resource import Observed

LOG = Log("waits")

Announce = Callable[[Started | Answered], Awaitable[None]]
"""Hands an event to the consumer and returns when it has been dealt with."""


class Telling:
    """The tries of one change, told one by one."""

    def __init__(self, change: Change, announce: Announce, passage: Passage) -> None:
        self._change = change
        self._announce = announce
        self._passage = passage
        self._latest: Started | None = None

    @contextmanager
    def sending(self, attempt: int) -> Iterator[None]:
        """Send the latest try inside the block."""
        self._passage.stage = Stage.OUT
        with in_try(self._request, attempt):
            yield

    async def begin(self, writes: Sequence[Write], taken: int, attempt: int, fresh: Observed | None) -> None:
        """Tell that the first of `writes` is about to be sent, `taken` others having taken effect before.

        It waits where none may be sent just now; the look that it was built from may be old after that.
        """
        await self._passage.await_clearance()
        first = self._latest is None
        self._passage.stage = Stage.TOLD
        self._latest = Started(
            change=self._change,
            step=taken + 1,
            steps=taken + len(writes),
            attempt=attempt,
            summary=writes[0].summary,
            request=str(uuid.uuid4()),
            first=first,
            before=fresh if first else None,
        )
        await self._announce(self._latest)

    async def wait(self, seconds: float, *, in_doubt: bool) -> None:
        """Wait before a look at what the latest try left."""
        LOG.info(
            "waiting to see what a write left",
            address=str(self._change.address),
            request=self._request,
            seconds=seconds,
            in_doubt=in_doubt,
        )
        await asyncio.sleep(seconds)

    async def withdraw(self) -> None:
        """Tell that it did not go out after all."""
        await self._end(Reply.UNSENT, None)

    async def end(self, refusal: ReconcilerError | None, made: str | None = None) -> None:
        """Tell what the try came to: `refusal` is what was answered instead of yes, `made` the id that a create was.

        Raises:
            asyncio.CancelledError: it came to nothing, and the run is being ended.
        """
        reply = reply_of(refusal)
        self._passage.holds = self._passage.holds or reply not in WITHOUT_EFFECT
        await self._end(reply, refusal.status if refusal is not None else None, made if refusal is None else None)
        if reply is not Reply.REFUSED:  # that is an ending
            self._passage.heed()

    async def break_off(self) -> None:
        """Tell of the latest try, where none of it is out, that it does not go out any more."""
        if self._passage.stage in (Stage.TOLD, Stage.IN_LINE):
            await self.withdraw()

    @property
    def _request(self) -> str:
        return self._latest.request if self._latest is not None else ""

    async def _end(self, reply: Reply, status: int | None, made: str | None = None) -> None:
        begun = self._latest
        if begun is not None:
            self._passage.stage = Stage.OUT  # until this is told, it is not told of as one that is not
            await self._announce(
                Answered(
                    change=self._change,
                    step=begun.step,
                    attempt=begun.attempt,
                    request=begun.request,
                    reply=reply,
                    status=status,
                    made=made,
                )
            )
            self._passage.stage = Stage.QUIET


def reply_of(refusal: ReconcilerError | None) -> Reply:
    """Name what a provider answered to a write; a write that hit another object did take effect."""
    match refusal:
        case None | OtherObjectHit():
            return Reply.ACCEPTED
        case NotProcessed():
            answered = refusal.status is not None  # held back for being throttled, it has met nobody
            return Reply.THROTTLED if refusal.throttled and answered else Reply.UNSENT
        case OutcomeUnknown():
            return Reply.LOST
        case _:
            return Reply.REFUSED
