"""What an apply has still to ask of each organization: the plan's cost, less the changes that have ended.

A change counts whole until it ends, however it ends: what was skipped as stale took fewer requests than foreseen, and
is not left to be done either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from reconciler.live.provider import Provider
from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan
from reconciler.plan.cost import cost


class Workload:
    """The requests of one apply, by organization."""

    def __init__(self, plan: Plan, organizations: Iterable[Organization], providers: Mapping[str, Provider]) -> None:
        kinds = {one.name: {kind.name: kind for kind in one.vendor.kinds} for one in organizations}
        self._requests: dict[tuple[Address, Action], int] = {}
        self._left: dict[str, int] = defaultdict(int)
        for change in plan.changes:
            organization = change.address.organization
            foreseen = cost([change], kinds[organization], 1)
            self._requests[change.address, change.action] = foreseen.reads + foreseen.writes
            self._left[organization] += foreseen.reads + foreseen.writes
        self._providers = {name: providers[name] for name in self._left}

    def end(self, change: Change) -> None:
        """Count a change as ended."""
        self._left[change.address.organization] -= self._requests.pop((change.address, change.action), 0)

    def standing(self) -> Iterator[tuple[str, int, int]]:
        """Say of each organization how many requests were made of it so far, and how many are left."""
        for name, provider in self._providers.items():
            yield name, provider.requests_made, self._left[name]
