"""What an apply will take: requests, and the time they need at the organization's pace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reconciler.diff.members import has_identity
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.kind import Kind
from reconciler.model.plan import Cost
from reconciler.model.resource import Value

_READS_A_CHANGE = 2  # the re-read before the first write, and the read-back after the last


def cost(
    changes: Iterable[Change], kinds: Mapping[str, Kind], requests_per_minute: int, settings: Mapping[str, Value]
) -> Cost:
    """Foresee requests and seconds for these changes of one organization, under its settings for the vendor."""
    reads = writes = 0
    for change in changes:
        read, written = _requests(change, kinds[change.address.top.kind], settings)
        reads, writes = reads + read, writes + written
    seconds = (reads + writes) * 60 / requests_per_minute
    return Cost(reads=reads, writes=writes, requests_per_minute=requests_per_minute, seconds=round(seconds, 1))


def _requests(change: Change, kind: Kind, settings: Mapping[str, Value]) -> tuple[int, int]:
    """Count what one change takes to read and to write."""
    if change.action in (Action.FORGET, Action.MOVE):
        return 0, 0
    if kind.requests is not None:
        return kind.requests(change, settings)
    if change.action is Action.ADOPT:
        return 1, 0
    writes = _member_writes(change) if _by_member(change, kind) else kind.cost.writes.get(change.action.value, 1)
    return kind.cost.reads.get(change.action.value, _READS_A_CHANGE), writes


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
