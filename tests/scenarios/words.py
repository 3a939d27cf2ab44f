"""What tests of whole companies say again and again: declare customers by name, tell what a plan does and refuses."""

from __future__ import annotations

from pathlib import Path

from reconciler.model.plan import Plan
from reconciler.sandbox.values import JsonObject
from tests.company import Company


def document(*keys: str, more: str = "") -> str:
    """Declare customers by name."""
    return "customers:\n" + "".join(f"  - {{externalId: {key}, name: Customer {key}{more}}}\n" for key in keys)


def company(folder: Path, *customers: JsonObject) -> Company:
    """Bring a company to life."""
    here = Company(folder / "company")
    here.seed({"customers": [*customers]})
    return here


def told(plan: Plan) -> list[tuple[str, str]]:
    """Give what a plan does."""
    return [(change.action.value, change.address.key) for change in plan.changes]


def refused(plan: Plan) -> list[tuple[str, str]]:
    """Give what a plan refuses, and by which guard."""
    return [(blocked.problem.code, blocked.change.address.key) for blocked in plan.blocked]
