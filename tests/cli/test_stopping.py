"""Stopping an apply by a signal."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

import pytest

from reconciler.apply.exit import exit_code
from reconciler.apply.summary import Summary, summarize
from reconciler.cli.carrying import Run, carried_out
from reconciler.cli.stopping import CUT, GRACE, Stop, stoppable
from reconciler.cli.watching import Watch
from reconciler.errors import Problem
from reconciler.model.change import Action, Change
from reconciler.model.event import Answered, Done, Event, Reply, Started, Unknown
from reconciler.model.plan import Plan
from reconciler.render.progress import Lines
from tests.clock import run_virtual
from tests.render.plans import change, plan


class Silence:
    """A report that tells nothing."""

    def narration(self) -> Lines:
        """Somewhere to say nothing."""
        return Lines(lambda _line: None, lambda: 0.0)

    def plan(self, plan: Plan) -> None:
        """Nothing."""

    def begin(self, plan: Plan) -> None:
        """Nothing."""

    def answered(self, event: Answered) -> None:
        """Nothing."""

    def event(self, event: Event, say: object) -> None:
        """Nothing."""

    def end(self, summary: Summary) -> None:
        """Nothing."""

    def problems(self, problems: Sequence[Problem]) -> None:
        """Nothing."""


CHANGES = tuple(change(f"C-{number}", Action.CREATE) for number in range(3))
PLAN = plan(*CHANGES)


def unrecorded(_event: Event) -> None:
    """Write nothing down."""


def watch() -> Watch:
    """Watch nothing."""
    return Watch(Silence().narration())


def began(change: Change) -> Started:
    """Begin a change's only write."""
    return Started(change=change, step=1, steps=1, attempt=1, summary="")


def test_a_signal_stops_after_the_writes_in_flight() -> None:
    """The first signal only asks; what is under way ends by itself and is in the sums."""
    said: list[str] = []

    async def work(stop: asyncio.Event) -> AsyncGenerator[Event, None]:
        for one in CHANGES:
            if stop.is_set():
                return
            yield began(one)
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0.01)
            yield Done(change=one, remote_id="u")

    async def scenario() -> tuple[Run, int | None]:
        with stoppable(said.append) as stop:
            run = await carried_out(PLAN, work(stop.event), Silence(), watch(), stop.event, unrecorded)
            return run, stop.signal

    before = signal.getsignal(signal.SIGTERM)
    run, number = asyncio.run(scenario())
    summary = summarize(PLAN, run.events)
    assert (summary.total.done, summary.total.not_tried) == (1, 2)
    assert exit_code(summary, signal=number) == 143
    assert "Stopping" in said[0]
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_second_signal_does_not_wait() -> None:
    """The events so far are kept, and the generator is closed so that it lets its write in flight end."""
    closed: list[bool] = []

    async def work() -> AsyncGenerator[Event, None]:
        try:
            yield began(CHANGES[0])
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0.01)
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)
        finally:
            closed.append(True)

    async def scenario() -> tuple[Run, int | None]:
        with stoppable(lambda _line: None) as stop:
            run = await carried_out(PLAN, work(), Silence(), watch(), stop.event, unrecorded)
            return run, stop.signal

    run, number = asyncio.run(scenario())
    assert closed == [True]
    summary = summarize(PLAN, run.events)
    assert exit_code(summary, signal=number) == 130


def test_what_was_begun_and_not_waited_for_ends_as_unknown() -> None:
    """Its write went out, so it is told as unknown, by a line and in the sums; what was not begun was not tried."""
    told: list[Event] = []

    class Listener(Silence):
        """A report that keeps the events."""

        def event(self, event: Event, say: object) -> None:
            """Keep it."""
            del say
            told.append(event)

    async def work() -> AsyncGenerator[Event, None]:
        yield began(CHANGES[0])
        yield Done(change=CHANGES[0], remote_id="u")
        yield began(CHANGES[1])
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0.01)
        await asyncio.sleep(60)

    async def scenario() -> Run:
        with stoppable(lambda _line: None) as stop:
            return await carried_out(PLAN, work(), Listener(), watch(), stop.event, unrecorded)

    run = asyncio.run(scenario())
    assert told == run.events
    assert [type(event) for event in told] == [Started, Done, Started, Unknown]
    summary = summarize(PLAN, run.events)
    assert (summary.total.done, summary.total.unknown, summary.total.not_tried) == (1, 1, 1)


def test_a_third_signal_does_not_cut_the_writes_in_flight_off() -> None:
    """The generator is being closed, which waits for the answers; that wait is not for a signal to end."""
    closed: list[bool] = []

    async def work() -> AsyncGenerator[Event, None]:
        try:
            yield began(CHANGES[0])
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGINT)
                await asyncio.sleep(0.01)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0.01)
            closed.append(True)

    async def scenario() -> None:
        with stoppable(lambda _line: None) as stop:
            await carried_out(PLAN, work(), Silence(), watch(), stop.event, unrecorded)

    asyncio.run(scenario())
    assert closed == [True]


