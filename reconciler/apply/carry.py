"""One change, from the fresh read to its ending. It may run beside others, never beside one of the same object.

Read again; is it still what the plan judged? Then send what remains, write by write, each announced before it goes
out; after a lost answer look first (`settle`); after the last write read back (`readback`). That makes two reads per
change, the price of "what was reviewed is what happens" and of naming fields that the vendor set back; a lost answer
adds one look-up, which then serves as the read-back. A change that already stands costs one read and no write: so a
plan that was applied in part continues when it is applied again. To adopt costs one read, to see that the object still
is what was judged; to forget or to move concerns the inventory alone and costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from reconciler.apply import problems
from reconciler.apply.readback import overridden_paths
from reconciler.apply.settle import BACKOFF, still_to_send
from reconciler.errors import OutcomeUnknown, ReconcilerError
from reconciler.live.provider import Provider, Write
from reconciler.model.change import Action, Change
from reconciler.model.event import Done, Ending, Failed, Stale, Started, Unknown
from reconciler.model.kind import Kind
from reconciler.model.resource import Observed
from reconciler.plan.check import holds

Announce = Callable[[Started], Awaitable[None]]
"""Hands `Started` to the consumer and returns when it has been dealt with."""


async def carry_out(change: Change, kind: Kind, provider: Provider, announce: Announce) -> Ending:
    """Make one change stand, or say why it does not.

    Args:
        change: As planned; what it depends on is done.
        kind: The row of the change's top-level kind.
        provider: The change's organization.
        announce: Called, and waited for, before every write.
    """
    return await _Carriage(change, kind, provider, announce).run()


class _Carriage:
    """One change on its way: the object as last read, and how many writes are known to have taken effect."""

    def __init__(self, change: Change, kind: Kind, provider: Provider, announce: Announce) -> None:
        self.change = change
        self.kind = kind
        self.provider = provider
        self.announce = announce
        self.fresh: Observed | None = None
        self.current = False  # whether `fresh` was read after the latest write
        self.taken = 0

    async def run(self) -> Ending:
        """Judge the object as it is now, then write."""
        if self.change.action in (Action.FORGET, Action.MOVE):
            return Done(change=self.change, remote_id=self.change.remote_id)  # the inventory's affair alone
        try:
            await self._read()
        except ReconcilerError as error:
            return self._failed(error)
        if self.change.action is Action.ADOPT:
            return self._adopted()
        left = self.provider.remaining(self.change, self.fresh)
        if not self._same_object():
            return self._stale("Another object stands under this key now.")
        if not left.writes and left.conflict is None:
            return self._done()
        if not holds(self.change.precondition, self.fresh, self.kind):
            return self._stale("It was edited, created or deleted by somebody else, or by an earlier apply.")
        if left.conflict is not None:
            return self._stale(left.conflict)
        writes = left.writes
        while writes:
            outcome = await self._step(writes)
            if not isinstance(outcome, tuple):
                return outcome
            writes = outcome
        return await self._read_back()

    def _adopted(self) -> Ending:
        """Take in an object that still is what the plan judged; nothing is written."""
        if self._same_object() and holds(self.change.precondition, self.fresh, self.kind):
            return self._done()
        return self._stale("It was edited or deleted by somebody else.")

    async def _step(self, writes: tuple[Write, ...]) -> tuple[Write, ...] | Ending:
        """Send the first of `writes` until it stands; give what is left to send, or the ending."""
        for attempt, wait in enumerate(BACKOFF, 1):
            await self._announce_write(writes, attempt)
            self.current = False
            refusal: ReconcilerError | None = None
            try:
                await self.provider.send(writes[0])
            except OutcomeUnknown:
                pass
            except ReconcilerError as error:
                if attempt == 1:
                    return self._failed(error)
                refusal = error  # of a repetition: the try before it may have landed late and be the very reason
            else:
                self.taken += 1
                return writes[1:]
            rest = await self._look_up(writes, wait)
            if not isinstance(rest, tuple):
                return rest
            if len(rest) < len(writes):
                self.taken += len(writes) - len(rest)
                return rest
            if refusal is not None:
                return self._failed(refusal)
            writes = rest
        return self._unknown(f"It was sent {len(BACKOFF)} times; every answer was lost and the object never changed.")

    async def _announce_write(self, writes: Sequence[Write], attempt: int) -> None:
        await self.announce(
            Started(
                change=self.change,
                step=self.taken + 1,
                steps=self.taken + len(writes),
                attempt=attempt,
                summary=writes[0].summary,
            )
        )

    async def _look_up(self, writes: tuple[Write, ...], wait: float) -> tuple[Write, ...] | Unknown:
        """Wait, read, and decide what is still to be sent; `writes` again if nothing took effect."""
        await asyncio.sleep(wait)
        try:
            await self._read()
        except ReconcilerError:
            return self._unknown("The object could not be read afterwards.")
        left = self.provider.remaining(self.change, self.fresh)
        untouched = left.writes == writes if self.taken else holds(self.change.precondition, self.fresh, self.kind)
        rest = still_to_send(writes, left, untouched=untouched)
        if rest is None:
            return self._unknown(left.conflict or "The object changed, and not in the way that this write alone would.")
        return rest

    async def _read_back(self) -> Ending:
        """End a change all of whose writes were accepted, naming what the vendor set to something else."""
        if not self.current:
            try:
                await self._read()
            except ReconcilerError:
                # The vendor accepted every write; that a look at its own rules failed does not undo them.
                return Done(change=self.change, remote_id=self.change.remote_id)
        left = self.provider.remaining(self.change, self.fresh)
        if not left.writes and left.conflict is None:
            return self._done()
        if self.fresh is None or self.change.action is Action.DELETE:
            return Unknown(change=self.change, problem=problems.write_without_effect(self.change))
        return self._done(overridden_paths(self.change, self.fresh, self.kind))

    async def _read(self) -> None:
        top = self.change.address.top
        found = await self.provider.get(top.kind, top.key)
        touches_lists = bool(self.change.precondition.sections or self.change.members) or self._takes_in_lists
        if found is not None and found.members is None and touches_lists:
            found = await self.provider.with_members(found)
        self.fresh = found
        self.current = True

    @property
    def _takes_in_lists(self) -> bool:
        return self.change.action is Action.ADOPT and bool(self.kind.members)

    def _same_object(self) -> bool:
        ours = self.change.remote_id
        return ours is None or self.fresh is None or self.fresh.remote_id == ours

    def _done(self, overridden: tuple[tuple[str, ...], ...] = ()) -> Done:
        remote_id = self.fresh.remote_id if self.fresh else self.change.remote_id
        return Done(change=self.change, remote_id=remote_id, found=self.fresh, overridden=overridden)

    def _stale(self, why: str) -> Stale:
        return Stale(change=self.change, problem=problems.object_moved(self.change, why))

    def _failed(self, error: ReconcilerError) -> Failed:
        problem = problems.vendor_refusal(self.change, error)
        return Failed(change=self.change, problem=problem, written=self.taken > 0)

    def _unknown(self, why: str) -> Unknown:
        return Unknown(change=self.change, problem=problems.outcome_unknown(self.change, why))
