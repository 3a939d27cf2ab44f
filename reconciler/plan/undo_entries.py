"""Entries of a run's journal: which of them may have taken effect, of which object, and its moves taken back. Pure.

A move concerns the inventory alone, so it is taken back there first: everything else is judged as if that were done, as
it is with the moves of documents (`plan.moves`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.model.address import parse_address
from reconciler.model.change import Action, Change, Precondition
from reconciler.model.inventory import Inventory
from reconciler.model.journal import DONE, FAILED, SKIPPED, STALE, UNKNOWN, Entry
from reconciler.model.kind import Kind
from reconciler.plan import undo_losses as losses
from reconciler.plan.moves import rekeyed
from reconciler.plan.undo_losses import Loss

_UNSENT = frozenset({Action.ADOPT, Action.FORGET, Action.MOVE})


def is_done(entry: Entry) -> bool:
    """Say whether a change stands, as far as its run could tell."""
    return entry.outcome == DONE


def did_something(entry: Entry) -> bool:
    """Say whether a change that stands is this run's doing, and not that of one before it."""
    return is_done(entry) and (entry.begun or entry.action in _UNSENT)


def is_doubtful(entry: Entry) -> bool:
    """Say whether an entry that is not done may have taken effect all the same, in part or whole."""
    if not entry.begun or entry.outcome in (DONE, STALE, SKIPPED):
        return False
    if entry.outcome == FAILED:
        return entry.ended is not None and entry.ended.written
    return entry.outcome == UNKNOWN and (entry.took_effect or not _is_denied(entry))


def is_denied(entry: Entry) -> bool:
    """Say whether a later look at the object is all that says that an entry took no effect.

    Somebody may have edited the object between the write and that look, and a later run may have done the same since:
    so nothing is undone on its word, and it is not passed over in silence.
    """
    return entry.begun and entry.outcome == UNKNOWN and _is_denied(entry) and not entry.took_effect


def _is_denied(entry: Entry) -> bool:
    return entry.settled is not None and entry.settled.took_effect is False


def remote_id_of(entry: Entry) -> str | None:
    """Give the remote id of the object that a change was of, where the journal tells it."""
    if entry.ended is not None and entry.ended.remote_id is not None:
        return entry.ended.remote_id
    return entry.before.remote_id if entry.before is not None else None


def moved_back(
    entries: Iterable[Entry], kinds: Mapping[str, Kind], inventory: Inventory | None
) -> tuple[Inventory | None, tuple[Change, ...], tuple[Loss, ...]]:
    """Give the inventory with the run's moves undone, the changes that do so, and those that cannot be."""
    if inventory is None:
        return None, (), ()
    managed, changes, lost = dict(inventory.managed), [], []
    for entry in entries:
        change = _move_back(entry) if entry.action is Action.MOVE else None
        if change is None:
            continue
        name = f"{change.address.top.kind}/{change.address.top.key}"
        held, kind = managed.get(name), kinds.get(change.address.top.kind)
        after = rekeyed(held, change, kind) if held is not None and kind is not None else None
        if held is not None and after is not None and after is not held:
            ids = next(known for known in after.members.values() if change.address.key in known)
            changes.append(replace(change, remote_id=ids[change.address.key]))
            managed[name] = after
        elif held is None or not any(change.address.key in known for known in held.members.values()):
            lost.append(losses.nobody(change.address))
    return replace(inventory, managed=managed), tuple(changes), tuple(lost)


def _move_back(entry: Entry) -> Change | None:
    former = parse_address(entry.ended.former) if entry.ended is not None else None
    if former is None or entry.place is None:
        return None
    return Change(
        address=former,
        action=Action.MOVE,
        remote_id=None,
        precondition=Precondition(digest=None),
        former=entry.place,
    )
