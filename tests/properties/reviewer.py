"""Who reads a plan before it is applied: what is wrong with it by the ledger, and what to type to let it through."""

from __future__ import annotations

import itertools
import shlex

from reconciler.cli.allowing import read_allowance
from reconciler.model.change import Action
from reconciler.model.plan import Plan
from reconciler.model.state import Allowance
from tests.properties.chronicle import Scene
from tests.properties.ledger import View


def check_plan(plan: Plan, view: View, before: Scene) -> None:
    """Refuse a plan that would delete what may not go, or create what stood all the while that it was made.

    That the look before each write would stop it still is another line of defence, and no excuse for this one.
    """
    for change in plan.changes if plan.complete else ():
        key, organization = change.address.key, view.organization
        if change.action is Action.DELETE:
            why = view.may_go(key, change.remote_id or "")
            assert not why, f"the plan deletes {key}: {why}"
        if change.action is Action.CREATE:
            stood = before.by_key(organization, key) and view.scene.by_key(organization, key)
            assert not stood, f"the plan creates {key}, which exists"


def overrides(plan: Plan) -> list[Allowance]:
    """Give what a reviewer types to let through all that guards refused."""
    found: list[Allowance] = []
    for problem in (one for blocked in plan.blocked for one in (blocked.problem, *blocked.others)):
        words = shlex.split(problem.command)
        for option, value in itertools.pairwise(words):
            guard = {"--allow-delete": "delete-ceiling=", "--allow-update": "update-ceiling="}.get(option, "")
            allowance = read_allowance(guard + value) if option.startswith("--allow") else None
            if allowance is not None and allowance not in found:
                found.append(allowance)
    return found
