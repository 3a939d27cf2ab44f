"""Which changes of a plan set back what somebody changed at the vendor, as `drift` would say: by one rule (`sight`).

A reviewer of documents expects their own changes in a plan. What is there besides, because the vendor's side moved
since it was applied, is told as the cause of the change, and with its values under `drifted`.

Only what the plan changes, or would change, is looked at: elsewhere both sides agree. Without an inventory nobody knows
what was applied, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.drift import Label, ObjectDrift
from reconciler.model.kind import Kind
from reconciler.model.resource import Declared
from reconciler.plan.sight import Sight

_CHANGED = "changed at the vendor since it was applied"
_LIVE = frozenset({Label.LIVE, Label.BOTH})
_COMPARED = frozenset({Action.CREATE, Action.UPDATE, Action.REPLACE, Action.ADOPT})
_WRITTEN = frozenset({Action.UPDATE, Action.REPLACE})
_MOST = 3
"""How many fields a cause names; it counts the others."""

Setbacks = Mapping[Address, ObjectDrift]


def setbacks(
    changes: Iterable[Change],
    flawed: Collection[Address],
    declared: Mapping[str, Mapping[str, Declared]],
    kinds: Mapping[str, Kind],
    sight: Sight,
) -> Setbacks:
    """Give how the objects of these changes drifted, of those that did; the `flawed` may not tell people apart."""
    found: dict[Address, ObjectDrift] = {}
    for change in changes if sight.kept else ():
        kind, resource = change.address.kind, declared.get(change.address.kind, {}).get(change.address.key)
        if resource is not None and change.action in _COMPARED:
            compared = change.action in _WRITTEN and change.address not in flawed
            drift = sight.drift(resource, kinds[kind], change if compared else None)
            if drift is not None and drift.drifted:
                found[change.address] = drift
    return found


def drifted_of(found: Setbacks) -> Iterator[ObjectDrift]:
    """Give what a plan holds of it, by address: the drift alone, and of no member all that is live."""
    for _, one in sorted(found.items()):
        alone = one.alone
        yield replace(alone, members=tuple(replace(member, live=None) for member in alone.members))


def with_cause(change: Change, found: Setbacks) -> Change:
    """Give a change that says so where it sets something back."""
    drift = found.get(change.address)
    if drift is None:
        return change
    if drift.label is Label.GONE:
        return replace(change, cause=drift.reason)
    names = dict.fromkeys(_names(drift))
    if not names:
        return change
    if {*drift.labels} <= {Label.LIVE, Label.OVERRIDDEN}:
        return replace(change, cause=_CHANGED)
    more = [f"{len(names) - _MOST} more"] if len(names) > _MOST else []
    return replace(change, cause=f"{change.cause}; {_CHANGED}: {', '.join([*[*names][:_MOST], *more])}")


def _names(drift: ObjectDrift) -> Iterator[str]:
    """Name the fields and lists that changed at the vendor; never a person."""
    yield from (".".join(one.change.path) for one in drift.fields if one.label in _LIVE)
    yield from (one.section for one in drift.members if not _LIVE.isdisjoint(one.labels))
