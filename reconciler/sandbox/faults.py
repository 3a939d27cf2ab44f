"""What the sandbox is told to do wrong, as data: which requests a fault meets, on which of them it strikes, and how.

Nothing is left to chance: a fault counts the requests that it meets and strikes from the `first` one on, `times` times.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError

from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse, encode, refuse_unknown, told

FaultKind: TypeAlias = Literal[
    "lost-before",  # the answer never comes, and nothing was done
    "lost-after",  # the answer never comes, and everything was done
    "refused",  # the connection is never made
    "error-before",  # an error status (500, 502, 503 …), and nothing was done
    "error-after",  # an error status, and everything was done
    "throttled",  # 429
    "slow",  # the answer comes late
    "garbled",  # everything was done, and the answer breaks off in the middle
    "redirected",  # 307 to another host
    "page-fails",  # a listing answers with an error status
    "page-truncated",  # a listing leaves out its last rows
    "page-empty",  # a listing answers 200 with no rows and a total of 0
    "total-lies",  # a listing's total is wrong by `count`
    "rows-skipped",  # a page starts `count` rows late
    "rows-repeated",  # a page starts `count` rows early
    "rows-reordered",  # a page repeats a row and leaves one out, so that the number of rows is right
    "row-deleted",  # someone deletes the target, or the first one, before the page is read
    "row-inserted",  # someone creates what sorts first before the page is read
    "rewritten",  # after a write the vendor sets fields of what was written by itself
    "edited-before",  # someone edits the target just before a write
    "deleted-before",  # someone deletes the target just before a write
    "added-before",  # someone adds an object, or a person of the target, just before a write
]
LISTING_KINDS = frozenset(
    {
        "page-fails",
        "page-truncated",
        "page-empty",
        "total-lies",
        "rows-skipped",
        "rows-repeated",
        "rows-reordered",
        "row-deleted",
        "row-inserted",
    }
)
WRITING_KINDS = frozenset({"rewritten", "edited-before", "deleted-before", "added-before"})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong; every field beside the kind narrows or shapes it."""

    kind: FaultKind
    method: str = "*"
    """`*`, `write`, or one HTTP method."""
    path: str = "*"
    """A glob over the decoded path below what all routes of a vendor share, such as `/customers/external:C-*`."""
    first: int = 1
    """The first matching request that is struck, counted from 1."""
    times: int | None = 1
    """How many matching requests are struck; None for all that follow."""
    organization: str | None = None
    """The organization that is struck; None for all."""
    status: int = 500
    """The status of `error-before`, `error-after` and `page-fails`."""
    lost_as: Literal["timeout", "reset"] = "timeout"
    """How a lost answer looks from the client's side."""
    seconds: float = 5.0
    """How late a `slow` answer is."""
    retry_after: int | None = None
    """The Retry-After of `throttled` and of errors, in seconds; None for no such header."""
    count: int = 1
    """How many rows are cut, skipped or repeated; what is added to a total (may be negative)."""
    target: str | None = None
    """Who is edited, deleted or added to: `customer/C-001`; None for the first one."""
    fields: Mapping[str, Json] = field(default_factory=dict)
    """The fields that the vendor or the other person sets."""

    def meets(self, method: str, path: str, organization: str, *, listing: bool) -> bool:
        """Return whether this fault counts a request."""
        if self.organization not in (None, organization) or not fnmatchcase(path, self.path):
            return False
        if (self.kind in LISTING_KINDS and not listing) or (self.kind in WRITING_KINDS and method not in WRITES):
            return False
        return self.method in ("*", method) or (self.method == "write" and method in WRITES)

    def strikes(self, seen: int) -> bool:
        """Return whether the request that is the `seen`th to be met, counted from 1, is struck."""
        return seen >= self.first and (self.times is None or seen < self.first + self.times)

    def to_json(self) -> JsonObject:
        """Return the fault as a JSON object."""
        return dataclasses.asdict(self)


_READER = TypeAdapter(Fault)


def fault_from(values: Mapping[str, Json]) -> Fault:
    """Build a fault from a JSON object; raise SandboxMisuse for a kind or a field there is not."""
    refuse_unknown(values, tuple(part.name for part in fields(Fault)), "a fault")
    try:
        return _READER.validate_json(encode(dict(values)), strict=True)
    except ValidationError as error:
        raise SandboxMisuse(f"a fault: {told(error)}") from None
