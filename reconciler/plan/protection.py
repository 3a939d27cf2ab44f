"""Protection that a document newly gives, recorded though the rest of the change is refused. Pure.

Premise. What protects an object is the inventory alone, and the block that says so may be gone tomorrow: by a careless
merge, which is what protection is there for. So it must not wait for anything else that the same block asks for.

| the change of what is ours | protection     | recorded                                                     |
|----------------------------|----------------|--------------------------------------------------------------|
| goes                       | given or ended | before the first write if given, with the change if ended    |
| is refused by a guard      | given          | by a note of its own, beside the refused change              |
|                            | ended          | not: the object stays protected, and the next plan says so   |
| is refused: another organization may answer | either | not: whose object it is is what is in doubt         |
| creates, and the run dies  | given          | in the intent, which keeps what was made from being pruned   |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.model.change import Action, Blocked, Change
from reconciler.model.guards import ORGANIZATION_CHANGED
from reconciler.model.inventory import Inventory
from reconciler.model.kind import Kind
from reconciler.model.resource import Observed
from reconciler.model.state import LiveState
from reconciler.plan.check import precondition

PROTECTED_NOW = "it is protected from now on"


def protections(
    blocked: Iterable[Blocked], inventory: Inventory, live: LiveState, kinds: Iterable[Kind]
) -> Iterator[Change]:
    """Give a note for every refused change of ours that would have given protection."""
    rows = {kind.name: kind for kind in kinds}
    for one in blocked:
        change = one.change
        doubted = ORGANIZATION_CHANGED in (one.problem.code, *(other.code for other in one.others))
        if change.protects and not doubted:
            yield from _note(change, inventory, live, rows[change.address.kind])


def _note(change: Change, inventory: Inventory, live: LiveState, kind: Kind) -> Iterator[Change]:
    entry = inventory.find(kind.name, change.address.key)
    found = live.find(kind.name, change.address.key)
    if entry is not None and isinstance(found, Observed) and found.remote_id == entry.remote_id:
        yield Change(
            address=change.address,
            action=Action.ADOPT,
            remote_id=found.remote_id,
            precondition=precondition(found, kind),
            entry=replace(  # a plan is saved, and holds no text of a store's
                entry,
                protected=True,
                last_applied=dict(entry.last_applied),
                members=dict(entry.members),
                overridden=dict(entry.overridden),
            ),
            cause=PROTECTED_NOW,
            source=change.source,
            protects=True,
        )
