"""What an apply will take: requests, and the time they need at the organization's pace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from reconciler.diff.members import has_identity
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.kind import Kind
from reconciler.model.organization import Organization
from reconciler.model.plan import Cost
from reconciler.model.resource import Value
from reconciler.model.state import Certificate

_READS_A_CHANGE = 2  # the re-read before the first write, and the read-back after the last


def cost(
    changes: Sequence[Change],
    kinds: Mapping[str, Kind],
    organization: Organization,
    certificates: Iterable[Certificate] = (),
) -> Cost:
    """Foresee requests and seconds for these changes of one organization; `certificates` tell how long listings are."""
    reads, writes = _proofs(changes, kinds, organization.in_flight, certificates), 0
    for change in changes:
        read, written = _requests(change, kinds[change.address.top.kind], organization.settings)
        reads, writes = reads + read, writes + written
    pace = organization.requests_per_minute
    return Cost(reads=reads, writes=writes, requests_per_minute=pace, seconds=round((reads + writes) * 60 / pace, 1))


def _proofs(
    changes: Iterable[Change], kinds: Mapping[str, Kind], in_flight: int, certificates: Iterable[Certificate]
) -> int:
    """Count the pages that prove absence before creates, where only a listing can.

    One pass does for all who asked before it began: the first goes alone, then as many as may be under way share one.
    """
    creates = Counter(change.address.kind for change in changes if change.action is Action.CREATE)
    return sum(
        one.pages * (1 + -(-(creates[one.kind] - 1) // in_flight))
        for one in certificates
        if creates[one.kind] and kinds[one.kind].requests is not None and not kinds[one.kind].point_reads
    )


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
    return sum(member.writes for member in touched) + bool(change.fields)
