"""What a person calls the ids out of catalogues that a change writes; for display only. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconciler.model.change import Change
from reconciler.model.kind import Kind
from reconciler.model.state import LiveState


def with_names(change: Change, kinds: Mapping[str, Kind], live: LiveState) -> Change:
    """Add the names to a change's fields."""
    kind = kinds[change.address.top.kind]
    fields = list(change.fields)
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
    named = tuple(fields)
    return change if named == change.fields else replace(change, fields=named)
