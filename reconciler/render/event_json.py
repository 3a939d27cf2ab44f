"""One event of an apply -> one JSON object in the manner of Terraform's machine-readable UI, with types of our own.

https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from reconciler.errors import Place, Problem
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.event import Answered, Done, Event, Failed, Skipped, Stale, Started, Unknown
from reconciler.render.event_text import event_text
from reconciler.render.problems import problem_json
from reconciler.render.resource_json import Json, subject
from reconciler.render.words import dotted, listed

__all__ = ["Json", "diagnostic_json", "event_json", "event_lines", "line_json", "withdrawn_json"]


def event_lines(event: Event, seconds: float | None, at: datetime, provider: str = "") -> Iterator[Json]:
    """Give one event as Terraform would: an object, then why, and what the vendor did otherwise, if there is any."""
    yield event_json(event, seconds, at, provider)
    if isinstance(event, Failed | Stale | Unknown):
        yield diagnostic_json(event.problem, at, event.change.address)
    if isinstance(event, Done) and event.overridden:
        message = f"{event.change.address}: The vendor set {listed([dotted(path) for path in event.overridden])} itself"
        hook = {**subject(event.change, provider), "overridden": [list(path) for path in event.overridden]}
        yield {**line_json("apply_overridden", message, at, level="warn"), "hook": hook}


def event_json(event: Event, seconds: float | None, at: datetime, provider: str = "") -> Json:
    """Give one event as an object; `seconds` is how long ago the change was started, None if it never was."""
    kind, own = _told(event)
    fine = isinstance(event, Started | Answered | Done)
    return {
        **line_json(kind, event_text(event, seconds), at, level="info" if fine else "error"),
        "hook": {**subject(event.change, provider), "elapsed_seconds": round(seconds or 0), **own},
    }


def withdrawn_json(change: Change, seconds: float | None, at: datetime, provider: str = "") -> Json:
    """Give the end of a change that was begun, and broken off before anything of it took effect."""
    message = f"{change.address}: Broken off, and nothing of it took effect; it counts as not tried"
    return {
        **line_json("apply_withdrawn", message, at, level="error"),
        "hook": {**subject(change, provider), "elapsed_seconds": round(seconds or 0)},
    }


def diagnostic_json(problem: Problem, at: datetime, address: Address | None = None) -> Json:
    """Give a problem as an object, that of a change with its address."""
    level = "warn" if problem.warning else "error"
    message = str(problem).partition("\n")[0]
    told: Json = {
        "severity": "warning" if problem.warning else "error",
        "summary": problem.summary,
        "detail": "\n".join(filter(None, (problem.detail, problem.why, problem.remedy, problem.command))),
    }
    if address is not None:
        told["address"] = str(address)
    if isinstance(problem.where, Place):
        start: Json = {"line": problem.where.line, "column": problem.where.column}
        told["range"] = {"filename": problem.where.path, "start": start, "end": start}
    return {
        **line_json("diagnostic", message, at, level=level),
        "diagnostic": told,
        "problem": problem_json(problem),
    }


def line_json(kind: str, message: str, at: datetime, level: str = "info") -> Json:
    """Give the keys that every line has."""
    return {
        "@level": level,
        "@message": message,
        "@module": "reconciler.ui",
        "@timestamp": at.isoformat(timespec="milliseconds"),
        "type": kind,
    }


def _told(event: Event) -> tuple[str, Json]:
    """Choose the type of an event's line and what it tells beyond the resource."""
    match event:
        case Started():
            return "apply_start", {"step": event.step, "steps": event.steps, "attempt": event.attempt}
        case Answered():
            own: Json = {"step": event.step, "attempt": event.attempt, "reply": event.reply.value}
            return "apply_progress", own if event.status is None else {**own, "status": event.status}
        case Done():
            identity: Json = {} if event.remote_id is None else {"id_key": "id", "id_value": event.remote_id}
            return "apply_complete", identity
        case Skipped():
            return "apply_skipped", {"because": str(event.because)}
        case Failed():
            return "apply_errored", {"problem": problem_json(event.problem), "written": event.written}
        case Stale():
            return "apply_stale", {"problem": problem_json(event.problem)}
        case Unknown():
            return "apply_unknown", {"problem": problem_json(event.problem)}
