"""`removed:` entries that mean nothing there is, and seem to mean something else. Pure.

An entry that was carried out stays in its document until its day, and nothing is at its address any more; nobody
remembers whether something ever was. So absence alone is no reason to speak. There is one where the object that the
entry seems to mean is at hand:

| at the address | elsewhere                                                        | what follows              |
|----------------|------------------------------------------------------------------|---------------------------|
| proven absent  | the entry's remote id is live under another key                  | warned of, with that key  |
| proven absent  | a managed key that is written alike and that no document declares | warned of, with that key  |
| proven absent  | neither                                                          | nothing                   |
| anything else  |                                                                  | `removals` says           |

A key that is still declared is not meant: an entry for it would be refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.resource import Removal
from reconciler.model.state import Absent
from reconciler.plan.guard import Locate
from reconciler.plan.ownership import Ownership


def misspelt_removals(ownership: Ownership, locate: Locate) -> Iterator[Problem]:
    """Tell of every entry that seems to mean an object of another address."""
    absent = [one for one in ownership.desired.removals if _is_absent(ownership, one)]
    if not absent:
        return
    left = {(one.kind, one.key) for one in ownership.inventory.managed.values()}
    left -= {(one.kind, one.key) for one in ownership.desired.declared}
    left -= {(one.kind, one.key) for one in ownership.desired.removals}
    for removal in absent:
        meant = _by_remote_id(ownership, removal) or _alike(removal, left)
        if meant:
            yield _problem(ownership.organization, removal, meant, locate)


def _is_absent(ownership: Ownership, removal: Removal) -> bool:
    managed = ownership.inventory.find(removal.kind, removal.key) is not None
    return not managed and isinstance(ownership.live.find(removal.kind, removal.key), Absent)


def _by_remote_id(ownership: Ownership, removal: Removal) -> str:
    if removal.remote_id is None:
        return ""
    live = ownership.live.objects.get(removal.kind, {})
    return next((key for key, found in live.items() if found.remote_id == removal.remote_id), "")


def _alike(removal: Removal, left: set[tuple[str, str]]) -> str:
    close = get_close_matches(removal.key, sorted(key for kind, key in left if kind == removal.kind), n=1, cutoff=0.7)
    return close[0] if close else ""


def _problem(organization: str, removal: Removal, meant: str, locate: Locate) -> Problem:
    address = Address(organization=organization, kind=removal.kind, key=removal.key)
    return Problem(
        code="removal-unknown",
        summary="a removal of something that is not there",
        where=locate(removal.source, ("address",), False),
        detail=f"Nothing is live at {address}, and nothing is managed there.",
        why="The entry does nothing; what it seems to mean stays, or goes for another reason.",
        remedy=f'Did you mean "{removal.kind}/{meant}"? If the entry has done its work, remove it.',
        warning=True,
    )
