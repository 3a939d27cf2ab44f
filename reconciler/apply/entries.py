"""What an entry of the inventory comes to hold that no plan knows: who made it when, and whom the object itself shows.

What is planned and done goes in with what all entries of a run have in common (`Circumstances`); entries come out, and
the inventory that a run begins with: of this organization, and with all that came to be so without a write. Pure.

That something came to be so the plan saw, and it holds of the inventory that the plan was made upon. A saved plan that
others came after says nothing of what they recorded (`apply.kept`); and one that was begun has said it then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reconciler.apply.member_ids import member_ids
from reconciler.diff.remembered import DIGESTED, is_empty_list
from reconciler.model.change import Change
from reconciler.model.inventory import Agreement, Inventory, Managed, Standing
from reconciler.model.kind import Kind
from reconciler.model.resource import Observed
from reconciler.plan.fingerprint import whole_print


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What every entry of one run has in common, and what tells the organization that it was made at.

    `digest_key` is the secret itself, `digest_key_id` its name in the inventory. `sizes` are those of complete
    listings; `spends` the override lines that the plan uses; `seal` keys the digests in `agreement`; `doubts` are
    lines that count as used from now on. `documents` are the files that unchanged things stand in now, by `kind/key`,
    where the inventory names others; `applied` and `fingerprints` are what else it lacks of them, likewise. `serial` is
    that of the inventory which the plan was made upon.
    """

    run: str
    provider: str
    endpoint: str
    digest_key: str
    digest_key_id: str
    kinds: Mapping[str, Kind]
    sizes: Mapping[str, int]
    spends: tuple[str, ...] = ()
    agreement: Agreement | None = None
    seal: str = ""
    doubts: tuple[str, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    applied: Mapping[str, Standing] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    serial: int = 0


def complete_entry(
    entry: Managed,
    remote_id: str,
    found: Observed | None,
    change: Change,
    kind: Kind,
    circumstances: Circumstances,
    at: str,
) -> Managed:
    """Give an entry what only the object itself and the run can tell."""
    members = dict(entry.members)
    if found is not None and found.members is not None:
        members = {
            member.section: ids
            for member in kind.members
            if (ids := member_ids(entry, found, change, member, circumstances.digest_key))
            or is_empty_list(entry, member.section)
        }
    fingerprint = whole_print(entry.fingerprint, found, kind, circumstances.digest_key)
    return replace(
        entry, remote_id=remote_id, members=members, fingerprint=fingerprint, applied_at=at, run=circumstances.run
    )


def settled_under(before: Inventory, circumstances: Circumstances) -> Inventory:
    """Give the inventory as of this organization, its documents and its digest key.

    Digests under another key say nothing any more. What stands unchanged in another file is said to stand there,
    and what came to agree without a write counts as applied; unless the inventory was written since the plan was made.
    """
    managed = dict(before.managed)
    if before.digest_key_id and before.digest_key_id != circumstances.digest_key_id:
        managed = {name: _without_digests(entry, circumstances.kinds) for name, entry in managed.items()}
    if before.serial == circumstances.serial:
        _settle(managed, circumstances)
    return replace(
        before,
        managed=managed,
        provider=circumstances.provider,
        endpoint=circumstances.endpoint,
        digest_key_id=circumstances.digest_key_id,
    )


def _settle(managed: dict[str, Managed], circumstances: Circumstances) -> None:
    """Take in what the plan saw to be so."""
    for name, document in circumstances.documents.items():
        if name in managed:
            managed[name] = replace(managed[name], document=document)
    for name, standing in circumstances.applied.items():
        if name in managed:
            managed[name] = _as_it_stands(managed[name], standing)
    for name, fingerprint in circumstances.fingerprints.items():
        if name in managed:
            managed[name] = replace(managed[name], fingerprint=fingerprint)


def _as_it_stands(entry: Managed, standing: Standing) -> Managed:
    return replace(
        entry,
        last_applied=standing.last_applied,
        members=standing.members,
        overridden=standing.overridden,
        fingerprint=standing.fingerprint,
    )


def _without_digests(entry: Managed, kinds: Mapping[str, Kind]) -> Managed:
    """Leave out what was last applied where the value is a digest, or the name of whom it was applied to."""
    members = kinds[entry.kind].members if entry.kind in kinds else ()
    heads = tuple(f"{member.section}/{member.natural}:" for member in members)
    kept = {
        path: value
        for path, value in entry.last_applied.items()
        if not (isinstance(value, str) and value.startswith(DIGESTED)) and not path.startswith(heads)
    }
    answered = {
        path: value
        for path, value in entry.overridden.items()
        if not (isinstance(value, str) and value.startswith(DIGESTED)) and not path.startswith(heads)
    }
    return replace(entry, last_applied=kept, overridden=answered, fingerprint="")
