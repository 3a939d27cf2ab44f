"""What is left of the run that `apply --resume` goes on with, held against what came after that run.

Premise. The rest of a plan is what the run, and those that went on with it, did not do. A run of another plan that came
later may have done it too, and have been undone since, on purpose: then all looks as it did before the first run, and
no comparison with the live state tells one from the other. The inventory does: it notes which plan was begun last.

| the inventory of an organization that something is left at | the rest                                            |
|-------------------------------------------------------------|-----------------------------------------------------|
| notes this plan, begun from where it was made               | is carried out                                      |
| was not written since the plan was made                     | is carried out                                      |
| notes another plan, or none                                 | none of it is: `resume-overtaken`                   |

What the run did after its last checkpoint, its journal knows and the inventory does not: there it is still an intent.
It is recorded when the run is gone on with, under the lock. A journal without personal values cannot tell who of a list
is who; what it did stays an intent, and the next plan takes it in.

Rejected: to ask the later runs' journals what they did to each object. They may stand on another machine, and a run
that was undone is over as a whole, also where it never came to an object.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.cli.kept_plans import without_it
from reconciler.cli.saved import is_begun
from reconciler.errors import PlanStale, Problem, ReconcilerError
from reconciler.model.change import Action
from reconciler.model.event import Done
from reconciler.model.inventory import Inventory
from reconciler.model.journal import DONE, UNKNOWN, Ended, Entry
from reconciler.model.plan import Plan, Share
from reconciler.render.words import counted
from reconciler.store.journal import Journals


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A change that a run did, and how it ended, if that was written down; `masked`: without personal values."""

    run: str
    ended: Ended | None
    masked: bool


Deeds = Mapping[tuple[str, Action], Deed]
"""What runs of one plan did, by address and action."""


def done_in(journals: Journals, run: str) -> Deeds:
    """Give what of a run's plan is done: by the run, and by those that went on with it.

    A journal of these others that cannot be read tells nothing.

    Raises:
        ReconcilerError: its own cannot be read.
    """
    with without_it():
        done = dict(_done(journals, run))
        digest, runs = journals.opening(run).digest, journals.runs()
    for later in runs[runs.index(run) + 1 :]:
        with contextlib.suppress(ReconcilerError):
            if journals.opening(later).digest == digest:
                done.update(tuple(_done(journals, later)))
    return done


def _done(journals: Journals, run: str) -> Iterator[tuple[tuple[str, Action], Deed]]:
    masked = journals.opening(run).masked
    for one in journals.entries(run):
        if one.outcome == DONE or _stands(one):
            yield (one.address, one.action), Deed(run=run, ended=one.ended, masked=masked)


def _stands(entry: Entry) -> bool:
    """Say whether the last write of a change was open and was found to have taken effect, so that nothing was left.

    A create may go on after what its steps count.
    """
    settled = entry.settled is not None and entry.settled.took_effect
    if entry.outcome != UNKNOWN or not settled or entry.action is Action.CREATE:
        return False
    last = entry.tries[-1].wrote
    return last.step == last.steps


def unrecorded(saved: Plan, deeds: Deeds, inventories: Mapping[str, Inventory | None]) -> tuple[Done, ...]:
    """Give what was done, and stands in an inventory as an intent of the very run that did it."""
    intents = {
        (name, one.kind, one.key): one.run
        for name, inventory in inventories.items()
        if inventory is not None
        for one in inventory.intents
    }
    found = []
    for change in saved.changes:
        deed = deeds.get((str(change.address), change.action))
        place = (change.address.organization, change.address.kind, change.address.key)
        if deed is None or deed.masked or intents.get(place) != deed.run:
            continue
        ended = deed.ended
        if ended is None or ended.outcome != DONE:  # found out later to stand, and it was no create
            found.append(Done(change=change, remote_id=change.remote_id))
            continue
        remote_id = ended.after.remote_id if ended.after is not None else ended.remote_id or change.remote_id
        found.append(Done(change=change, remote_id=remote_id, found=ended.after, overridden=ended.overridden))
    return tuple(found)


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
