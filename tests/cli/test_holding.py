"""What becomes of a run whose lock is lost, or cannot be renewed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from reconciler.apply.entries import Circumstances
from reconciler.apply.record import Record
from reconciler.cli.holding import BEAT, Holding, Locks, undisturbed
from reconciler.errors import LockLost, ReconcilerError
from reconciler.model.change import Action
from reconciler.model.event import Done, Started
from reconciler.model.inventory import Holder, Inventory
from reconciler.store import inventory_problems as problems
from reconciler.store.lock import LEASE, MARGIN
from tests.clock import run_virtual
from tests.render.plans import change

CREATION = change("C-1", Action.CREATE)
BEGAN = Started(change=CREATION, step=1, steps=1, attempt=1, summary="")
CIRCUMSTANCES = Circumstances(run="r1", provider="", endpoint="", digest_key="", digest_key_id="", kinds={}, sizes={})


class Shaky:
    """A hold whose checkpoints fail as the test says, and whose lease is renewed by those that do not."""

    def __init__(self, failure: Callable[[], ReconcilerError | None]) -> None:
        self.left = LEASE
        self.written: list[Inventory] = []
        self.releases = 0
        self._failure = failure
        self._countdown = 0
        self._then: Callable[[], object] = lambda: None

    def after(self, checkpoints: int, then: Callable[[], object]) -> None:
        """Do something once so many checkpoints were asked for."""
        self._countdown, self._then = checkpoints, then

    @property
    def holder(self) -> Holder:
        """Somebody."""
        return Holder(id="r1", who="", host="", command="", since="", until="")

    @property
    def taken_from(self) -> Holder | None:
        """Nobody."""
        return None

    def checkpoint(self, inventory: Inventory) -> None:
        """Write, or fail; a beat of the lease has gone by since."""
        failure = self._failure()
        self._countdown -= 1
        if not self._countdown:
            self._then()
        self.left -= BEAT
        if failure is not None:
            raise failure
        self.left = LEASE
        self.written.append(inventory)

    def release(self, inventory: Inventory) -> None:
        """Write and let go."""
        self.releases += 1
        self.written.append(inventory)

    def lease_left(self) -> float:
        """Give what is left."""
        return self.left


def holding(hold: Shaky, organization: str = "acme-fr") -> Holding:
    """Hold a lock of an organization that something is to be made at."""
    before = Inventory(organization=organization, provider="", endpoint="", digest_key_id="")
    return Holding(organization, hold, Record(before, [CREATION], CIRCUMSTANCES))


def locks(hold: Shaky, stop: asyncio.Event, say: Callable[[str], None] = lambda _line: None) -> Locks:
    """Hold one lock, and keep it."""
    found = Locks(stop, say)
    found.add(holding(hold))
    return found


async def kept(hold: Shaky, checkpoints: int = 99, said: list[str] | None = None) -> tuple[Locks, bool, float]:
    """Keep a lock for so many checkpoints; give it, whether the run was told to stop, and how long that took."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    heard: list[str] = [] if said is None else said
    found = locks(hold, stop, heard.append)
    hold.after(checkpoints, lambda: loop.call_soon_threadsafe(found.finish))
    begun = loop.time()
    await found.kept()
    return found, stop.is_set(), loop.time() - begun


def test_checkpoints_are_written_every_fifteen_seconds() -> None:
    """A minute has four, and the lease is whole after each."""
    hold = Shaky(lambda: None)
    _, stopped, seconds = run_virtual(kept(hold, 4))
    assert (stopped, hold.left) == (False, LEASE)
    assert (len(hold.written), round(seconds)) == (4, 60)
    assert all(len(one.intents) == 1 for one in hold.written)


def test_a_lost_lock_stops_the_run_at_once() -> None:
    """Nothing more is begun, and what is announced already is refused before it is sent."""
    hold = Shaky(lambda: problems.lost("acme-fr", "It went to another run."))
    found, stopped, _ = run_virtual(kept(hold))
    assert stopped
    assert isinstance(found.lost, LockLost)
    with pytest.raises(LockLost):
        found.take(BEGAN)


