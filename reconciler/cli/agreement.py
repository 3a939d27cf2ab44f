"""Whether the plan made now is the one that was reviewed, told by its digest; or what is left of that one."""

from __future__ import annotations

from collections.abc import Mapping, Set

from reconciler.errors import PlanStale, Problem
from reconciler.model.change import Action, Change
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.plan.digest import change_digest


def check_agreed(plan: Plan, expected: str, inventories: Mapping[str, Inventory | None]) -> None:
    """Refuse a plan that was not reviewed.

    A run that ended before all was done has noted the digests of the reviewed plan's changes that are left; these, and
    nothing else, are as good as the whole. What it made or deleted and could not write down any more is noted now.

    Raises:
        PlanStale: the plan does something else than the reviewed one.
    """
    if plan.digest == expected or _is_rest(plan, expected, inventories):
        return
    raise PlanStale(
        Problem(
            code="plan-differs",
            summary="the plan is not the one that was reviewed",
            where="--expect",
            detail=f"The plan made now has the digest {plan.digest}.",
            why="The documents, the live state, the inventory or the policy changed since; or the two were made under "
            "different digest keys.",
            remedy="See that both jobs have the same digest key. Review the plan as it is now, and expect its digest.",
        )
    )


def _is_rest(plan: Plan, expected: str, inventories: Mapping[str, Inventory | None]) -> bool:
    begun = {
        name: inventory
        for name, inventory in inventories.items()
        if inventory is not None and inventory.agreement is not None and inventory.agreement.plan == expected
    }
    if not begun:
        return False
    agreed = {name: frozenset(one.agreement.changes) for name, one in begun.items() if one.agreement is not None}
    seals = {share.organization: share.seal for share in plan.shares}
    intended = {(name, one.kind, one.key) for name, inventory in begun.items() for one in inventory.intents}
    return all(
        change_digest(one, seals[name]) in agreed.get(name, frozenset()) or _notes(one, intended)
        for one in plan.changes
        for name in (one.address.organization,)
    )


def _notes(change: Change, intended: Set[tuple[str, str, str]]) -> bool:
    """Say whether a change only writes down what that run, killed before it could, has made or deleted already."""
    address = change.address
    noted = change.action in (Action.ADOPT, Action.FORGET)  # nothing is sent for these
    return noted and (address.organization, address.kind, address.key) in intended
