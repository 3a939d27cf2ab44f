"""The locks of one run and what it records: taken with all intents before the first write, kept, let go in the end.

Each is kept from the moment in which it is had: those after it may take their time to be had, and so may what lies
between the last of them and the first write. The next checkpoint is due when `BEAT` seconds of the lease are gone,
which begins before it is pushed: where a push takes long, the next one follows at once.

A lock that cannot be renewed ends the run `MARGIN` seconds before the lease does: no further change is begun, and no
further write of a change under way, so that nothing is in flight when somebody else may begin. A push may take half a
minute, so that less than that is left while it is under way: then no write is announced (`await_clearance`), and none
goes out whose turn comes at the vendor's pace, which may be much later (`cleared`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection, Coroutine, Iterator
from typing import TypeVar

from reconciler.apply.record import Record
from reconciler.cli.terminal import now
from reconciler.errors import LockLost, ReconcilerError
from reconciler.model.event import Event, Started
from reconciler.model.log import Log
from reconciler.store import inventory_problems as problems
from reconciler.store.inventory import Hold
from reconciler.store.lock import LEASE, MARGIN

Result = TypeVar("Result")

LOG = Log("lock")

BEAT = 15.0
"""Seconds of a lease after which it is renewed, with a checkpoint."""

_LOOK = 1.0  # seconds between two looks whether a lease was renewed
_AGAIN = 3.0  # seconds after which a checkpoint that failed is tried again; sooner none is written
_LAST_TRIES = 30.0  # seconds for which writing the end is tried again


Say = Callable[[str], None]


class Holding:
    """One organization's lock, and its record."""

    def __init__(self, organization: str, hold: Hold, record: Record) -> None:
        self.organization = organization
        self.hold = hold
        self.record = record
        self.failing = False

    @property
    def lasts(self) -> bool:
        """Say whether a write that goes out now is answered within the lease."""
        return self.hold.lease_left() > MARGIN


