"""What an apply will take: requests, and the time they need at the organization's pace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reconciler.diff.members import has_identity
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.kind import Kind
from reconciler.model.plan import Cost

_READS_A_CHANGE = 2  # the re-read before the first write, and the read-back after the last

_READ_ONLY = {Action.ADOPT: 1, Action.FORGET: 0, Action.MOVE: 0}  # the inventory's affair: nothing is written


def cost(changes: Iterable[Change], kinds: Mapping[str, Kind], requests_per_minute: int) -> Cost:
    """Foresee requests and seconds for these changes of one organization."""
    reads = writes = 0
    for change in changes:
        if change.action in _READ_ONLY:
            reads += _READ_ONLY[change.action]
            continue
        row = kinds[change.address.kind].cost
        reads += row.reads.get(change.action.value, _READS_A_CHANGE)
        writes += (
            row.writes.get(change.action.value, 1)
            if not _by_member(change, kinds[change.address.kind])
            else _member_writes(change)
        )
    seconds = (reads + writes) * 60 / requests_per_minute
    return Cost(reads=reads, writes=writes, requests_per_minute=requests_per_minute, seconds=round(seconds, 1))


def _by_member(change: Change, kind: Kind) -> bool:
    """Say whether members are written one by one: a single newcomer, lists only added to, somebody without an id."""
    if change.action not in (Action.UPDATE, Action.REPLACE) or not change.members:
        return False
    anonymous = any(not has_identity(one.address.key, kind.member(one.section)) for one in change.members)
    few = len(change.touched(MemberAction.ADD, MemberAction.CHANGE)) <= 1
    return bool(change.only_add) or few or anonymous


def _member_writes(change: Change) -> int:
    touched = change.touched(MemberAction.ADD, MemberAction.CHANGE, MemberAction.REMOVE)
    return len(touched) + bool(change.fields)
