"""The guards by name, and what an override of each must name: the one table for plans, documents and options.

| an override names  | of the guards                                                                            |
|--------------------|------------------------------------------------------------------------------------------|
| the organization   | `organization-changed`                                                                   |
| a kind and a count | `delete-ceiling`, `update-ceiling`                                                       |
| a kind             | `desired-empty`, `live-shrank`; a count may be given                                     |
| an address         | `adopt-removes`: of a resource, or of one member of it                                   |
| an address         | all others; or a kind and a count                                                        |

A kind without a count would let through whatever comes: where a guard looks at single objects it is not enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

DELETES = "delete-ceiling"
UPDATES = "update-ceiling"
ORGANIZATION_CHANGED = "organization-changed"
LIVE_SHRANK = "live-shrank"
DESIRED_EMPTY = "desired-empty"
ADOPT_REMOVES = "adopt-removes"
UNCOUNTED = "destroys-uncounted"


class Target(StrEnum):
    """What an override of a guard names."""

    ORGANIZATION = "organization"
    COUNTED_KIND = "counted kind"
    KIND = "kind"
    MEMBER = "member"
    OBJECT = "object"


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        ADOPT_REMOVES: Target.MEMBER,
        "child-of-deleted": Target.OBJECT,
        DELETES: Target.COUNTED_KIND,
        DESIRED_EMPTY: Target.KIND,
        UNCOUNTED: Target.OBJECT,
        "list-emptied": Target.OBJECT,
        LIVE_SHRANK: Target.KIND,
        "main-removed": Target.OBJECT,
        "not-empty": Target.OBJECT,
        ORGANIZATION_CHANGED: Target.ORGANIZATION,
        "protected": Target.OBJECT,
        "recreated-twin": Target.OBJECT,
        UPDATES: Target.COUNTED_KIND,
    }
)
GUARDS = tuple(sorted(TARGETS))
COUNTING: Mapping[str, str] = MappingProxyType({DELETES: "--allow-delete", UPDATES: "--allow-update"})
"""The guards that have an option of their own, which takes a count."""