def test_a_store_that_does_not_answer_stops_the_run_before_the_lease_ends() -> None:
    """It is tried again while there is time; the last write begins no later than the margin allows."""
    hold = Shaky(lambda: problems.unreachable("acme-fr", "The remote did not answer."))
    found, stopped, _ = run_virtual(kept(hold))
    assert stopped
    assert isinstance(found.lost, LockLost)
    assert 0 < hold.left <= MARGIN


def test_a_store_that_answers_again_lets_the_run_go_on() -> None:
    """One checkpoint that failed is made up for."""
    answers = iter([problems.unreachable("acme-fr", "The remote did not answer.")])
    hold = Shaky(lambda: next(answers, None))
    found, stopped, _ = run_virtual(kept(hold, 3))
    assert (stopped, found.lost, hold.left) == (False, None, LEASE)


def test_a_store_that_begins_to_fail_is_told_once_with_how_long_that_may_last() -> None:
    """At the first checkpoint that fails, not at the end of the lease; and once more when it is well again."""
    said: list[str] = []
    failures = [problems.unwritable("acme-fr", "No space left on device.")] * 2
    answers = iter(failures)
    run_virtual(kept(Shaky(lambda: next(answers, None)), 4, said))
    assert said == [
        "acme-fr: what was done cannot be recorded: the inventory cannot be written [inventory-unwritable]. No space "
        "left on device. Trying again every 3 s; unless that works within 35 s, nothing further is begun.",
        "acme-fr: what was done is recorded again.",
    ]


def test_a_store_that_does_not_answer_keeps_no_other_from_being_renewed() -> None:
    """Of two organizations each has a beat of its own; the one that is well is renewed every fifteen seconds."""

    async def both() -> int:
        well, ill = Shaky(lambda: None), Shaky(lambda: problems.unreachable("acme-uk", "The remote did not answer."))
        found = Locks(asyncio.Event(), lambda _line: None)
        found.add(holding(ill, "acme-uk"))
        found.add(holding(well))
        await asyncio.sleep(BEAT + 10)
        found.finish()
        await found.kept()
        return len(well.written)

    assert run_virtual(both()) == 1


def test_an_end_that_cannot_be_written_is_tried_again_and_then_told() -> None:
    """For half a minute; the problem names the lock that stays."""

    async def end() -> tuple[Locks, int, float]:
        hold = Mute(lambda: None)
        found, loop = locks(hold, asyncio.Event()), asyncio.get_running_loop()
        begun = loop.time()
        await found.end()
        return found, hold.releases, loop.time() - begun

    found, tries, seconds = run_virtual(end())
    assert found.lost is not None
    (problem,) = found.lost.problems
    assert (problem.code, problem.command) == ("end-unrecorded", "reconciler unlock r1")
    assert (tries, round(seconds)) == (11, 30)


class Mute(Shaky):
    """A hold that cannot be let go."""

    def release(self, inventory: Inventory) -> None:
        """Fail."""
        del inventory
        self.releases += 1
        raise problems.unreachable("acme-fr", "The remote did not answer.")


def test_an_ending_is_recorded_though_the_lock_is_lost() -> None:
    """What was in flight when the lock went is still known to the run, for its sums and its last try to write."""
    found, _, _ = run_virtual(kept(Shaky(lambda: problems.lost("acme-fr", ""))))
    found.take(Done(change=CREATION, remote_id=None))


@pytest.mark.parametrize("heard", [True, False])
def test_what_must_not_be_cut_off_is_done_to_its_end(heard: bool) -> None:
    """Signals that are heard change nothing of it; any other cancelling comes through, once the work is done."""

    async def release() -> str:
        await asyncio.sleep(3)
        done.append("let go")
        return "let go"

    async def cancelled_twice() -> str:
        stop = asyncio.Event()
        if heard:
            stop.set()
        working = asyncio.ensure_future(undisturbed(release(), stop))
        for _ in range(2):
            await asyncio.sleep(1)
            working.cancel()
        return await working

    done: list[str] = []
    if heard:
        assert run_virtual(cancelled_twice()) == "let go"
    else:
        with pytest.raises(asyncio.CancelledError):
            run_virtual(cancelled_twice())
    assert done == ["let go"]


