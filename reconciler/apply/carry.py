"""One change, from the fresh read to its ending. It may run beside others, never beside one of the same object.

Read again; is it still what the plan judged? Then send what remains, write by write, each announced before it goes
out; after a lost answer look first (`settle`); after the last write read back (`readback`). That makes two reads per
change, the price of "what was reviewed is what happens" and of naming fields that the vendor set back; a lost answer
adds one look-up, which then serves as the read-back. A change that already stands costs one read and no write: so a
plan that was applied in part continues when it is applied again. To adopt costs one read, to see that the object still
is what was judged; to forget or to move concerns the inventory alone and costs nothing.

A body is built from an object as it was read, and a list body removes whoever it does not name. So no body waits: after
any wait (the vendor throttles, no connection can be made, an answer was lost, the consumer took its time, earlier steps
did) the object is read again, judged again, and the body is built anew.

| waited, and of this change         | judged by                     | if somebody edited meanwhile  |
|------------------------------------|-------------------------------|-------------------------------|
| nothing stands, no answer was lost | the precondition, as at first | stale: nothing was written    |
| an earlier step stands             | `settle.still_planned`        | failed, written in part       |
| an answer was lost                 | `settle.still_to_send`        | unknown                       |

Some vendors' reads lag behind their writes (`Kind.reads_lag`). There, a look after a write of ours that does not show
it is repeated after 1, 2, 4 and 8 seconds before anything is concluded: neither that somebody set it back, nor that
what was made is gone. Where it still reads as before, the outcome is unknown. A create that may not be sent twice is,
its answer lost, looked for over the same waits and never sent again.

What is left open is the time from the vendor's last reading of the object to its writing of ours: the way of an
answer, the write's turn at the organization's pace, and its own way; where the list takes a request of its own to read,
the way and the turn of that too. From its first request on a change goes before all that has not begun (`passage`), so
at a slow pace these turns are single gaps and not a queue. Measured (`tests/properties/test_residual_window.py`) with 5
changes under way and answers of 0.2 s:

| requests a minute | one request to read: in the middle, at the most | two: in the middle, at the most |
|-------------------|-------------------------------------------------|---------------------------------|
| 540               | 0.23 s, 0.47 s                                  | 0.47 s, 0.47 s                  |
| 60                | 1.0 s, 1.0 s                                    | 2.1 s, 2.1 s                    |
| 10                | 7.5 s, 7.5 s                                    | 15 s, 15 s                      |

The vendor has no conditional write, so it cannot be closed. Another object under the key, or people whom the plan did
not judge, show in the look at the end and make the outcome unknown; somebody who was added in it and whom a list body
then removed does not show.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from reconciler.apply import problems
from reconciler.apply.endings import moved_at_last, moved_midway, stale
from reconciler.apply.readback import overridden_paths
from reconciler.apply.settle import nothing_left, only_of, still_planned, still_to_send
from reconciler.apply.telling import Announce, Telling
from reconciler.apply.waits import BACKOFF, Tries, fresh_for
from reconciler.errors import OutcomeUnknown, ReconcilerError
from reconciler.live.passage import Passage, passage
from reconciler.live.provider import NotProcessed, OtherObjectHit, Provider, Remaining, Shut, Unreachable, Write
from reconciler.model.change import Action, Change
from reconciler.model.event import Done, Ending, Failed, Unknown
from reconciler.model.kind import Kind
from reconciler.model.resource import Observed
from reconciler.plan.check import holds


async def carry_out(change: Change, kind: Kind, provider: Provider, announce: Announce, own: Passage) -> Ending:
    """Make one change stand, or say why it does not.

    Args:
        change: As planned; what it depends on is done.
        kind: The row of the change's top-level kind.
        provider: The change's organization.
        announce: Called, and waited for, before every write and after its answer.
        own: How far it is, for who ends the run.
    """
    carriage = _Carriage(change, kind, provider, announce, own)
    with passage(own):
        try:
            ending = await carriage.run()
        except asyncio.CancelledError:
            await carriage.telling.break_off()
            raise
    return replace(ending, made=carriage.made) if isinstance(ending, Unknown | Failed) else ending


class _Carriage:
    """One change on its way: the object as last read, and how many writes are known to have taken effect."""

    def __init__(self, change: Change, kind: Kind, provider: Provider, announce: Announce, own: Passage) -> None:
        self.change = change
        self.kind = kind
        self.provider = provider
        self.telling = Telling(change, announce, own)
        self.fresh: Observed | None = None
        self.read_at = 0.0  # on the loop's clock
        self.current = False  # whether `fresh` was read after the latest write
        self.continues = False  # whether another look will tell of more to be sent
        self.taken = 0
        self.made: str | None = None  # the remote id that a create was answered with
        self.heard = ""  # what came back, if anything, of the last write in doubt
        self.stands: list[str] = []  # the writes that are known to have taken effect, in words

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
        outcome = self._judge()
        while isinstance(outcome, tuple) and outcome:
            outcome = await self._step(outcome)
            if outcome == () and self.continues:
                outcome = await self._go_on()
        return await self._read_back() if isinstance(outcome, tuple) else outcome

    def _judge(self) -> tuple[Write, ...] | Ending:
        """Give what is to be sent, nothing of ours standing yet; or the ending."""
        left = self._left()
        if not self._same_object():
            return stale(self.change, "Another object stands under this key now.")
        if not left.writes and left.conflict is None:
            return self._done()
        if not holds(self.change.precondition, self.fresh, self.kind):
            return stale(self.change, "It was edited, created or deleted by somebody else, or by an earlier apply.")
        if left.conflict is not None:
            return Failed(change=self.change, problem=problems.change_impossible(self.change, left.conflict))
        self.continues = left.continues
        return left.writes

    async def _go_on(self) -> tuple[Write, ...] | Ending:
        """Look what is to follow, now that the first part stands."""
        try:
            left = await self._read_until(lambda left: self.fresh is not None and left.conflict is None)
        except ReconcilerError as error:
            return self._failed(error)
        if self.fresh is None:
            return Unknown(change=self.change, problem=problems.write_without_effect(self.change))
        if left.conflict is not None:
            return moved_midway(self.change, left.conflict)
        self.continues = left.continues
        return left.writes

    def _adopted(self) -> Ending:
        """Take in an object that still is what the plan judged; nothing is written."""
        if self._same_object() and holds(self.change.precondition, self.fresh, self.kind):
            return self._done()
        return stale(self.change, "It was edited or deleted by somebody else.")

    async def _step(self, writes: tuple[Write, ...]) -> tuple[Write, ...] | Ending:
        """Send the first of `writes` until it stands; give what is left to send, or the ending."""
        tries = Tries()
        while True:
            refusal: ReconcilerError | None = None
            if writes[0].repeatable or not tries.lost:
                await self.telling.begin(writes, self.taken, tries.number, self.fresh)
                if self._aged():
                    rest = await self._look_again(writes, in_doubt=tries.lost > 0)
                    if not isinstance(rest, tuple) or rest != writes:
                        await self.telling.withdraw()
                        return rest
                    writes = rest  # the same, but for what is known beside them
                refusal = await self._send(writes[0], tries.number)
                await self.telling.end(refusal, self.made)
                if refusal is None:
                    return writes[1:]
                if isinstance(refusal, OtherObjectHit):
                    return self._failed(refusal)
            wait = tries.wait_after(refusal)
            if refusal is not None and tries.over and not tries.lost:
                return self._failed(refusal, tries.unprocessed)
            await self.telling.wait(wait, in_doubt=tries.lost > 0)
            rest = await self._look_again(writes, in_doubt=tries.lost > 0)
            if not isinstance(rest, tuple) or len(rest) < len(writes) or (tries.lost and rest[0] != writes[0]):
                return rest
            if tries.over:
                return self._given_up(refusal, tries)
            writes = rest

    async def _send(self, write: Write, attempt: int) -> ReconcilerError | None:
        """Send one write; give what was answered instead of yes."""
        self.current = False
        try:
            with self.telling.sending(attempt):
                self.made = await self.provider.send(write) or self.made
        except OtherObjectHit as error:
            self.taken += 1  # it took effect, but not as meant: nothing that stands is told of it
            return error
        except ReconcilerError as refusal:
            if isinstance(refusal, OutcomeUnknown):
                self.heard = refusal.problems[0].detail
            return refusal
        self.taken += 1
        self.stands.append(write.summary)
        return None

    def _given_up(self, refusal: ReconcilerError | None, tries: Tries) -> Ending:
        """End a change in doubt of which it was seen at last that nothing took effect."""
        if refusal is None:
            return self._unknown(f"It was sent once, and looked for {tries.lost} times; sent again, it might make two.")
        if isinstance(refusal, OutcomeUnknown):
            return self._unknown(f"It was sent {tries.lost} times and the object never changed.")
        return self._failed(refusal, tries.unprocessed)

    def _aged(self) -> bool:
        age = asyncio.get_running_loop().time() - self.read_at
        return age > fresh_for(self.provider.requests_per_minute)

    async def _look_again(self, writes: tuple[Write, ...], *, in_doubt: bool) -> tuple[Write, ...] | Ending:
        """Read, and decide what is still to be sent; `writes` again if nothing took effect."""
        try:
            left = await self._read_until(lambda left: in_doubt or only_of(writes, left))
        except ReconcilerError as error:
            return self._unknown("The object could not be read afterwards.") if in_doubt else self._failed(error)
        if not in_doubt and not self.taken:
            return self._judge()
        begun = False
        if not self._same_object():
            rest = None
        elif in_doubt:
            untouched = left.writes == writes if self.taken else holds(self.change.precondition, self.fresh, self.kind)
            begun = self.continues and left.conflict is None and not untouched
            rest = left.writes if begun else still_to_send(writes, left, untouched=untouched)
            self.continues = left.continues
        else:
            rest = still_planned(writes, left)
        if rest is not None:
            self.taken += len(writes) if begun else max(0, len(writes) - len(rest))
            self.stands += [one.summary for one in writes if begun or one not in rest]
            return rest
        why = left.conflict or "The object changed, and not in the way that this write alone would."
        return self._unknown(why) if in_doubt else moved_midway(self.change, why)

    async def _read_back(self) -> Ending:
        """End a change all of whose writes were accepted, naming what the vendor set to something else."""
        try:
            left = self._left() if self.current else await self._read_until(nothing_left)
        except ReconcilerError:
            # The vendor accepted every write; that a look at its own rules failed does not undo them.
            return Done(change=self.change, remote_id=self.change.remote_id or self.made)
        if not self._same_object():
            return moved_at_last(self.change, "Another object stands under this key now.")
        settled = nothing_left(left)
        unseen = self.kind.reads_lag and not settled and holds(self.change.precondition, self.fresh, self.kind)
        if self.fresh is None or self.change.action is Action.DELETE or unseen:
            problem = problems.write_without_effect(self.change)
            return self._done() if settled else Unknown(change=self.change, problem=problem)
        named = overridden_paths(self.change, self.fresh, self.kind, settled=settled)
        if left.conflict is not None and (left.decided or not named or self.change.action is not Action.CREATE):
            # To a create, anything that stands otherwise than declared is a conflict; its named fields explain that.
            return moved_at_last(self.change, left.conflict, left.decided)
        return self._done(named)

    def _left(self) -> Remaining:
        return self.provider.remaining(self.change, self.fresh)

    async def _read_until(self, shows: Callable[[Remaining], bool]) -> Remaining:
        """Read; where reads lag behind, again until what is left shows our writes, or no more waits are left."""
        await self._read()
        for wait in BACKOFF if self.kind.reads_lag and self.taken else ():
            if shows(self._left()):
                break
            await asyncio.sleep(wait)
            await self._read()
        return self._left()

    async def _read(self) -> None:
        top = self.change.address.top
        found = await self.provider.get(top.kind, top.key, self.change.remote_id)
        self.read_at = asyncio.get_running_loop().time()
        adopts_lists = self.change.action is Action.ADOPT and bool(self.kind.members)
        touches_lists = bool(self.change.precondition.sections or self.change.members) or adopts_lists
        if found is not None and found.members is None and touches_lists:
            found = await self.provider.with_members(found)
        self.fresh = found
        self.current = True

    def _same_object(self) -> bool:
        ours, fresh = self.change.remote_id, self.fresh
        renamed = fresh is not None and not self.kind.point_reads and fresh.key != self.change.address.top.key
        return fresh is None or (ours in (None, fresh.remote_id) and not renamed)

    def _done(self, overridden: tuple[tuple[str, ...], ...] = ()) -> Done:
        remote_id = self.fresh.remote_id if self.fresh else self.change.remote_id
        return Done(change=self.change, remote_id=remote_id, found=self.fresh, overridden=overridden)

    def _failed(self, error: ReconcilerError, tries: int = 1) -> Failed:
        problem = problems.vendor_refusal(self.change, error)
        if isinstance(error, NotProcessed):
            problem = problems.never_processed(self.change, error, tries)
        problem = problems.after_a_part(problem, self.stands)
        unmet = isinstance(error, Unreachable | Shut) or (isinstance(error, NotProcessed) and not error.throttled)
        misled = isinstance(error, OtherObjectHit)
        return Failed(change=self.change, problem=problem, written=self.taken > 0, unmet=unmet, misled=misled)

    def _unknown(self, why: str) -> Unknown:
        told = f"{self.heard} {why}".lstrip()
        problem = problems.outcome_unknown(self.change, told, lags=self.kind.reads_lag)
        return Unknown(change=self.change, problem=problem)
