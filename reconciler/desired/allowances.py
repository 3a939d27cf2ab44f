"""`allow:` lines: leave for one guard, reviewed with the documents, so that a fixed merge workflow can carry it.

They stand in a document or under the organization in `reconciler.yaml`, and say the same in both. What a line must
name depends on its guard (`model.guards` has the table of them):

| an override names  | kind    | address             | count        |
|--------------------|---------|---------------------|--------------|
| the organization   |         | its name, or left out |            |
| a kind and a count | needed  |                     | needed       |
| a kind             | needed  |                     | may be given |
| a member           |         | needed              |              |
| an object          | either  | or                  | with a kind  |

The kind of `delete-ceiling` may be that of members too, since those that list replacements remove are counted by it.

A line's id is a digest of all that it says, so that it is consumed once wherever it stands, and saying something else
is another line. Past its day it is a problem, so that it leaves the documents again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from reconciler.desired.entries import entry_flaws, kind_flaw, read_address, read_day, text_flaws
from reconciler.desired.flaws import Finding
from reconciler.desired.wording import missing_field, suggest, wrong_type
from reconciler.model.guards import DELETES, GUARDS, TARGETS, Target
from reconciler.model.kind import Flaw
from reconciler.model.resource import Source, Value
from reconciler.model.state import Allowance
from reconciler.model.vendor import Vendor

SECTION = "allow"
TEXTS = ("guard", "reason", "until")
KEYS = ("guard", "kind", "address", "count", "reason", "until")

_KINDS = (Target.KIND, Target.COUNTED_KIND)


def read_allowance(
    fields: Mapping[str, Value], organization: str, vendor: Vendor, source: Source
) -> tuple[Allowance | None, tuple[Flaw, ...]]:
    """Read one line, and what is wrong with it; None if it cannot be used. Its day is judged by `judge_allowances`."""
    flaws = [*entry_flaws(fields, KEYS, TEXTS), *text_flaws(fields, "kind"), *text_flaws(fields, "address")]
    guard, reason, count = fields.get("guard"), fields.get("reason"), fields.get("count")
    if isinstance(guard, str) and guard.strip() and guard not in GUARDS:
        flaws.append(_guard_unknown(guard))
    until = read_day(fields.get("until"), flaws)
    if count is not None and (type(count) is not int or count < 1):
        flaws.append(wrong_type(("count",), "a whole number from 1 up"))
    if flaws or not isinstance(guard, str) or not isinstance(reason, str) or until is None:
        return None, tuple(flaws)
    flaws += _scope_flaws(guard, fields)
    target = _target(guard, fields, organization, vendor, flaws)
    if flaws:
        return None, tuple(flaws)
    allowance = Allowance(
        guard=guard,
        target=target,
        count=count if isinstance(count, int) else None,
        reason=reason,
        until=until,
        source=source,
        id=_identify(guard, target, count, reason, until),
    )
    return allowance, ()


def judge_allowances(allowances: Iterable[Allowance], today: date) -> Iterator[Finding]:
    """Find lines past their day, and lines that say word for word the same as another."""
    first: dict[str, Allowance] = {}
    for allowance in allowances:
        if allowance.source is None or allowance.until is None:
            continue
        if allowance.until < today:
            yield Finding(source=allowance.source, flaw=_expired(allowance.until, today))
        earlier = first.setdefault(allowance.id, allowance)
        if earlier is not allowance:
            yield Finding(source=allowance.source, flaw=_twice(earlier))


def _target(guard: str, fields: Mapping[str, Value], organization: str, vendor: Vendor, flaws: list[Flaw]) -> str:
    """Give what the line is about, as plans name it: a kind, a whole address, or the organization."""
    kind, address = fields.get("kind"), fields.get("address")
    if isinstance(kind, str):
        members = {member.name for row in vendor.kinds for member in row.members} if guard == DELETES else set()
        flaws += () if kind in members else kind_flaw(kind, "kind", vendor)
        return kind
    if isinstance(address, str) and TARGETS[guard] is not Target.ORGANIZATION:
        found = read_address(address, "address", organization, vendor, flaws)
        return "" if found is None else str(found)
    if isinstance(address, str) and address != organization:
        flaws.append(_unfit("address", f"{guard} is about the organization as a whole.", f"Write {organization}."))
    return organization


def _scope_flaws(guard: str, fields: Mapping[str, Value]) -> Iterator[Flaw]:
    """Find what the line names and its guard has no use for, or the other way round."""
    named, target = [name for name in ("kind", "address") if name in fields], TARGETS[guard]
    if len(named) > 1:
        yield _unfit(named[1], "One line names a kind or an address, not both.", "Write a line for each.")
    elif target is Target.ORGANIZATION:
        if "kind" in fields or "count" in fields:
            unfit = "kind" if "kind" in fields else "count"
            yield _unfit(unfit, f"{guard} is about the organization as a whole.", "Remove it.")
    elif target in _KINDS and named != ["kind"]:
        yield _unfit(named[0], f"{guard} counts by kind.", "Name the kind.") if named else missing_field((), "kind")
    elif not named:
        yield missing_field((), "address")
    elif target is Target.MEMBER and named == ["kind"]:
        yield _unfit("kind", f"{guard} lets nobody go who is not named.", "Name each by address.")
    elif (target is Target.COUNTED_KIND or (target is Target.OBJECT and named == ["kind"])) and "count" not in fields:
        yield missing_field((), "count")
    elif named == ["address"] and "count" in fields:
        yield _unfit("count", "An address is one already.", "Remove it.")


def _unfit(name: str, detail: str, remedy: str) -> Flaw:
    return Flaw(
        path=(name,),
        code="allowance-unfit",
        summary="a line of allow that does not fit its guard",
        detail=detail,
        remedy=remedy,
        on_key=True,
    )


def _identify(guard: str, target: str, count: Value, reason: str, until: date) -> str:
    said = json.dumps([guard, target, count, reason, until.isoformat()], ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _guard_unknown(guard: str) -> Flaw:
    return Flaw(
        path=("guard",),
        code="guard-unknown",
        summary="unknown guard",
        detail=f'There is no guard "{guard}".',
        remedy=suggest(guard, GUARDS, "The guards are"),
    )


def _expired(until: date, today: date) -> Flaw:
    return Flaw(
        path=("until",),
        code="allowance-expired",
        summary="a line of allow past its day",
        detail=f"It was good until {until}, and today is {today}.",
        remedy="Remove it; if it is still needed, have it reviewed again with a later day.",
    )


def _twice(earlier: Allowance) -> Flaw:
    return Flaw(
        path=("guard",),
        code="allowance-duplicate",
        summary="the same line of allow twice",
        detail=f"{earlier.source} says the same word for word, and what is allowed is allowed once.",
        remedy="Keep one of the two, or give the other a reason of its own.",
    )
