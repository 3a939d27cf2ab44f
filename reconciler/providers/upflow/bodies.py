"""The normal shape and Upflow's payloads, on the way out: fields go in, a request body comes out (fact sheet §3).

"Nothing there" is written "" where Upflow keeps a text, and null for what it refers to by id; a live value that is not
there is not sent at all: whether absent means kept or cleared, it stays not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from reconciler.live.provider import RemoteId
from reconciler.model.change import FieldChange
from reconciler.model.resource import Fields, Value
from reconciler.providers.upflow.wire import ADDRESS_PARTS

Body = dict[str, Value]

_CONTACT_TEXTS = frozenset({"firstName", "lastName", "phone"})
CONTACT_FIELDS = ("externalId", "email", "firstName", "lastName", "phone", "position", "isMain")


def is_nothing(value: Value) -> bool:
    """Say whether a value means that nothing is there."""
    return value is None or value == ""


def same(wanted: Value, found: Value) -> bool:
    """Say whether a value stands as wanted; null and "" are one."""
    return wanted == found or (is_nothing(wanted) and is_nothing(found))


def value_at(fields: Value, path: Iterable[str]) -> Value:
    """Give the value under a path; None where the path ends early."""
    for name in path:
        fields = fields.get(name) if isinstance(fields, Mapping) else None
    return fields


def with_changes(fields: Fields, changes: Iterable[FieldChange]) -> Fields:
    """Lay changes over fields, level by level; what the changes do not name stays."""
    merged: Fields = fields
    for change in changes:
        merged = _with_value(merged, change.path, change.after)
    return merged


def _with_value(fields: Value, path: tuple[str, ...], value: Value) -> Fields:
    name, *rest = path
    before: Fields = fields if isinstance(fields, Mapping) else {}
    inner = _with_value(before.get(name), tuple(rest), value) if rest else value
    return {**before, name: inner}


def customer_body(fields: Fields) -> Body:
    """Write these fields of a customer as Upflow spells them."""
    body: Body = {}
    for name, value in fields.items():
        key, write = _CUSTOMER[name]
        body[key] = write(value)
    return body


def present(fields: Fields, touched: Iterable[tuple[str, ...]] = ()) -> Fields:
    """Keep what is there, and of what is not only the paths that a change touches."""
    named = set(touched)
    tops = {path[0] for path in named}
    kept: dict[str, Value] = {}
    for name, value in fields.items():
        if name == "customFields" and isinstance(value, Mapping):
            values = {key: one for key, one in value.items() if one is not None or (name, key) in named}
            if values:
                kept[name] = values
        elif name in tops or _is_there(value):
            kept[name] = value
    return kept


def contact_body(row: Fields, given: Fields) -> Body:
    """Write a whole contact: what is declared laid over what is there. `key` never leaves the repository."""
    body: Body = {name: row[name] for name in CONTACT_FIELDS if not is_nothing(row.get(name))}
    for name in CONTACT_FIELDS:
        if name not in given:
            continue
        value = given[name]
        if name in _CONTACT_TEXTS:
            body[name] = value or ""
        elif name == "isMain":
            body[name] = value is True
        elif name == "position" or not is_nothing(value):
            body[name] = value
    return body


def _is_there(value: Value) -> bool:
    if isinstance(value, Mapping):
        return any(map(_is_there, value.values()))
    return not is_nothing(value)


def _as_it_is(value: Value) -> Value:
    return value


def _text(value: Value) -> Value:
    return "" if value is None else value


def _address(value: Value) -> Value:
    parts = value if isinstance(value, Mapping) else {}
    return {part: _text(parts.get(part)) for part in (*ADDRESS_PARTS, *sorted(parts.keys() - set(ADDRESS_PARTS)))}


def _parent(value: Value) -> Value:
    if isinstance(value, RemoteId):
        return {"id": value.remote_id}
    return None if is_nothing(value) else {"externalId": value}


def _custom_fields(value: Value) -> Value:
    values = value if isinstance(value, Mapping) else {}
    return [
        {"id": key.remote_id, "value": one} if isinstance(key, RemoteId) else {"externalId": key, "value": one}
        for key, one in sorted(values.items())
    ]


_CUSTOMER: Mapping[str, tuple[str, Callable[[Value], Value]]] = {
    "name": ("name", _as_it_is),
    "vatNumber": ("vatNumber", _text),
    "accountingRef": ("accountingRef", _text),
    "address": ("address", _address),
    "parent": ("parent", _parent),
    "dunningPlan": ("dunningPlanId", _as_it_is),
    "accountManager": ("accountManagerId", _as_it_is),
    "paymentMethods": ("paymentMethods", _as_it_is),
    "customFields": ("customFields", _custom_fields),
}
