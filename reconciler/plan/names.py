"""What a person calls the ids out of catalogues that a change writes; for display only. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.model.change import Change, FieldChange, Overridden
from reconciler.model.kind import Kind
from reconciler.model.state import LiveState


def with_names(change: Change, kinds: Mapping[str, Kind], live: LiveState) -> Change:
    """Add the names to a change's fields."""
    named = _named(change.fields, kinds[change.address.top.kind], live)
    return change if named == change.fields else replace(change, fields=named)


def named_overridden(one: Overridden, kinds: Mapping[str, Kind], live: LiveState) -> Overridden:
    """Add the names to a value of an object that is left."""
    if one.address.parent is not None:
        return one
    return replace(one, field=_named((one.field,), kinds[one.address.kind], live)[0])


def _named(rows: Sequence[FieldChange], kind: Kind, live: LiveState) -> tuple[FieldChange, ...]:
    fields = list(rows)
    for place, row in enumerate(fields):
        field = kind.field(row.path[0])
        entries = live.catalogues.get(field.catalogue, ()) if field and field.catalogue else ()
        if entries:
            names = {entry.id: entry.name for entry in entries}
            fields[place] = replace(
                row,
                before_name=names.get(str(row.before)),
                after_name=names.get(str(row.after)),
                names_person=field is not None and field.names_person,
            )
    return tuple(fields)
