"""A saved plan against what the folder says now: it is applied where it was made for, whole or in part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.errors import PlanStale, Problem, UsageInvalid
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan


def narrowed(plan: Plan, names: Sequence[str]) -> Plan:
    """Keep of a plan what concerns these organizations; no name keeps all.

    Raises:
        UsageInvalid: the plan does not cover one of them.
    """
    if not names:
        return plan
    foreign = [name for name in names if name not in plan.scope]
    if foreign:
        raise UsageInvalid(*(_not_covered(name, plan.scope) for name in foreign))
    return replace(
        plan,
        scope=tuple(name for name in plan.scope if name in names),
        shares=tuple(share for share in plan.shares if share.organization in names),
        changes=tuple(change for change in plan.changes if change.address.organization in names),
        blocked=tuple(blocked for blocked in plan.blocked if blocked.change.address.organization in names),
    )


def check_fits(plan: Plan, organizations: Iterable[Organization]) -> None:
    """Refuse a plan that was made for another endpoint than the one that would be written to.

    Raises:
        PlanStale: `reconciler.yaml` was changed since.
    """
    now = {organization.name: organization for organization in organizations}
    moved = [
        Problem(
            code="plan-endpoint-moved",
            summary="the plan was made for another endpoint",
            where=share.organization,
            detail=f'The plan was made for "{share.provider}" at "{share.endpoint}"; reconciler.yaml now says '
            f'"{now[share.organization].vendor.name}" at "{now[share.organization].endpoint}".',
            remedy="Plan again:",
            command="reconciler plan --out FILE",
        )
        for share in plan.shares
        if (now[share.organization].vendor.name, now[share.organization].endpoint) != (share.provider, share.endpoint)
    ]
    if moved:
        raise PlanStale(*moved)


def _not_covered(name: str, scope: Sequence[str]) -> Problem:
    return Problem(
        code="organization-not-planned",
        summary="the plan does not cover this organization",
        where="--org",
        detail=f'"{name}" is not in the plan.',
        remedy=f"It covers {', '.join(scope)}.",
    )
