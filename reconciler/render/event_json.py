"""One event of an apply -> one JSON object in the manner of Terraform's machine-readable UI, with types of our own.

https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

from __future__ import annotations

from datetime import datetime

from reconciler.errors import Problem
from reconciler.model.change import Change
from reconciler.model.event import Answered, Done, Event, Failed, Skipped, Stale, Started, Unknown
from reconciler.model.resource import Value
from reconciler.render.event_text import event_text
from reconciler.render.problems import problem_json

Json = dict[str, Value]


def event_json(event: Event, seconds: float | None, at: datetime) -> Json:
    """Give one event as an object; `seconds` is how long ago the change was started, None if it never was."""
    kind, own = _told(event)
    fine = isinstance(event, Started | Answered | Done)
    return {
        **line_json(kind, event_text(event, seconds), at, level="info" if fine else "error"),
        "hook": {**_resource(event.change), "elapsed_seconds": round(seconds or 0), **own},
    }


def diagnostic_json(problem: Problem, at: datetime) -> Json:
    """Give a problem that belongs to no change as an object."""
    level = "warn" if problem.warning else "error"
    message = str(problem).partition("\n")[0]
    return {**line_json("diagnostic", message, at, level=level), "problem": problem_json(problem)}


def line_json(kind: str, message: str, at: datetime, level: str = "info") -> Json:
    """Give the keys that every line has."""
    return {
        "@level": level,
        "@message": message,
        "@module": "reconciler.ui",
        "@timestamp": at.isoformat(timespec="milliseconds"),
        "type": kind,
    }


def _resource(change: Change) -> Json:
    address = change.address
    resource = {"addr": str(address), "resource_type": address.kind, "resource_key": address.key}
    return {"resource": resource, "action": change.action.value}


def _told(event: Event) -> tuple[str, Json]:
    """Choose the type of an event's line and what it tells beyond the resource."""
    match event:
        case Started():
            return "apply_start", {"step": event.step, "steps": event.steps, "attempt": event.attempt}
        case Answered():
            own: Json = {"step": event.step, "attempt": event.attempt, "reply": event.reply.value}
            return "apply_progress", own if event.status is None else {**own, "status": event.status}
        case Done():
            return "apply_complete", {"id_value": event.remote_id, "overridden": [list(p) for p in event.overridden]}
        case Skipped():
            return "apply_skipped", {"because": str(event.because)}
        case Failed():
            return "apply_errored", {"problem": problem_json(event.problem), "written": event.written}
        case Stale():
            return "apply_stale", {"problem": problem_json(event.problem)}
        case Unknown():
            return "apply_unknown", {"problem": problem_json(event.problem)}
