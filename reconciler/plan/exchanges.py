"""Resources that exchange people: none of their changes goes, since whichever went first could lose somebody. Pure.

A removal of somebody who comes elsewhere waits for the addition there (`transfers`). Where that addition is part of a
change that waits for this one in turn, one of the two would have to go without waiting: a list may be written whole, in
one request, so its additions cannot be relied upon to come before its removals.

| P goes from A to B, and                         | who could be lost, if the second is refused | so            |
|-------------------------------------------------|---------------------------------------------|---------------|
| nobody waits in turn                            | nobody: A waits for B                       | both go       |
| Q from B to A                                   | P or Q, whichever goes first                | neither goes  |
| B gets a parent that first must lose its own: A | P: A would go first                         | neither goes  |

Somebody may stand at two places at once, so a person gets there in two steps, by documents that say both: first added
at the new place, then taken out of the old one.

Rejected: to let one of them go first, by address (it was so: a refusal of the second, by a guard or by the vendor, left
a person nowhere); to leave the removals of a circle out of this plan (who is the main member of a list that still holds
both is then nobody's declaration, and a plan that is applied would not be done).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, MemberAction
from reconciler.model.kind import Flaw, Kind
from reconciler.plan.guard import Locate, placed
from reconciler.plan.order import circling
from reconciler.plan.scene import named


def without_exchanges(
    judged: Sequence[Change | Blocked], kinds: Mapping[str, Kind], locate: Locate
) -> list[Change | Blocked]:
    """Block every change of a circle by which somebody goes; what is blocked already is told of it too."""
    circles = circling([one.change if isinstance(one, Blocked) else one for one in judged], kinds)
    return [_blocked(one, circles, locate) for one in judged] if circles else list(judged)


def _blocked(one: Change | Blocked, circles: Mapping[Address, tuple[Address, ...]], locate: Locate) -> Change | Blocked:
    change = one.change if isinstance(one, Blocked) else one
    others = circles.get(change.address)
    if others is None:
        return one
    problem = _exchange(change, others, locate)
    return (
        replace(one, others=(*one.others, problem))
        if isinstance(one, Blocked)
        else Blocked(change=one, problem=problem)
    )


def _exchange(change: Change, others: Sequence[Address], locate: Locate) -> Problem:
    going = next(one for one in change.touched(MemberAction.REMOVE) if one.elsewhere in others)
    flaw = Flaw(
        path=(going.section,),
        code="member-exchange",
        summary="members change places in a circle",
        detail=f"Somebody goes from here to {named(other.key for other in others)}, and that waits for this in turn.",
        why="Nobody is removed before being added at the new place; were that refused, they would be nowhere.",
        remedy="First declare them at both places, and apply that; then take them out of the place that they leave.",
    )
    return placed(change, flaw, locate)
