"""What is left of the run that `apply --resume` goes on with, held against what came after that run.

Premise. The rest of a plan is what the run, and those that went on with it, did not do. A run of another plan that came
later may have done it too, and have been undone since, on purpose: then all looks as it did before the first run, and
no comparison with the live state tells one from the other. The inventory does: it notes which plan was begun last.

| the inventory of an organization that something is left at | the rest                                            |
|-------------------------------------------------------------|-----------------------------------------------------|
| notes this plan, begun from where it was made               | is carried out                                      |
| was not written since the plan was made                     | is carried out                                      |
| notes another plan, or none                                 | none of it is: `resume-overtaken`                   |

Rejected: to ask the later runs' journals what they did to each object. They may stand on another machine, and a run
that was undone is over as a whole, also where it never came to an object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconciler.cli.saved import is_begun
from reconciler.errors import PlanStale, Problem
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan, Share
from reconciler.render.words import counted


def check_rest(
    run: str, saved: Plan, left: Plan, inventories: Mapping[str, Inventory | None], say: Callable[[str], None]
) -> None:
    """Refuse to go on with a run that others came after; say so where nothing is left of it.

    Args:
        run: The run that is gone on with.
        saved: Its plan.
        left: What of that it has not done.
        inventories: What is managed now.
        say: Is told that nothing is left.

    Raises:
        PlanStale: another plan was applied since; nothing was written.
    """
    if saved.changes and not left.changes:
        say(_nothing_left(run, len(saved.blocked)))
    touched = {change.address.organization for change in left.changes}
    shares = [share for share in saved.shares if share.organization in touched]
    overtaken = [
        _overtaken(run, share, inventories.get(share.organization))
        for share in shares
        if _is_overtaken(share, saved, inventories)
    ]
    if overtaken:
        raise PlanStale(*overtaken)


def _nothing_left(run: str, refused: int) -> str:
    done = f"Nothing is left of run {run}: all that it set out to do was done."
    if not refused:
        return done
    return f"{done} {counted(refused, 'change')} that its plan refused {'stays' if refused == 1 else 'stay'} refused."


def _is_overtaken(share: Share, plan: Plan, inventories: Mapping[str, Inventory | None]) -> bool:
    inventory = inventories.get(share.organization)
    unwritten = (inventory.serial if inventory is not None else 0) == share.serial
    return not unwritten and not is_begun(share, plan, inventories)


def _overtaken(run: str, share: Share, inventory: Inventory | None) -> Problem:
    noted = inventory is not None and inventory.agreement is not None
    return Problem(
        code="resume-overtaken",
        summary="another run may have come after the one to go on with",
        where=share.organization,
        detail=f"By the inventory, another plan was applied since run {run} began."
        if noted
        else "The inventory does not note which plan was applied last. One in git does that for reviewed plans alone.",
        why="What is left of the run may have been done since, and undone again on purpose.",
        remedy="Apply without --resume: that plans what the documents want now:",
        command="reconciler apply",
    )
