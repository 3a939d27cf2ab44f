"""References that the vendor gave by remote id alone get the key of the object that they name.

Only a listing can do this for all objects at once, which is why it is done here, after everything was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.live.provider import RemoteId
from reconciler.model.kind import Kind
from reconciler.model.resource import Observed, Value

Objects = Mapping[str, Mapping[str, Observed]]


def with_keys(objects: Objects, kinds: Iterable[Kind]) -> Objects:
    """Give the same objects with keys in the place of remote ids, wherever the object referred to is among them."""
    found = dict(objects)
    for kind in kinds:
        for field in kind.fields:
            if field.reference is not None:
                found[kind.name] = _named(found[kind.name], field.name, found.get(field.reference, {}))
    return found


def _named(objects: Mapping[str, Observed], field: str, referred: Mapping[str, Observed]) -> Mapping[str, Observed]:
    unnamed = {key: value for key, row in objects.items() if isinstance(value := row.fields.get(field), RemoteId)}
    if not unnamed:
        return objects
    keys: Mapping[str, Value] = {row.remote_id: key for key, row in referred.items()}
    changed = {
        key: replace(row, fields={**row.fields, field: keys.get(unnamed[key].remote_id, unnamed[key])})
        for key, row in objects.items()
        if key in unnamed
    }
    return {**objects, **changed}
