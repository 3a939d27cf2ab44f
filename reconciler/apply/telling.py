"""What one change tells of its writes: each try before it goes out and once it was answered, under an id of its own.

The id says which answer belongs to which try, in the journal and wherever the vendor takes one. The first try of a
change carries the object as it was read just before: it is the last look at what the change is about to overwrite.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence

from reconciler.errors import OutcomeUnknown, ReconcilerError
from reconciler.live.provider import NotProcessed, OtherObjectHit, Write
from reconciler.model.change import Change
from reconciler.model.event import Answered, Reply, Started
from reconciler.model.log import Log
from reconciler.model.resource import Observed

LOG = Log("waits")

Announce = Callable[[Started | Answered], Awaitable[None]]
"""Hands an event to the consumer and returns when it has been dealt with."""


class Telling:
    """The tries of one change, told one by one."""

    def __init__(self, change: Change, announce: Announce) -> None:
        self._change = change
        self._announce = announce
        self._latest: Started | None = None

    @property
    def request(self) -> str:
        """The id of the latest try."""
        return self._latest.request if self._latest is not None else ""

    async def begin(self, writes: Sequence[Write], taken: int, attempt: int, fresh: Observed | None) -> None:
        """Tell that the first of `writes` is about to be sent, `taken` others having taken effect before."""
        first = self._latest is None
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
            request=self.request,
            seconds=seconds,
            in_doubt=in_doubt,
        )
        await asyncio.sleep(seconds)

    async def withdraw(self) -> None:
        """Tell that it did not go out after all."""
        await self._end(Reply.UNSENT, None)

    async def end(self, refusal: ReconcilerError | None, made: str | None = None) -> None:
        """Tell what the try came to: `refusal` is what was answered instead of yes, `made` the id that a create was."""
        if refusal is None:
            await self._end(reply_of(None), None, made)
        else:
            await self._end(reply_of(refusal), refusal.status)

    async def _end(self, reply: Reply, status: int | None, made: str | None = None) -> None:
        begun = self._latest
        if begun is not None:
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
