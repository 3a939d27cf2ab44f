"""What goes with a deletion: the values that other objects hold under the key of what is deleted, counted. Pure.

Premise. Deleting the definition of a custom field deletes its value at every customer, and no vendor gives it back. So
the plan says how many lose one, and a deletion whose cost nobody could count is refused. What holds such values is in
the tables: a field whose keys are keys of that kind (`Field.keys_reference`).

| every object of each holding kind      | what follows                                             |
|----------------------------------------|----------------------------------------------------------|
| was listed, with a certificate         | counted, those without external id too; part of the plan |
| was, and more than a fifth is missing  | refused (`destroys-uncounted`): an outage may look empty |
| was not, or not provably all           | refused                                                  |

A value is held where it is not nothing; a definition that the vendor names by remote id alone counts by that.

Some deletions take along what nobody can count, because the vendor has no way to ask for it (`Kind.uncounted`): these
are refused whatever was listed, until somebody allows them by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reconciler.live.wanted import holders_of
from reconciler.model.change import Action, Change
from reconciler.model.guards import UNCOUNTED
from reconciler.model.kind import Kind
from reconciler.model.resource import Observed, Value
from reconciler.model.state import LiveState
from reconciler.plan.changes import Draft
from reconciler.plan.refusal import Refusal, Words, of_object

_SHARE = 0.8
_NOTHING: tuple[Value, ...] = (None, "", [], {})


def with_takes(
    drafts: Iterable[Draft], kind: Kind, kinds: Iterable[Kind], live: LiveState, sizes: Mapping[str, int]
) -> list[Draft]:
    """Count what goes with the deletions among these drafts of one kind; what cannot be counted stays unnamed.

    `sizes` are how many objects of each kind the last complete listing gave.
    """
    holders = [one for one in holders_of(kind, kinds) if _is_listed(one, live, sizes)]
    return [_counted(draft, holders, live) if holders else draft for draft in drafts]


def uncounted(change: Change, kind: Kind, kinds: Iterable[Kind]) -> Iterator[Refusal]:
    """Refuse a deletion that takes nobody knows how much with it."""
    missing = [one for one in holders_of(kind, kinds) if one.name not in change.takes]
    if change.action is Action.DELETE and kind.uncounted:
        things = " and ".join(kind.uncounted)
        words = Words(
            summary="nobody counted what goes with it",
            detail=f"Deleting it deletes its {things} with it, and there is no way to ask how many they are.",
            instead="Look at them in the vendor's web app first.",
            meant="If it is meant whatever it takes with it",
        )
        yield of_object(UNCOUNTED, [change], words)
    if change.action is Action.DELETE and missing:
        names = " and ".join(f"{one.title.lower()}s" for one in missing)
        words = Words(
            summary="nobody counted what goes with it",
            detail=f"Deleting it deletes its value at every object that holds one, and not all {names} were listed.",
            instead="Plan again.",
            meant="If it is meant whatever it takes with it",
        )
        yield of_object(UNCOUNTED, [change], words)


def _counted(draft: Draft, holders: Iterable[Kind], live: LiveState) -> Draft:
    change = draft.change
    if change.action is not Action.DELETE:
        return draft
    takes = {one.name: _holding(change, one, live) for one in holders}
    return replace(draft, change=replace(change, takes=takes))


def _is_listed(kind: Kind, live: LiveState, sizes: Mapping[str, int]) -> bool:
    least = sizes.get(kind.name, 0) * _SHARE
    return any(one.kind == kind.name and one.complete and one.rows >= least for one in live.certificates)


def _holding(change: Change, holder: Kind, live: LiveState) -> int:
    names = [field.name for field in holder.fields if field.keys_reference == change.address.kind]
    keys = (change.address.key, f"id:{change.remote_id}")
    every = (*live.objects.get(holder.name, {}).values(), *live.keyless.get(holder.name, ()))
    return sum(any(_holds(found, name, keys) for name in names) for found in every)


def _holds(found: Observed, name: str, keys: Iterable[str]) -> bool:
    values = found.fields.get(name)
    return isinstance(values, Mapping) and any(values.get(key) not in _NOTHING for key in keys)
