"""What goes back, without the names of what the vendor does not have any more. Pure.

A value may be an id out of a catalogue (a dunning plan, a user), or stand under the key of a definition (a custom
field), which nobody can make again from here. Where somebody deleted that since, the vendor would refuse the write; so
the value is left out and that is said, and the rest of the object goes back. A resource that is gone and was named
(a parent) is another matter: `undo_live` refuses who named it, since that one may be made again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from reconciler.model.kind import Field
from reconciler.model.resource import Value
from reconciler.model.state import Entry, LiveState
from reconciler.plan import undo_losses as losses
from reconciler.plan.undo import Aim
from reconciler.plan.undo_losses import Loss

_Path = tuple[str, ...]


def without_lost_names(aims: Iterable[Aim], live: LiveState) -> tuple[list[Aim], list[Loss]]:
    """Give the aims without values that name what is not there any more, and say what is left out."""
    aims = list(aims)
    known = {name: _spellings(entries) for name, entries in live.catalogues.items()}
    for aim in aims:
        if aim.declared is not None and aim.kind.name in known:
            known[aim.kind.name] |= {aim.address.key}  # it comes back by this very plan
    kept: list[Aim] = []
    lost: list[Loss] = []
    for aim in aims:
        gone = frozenset(path for row in aim.kind.fields for path in _lost(row, aim, known))
        kept.append(_without(aim, gone) if gone else aim)
        lost += (losses.unknown_name(aim.address, ".".join(path)) for path in sorted(gone))
    return kept, lost


def _spellings(entries: Iterable[Entry]) -> set[str]:
    return {name for entry in entries for name in (entry.id, *entry.aliases)}


def _lost(row: Field, aim: Aim, known: Mapping[str, Collection[str]]) -> Iterable[_Path]:
    value = aim.declared.fields.get(row.name) if aim.declared is not None else None
    names = known.get(row.catalogue or row.keys_reference or "")
    if names is None:
        return
    if row.catalogue and isinstance(value, str) and value not in names:
        yield (row.name,)
    if row.keys_reference and isinstance(value, Mapping):
        yield from ((row.name, name) for name in value if name not in names)


def _without(aim: Aim, gone: Collection[_Path]) -> Aim:
    declared = aim.declared
    if declared is None:
        return aim
    fields = {name: _kept(value, name, gone) for name, value in declared.fields.items() if (name,) not in gone}
    rows = tuple(row for row in aim.fields if row.path[:1] not in gone and row.path[:2] not in gone)
    return replace(aim, declared=replace(declared, fields=fields), fields=rows)


def _kept(value: Value, name: str, gone: Collection[_Path]) -> Value:
    if not isinstance(value, Mapping):
        return value
    return {key: inner for key, inner in value.items() if (name, key) not in gone}
