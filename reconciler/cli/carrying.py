"""From a plan to the end of its apply: locks, journal, and the events taken one by one, recorded, told and counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.apply.execute import execute
from reconciler.apply.exit import exit_code
from reconciler.apply.summary import Summary, left_open, summarize
from reconciler.cli.arrivals import Arrivals
from reconciler.cli.composition import Scope
from reconciler.cli.holding import Locks, undisturbed
from reconciler.cli.journals import Begin, Preparation, RunJournal, begin_journal, prepare_journal
from reconciler.cli.locking import take_locks, this_run
from reconciler.cli.reporting import Report
from reconciler.cli.stopping import CUT, Stop
from reconciler.cli.watching import Watch
from reconciler.cli.workload import Workload
from reconciler.errors import LockLost, ReconcilerError
from reconciler.live.provider import Provider
from reconciler.live.unbroken import UNBROKEN
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.event import Answered, Done, Event, Reply, Started
from reconciler.model.inventory import Holder, Inventory
from reconciler.model.plan import Plan
from reconciler.render.words import listed
from reconciler.store.journal_file import JournalFile

Recorder = Callable[[Event], None]
"""Writes an event down; what it raises ends the run before the event has any effect."""


@dataclass(slots=True, kw_only=True)
class Run:
    """What happened so far, and what ended it before its time; `summary` and `code` once it is over.

    `cut` names the organizations where a write was left in flight, or in doubt, which may still take effect.

    Events are kept without the objects that they carry: those are for whoever writes them down, and of a large run too
    many to be held.
    """

    events: list[Event] = field(default_factory=list)
    error: Exception | None = None
    cut: frozenset[str] = frozenset()
    summary: Summary = field(default_factory=Summary)
    code: int = 0


def stopped_before(plan: Plan, report: Report, stop: Stop) -> Run:
    """Say that a signal came before anything was begun."""
    stop.over()
    report.begin(plan)
    summary = summarize(plan, ())
    return Run(summary=summary, code=exit_code(summary, blocked=bool(plan.blocked), signal=stop.signal))


async def carry(
    plan: Plan,
    scope: Scope,
    providers: Mapping[str, Provider],
    inventories: Mapping[str, Inventory | None],
    report: Report,
    watch: Watch,
    stop: Stop,
    *,
    holder: Holder | None = None,
    whole: Plan | None = None,
    told: Sequence[Done] = (),
    begin: Begin = JournalFile.begun,
) -> Run:
    """Take the locks, begin the journal, carry the plan out, keep the locks meanwhile, and let them go.

    An inventory in a file notes which plan was begun and what of it is left, so that it can be resumed. `holder` is who
    runs it, `whole` the plan as it was saved, where `plan` is what is left of it; `told` is what of it an earlier run
    did and did not record; `begin` makes the journal's file.

    A signal cuts off neither the taking of locks nor the beginning of the journal, and nothing is sent after them; one
    that comes before leaves nothing behind at all.

    Raises:
        ReconcilerError: no journal can be written; nothing was sent.
        Locked: another run holds one of them; nothing was written.
        PlanStale: an inventory was written since it was read.
    """
    holder = holder or this_run("reconciler apply")
    agreed = scope.agreed or (plan.digest if _notes_plans(scope) else "")
    preparation = Preparation()
    if plan.changes:
        watch.linger("Writing down the plan")
        prepared = asyncio.to_thread(prepare_journal, plan, scope, whole, stop.event.is_set)
        preparation = await undisturbed(prepared, stop.event)
    if stop.event.is_set():
        return stopped_before(plan, report, stop)
    locks = await take_locks(
        plan,
        scope.organizations,
        inventories,
        scope.directory,
        stop.event,
        watch,
        holder=holder,
        agreed=agreed,
        told=told,
    )
    journal = None
    if plan.changes:
        watch.linger("Writing down the plan")
        try:
            begun = asyncio.to_thread(begin_journal, holder, plan, scope, preparation, begin)
            journal = await undisturbed(begun, stop.event)
        except BaseException:
            await locks.end()
            raise
    return await carry_under(locks, plan, scope, providers, report, watch, stop, journal)


def _notes_plans(scope: Scope) -> bool:
    """Say whether a run notes in the inventory which plan it began, be it agreed on or not, so that it can be resumed.

    What is noted is a digest for each change that is left, with every checkpoint. In a file that costs nothing to speak
    of; in a ref it would be kept and pushed again and again, and who goes on there mostly has no journal to go by.
    """
    return all(one.inventory.store == "file" for one in scope.organizations)


async def carry_under(
    locks: Locks,
    plan: Plan,
    scope: Scope,
    providers: Mapping[str, Provider],
    report: Report,
    watch: Watch,
    stop: Stop,
    journal: RunJournal | None = None,
) -> Run:
    """Carry a plan out under locks that are held and kept, and let them go; what goes wrong is kept."""
    in_flight = {organization.name: organization.in_flight for organization in scope.organizations}

    def record(event: Event) -> None:
        locks.take(event)
        if journal is not None:
            journal.take(event)
        if not isinstance(event, Started | Answered):
            watch.ended(event.change)

    run = Run()
    try:
        for line in locks.successions():
            watch.say(line)
        watch.attend(Workload(plan, scope.organizations, providers))
        report.begin(plan)
        late: list[Answered] = []
        events = execute(plan, providers, in_flight, stop=stop.event, clearances=locks, late=late.append)
        run = await carried_out(plan, events, report, watch, stop.event, record, late)
    finally:
        await locks.end(run.cut)
        stop.over()  # a signal that comes now would cut off the telling of what was done
    if run.cut:
        where = f"{listed(sorted(run.cut))}: A write was cut off and may still take effect"
        watch.say(f"{where}: the lock is left, and runs out within three minutes.")
    if stop.signal is not None and UNBROKEN.under_way:
        watch.say(f"The program ends once this is done: {UNBROKEN.under_way}.")
    run.error = run.error or locks.lost
    run.summary = summarize(plan, run.events)
    run.code = exit_code(
        run.summary,
        blocked=bool(plan.blocked),
        error=run.error is not None,
        lock_lost=isinstance(run.error, LockLost),
        signal=stop.signal,
    )
    if journal is not None:
        journal.close(run.summary, run.code)
    return run


async def carried_out(
    plan: Plan,
    events: AsyncGenerator[Event],
    report: Report,
    watch: Watch,
    stop: asyncio.Event,
    record: Recorder,
    late: Iterable[Answered] = (),
) -> Run:
    """Take the events to their end, each into the inventory first.

    An error, a lost lock or a second signal ends them early and is no reason to lose the rest. What was sent and then
    not waited for ends as unknown, and is told so; `late` are the answers that came when nobody took events any more.
    """
    run, arrivals = Run(), Arrivals(events)
    ended, hurried, cut_off = 0, False, False
    watch.turn_to("Applying")
    watch.count(ended, len(plan.changes))
    try:
        while (event := await arrivals.next()) is not None:
            record(event)
            run.events.append(_lean(event))
            if isinstance(event, Answered):  # what it came to is told by the ending
                report.answered(event)
                continue
            report.event(event, watch.say)
            ended += not isinstance(event, Started)
            watch.count(ended, len(plan.changes))
    except asyncio.CancelledError:
        if not _hurries(stop):
            raise
        hurried = True
    except Exception as error:
        run.error = error
    finally:
        try:
            cut_off = not await _closed(arrivals, stop, hurried=hurried)
        except Exception as error:
            run.error = run.error or error
    for answer in _unheard(late, run.events):
        run.events.append(answer)
        report.answered(answer)
        _record_last(run, answer, record)
    open_ones = left_open(run.events)
    run.cut = _doubted(run.events) | (_places(open_ones) or frozenset(plan.scope) if cut_off else frozenset())
    for ending in open_ones:
        run.events.append(ending)
        report.event(ending, watch.say)
        _record_last(run, ending, record)
    return run


def _unheard(late: Iterable[Answered], events: Iterable[Event]) -> Sequence[Answered]:
    """Give those of the late answers that are none to a write which was never written down, or was answered already."""
    waiting: dict[str, None] = {}
    for event in events:
        if isinstance(event, Started):
            waiting[event.request] = None
        elif isinstance(event, Answered):
            waiting.pop(event.request, None)
    return [one for one in late if one.request in waiting and not waiting.pop(one.request)]


def _places(events: Iterable[Event]) -> frozenset[str]:
    """Name the organizations of some events."""
    return frozenset(event.change.address.organization for event in events)


def _doubted(events: Iterable[Event]) -> frozenset[str]:
    """Name the organizations where nobody waited to see what became of a write whose answer was lost."""
    lost: set[tuple[Address, Action]] = set()
    for event in events:
        name = (event.change.address, event.change.action)
        if isinstance(event, Answered) and event.reply is Reply.LOST:
            lost.add(name)
        elif not isinstance(event, Started | Answered):
            lost.discard(name)
    return frozenset(address.organization for address, _ in lost)


def _record_last(run: Run, event: Event, record: Recorder) -> None:
    """Write down what is known at last; a journal that takes nothing any more says the same without it."""
    try:
        record(event)
    except ReconcilerError as error:
        run.error = run.error or error


async def _closed(arrivals: Arrivals, stop: asyncio.Event, *, hurried: bool) -> bool:
    """Let the writes in flight end, and say whether they did; whoever hurries in that has them cut off soon."""
    try:
        return await arrivals.close(CUT if hurried else None)
    except asyncio.CancelledError:
        if not _hurries(stop):
            raise
        return await arrivals.close(CUT)


def _hurries(stop: asyncio.Event) -> bool:
    """Say whether it is a signal that has cancelled this task, and take that back."""
    task = asyncio.current_task()
    return stop.is_set() and task is not None and not task.uncancel()


def _lean(event: Event) -> Event:
    if isinstance(event, Started) and event.before is not None:
        return replace(event, before=None)
    if isinstance(event, Done) and event.found is not None:
        return replace(event, found=None)
    return event
