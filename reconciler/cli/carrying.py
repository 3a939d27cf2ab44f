"""The events of an apply, taken one by one as they come: recorded, told, counted, kept for the sums."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from reconciler.apply.summary import left_open
from reconciler.cli.reporting import Report
from reconciler.cli.watching import Watch
from reconciler.model.event import Event, Started
from reconciler.model.plan import Plan

Recorder = Callable[[Event], None]
"""Writes an event down; what it raises ends the run before the event has any effect."""


@dataclass(slots=True, kw_only=True)
class Run:
    """What happened so far, and what ended it before its time."""

    events: list[Event] = field(default_factory=list)
    error: Exception | None = None


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
            run.events.append(event)
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
    return run
