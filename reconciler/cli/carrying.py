"""The events of an apply, taken one by one as they come: recorded, told, counted, kept for the sums."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace

from reconciler.apply.summary import Summary, left_open
from reconciler.cli.reporting import Report
from reconciler.cli.watching import Watch
from reconciler.errors import ReconcilerError
from reconciler.model.event import Answered, Done, Event, Started
from reconciler.model.plan import Plan

Recorder = Callable[[Event], None]
"""Writes an event down; what it raises ends the run before the event has any effect."""


@dataclass(slots=True, kw_only=True)
class Run:
    """What happened so far, and what ended it before its time; `summary` and `code` once it is over.

    Events are kept without the objects that they carry: those are for whoever writes them down, and of a large run too
    many to be held.
    """

    events: list[Event] = field(default_factory=list)
    error: Exception | None = None
    summary: Summary = field(default_factory=Summary)
    code: int = 0


async def carried_out(
    plan: Plan, events: AsyncGenerator[Event], report: Report, watch: Watch, stop: asyncio.Event, record: Recorder
) -> Run:
    """Take the events to their end, each into the inventory first.

    An error, a lost lock or a second signal ends them early and is no reason to lose the rest. What was begun and then
    not waited for ends as unknown, and is told so.
    """
    run = Run()
    ended = 0
    watch.turn_to("Applying")
    watch.count(ended, len(plan.changes))
    try:
        async for event in events:
            record(event)
            if isinstance(event, Answered):  # for those who write it down; what it came to is told by the ending
                continue
            run.events.append(_lean(event))
            report.event(event, watch.say)
            ended += not isinstance(event, Started)
            watch.count(ended, len(plan.changes))
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if not stop.is_set() or task is None or task.uncancel():
            raise
    except Exception as error:
        run.error = error
    finally:
        await events.aclose()
    for ending in left_open(run.events):
        run.events.append(ending)
        report.event(ending, watch.say)
        try:
            record(ending)
        except ReconcilerError as error:  # a journal that takes nothing any more: without an ending it says the same
            run.error = run.error or error
    return run


def _lean(event: Event) -> Event:
    if isinstance(event, Started) and event.before is not None:
        return replace(event, before=None)
    if isinstance(event, Done) and event.found is not None:
        return replace(event, found=None)
    return event
