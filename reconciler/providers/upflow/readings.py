"""Items of Upflow documents as they are read: one mapping in, one `Reading` in the normal shapes out.

The model in `documents` checks one value at a time, `contact_flaws` the contacts of a list against each other; here
stand the names that the organization maps (positions), and "nothing there": a declared "" is None.
An item that the model refuses is still looked at for the rest, and gives what others are judged by (its parent, its
contacts) where that is in order, so that one run reports everything.

Bulk goes through `read_customer`: the cheap question "is anything odd?" first, the looking for places only then.
pydantic is imported at the first item, not with this module: the vendor's table must stay cheap to import.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from reconciler.model.kind import Flaw, Reading
from reconciler.model.resource import Fields, Members, Value
from reconciler.providers.suggestions import did_you_mean
from reconciler.providers.upflow.contact_flaws import find_contact_flaws

if TYPE_CHECKING:
    from reconciler.providers.documents import DocumentModel
    from reconciler.providers.upflow.documents import (
        ContactDocument,
        CustomerDocument,
        CustomFieldDocument,
        SettingsDocument,
    )

_NOT_FIELDS = frozenset({"externalId", "contacts", "contactsMode", "createOptions", "protected"})
_NOT_DEFINED = frozenset({"externalId", "protected"})
_NOTHING: Fields = {}
_NO_LISTS: Members = {}
_CREATING: Fields = {"createOptions": True}
_ADDED_TO, _NONE_ADDED_TO = frozenset({"contacts"}), frozenset[str]()
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1  # what a JSON writer surely takes for an integer


def read_customer(item: Mapping[str, Value], settings: Mapping[str, Value]) -> Reading:
    """Read one customer; `settings` are the organization's, as `read_settings` gave them."""
    document, flaws = _customers().check(item)
    if document is None:
        flaws += (*find_contact_flaws(_part(item, "contacts")), *_value_flaws(_part(item, "customFields")))
        return Reading(key=_key(item), fields=_parent_alone(item), members=_contacts_alone(item, settings), flaws=flaws)
    fields: dict[str, Value] = {**document}
    for name in _NOT_FIELDS:
        fields.pop(name, None)
    _put_in_shape(fields)
    members = _NO_LISTS
    if "contacts" in document:
        rows, odd = _rows(document["contacts"], _mapping(settings.get("positions")))
        members = {"contacts": rows}
        flaws = tuple(find_contact_flaws(document["contacts"])) if odd else flaws
    if "customFields" in document:
        flaws += tuple(_value_flaws(document["customFields"]))
    policy = _mapping(settings.get("policy"))
    return Reading(
        key=document["externalId"],
        fields=fields,
        members=members,
        options=_CREATING if document.get("createOptions", policy.get("createOptions")) is True else _NOTHING,
        only_add=_ADDED_TO if document.get("contactsMode", policy.get("contactsMode")) == "add" else _NONE_ADDED_TO,
        protected=document.get("protected"),
        flaws=flaws,
    )


def read_custom_field(item: Mapping[str, Value], _settings: Mapping[str, Value]) -> Reading:
    """Read the definition of one custom field."""
    document, flaws = _custom_fields().check(item)
    if document is None:
        return Reading(key=_key(item), flaws=flaws)
    fields: dict[str, Value] = {name: value or None for name, value in document.items() if name not in _NOT_DEFINED}
    return Reading(
        key=document["externalId"],
        fields=fields,
        protected=document.get("protected"),
        flaws=tuple(_constant_warnings(fields)),
    )


def read_settings(item: Mapping[str, Value]) -> tuple[Mapping[str, Value], tuple[Flaw, ...]]:
    """Read Upflow's own keys of an organization, with the defaults for what is left out."""
    document, flaws = _settings_model().check(item)
    read = document or {}
    policy = {"contactsMode": "whole", "createOptions": False, **read.get("policy", {})}
    return {"positions": read.get("positions", {}), "policy": policy}, flaws


def customer_schema() -> Mapping[str, Value]:
    """Give the JSON Schema of one customer."""
    return _customers().schema()


def custom_field_schema() -> Mapping[str, Value]:
    """Give the JSON Schema of one custom field definition."""
    return _custom_fields().schema()


def settings_schema() -> Mapping[str, Value]:
    """Give the JSON Schema of Upflow's own keys of an organization."""
    return _settings_model().schema()


@cache
def _customers() -> DocumentModel[CustomerDocument]:
    from reconciler.providers.upflow.documents import CUSTOMERS

    return CUSTOMERS


@cache
def _custom_fields() -> DocumentModel[CustomFieldDocument]:
    from reconciler.providers.upflow.documents import CUSTOM_FIELDS

    return CUSTOM_FIELDS


@cache
def _settings_model() -> DocumentModel[SettingsDocument]:
    from reconciler.providers.upflow.documents import SETTINGS

    return SETTINGS


