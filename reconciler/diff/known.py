"""Whom the inventory knows: member keys and remote ids in, live members out. The rules stand in `members`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from reconciler.model.kind import MemberKind
from reconciler.model.resource import Fields


def known_members(
    declared: Sequence[Fields], live: Sequence[Fields], kind: MemberKind, keys: Sequence[str], known: Mapping[str, str]
) -> dict[int, Fields]:
    """Give the live members that the inventory knows declared ones as, by place in the document's list.

    Args:
        declared: The document's list.
        live: The vendor's rows.
        kind: Which fields identify a member.
        keys: What the declared ones go by, in their order.
        known: The remote ids that the inventory holds, by member key.
    """
    if not known:
        return {}
    identities = {row[kind.identity] for row in live if row.get(kind.identity)}
    wanted = {member[kind.identity] for member in declared if member.get(kind.identity)}
    rows = {str(row[kind.remote]): row for row in live}
    found: dict[int, Fields] = {}
    for index, member in enumerate(declared):
        identity, row = member.get(kind.identity), rows.get(known.get(keys[index], ""))
        if row is None or identity in identities or not (identity or member.get(kind.key)):
            continue
        if not row.get(kind.identity) or not (identity or row[kind.identity] in wanted):
            found[index] = row
    counts = Counter(id(row) for row in found.values())
    return {index: row for index, row in found.items() if counts[id(row)] == 1}


def known_keys(kind: MemberKind, declared: Collection[str], known: Mapping[str, str]) -> dict[str, str]:
    """Give, by remote id, the documents' own keys that nobody goes by any more: whoever goes is named by that one."""
    head = f"{kind.key}:"
    return {remote_id: key for key, remote_id in known.items() if key.startswith(head) and key not in declared}