class Locks:
    """All locks of one run."""

    def __init__(self, stop: asyncio.Event, say: Say) -> None:
        """Begin without any.

        Args:
            stop: Is set once a lock is lost.
            say: Is told when a store begins to fail, with how long that may last, and when it has recovered.
        """
        self._holdings: dict[str, Holding] = {}
        self._keeping: list[asyncio.Task[None]] = []
        self._stop = stop
        self._say = say
        self._over = asyncio.Event()
        self.lost: ReconcilerError | None = None

    def add(self, holding: Holding) -> None:
        """Keep a lock from now on, with checkpoints, until the run is over or it is lost; none waits for another."""
        self._holdings[holding.organization] = holding
        self._keeping.append(asyncio.create_task(self._watched(holding)))

    def successions(self) -> Iterator[str]:
        """Say whose locks were taken over because their leases had run out."""
        for name, one in self._holdings.items():
            dead = one.hold.taken_from
            if dead is not None:
                yield f"{name}: took over the lock of {dead.who} on {dead.host}, whose lease had run out."

    def take(self, event: Event) -> None:
        """Record an event; a write that is about to be sent is let through only under a lock that is ours.

        Raises:
            LockLost: it is not any more.
        """
        holding = self._holdings[event.change.address.organization]
        if isinstance(event, Started) and self.lost is not None:
            raise self.lost
        holding.record.take(event, stamp())

    def cleared(self, organization: str) -> bool:
        """Say whether a write may go out there just now."""
        return self.lost is None and self._holdings[organization].lasts

    async def await_clearance(self, organization: str) -> None:
        """Wait until enough is left of the lease again; whoever keeps it renews it, or finds that it is lost."""
        while self.lost is None and not self._holdings[organization].lasts:
            await asyncio.sleep(_LOOK)

    def finish(self) -> None:
        """Let the keeping end, after the checkpoints that are being written."""
        self._over.set()

    async def end(self, leave: Collection[str] = ()) -> None:
        """Keep them no longer, write how the run ended, and let go; another signal meanwhile changes nothing of that.

        It takes as long as a push or two; a run that is told to hurry would else leave its lock and say nothing. With
        `leave` name the organizations whose locks stay until their leases run out, as after a kill: a write may still
        take effect there. What goes wrong with writing and letting go is kept in `lost`.
        """
        await undisturbed(self._end(leave), self._stop)

    async def give_back(self) -> None:
        """Let go of locks under which nothing was begun; one that cannot be let go runs out, and keeps no other."""
        self.finish()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        for holding in self._holdings.values():
            with contextlib.suppress(ReconcilerError):
                await asyncio.to_thread(holding.hold.release, holding.record.ended())

    async def kept(self) -> None:
        """Wait until no lock is kept any more: the run is over, or they are lost."""
        outcomes = await asyncio.gather(*self._keeping, return_exceptions=True)
        for bug in filter(None, outcomes):
            raise bug

    async def _end(self, leave: Collection[str]) -> None:
        self.finish()
        try:
            await self.kept()
        finally:  # a bug in keeping is told as one, and leaves no lock behind
            ends = [self._left(one) if name in leave else self._released(one) for name, one in self._holdings.items()]
            await asyncio.gather(*ends)

    async def _left(self, holding: Holding) -> None:
        """Write how it ended, once, and keep the lock."""
        LOG.warning("lock left until its lease runs out", organization=holding.organization)
        try:
            await asyncio.to_thread(holding.hold.checkpoint, holding.record.ended())
        except ReconcilerError as error:
            self.lost = self.lost or problems.unrecorded(holding.organization, error, holding.hold.holder)

    async def _watched(self, holding: Holding) -> None:
        """Keep one lock; should that itself break, nothing is begun any more, since nobody would record it."""
        try:
            await self._keep(holding)
        except Exception:
            self._lose(problems.lost(holding.organization, "What was done could not be recorded any more."))
            raise

    async def _keep(self, holding: Holding) -> None:
        wait = _due(holding.hold)
        while not self._over.is_set() and self.lost is None:
            try:
                await asyncio.wait_for(self._over.wait(), wait)
            except TimeoutError:
                wait = await self._checkpoint(holding)

    async def _checkpoint(self, holding: Holding) -> float:
        """Write a record down; give when to do it next."""
        try:
            await asyncio.to_thread(holding.hold.checkpoint, holding.record.now(stamp()))
        except LockLost as error:
            self._lose(error)
        except ReconcilerError as error:
            left = holding.hold.lease_left() - MARGIN
            LOG.warning("checkpoint failed", organization=holding.organization, code=error.problems[0].code)
            if left <= 0:
                self._lose(problems.lost(holding.organization, "It could not be renewed in time."))
            elif not holding.failing:
                holding.failing = True
                self._say(_failing(holding.organization, error, left))
            return _AGAIN
        LOG.debug("checkpoint", organization=holding.organization, lease_seconds=round(holding.hold.lease_left()))
        if holding.failing:
            holding.failing = False
            self._say(f"{holding.organization}: what was done is recorded again.")
        return _due(holding.hold)

    async def _released(self, holding: Holding) -> None:
        try:
            await self._let_go(holding)
            LOG.info("lock released", organization=holding.organization, run=holding.hold.holder.id)
        except LockLost as error:
            self.lost = self.lost or error
        except ReconcilerError as error:
            self.lost = self.lost or problems.unrecorded(holding.organization, error, holding.hold.holder)

    async def _let_go(self, holding: Holding) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + _LAST_TRIES
        while True:
            try:
                return await asyncio.to_thread(holding.hold.release, holding.record.ended())
            except LockLost:
                raise
            except ReconcilerError:
                if loop.time() >= end:
                    raise
                await asyncio.sleep(_AGAIN)

    def _lose(self, error: ReconcilerError) -> None:
        LOG.error("lock lost", code=error.problems[0].code)
        self.lost = self.lost or error
        self._stop.set()


async def undisturbed(work: Coroutine[object, object, Result], stop: asyncio.Event) -> Result:
    """Do some work to its end, though signals ask for a faster one meanwhile; `stop` says that they are being heard.

    For taking locks and letting go of them, which cut off would leave a lock behind and say nothing.
    """
    working = asyncio.ensure_future(work)
    cancelled = False
    while not working.done():
        try:
            await asyncio.shield(working)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            heard = stop.is_set() and task is not None and not task.uncancel()
            cancelled = cancelled or not heard
    if cancelled:
        raise asyncio.CancelledError
    return working.result()


def _due(hold: Hold) -> float:
    """Give the seconds until the next checkpoint."""
    return min(BEAT, max(_AGAIN, hold.lease_left() - (LEASE - BEAT)))


def _failing(organization: str, error: ReconcilerError, left: float) -> str:
    """Say that a checkpoint failed, and what comes of it."""
    problem = error.problems[0]
    return (
        f"{organization}: what was done cannot be recorded: {problem.summary} [{problem.code}]. {problem.detail} "
        f"Trying again every {_AGAIN:.0f} s; unless that works within {left:.0f} s, nothing further is begun."
    )


def stamp() -> str:
    """Give the time of day as the inventory writes it."""
    return now().isoformat(timespec="seconds").replace("+00:00", "Z")
