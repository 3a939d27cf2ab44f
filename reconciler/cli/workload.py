"""What an apply has still to ask of each organization: the plan's cost, less the changes that have ended.

A change counts whole until it ends, however it ends: what was skipped as stale took fewer requests than foreseen, and
is not left to be done either. What proves, for all creates of an organization, that nobody is there yet is shared out
among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.organization import Organization
from reconciler.model.plan import Cost, Plan
from reconciler.model.state import Certificate
from reconciler.plan.cost import cost


class Asked(Protocol):
    """What is to be known here of a provider."""

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far."""

    @property
    def requests_per_minute(self) -> int:
        """The pace that the organization is asked at."""


class Workload:
    """The requests of one apply, by organization."""

    def __init__(self, plan: Plan, organizations: Iterable[Organization], providers: Mapping[str, Asked]) -> None:
        rows = {one.name: one for one in organizations}
        self._requests: dict[tuple[Address, Action], int] = {}
        self._left: dict[str, int] = defaultdict(int)
        for share in plan.shares:
            changes = [one for one in plan.changes if one.address.organization == share.organization]
            for change, requests in _foreseen(changes, rows[share.organization], share.certificates):
                self._requests[change.address, change.action] = requests
                self._left[share.organization] += requests
        self._providers = {name: providers[name] for name in self._left}

    def end(self, change: Change) -> None:
        """Count a change as ended."""
        self._left[change.address.organization] -= self._requests.pop((change.address, change.action), 0)

    def standing(self) -> Iterator[tuple[str, int, int, int]]:
        """Say of each organization how many requests were made of it, how many are left, and how many a minute go."""
        for name, provider in self._providers.items():
            yield name, provider.requests_made, self._left[name], provider.requests_per_minute


def _foreseen(
    changes: Sequence[Change], organization: Organization, certificates: Sequence[Certificate]
) -> Iterator[tuple[Change, int]]:
    """Give the requests of each change of one organization; together they are what the plan foresees."""
    kinds = {kind.name: kind for kind in organization.vendor.kinds}
    single = [_requests(cost([change], kinds, organization)) for change in changes]
    shared = _requests(cost(changes, kinds, organization, certificates)) - sum(single)
    creates = sum(change.action is Action.CREATE for change in changes)
    begun = 0
    for change, own in zip(changes, single, strict=True):
        before, begun = begun, begun + (change.action is Action.CREATE)
        yield change, own + (shared * begun // creates - shared * before // creates if creates else 0)


def _requests(foreseen: Cost) -> int:
    return foreseen.reads + foreseen.writes
