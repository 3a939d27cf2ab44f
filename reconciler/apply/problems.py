"""The problems that an apply can meet, worded once; none of them holds a value of a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.errors import Problem, ReconcilerError
from reconciler.live.provider import NotProcessed
from reconciler.model.change import Action, Change
from reconciler.model.kind import Verdict

_WAIT = "Wait a minute: what was written may not show at once. "
_PLAN_AGAIN = "Plan again: the new plan starts from the object as it is now."


def object_moved(change: Change, why: str) -> Problem:
    """Say that the object is no longer what the plan judged."""
    return Problem(
        code="object-moved",
        summary="the object changed since the plan",
        where=str(change.address),
        detail=f"The {change.action.value} was skipped, nothing was written for it.",
        why=why,
        remedy=_PLAN_AGAIN,
    )


def moved_while_writing(change: Change, why: str) -> Problem:
    """Say that somebody else changed the object between our first write and our last look."""
    return Problem(
        code="moved-while-writing",
        summary="the object changed while it was written",
        where=str(change.address),
        detail=f"Requests of the {change.action.value} were accepted; what stands now is not of their making alone.",
        why=why,
        remedy="Look at the object in the vendor's web app, then plan again.",
    )


def made_otherwise(change: Change, decided: Verdict) -> Problem:
    """Say what the vendor itself has made of writes that it accepted, in the provider's words."""
    return Problem(
        code=decided.code,
        summary=decided.summary,
        where=str(change.address),
        detail=decided.detail,
        why=f"Requests of the {change.action.value} were accepted, and stand.",
        remedy=decided.remedy,
    )


def change_impossible(change: Change, why: str) -> Problem:
    """Say that the vendor has no way to carry the change out, though the object is as the plan judged it."""
    return Problem(
        code="change-impossible",
        summary="the vendor has no way to make this change",
        where=str(change.address),
        detail=f"The {change.action.value} was not begun, nothing was written for it.",
        why=why,
        remedy="Change it in two applies, with another value in between, or in the vendor's web app.",
    )


def never_processed(change: Change, setback: NotProcessed, tries: int) -> Problem:
    """Give the vendor's own problem, placed at the change's address, and say how often it was tried."""
    return replace(vendor_refusal(change, setback), why=f"It was tried {tries} times.")


def after_a_part(problem: Problem, stands: Sequence[str]) -> Problem:
    """Add to what a change failed for which of its writes had taken effect by then: nobody takes them back."""
    if not stands:
        return problem
    told = f"Of this change stands already: {', '.join(stands)}. What is missing is in the next plan."
    return replace(problem, why=f"{problem.why}\n{told}".lstrip())


def outcome_unknown(change: Change, why: str, *, lags: bool = False) -> Problem:
    """Say that a write was sent, that no answer told its outcome, and that looking it up did not settle it.

    `lags` says that the vendor's reads lag, so that a look at once may not tell more.
    """
    return Problem(
        code="outcome-unknown",
        summary="the outcome of a write is unknown",
        where=str(change.address),
        detail=f"The {change.action.value} was sent; it may have taken effect, in whole or in part.",
        why=why,
        remedy=f"{_WAIT if lags else ''}Plan again before anything else: the plan reads the object and shows what is "
        "still to do.",
    )


def write_without_effect(change: Change) -> Problem:
    """Say that the vendor accepted everything and yet the object is as it was: not there, or there, or unchanged."""
    states = {Action.DELETE: "still exists", Action.CREATE: "does not exist"}
    state = states.get(change.action, "is as before")
    return Problem(
        code="write-without-effect",
        summary="the vendor accepted a write that does not show",
        where=str(change.address),
        detail=f"Every request of the {change.action.value} was accepted, but the object {state} when read afterwards.",
        remedy="Plan again in a minute; if it reads the same, look at the object in the vendor's web app.",
    )


def vendor_refusal(change: Change, error: ReconcilerError) -> Problem:
    """Give the vendor's own problem, placed at the change's address."""
    if not error.problems:
        return Problem(
            code="request-failed",
            summary="a request failed",
            where=str(change.address),
            detail=f"{type(error).__name__} was raised without a reason. This is a bug in reconciler.",
        )
    return replace(error.problems[0], where=str(change.address))


def plan_cyclic(change: Change) -> Problem:
    """Say that changes wait for each other in a circle, naming one of them."""
    return Problem(
        code="plan-cyclic",
        summary="the changes of the plan wait for each other",
        where=str(change.address),
        detail="This change depends on itself through others, so none can go first. This is a bug in reconciler.",
    )


def plan_incomplete(count: int) -> Problem:
    """Say that a plan with unread parts cannot be applied."""
    return Problem(
        code="plan-incomplete",
        summary="the plan is incomplete",
        detail=f"{count} of the things that it judges could not be read, so nothing of it may be applied.",
        remedy="Plan again, and apply that plan.",
    )


def organization_unknown(organization: str) -> Problem:
    """Say that the plan names an organization that this apply has no connection to."""
    return Problem(
        code="organization-unknown",
        summary="the plan names an organization that is not configured",
        where=organization,
        detail=f'The plan has changes for "{organization}", which reconciler.yaml does not name.',
        remedy="Apply the plan where it was made, or plan again here.",
    )


def kind_unknown(change: Change, vendor: str) -> Problem:
    """Say that the plan names a kind that the organization's vendor does not have."""
    return Problem(
        code="kind-unknown",
        summary="the plan names a kind that the vendor does not have",
        where=str(change.address),
        detail=f'{vendor} has no kind "{change.address.top.kind}".',
        remedy="Apply the plan where it was made, or plan again here.",
    )
