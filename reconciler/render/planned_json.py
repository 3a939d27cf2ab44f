"""A plan -> the lines of the event stream that announce it: whom, what and why, and no values.

Values are for `plan --json`: a stream ends in the log of a CI run, where names and e-mail addresses have no business. A
member that comes, changes or goes has a line of its own, as in `resource_changes` of the JSON plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from reconciler.model.change import Blocked, Change, MemberAction, MemberChange
from reconciler.model.plan import Plan
from reconciler.render.event_json import diagnostic_json, line_json
from reconciler.render.problems import problem_json
from reconciler.render.resource_json import MEMBER_VERBS, Json, resource_json, subject, verb

UI_VERSION = "1.2"
"""The version of Terraform's format whose types and keys are used."""


def version_json(version: str, at: datetime) -> Json:
    """Give the first line of a stream."""
    return {**line_json("version", f"reconciler {version}", at), "reconciler": version, "ui": UI_VERSION}


def planned_lines(plan: Plan, at: datetime) -> Iterator[Json]:
    """Announce every change, then what is refused, what speaks against the plan, and the sums."""
    providers = providers_of(plan)
    for change in plan.changes:
        provider = providers.get(change.address.organization, "")
        yield _planned(change, provider, at)
        yield from (
            _planned_member(change, member, provider, at)
            for member in change.members
            if member.action is not MemberAction.KEEP
        )
    for blocked in plan.blocked:
        yield _refused(blocked, providers.get(blocked.change.address.organization, ""), at)
    yield from (diagnostic_json(problem, at) for problem in (*plan.warnings, *plan.problems))
    yield _sums(plan, at)


def providers_of(plan: Plan) -> Mapping[str, str]:
    """Give the vendor's name of each organization."""
    return {share.organization: share.provider for share in plan.shares}


def _planned(change: Change, provider: str, at: datetime) -> Json:
    told = {**subject(change, provider), "cause": change.cause}
    if change.former is not None:
        told["previous_resource"] = resource_json(change.former, provider)
    if change.adopts:
        told["importing"] = {"id": change.remote_id}
    return {**line_json("planned_change", f"{change.address}: Plan to {verb(change)}", at), "change": told}


def _planned_member(change: Change, member: MemberChange, provider: str, at: datetime) -> Json:
    word = MEMBER_VERBS[member.action]
    told: Json = {
        "resource": resource_json(member.address, provider),
        "action": word,
        "change_action": member.action.value,
        "of": str(change.address),
    }
    return {**line_json("planned_change", f"{member.address}: Plan to {word}", at), "change": told}


def _refused(blocked: Blocked, provider: str, at: datetime) -> Json:
    problem = blocked.problem
    message = f"{blocked.change.address}: Refused to {verb(blocked.change)}: {problem.summary} [{problem.code}]"
    told = {**subject(blocked.change, provider), "cause": blocked.change.cause}
    return {**line_json("planned_refusal", message, at, level="warn"), "change": told, "problem": problem_json(problem)}


def _sums(plan: Plan, at: datetime) -> Json:
    totals = plan.totals
    changes: Json = {
        "add": totals.add,
        "change": totals.change,
        "import": totals.adopt,
        "remove": totals.destroy,
        "operation": "plan",
    }
    message = f"Plan: {totals.add} to add, {totals.change} to change, {totals.destroy} to destroy."
    return {
        **line_json("change_summary", message, at),
        "changes": changes,
        "digest": plan.digest,
        "complete": plan.complete,
        "refused": len(plan.blocked),
    }
