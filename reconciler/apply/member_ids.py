"""Which member of an object is which declared one: the object as read back goes in, remote ids by key come out."""

from __future__ import annotations

from reconciler.diff.members import member_key
from reconciler.diff.remembered import DIGESTED
from reconciler.model.address import digest_key
from reconciler.model.change import Change
from reconciler.model.inventory import Managed
from reconciler.model.kind import MemberKind
from reconciler.model.resource import Observed


def member_ids(entry: Managed, found: Observed, change: Change, kind: MemberKind, secret: str) -> dict[str, str]:
    """Give the remote ids of the declared members of one list, by the keys that the documents know them by.

    Whom the change or the inventory knew by remote id comes first; whoever was added under a `key:` is told by the
    digest of the e-mail that was sent, or of the name where the kind goes by names.
    """
    head = f"{kind.section}/"
    declared = {path.removeprefix(head).rpartition("/")[0] for path in entry.last_applied if path.startswith(head)}
    named = {member.remote_id: member.address.key for member in change.members if member.section == kind.section}
    known = {remote_id: key for key, remote_id in entry.members.get(kind.section, {}).items()}
    rows = {str(row.get(kind.remote)): row for row in (found.members or {}).get(kind.section, ())}
    ids: dict[str, str] = {}
    for remote_id, row in rows.items():
        for key in (member_key(row, kind, secret), named.get(remote_id), known.get(remote_id)):
            if key in declared:
                ids[key] = remote_id
                break
    for name in (kind.natural, kind.second):
        sent = _by_digest(entry, kind, name) if len(ids) < len(declared) else {}
        taken = set(ids.values())
        for remote_id, row in rows.items():
            key = sent.get(digest_key(secret, str(row.get(name)))) if row.get(name) else None
            if key is not None and key not in ids and remote_id not in taken:
                ids[key] = remote_id
    return ids


def _by_digest(entry: Managed, kind: MemberKind, name: str) -> dict[str, str]:
    """Give the keys of the declared members by the digest of what was sent for them; none for what two have."""
    keys: dict[str, list[str]] = {}
    for path, value in entry.last_applied.items():
        section, _, rest = path.partition("/")
        key, _, last = rest.rpartition("/")
        if section == kind.section and name and last == name and isinstance(value, str):
            keys.setdefault(value.removeprefix(DIGESTED), []).append(key)
    return {digest: found[0] for digest, found in keys.items() if len(found) == 1}
