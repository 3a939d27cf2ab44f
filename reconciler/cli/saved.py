"""A saved plan against what the folder and the inventory say now: applied where it was made for, whole or in part.

What nobody declared any more was judged by the inventory, so that is asked again: an object that was forgotten since,
or that another run has taken in, is not deleted on the word of an older plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reconciler.errors import PlanStale, Problem, UsageInvalid
from reconciler.model.change import Action, Change
from reconciler.model.inventory import Inventory
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan, Share


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


def check_owned(plan: Plan, inventories: Mapping[str, Inventory | None]) -> None:
    """Refuse a plan that prunes or forgets what the inventory does not hold any more, or not as it did.

    So is one that uses a reviewed override line which another apply has consumed; what this very plan consumed when it
    was begun is its own.

    Raises:
        PlanStale: the inventory was written since.
    """
    moved = [_spent(share) for share in plan.shares if _is_spent(share, plan, inventories.get(share.organization))]
    moved += [
        _not_ours(change)
        for change in plan.changes
        if change.source is None
        and change.action in (Action.DELETE, Action.FORGET)
        and not _is_still_ours(change, inventories.get(change.address.organization))
    ]
    if moved:
        raise PlanStale(*moved)


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


def _is_spent(share: Share, plan: Plan, inventory: Inventory | None) -> bool:
    if inventory is None or set(share.spends).isdisjoint(inventory.spent):
        return False
    return inventory.agreement is None or inventory.agreement.plan != plan.digest


def _spent(share: Share) -> Problem:
    return Problem(
        code="plan-override-spent",
        summary="the plan uses an override that another apply consumed",
        where=share.organization,
        detail="A reviewed line of allow lets something through once, and another plan was applied by it.",
        remedy="Plan again. If the same is needed once more, have a line of its own reviewed:",
        command="reconciler plan --out FILE",
    )


def _is_still_ours(change: Change, inventory: Inventory | None) -> bool:
    """Say whether the inventory says of an object what it said when the plan judged it."""
    if inventory is None:
        return False
    address, judged = change.address, change.entry
    entry = inventory.find(address.kind, address.key)
    if judged is None:
        return entry is None and inventory.intended(address.kind, address.key)
    if entry is None:
        return False
    return (entry.remote_id, entry.run, entry.protected) == (judged.remote_id, judged.run, judged.protected)


def _not_ours(change: Change) -> Problem:
    return Problem(
        code="plan-ownership-moved",
        summary="the plan prunes what the inventory no longer holds so",
        where=str(change.address),
        detail="It was forgotten, deleted, protected or taken in by another run since the plan was made.",
        why="Only what is managed is deleted for not being declared.",
        remedy="Plan again:",
        command="reconciler plan --out FILE",
    )


def _not_covered(name: str, scope: Sequence[str]) -> Problem:
    return Problem(
        code="organization-not-planned",
        summary="the plan does not cover this organization",
        where="--org",
        detail=f'"{name}" is not in the plan.',
        remedy=f"It covers {', '.join(scope)}.",
    )
