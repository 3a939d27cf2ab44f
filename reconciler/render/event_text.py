"""One event of an apply -> one line of text, as Terraform words it: `acme-fr/customer/C-001: Creating...`."""

from __future__ import annotations

from reconciler.apply.summary import WRITING
from reconciler.errors import Problem
from reconciler.model.change import Action, Change
from reconciler.model.event import Answered, Done, Event, Failed, Skipped, Stale, Started, Unknown
from reconciler.render.paint import PLAIN, Paint, Style
from reconciler.render.words import dotted, duration, inert, listed

DOING = {
    Action.CREATE: "Creating",
    Action.UPDATE: "Modifying",
    Action.REPLACE: "Modifying",
    Action.DELETE: "Destroying",
    Action.ADOPT: "Adopting",
    Action.MOVE: "Moving",
    Action.FORGET: "Forgetting",
}
DEED = {
    Action.CREATE: "Creation",
    Action.UPDATE: "Modifications",
    Action.REPLACE: "Modifications",
    Action.DELETE: "Destruction",
    Action.ADOPT: "Adoption",
    Action.MOVE: "Move",
    Action.FORGET: "Forgetting",
}


def event_text(event: Event, seconds: float | None, paint: Paint = PLAIN) -> str:
    """Say what happened; `seconds` is how long ago the change was started, None if it never was."""
    head = paint(f"{event.change.address}:", Style.BOLD)
    if isinstance(event, Started):
        return f"{head} {_starting(event)}"
    if isinstance(event, Answered):
        return f"{head} Answered: {event.reply.value}"
    if isinstance(event, Done):
        return f"{head} {_finished(event, seconds)}"
    return f"{head} {paint(_shortfall(event), Style.RED)}"


def _starting(event: Started) -> str:
    step = f" (step {event.step} of {event.steps}: {inert(event.summary)})" if event.steps > 1 else ""
    attempt = f" (try {event.attempt})" if event.attempt > 1 else ""
    doing = "Noting" if _is_noted(event.change) else DOING[event.change.action]
    return f"{doing}...{step}{attempt}"


def _finished(event: Done, seconds: float | None) -> str:
    identity = f" [id={inert(event.remote_id)}]" if event.remote_id else ""
    deed = "Noting" if _is_noted(event.change) else DEED[event.change.action]
    if seconds is not None:
        text = f"{deed} complete after {duration(seconds)}{identity}"
    else:
        text = f"{'Already so' if event.change.action in WRITING else f'{deed} complete'}{identity}"
    if event.overridden:
        names = listed([dotted(path) for path in event.overridden])
        text += f"; the vendor set {names} to something else"
    return text


def _is_noted(change: Change) -> bool:
    """Say whether only the inventory learns something, of what is ours already."""
    return change.action is Action.ADOPT and not change.adopts


def _shortfall(event: Stale | Skipped | Failed | Unknown) -> str:
    match event:
        case Skipped():
            return f"Skipped, because {event.because} was not done"
        case Stale():
            return f"Skipped as stale: {_reason(event.problem)}"
        case Failed():
            return f"Failed{' in part' if event.written else ''}: {_reason(event.problem)}"
        case Unknown():
            return f"Outcome unknown: {_reason(event.problem)}"


def _reason(problem: Problem) -> str:
    return f"{problem.summary} [{problem.code}]"
