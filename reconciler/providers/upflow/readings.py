"""Items of Upflow documents as they are read: one mapping in, one `Reading` in the normal shapes out.

The model in `documents` checks one value at a time; here stand the rules between values (who occurs twice in a
contact list), the names that the organization maps (positions), and "nothing there": a declared "" is None.
An item that the model refuses is still looked at for the rest, so that one run reports everything.

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


def read_customer(item: Mapping[str, Value], settings: Mapping[str, Value]) -> Reading:
    """Read one customer; `settings` are the organization's, as `read_settings` gave them."""
    document, flaws = _customers().check(item)
    if document is None:
        flaws += (*_contact_flaws(_part(item, "contacts")), *_value_flaws(_part(item, "customFields")))
        return Reading(key=_key(item), flaws=flaws)
    fields: dict[str, Value] = {**document}
    for name in _NOT_FIELDS:
        fields.pop(name, None)
    _put_in_shape(fields)
    members = _NO_LISTS
    if "contacts" in document:
        rows, odd = _rows(document["contacts"], _mapping(settings.get("positions")))
        members = {"contacts": rows}
        flaws = tuple(_contact_flaws(document["contacts"])) if odd else flaws
    if "customFields" in document:
        flaws += tuple(_value_flaws(document["customFields"]))
    policy = _mapping(settings.get("policy"))
    return Reading(
        key=document["externalId"],
        fields=fields,
        members=members,
        options=_CREATING if document.get("createOptions", policy.get("createOptions")) is True else _NOTHING,
        only_add=document.get("contactsMode", policy.get("contactsMode")) == "add",
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


def _contact_flaws(contacts: Value) -> Iterator[Flaw]:
    """Find who occurs twice, and who cannot be known at all; tolerant of rows that the model has refused.

    External ids and keys share one space of names: they become addresses.
    """
    known: dict[str, tuple[int, str]] = {}
    emails: dict[str, int] = {}
    main: int | None = None
    for index, contact in enumerate(contacts if isinstance(contacts, list) else []):
        row = _mapping(contact)
        for sort in ("externalId", "key"):
            name = row.get(sort)
            if isinstance(name, str) and name:
                first, first_sort = known.setdefault(name, (index, sort))
                if first != index:
                    yield _twice_named(index, sort, first, first_sort)
        email = row.get("email")
        if isinstance(email, str) and email and emails.setdefault(email.casefold(), index) != index:
            yield _email_twice(index, emails[email.casefold()])
        if row.get("isMain") is True:
            if main is not None:
                yield _main_twice(index, main)
            main = index if main is None else main
        if row is not _NOTHING and "externalId" not in row and "email" not in row:
            yield _unidentified(index)


def _twice_named(index: int, sort: str, first: int, first_sort: str) -> Flaw:
    if sort == first_sort == "externalId":
        return Flaw(
            path=("contacts", index, sort),
            code="contact-duplicate",
            summary="a contact external id twice in one customer",
            detail=f"contacts[{index}] has the external id of contacts[{first}].",
            remedy="Make them one contact, or give one of them an external id of its own.",
        )
    return Flaw(
        path=("contacts", index, sort),
        code="key-duplicate",
        summary="a contact key twice in one customer",
        detail=f"The {sort} of contacts[{index}] is the {first_sort} of contacts[{first}].",
        remedy="Give one of them another key.",
    )


def _email_twice(index: int, first: int) -> Flaw:
    return Flaw(
        path=("contacts", index, "email"),
        code="email-duplicate",
        summary="an e-mail address twice in one customer",
        detail=f"contacts[{index}] has the e-mail address of contacts[{first}]; upper and lower case count as equal.",
        why="Upflow wants the address of a contact to be unique.",
        remedy="Make them one contact, or give one of them another address.",
    )


def _main_twice(index: int, first: int) -> Flaw:
    return Flaw(
        path=("contacts", index, "isMain"),
        code="main-duplicate",
        summary="two main contacts in one customer",
        detail=f"contacts[{index}] and contacts[{first}] are both isMain: true.",
        why="Upflow keeps one main contact a customer, the last one written.",
        remedy="Leave isMain: true at one of them.",
    )


def _unidentified(index: int) -> Flaw:
    return Flaw(
        path=("contacts", index),
        code="contact-unidentified",
        summary="a contact without external id and e-mail",
        detail=f"contacts[{index}] has neither externalId nor email, so Upflow neither knows nor takes it.",
        remedy="Add an externalId, or an email.",
    )


def _value_flaws(values: Value) -> Iterator[Flaw]:
    """Find the custom field values that are neither a scalar nor a list of texts."""
    for name, value in _mapping(values).items():
        sort = type(value)
        if not (sort is str or value is None or sort is bool or sort is int or _is_finite(value)):
            yield from _value_flaw(("customFields", name), value)


def _value_flaw(path: tuple[str | int, ...], value: Value) -> Iterator[Flaw]:
    from reconciler.providers.documents import string_expected, type_wrong, value_empty

    if not isinstance(value, list):
        yield type_wrong(path, "one value or a list of labels", value, "For a SELECT field write the label alone.")
        return
    for index, label in enumerate(value):
        if not isinstance(label, str):
            yield string_expected((*path, index), label)
        elif not label:
            yield value_empty((*path, index))


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
