"""Which organizations of the file are one to their vendor, or share credentials in a way that cannot work.

| two organizations of one vendor and endpoint         | what follows                                             |
|------------------------------------------------------|----------------------------------------------------------|
| name the same organization of it                     | refused: two owners of the same objects, each with a lock |
| name different ones                                  | fine, also with the same credentials: one user, both      |
| have the same credentials, and one names none        | refused: by all that is told they are one                |
| have the same credentials, and other settings that   | refused: what is kept there for the one would be missing  |
| belong to these (`Vendor.with_credentials`)          | for the other                                            |

The setting that names the vendor's organization, where it has one, is `Vendor.identifying`. At the embedded sandbox
nobody needs credentials; there it tells all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from reconciler.model.kind import Flaw
from reconciler.model.organization import Organization


def find_unseparated(organizations: Iterable[Organization]) -> Iterator[Flaw]:
    """Find what the table above refuses, each at the later one of two, and only the first of what is wrong with it."""
    told: set[str] = set()
    for first, one in combinations(organizations, 2):
        flaw = _flaw(one, first) if one.name not in told and _place(one) == _place(first) else None
        if flaw is not None:
            told.add(one.name)
            yield flaw


def _flaw(one: Organization, first: Organization) -> Flaw | None:
    mine, other = _named(one), _named(first)
    same = one.base_url is not None and bool(one.credentials) and one.credentials == first.credentials
    if mine and mine == other:
        key = one.vendor.identifying
        return _twice(one, first, key, f"the same {key}", f"write the {key} of another organization")
    if not same:
        return None
    if not (mine and other):
        remedy = "refer to the credentials of another organization"
        return _twice(one, first, "credentials", "the same credentials", remedy)
    names = one.vendor.with_credentials
    return next((_shared(one, first, key) for key in names if one.settings.get(key) != first.settings.get(key)), None)


def _place(one: Organization) -> tuple[str, str]:
    return one.vendor.name, one.base_url or one.endpoint


def _named(one: Organization) -> str:
    """Give the vendor's own id of an organization as documents name it, in lower case; "" if they name none."""
    found = one.settings.get(one.vendor.identifying) if one.vendor.identifying else None
    return found.strip().casefold() if isinstance(found, str) else ""


def _twice(one: Organization, first: Organization, key: str, what: str, remedy: str) -> Flaw:
    return Flaw(
        path=("organizations", one.name, key),
        code="organization-twice",
        summary="two organizations that are one to the vendor",
        detail=f'"{one.name}" and "{first.name}" have the same endpoint and {what}.',
        why="Each would manage the same objects, and neither would see the other's lock.",
        remedy=f"Put their documents into one folder, or {remedy}.",
    )


def _shared(one: Organization, first: Organization, key: str) -> Flaw:
    return Flaw(
        path=("organizations", one.name, key),
        code="credentials-shared",
        summary="two organizations with the same credentials and different settings for them",
        detail=f'"{one.name}" and "{first.name}" refer to the same credentials, and do not say the same under {key}.',
        why="What is kept there for one of them would be missing for the other.",
        remedy=f"Write the same {key} for both, or refer to credentials of its own.",
    )
