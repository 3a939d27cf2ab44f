"""What is held against what happened, whoever the vendor is."""

from __future__ import annotations

import pytest

from reconciler.plan.lost_creates import AGE
from reconciler.sandbox.values import JsonObject
from tests.company import Applied, Company
from tests.providers.conformance.worlds import World, doubles, named_for_removal


def check_nothing_else(world: World, before: dict[str, JsonObject], company: Company, struck: Applied | int) -> None:
    """Hold what is gone against the plan, and let nobody be there twice."""
    changes = struck.plan.changes if isinstance(struck, Applied) else ()
    gone = before.keys() - world.by_id(company).keys()
    assert gone <= named_for_removal(world, changes, before)
    assert doubles(world, company) == []


def settle(company: Company) -> None:
    """Apply with the faults off until a plan is empty; a few runs must do, once no create is in doubt any more."""
    company.calm()
    for _ in range(3):
        applied = company.apply()
        if applied.plan.empty and not applied.plan.blocked:
            return
        company.later = AGE
    pytest.fail(f"not settled: {applied.summary}")
