"""Which refusals were allowed, by a flag of this run or by a reviewed `allow:` line. Pure.

Every guard has an override, and every override names what it lets through: one guard, and one kind or address, up to
a count where the guard counts. Nothing lets everything through. A reviewed line is consumed once: the apply that used
it writes its id into the inventory, and from then on it is inert.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.state import Allowance

DELETES = "delete-ceiling"
UPDATES = "update-ceiling"
GUARDS = (
    "adopt-removes",
    "child-of-deleted",
    DELETES,
    "desired-empty",
    "list-emptied",
    "live-shrank",
    "main-removed",
    "not-empty",
    "organization-changed",
    "protected",
    "recreated-twin",
    UPDATES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What one guard objects to: a set of changes, by address, under one problem; `count` where the guard counts.

    `kind` is the kind that an override may name: that of the changes, or of the members that they remove.
    """

    guard: str
    kind: str
    addresses: tuple[Address, ...]
    problem: Problem
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What stays refused, by address, and which allowances were used."""

    refused: dict[Address, Problem]
    used: tuple[Allowance, ...]


def judge_refusals(refusals: Iterable[Refusal], allowances: Sequence[Allowance], spent: Collection[str]) -> Judgement:
    """Hold refusals against what is allowed; a spent line allows nothing."""
    standing = [one for one in allowances if not one.id or one.id not in spent]
    refused: dict[Address, Problem] = {}
    used: dict[Allowance, None] = {}
    for refusal in refusals:
        for address in refusal.addresses:
            allowance = next((one for one in standing if _covers(one, refusal, address)), None)
            if allowance is None:
                refused.setdefault(address, refusal.problem)
            else:
                used[allowance] = None
    return Judgement(refused=refused, used=tuple(used))


def _covers(allowance: Allowance, refusal: Refusal, address: Address) -> bool:
    if allowance.guard != refusal.guard:
        return False
    if refusal.count is not None and allowance.target == refusal.kind:
        return allowance.count is not None and refusal.count <= allowance.count
    named = {str(address), str(address).removeprefix(f"{address.organization}/")}
    return allowance.target in named or (refusal.count is None and allowance.target == refusal.kind)