def _parent_alone(item: Mapping[str, Value]) -> Fields:
    """Give the parent of an item that has flaws elsewhere."""
    parent = _part(item, "parent")
    key = _key(parent) if isinstance(parent, dict) else parent
    return {"parent": key} if isinstance(key, str) and key else _NOTHING


def _contacts_alone(item: Mapping[str, Value], settings: Mapping[str, Value]) -> Members:
    """Give what is readable of the contacts of an item that has flaws, each at its place in the list."""
    contacts = _part(item, "contacts")
    if not isinstance(contacts, list):
        return _NO_LISTS
    read = [
        {name: value for name, value in _mapping(contact).items() if isinstance(value, str) and value}
        for contact in contacts
    ]
    positions = _mapping(settings.get("positions"))
    return {"contacts": [_in_position(row, positions) for row in read]}


def _in_position(row: Fields, positions: Mapping[str, Value]) -> Fields:
    position = row.get("position")
    return {**row, "position": positions[position]} if isinstance(position, str) and position in positions else row


def _put_in_shape(fields: dict[str, Value]) -> None:
    """Make a parent its external id, and "" None; all but the first look is for the few that have one."""
    parent = fields.get("parent")
    if isinstance(parent, dict):
        fields["parent"] = parent["externalId"]
    if "" in fields.values():
        fields.update(_cleared(fields))
    for name in ("address", "customFields"):
        values = fields.get(name)
        if isinstance(values, dict) and "" in values.values():
            fields[name] = _cleared(values)


def _cleared(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: None if value == "" else value for name, value in values.items()}


def _rows(contacts: Sequence[ContactDocument], positions: Mapping[str, Value]) -> tuple[Sequence[Fields], bool]:
    """Give the contacts as member rows, untouched where possible, and whether the list needs a closer look."""
    rows: list[Fields] = []
    names: set[str] = set()
    emails: set[str] = set()
    mains = 0
    odd = False
    for contact in contacts:
        name, email, position = contact.get("externalId"), contact.get("email"), contact.get("position")
        if name is None or email is None or "key" in contact:
            odd = True
        else:
            names.add(name)
            emails.add(email.casefold())
        if contact.get("isMain"):
            mains += 1
        row: Fields = contact
        if position is not None and position in positions:
            row = {**row, "position": positions[position]}
        rows.append(_cleared(row) if "" in row.values() else row)
    return rows, odd or mains > 1 or len(names) < len(rows) or len(emails) < len(rows)


def _value_flaws(values: Value) -> Iterator[Flaw]:
    """Find the custom field values that are neither a scalar nor a list of texts."""
    for name, value in _mapping(values).items():
        sort = type(value)
        if isinstance(value, str):
            if value.isspace():
                yield _value_blank(("customFields", name))
        elif isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
            yield _out_of_range(name)
        elif not (value is None or sort is bool or sort is int or _is_finite(value)):
            yield from _value_flaw(("customFields", name), value)


def _value_blank(path: tuple[str | int, ...]) -> Flaw:
    from reconciler.providers.documents import value_blank

    return value_blank(path)


def _value_flaw(path: tuple[str | int, ...], value: Value) -> Iterator[Flaw]:
    from reconciler.providers.documents import string_expected, type_wrong, value_empty

    if not isinstance(value, list):
        yield type_wrong(path, "one value or a list of labels", value, "For a SELECT field write the label alone.")
        return
    for index, label in enumerate(value):
        if not isinstance(label, str):
            yield string_expected((*path, index), label)
        elif not label.strip():
            yield value_empty((*path, index))


def _out_of_range(name: str) -> Flaw:
    return Flaw(
        path=("customFields", name),
        code="value-out-of-range",
        summary="a number that is too large",
        detail=f'The value of "{name}" does not fit into 64 bits.',
        why="It could not be sent as the number that it is.",
        remedy="Check for a digit too many; if it is an identifier, put it in quotes.",
    )


def _is_finite(value: Value) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _constant_warnings(fields: Fields) -> Iterator[Flaw]:
    from reconciler.providers.upflow.documents import DOCUMENTED_DATA_TYPES, DOCUMENTED_ENTITY_TYPES

    for name, documented in (("dataType", DOCUMENTED_DATA_TYPES), ("entityType", DOCUMENTED_ENTITY_TYPES)):
        value = fields.get(name)
        if isinstance(value, str) and value not in documented:
            yield Flaw(
                path=(name,),
                code="constant-undocumented",
                summary="a constant that Upflow does not document",
                detail=f"{name} is {value}; documented are {', '.join(documented)}.",
                why="Upflow may refuse it, and a definition cannot be changed once it is there.",
                remedy=did_you_mean(value, documented),
                warning=True,
            )


def _key(item: Value) -> str | None:
    found = _part(item, "externalId")
    return found if isinstance(found, str) and found else None


def _part(item: Value, name: str) -> Value:
    return item.get(name) if isinstance(item, dict) else None


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else _NOTHING
