"""`removed:` entries → the deletions of exactly the objects that they mean, and a word on those that mean none. Pure.

An entry means the object of the remote id that it names, else of the one that the inventory holds, and only where that
very object is live under the address. With neither it means nothing: an address alone may be anybody's.

| the object at the address             | what follows                                       |
|---------------------------------------|----------------------------------------------------|
| has the remote id that is meant       | delete                                             |
| has another                           | left, and warned of (`removal-other-object`)       |
| is live, and no remote id is known    | left, and warned of (`removal-unidentified`)       |
| is managed for its lists alone        | refused (`removal-members-only`)                   |
| is proven absent                      | nothing, or a warning (`misspelt`)                 |
| was not read                          | nothing                                            |

What the inventory holds of it goes into the plan: it is asked again before the plan, saved meanwhile, is begun.

Under the policy `off`, or without proof that all documents were read (the unread one may declare it), nothing is
deleted; what was meant is counted and named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.kind import Flaw, Kind
from reconciler.model.plan import Spared
from reconciler.model.resource import Observed, Removal
from reconciler.plan.changes import Draft, deletion
from reconciler.plan.guard import Locate
from reconciler.plan.misspelt import misspelt_removals
from reconciler.plan.ownership import Ownership
from reconciler.plan.pruning import removing_refused, spared, stripped


def going(ownership: Ownership) -> set[tuple[str, str]]:
    """Name what `removed:` entries mean to delete, by kind and key."""
    return {(one.kind, one.key) for one in ownership.desired.removals if _meant(ownership, one) is not None}


def removed(ownership: Ownership, kind: Kind) -> Iterator[Draft]:
    """Draft the deletions of one kind."""
    for removal, found in _all_meant(ownership, kind):
        if not removing_refused(ownership, kind):
            draft = deletion(removal, found, kind, _address(ownership, removal), ownership.digest_key)
            judged = stripped(ownership.inventory.find(kind.name, removal.key))
            flaws = (*draft.flaws, _not_ours(draft)) if judged is not None and judged.members_only else draft.flaws
            yield replace(draft, change=replace(draft.change, entry=judged), flaws=flaws)


def unremoved(ownership: Ownership, kind: Kind) -> tuple[Spared, ...]:
    """Count and name what entries of one kind mean to delete and may not."""
    reason = removing_refused(ownership, kind)
    keys = [removal.key for removal, _ in _all_meant(ownership, kind)] if reason else []
    return spared(ownership, kind, reason, keys)


def removal_warnings(ownership: Ownership, locate: Locate) -> Iterator[Problem]:
    """Tell of every entry under whose address another object is live than it means, or none and it is misspelt."""
    for removal in ownership.desired.removals:
        found, meant = ownership.live.find(removal.kind, removal.key), ownership.remote_id(removal)
        if isinstance(found, Observed) and found.remote_id != meant:
            address = _address(ownership, removal)
            yield _other(removal, found, meant, address, locate) if meant else _nobody(removal, found, address, locate)
    yield from misspelt_removals(ownership, locate)


def _not_ours(draft: Draft) -> Flaw:
    return Flaw(
        path=("address",),
        code="removal-members-only",
        summary="a removal of what is managed for its lists alone",
        detail=f"{draft.change.address} is somebody else's: documents declared its member lists and nothing more.",
        remedy="Drop the entry. If it is to be deleted from here, declare it as a whole and apply that first.",
    )


def _all_meant(ownership: Ownership, kind: Kind) -> Iterator[tuple[Removal, Observed]]:
    for removal in ownership.desired.removals:
        found = _meant(ownership, removal) if removal.kind == kind.name else None
        if found is not None:
            yield removal, found


def _meant(ownership: Ownership, removal: Removal) -> Observed | None:
    """Give the very object that an entry means, if it is there."""
    found = ownership.live.find(removal.kind, removal.key)
    return found if isinstance(found, Observed) and found.remote_id == ownership.remote_id(removal) else None


def _address(ownership: Ownership, removal: Removal) -> Address:
    return Address(organization=ownership.organization, kind=removal.kind, key=removal.key)


def _other(removal: Removal, found: Observed, meant: str, address: Address, locate: Locate) -> Problem:
    return Problem(
        code="removal-other-object",
        summary="a removal names another object than the live one",
        where=locate(removal.source, ("remoteId",), False),
        detail=f'{address} is live under the remote id "{found.remote_id}", not under "{meant}". It is left alone.',
        remedy="Correct `remoteId:` if this object is meant, or drop the entry.",
        warning=True,
    )


def _nobody(removal: Removal, found: Observed, address: Address, locate: Locate) -> Problem:
    return Problem(
        code="removal-unidentified",
        summary="a removal that names no object",
        where=locate(removal.source, ("address",), False),
        detail=f"The entry has no `remoteId:`, and the inventory does not hold {address}. It is left alone.",
        why="What was never managed from here may be anybody's: an address alone does not say which object is meant.",
        remedy=f"Add to the entry, if the live object is meant: remoteId: {found.remote_id}",
        warning=True,
    )
