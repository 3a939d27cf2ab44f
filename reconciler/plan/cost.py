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

_RENEWAL = 4  # requests of creates for each one that renews the proof of absence before them
_READS_A_CHANGE = 2  # the re-read before the first write, and the read-back after the last


def cost(
    changes: Sequence[Change],
    kinds: Mapping[str, Kind],
    organization: Organization,
    certificates: Iterable[Certificate] = (),
) -> Cost:
    """Foresee requests and seconds for these changes of one organization; `certificates` tell how long listings are."""
    reads, writes = 0, 0
    of_creates: Counter[str] = Counter()  # requests, by kind
    for change in changes:
        kind = kinds[change.address.top.kind]
        read, written = _requests(change, kind, organization.settings)
        reads, writes = reads + read, writes + written
        if change.action is Action.CREATE and kind.requests is not None and not kind.point_reads:
            of_creates[kind.name] += read + written
    reads += _proofs(of_creates, certificates)
    pace = organization.pace
    return Cost(reads=reads, writes=writes, requests_per_minute=pace, seconds=round((reads + writes) * 60 / pace, 1))


def _proofs(of_creates: Mapping[str, int], certificates: Iterable[Certificate]) -> int:
    """Count the pages that prove absence before creates, where only a listing can.

    The first proof is a listing as the plan's was; while creates go on it is renewed, for a quarter as many requests
    as they take.
    """
    return sum(one.pages + of_creates[one.kind] // _RENEWAL for one in certificates if of_creates.get(one.kind))


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