def test_a_signal_after_the_end_cuts_nothing_off() -> None:
    """A second one may come while the program puts its things away; what was done is told all the same."""

    async def put_away() -> str:
        stop = Stop(lambda _line: None)
        stop.hear(signal.SIGINT)
        stop.over()
        stop.hear(signal.SIGINT)
        await asyncio.sleep(2 * GRACE)
        return "told"

    assert run_virtual(put_away()) == "told"


def test_an_error_on_the_way_keeps_what_happened() -> None:
    """The sums are told all the same."""

    async def work() -> AsyncGenerator[Event, None]:
        yield began(CHANGES[0])
        yield Done(change=CHANGES[0], remote_id="u")
        raise ZeroDivisionError

    run = asyncio.run(carried_out(PLAN, work(), Silence(), watch(), asyncio.Event(), unrecorded))
    assert isinstance(run.error, ZeroDivisionError)
    assert exit_code(summarize(PLAN, run.events), error=True) == 4


def _hanging(seconds: float, answer: float) -> AsyncGenerator[Event, None]:
    """Carry out a change that takes so long, and whose write in flight is answered so long after the run is closed."""

    async def work() -> AsyncGenerator[Event, None]:
        try:
            yield began(CHANGES[0])
            await asyncio.sleep(seconds)
            yield Done(change=CHANGES[0], remote_id="u")
        finally:
            await asyncio.sleep(answer)

    return work()


def _stopped(seconds: float, answer: float) -> tuple[Run, float]:
    """Signal once a change is begun; give what came of it and how long that took."""

    async def scenario() -> tuple[Run, float]:
        loop = asyncio.get_running_loop()
        stop = Stop(lambda _line: None)
        loop.call_later(0.1, stop.hear, int(signal.SIGTERM))
        run = await carried_out(PLAN, _hanging(seconds, answer), Silence(), watch(), stop.event, unrecorded)
        stop.over()
        return run, loop.time()

    return run_virtual(scenario())


def test_one_signal_waits_for_what_is_under_way() -> None:
    """As long as it takes, if that is not too long."""
    run, _ = _stopped(GRACE - 1, 0)
    assert [type(event) for event in run.events] == [Started, Done]
    assert not run.cut


def test_the_wait_ends_within_ten_seconds() -> None:
    """They are what whoever sends a signal usually gives; what has no ending by then is unknown."""
    run, took = _stopped(60, CUT - 1)
    assert [type(event) for event in run.events] == [Started, Unknown]
    assert not run.cut
    assert took < 10


def test_a_write_that_is_not_answered_soon_after_is_cut_off() -> None:
    """And the run knows it, because the write may still take effect."""
    run, took = _stopped(60, 60)
    assert [type(event) for event in run.events] == [Started, Unknown]
    assert run.cut
    assert took < 10


def test_what_is_told_late_is_written_down_and_no_more_than_once() -> None:
    """An answer to a write that was never written down is none, and one that was taken already is not told again."""
    begun = [replace(began(one), request=one.address.key) for one in CHANGES[:2]]
    answers = [Answered(change=one, step=1, attempt=1, request=one.address.key, reply=Reply.UNSENT) for one in CHANGES]
    written: list[Event] = []

    async def work() -> AsyncGenerator[Event, None]:
        yield begun[0]
        yield begun[1]
        yield answers[1]
        raise ZeroDivisionError

    late = [answers[1], answers[0], answers[0], answers[2]]
    run = asyncio.run(carried_out(PLAN, work(), Silence(), watch(), asyncio.Event(), written.append, late))
    assert written == run.events == [*begun, answers[1], answers[0]]


@pytest.mark.parametrize(("reply", "cut"), [(Reply.LOST, True), (Reply.ACCEPTED, False)])
def test_a_write_in_doubt_that_nobody_waited_for_is_taken_for_one_that_was_cut_off(reply: Reply, cut: bool) -> None:
    """It may still take effect, so that nobody else may begin at once; one that was accepted has."""
    answer = Answered(change=CHANGES[0], step=1, attempt=1, request="", reply=reply)

    async def work() -> AsyncGenerator[Event, None]:
        yield began(CHANGES[0])
        yield answer
        raise ZeroDivisionError

    run = asyncio.run(carried_out(PLAN, work(), Silence(), watch(), asyncio.Event(), unrecorded))
    assert [type(event) for event in run.events] == [Started, Answered, Unknown]
    assert run.cut == (frozenset({"acme-fr"}) if cut else frozenset())
