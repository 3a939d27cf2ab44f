"""Carry out a plan: the plan and the providers go in, a stream of events comes out, one ending for every change tried.

Changes run side by side, within each organization as many as it allows, never two of one object (`schedule`); each
goes its own way (`carry`); a failure stops only what depends on it. The consumer sets the pace: no write goes out
before its `Started` has been taken (`handoff`).

Five ways to end early, and what each leaves:

| how                               | new changes | changes under way          | events of those           |
|-----------------------------------|-------------|----------------------------|---------------------------|
| an organization is not met        | none of its | carried to their ending    | all are yielded           |
| a write hit what was not foreseen | none of its | carried to their ending    | all are yielded           |
| `stop` is set (a signal)          | none        | carried to their ending,   | all are yielded           |
|                                   |             | if anything of them stands |                           |
|                                   |             | or may; else broken off    |                           |
| the iterator is closed, cancelled | none        | the write in flight ends,  | answers go to `late`, the |
|                                   |             | the rest is broken off     | rest is lost              |
| an exception nobody expected      | none        | carried to their ending    | all, then it is raised    |

Not met is an organization once `GONE` changes in a row have failed without a connection on any of their tries, or were
turned away with all else (429), and nothing of it was answered meanwhile: the others would wait as long for nothing.
Where a write was carried out on another object than foreseen, whatever foresaw it may be wrong of all others as well.

A change that was not begun, or of which nothing stood when it was broken off, has no ending; the summary counts it as
not tried. Of a write that is announced and waits for its turn at the vendor's pace it is told that it was not sent
(`passage`). Rejected: cancelling writes in flight on a signal, which turns every one of them into a lost answer; and
letting all go out that stands in line, which a vendor that throttles may hold up for a minute.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping

from reconciler.apply import problems
from reconciler.apply.carry import carry_out
from reconciler.apply.handoff import Announcement, Handoff, Late, NotBegun
from reconciler.apply.schedule import Schedule, Turn
from reconciler.errors import PlanRefused, UsageInvalid
from reconciler.live.passage import ALWAYS_CLEAR, Clearances, Passage
from reconciler.live.provider import Provider
from reconciler.model.change import Action, Change
from reconciler.model.event import Answered, Done, Ending, Event, Failed, Skipped, Stale, Started
from reconciler.model.kind import Kind
from reconciler.model.plan import Plan

GONE = 3


def _unheard(_answer: Answered) -> None:
    """Tell nobody."""


async def execute(
    plan: Plan,
    providers: Mapping[str, Provider],
    in_flight: Mapping[str, int],
    *,
    stop: asyncio.Event | None = None,
    clearances: Clearances = ALWAYS_CLEAR,
    late: Late = _unheard,
) -> AsyncGenerator[Event, None]:
    """Carry out the changes of a plan; its blocked ones are not touched.

    Args:
        plan: Complete; its changes in an order in which what they depend on comes first.
        providers: By organization, for every organization that has changes.
        in_flight: By organization, how many changes may be under way at once; one where it is not named.
        stop: Once set, no further change is begun.
        clearances: Say whether a write may go out.
        late: Hears of the writes that were answered, or taken back, once nobody takes events any more.

    Raises:
        PlanRefused: the plan is incomplete, or its changes wait for each other; nothing was sent.
        UsageInvalid: the plan names an organization or a kind that is not to be had here; nothing was sent.
    """
    _check(plan, providers)
    crew = _Crew(providers, Schedule(plan.changes, in_flight), stop or asyncio.Event(), clearances, Handoff(late))
    try:
        while True:
            for skipped in crew.begin():
                yield skipped
            if not crew.at_work:
                break
            arrival = await crew.handoff.receive()
            if isinstance(arrival, Announcement):
                if crew.refuses(arrival.event):
                    arrival.refuse()
                    continue
                yield arrival.event
                arrival.take()
            elif (ending := crew.end(arrival)) is not None:
                yield ending
    finally:
        await crew.dismiss()
        crew.raise_crashes()


class _Crew:
    """The changes under way, each a task with its turn, and what went wrong that nobody expected."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        schedule: Schedule,
        stop: asyncio.Event,
        clearances: Clearances,
        handoff: Handoff,
    ) -> None:
        self.handoff = handoff
        self._providers = providers
        self._schedule = schedule
        self._stop = stop
        self._clearances = clearances
        self._turns: dict[asyncio.Task[Ending], Turn] = {}
        self._passages: dict[asyncio.Task[Ending], Passage] = {}
        self._stopping = asyncio.create_task(self._await_stop())
        self._crashes: list[BaseException] = []
        self._unmet: Counter[str] = Counter()

    @property
    def at_work(self) -> bool:
        """Say whether any change is under way."""
        return bool(self._turns)

    def refuses(self, event: Started | Answered) -> bool:
        """Say whether a write is not to go out any more: the first of a change, once the run is being stopped."""
        return isinstance(event, Started) and event.first and self._stop.is_set()

    def begin(self) -> Iterator[Skipped]:
        """Start all that may start now, and give what is skipped instead."""
        while not self._stop.is_set() and not self._crashes:
            turn = self._schedule.take()
            if turn is None:
                return
            if turn.because is None:
                self._start(turn)
            else:
                self._schedule.end(turn, done=False)
                yield Skipped(change=turn.change, because=turn.because)

    def end(self, task: asyncio.Task[Ending]) -> Ending | None:
        """Take a finished change off the list and give its ending; None if it crashed, or was broken off."""
        turn, passage = self._turns.pop(task), self._passages.pop(task)
        if task.cancelled() and passage.broken_off:
            return None
        crash = asyncio.CancelledError() if task.cancelled() else task.exception()
        if isinstance(crash, NotBegun):
            return None
        if crash is not None:
            self._crashes.append(crash)
            return None
        ending = task.result()
        self._schedule.end(turn, done=isinstance(ending, Done))
        self._reckon(ending)
        return ending

    def _reckon(self, ending: Ending) -> None:
        """Begin no more where a write hit what was not foreseen, nor where so many changes in a row met nobody."""
        organization = ending.change.address.organization
        if isinstance(ending, Failed) and ending.misled:
            self._schedule.close(organization)
        if isinstance(ending, Failed) and ending.unmet:
            self._unmet[organization] += 1
            if self._unmet[organization] >= GONE:
                self._schedule.close(organization)
        elif isinstance(ending, Done | Stale | Failed) and ending.change.action not in (Action.FORGET, Action.MOVE):
            self._unmet[organization] = 0  # an unknown outcome says nothing of it, nor what is our own affair

    async def dismiss(self) -> None:
        """Let the writes in flight end when the consumer is gone; at the regular end there are none."""
        self._stopping.cancel()
        self.handoff.close()
        for passage in self._passages.values():
            passage.abandon()
        results = await asyncio.gather(*self._turns, return_exceptions=True)
        self._crashes += [one for one in results if isinstance(one, Exception) and not isinstance(one, NotBegun)]

    def raise_crashes(self) -> None:
        """Raise what nobody expected, now that all else has ended."""
        if len(self._crashes) > 1:
            raise BaseExceptionGroup("several changes ended unexpectedly", self._crashes)
        if self._crashes:
            raise self._crashes[0]

    async def _await_stop(self) -> None:
        """Break off what holds nothing, once the run is being stopped."""
        await self._stop.wait()
        for passage in self._passages.values():
            passage.stop()

    def _start(self, turn: Turn) -> None:
        change = turn.change
        provider = self._providers[change.address.organization]
        own = Passage(change.address.organization, self._clearances)
        task = asyncio.create_task(carry_out(change, _kind(change, provider), provider, self.handoff.announce, own))
        self._turns[task], self._passages[task] = turn, own
        task.add_done_callback(self.handoff.finish)


def _check(plan: Plan, providers: Mapping[str, Provider]) -> None:
    """Refuse, before anything is sent, a plan that cannot be carried out from here."""
    if not plan.complete:
        raise PlanRefused(problems.plan_incomplete(len(plan.problems)))
    organizations = {change.address.organization for change in plan.changes}
    unknown = sorted(organizations - providers.keys())
    if unknown:
        raise UsageInvalid(*(problems.organization_unknown(name) for name in unknown))
    for change in plan.changes:
        _kind(change, providers[change.address.organization])


def _kind(change: Change, provider: Provider) -> Kind:
    kind = provider.vendor.kind(change.address.top.kind)
    if kind is None:
        raise UsageInvalid(problems.kind_unknown(change, provider.vendor.title))
    return kind