def test_a_bug_in_keeping_stops_the_run_and_leaves_no_lock() -> None:
    """Whatever a store raises that it should not: it is seen, the end is written, and no write begins after it."""

    async def ended(hold: Shaky) -> tuple[Locks, bool]:
        stop = asyncio.Event()
        found = locks(hold, stop)
        await stop.wait()
        with pytest.raises(ZeroDivisionError):
            await found.end()
        return found, stop.is_set()

    hold = Shaky(_broken)
    found, stopped = run_virtual(ended(hold))
    assert (stopped, hold.releases) == (True, 1)
    with pytest.raises(LockLost):
        found.take(BEGAN)


def _broken() -> ReconcilerError | None:
    raise ZeroDivisionError


def test_a_lock_is_left_where_a_write_was_cut_off() -> None:
    """How the run ended is written, and nobody begins there before the lease has run out; other locks are let go."""
    left, released = Shaky(lambda: None), Shaky(lambda: None)

    async def scenario() -> Locks:
        found = locks(left, asyncio.Event())
        found.add(holding(released, "acme-de"))
        await found.end({"acme-fr"})
        return found

    assert run_virtual(scenario()).lost is None
    assert [(len(one.written), one.releases) for one in (left, released)] == [(1, 0), (1, 1)]


def test_a_lock_is_kept_while_the_next_one_is_being_had() -> None:
    """However long that takes: of each lease enough is left for a write when the first one is sent."""

    async def both() -> list[int]:
        first, second = Shaky(lambda: None), Shaky(lambda: None)
        found = Locks(asyncio.Event(), lambda _line: None)
        for name, one in (("acme-fr", first), ("acme-uk", second)):
            found.add(holding(one, name))
            await asyncio.sleep(LEASE)
        await found.end()
        return [len(one.written) for one in (first, second)]

    assert run_virtual(both()) == [16, 8]


def test_a_store_that_is_slow_is_written_to_again_the_sooner() -> None:
    """What its answer took is gone of the lease already; a beat of the lease, and not of the pauses, is what counts."""
    hold = Shaky(lambda: None)

    async def seconds(left: float) -> float:
        hold.left = left
        return (await kept(hold, 1))[2]

    assert [round(run_virtual(seconds(LEASE - gone))) for gone in (0.0, 10.0, 60.0)] == [15, 5, 3]


@pytest.mark.parametrize("gone", [0.0, LEASE - MARGIN])
def test_no_write_goes_out_whose_answer_may_come_after_the_lease(gone: float) -> None:
    """It is asked for at the very last, when its turn has come."""

    async def clear() -> list[bool]:
        hold = Shaky(lambda: problems.lost("acme-fr", "It went to another run."))
        found = locks(hold, asyncio.Event())
        hold.left -= gone
        before = found.cleared("acme-fr")
        hold.left = LEASE
        await asyncio.sleep(BEAT + 1)
        hold.left = LEASE
        return [before, found.cleared("acme-fr")]

    assert run_virtual(clear()) == [not gone, False]


def test_no_write_is_announced_while_a_slow_push_renews_the_lease() -> None:
    """It may take longer than the lease allows for; the run goes on once it has come to its end, good or bad."""

    async def waited(*, well: bool) -> tuple[float, bool]:
        hold = Shaky(lambda: None if well else problems.lost("acme-fr", "It went to another run."))
        found, loop = locks(hold, asyncio.Event()), asyncio.get_running_loop()
        hold.left = MARGIN
        await found.await_clearance("acme-fr")
        return loop.time(), found.cleared("acme-fr")

    for well in (True, False):
        seconds, cleared = run_virtual(waited(well=well))
        assert 3 <= seconds <= 5
        assert cleared is well
