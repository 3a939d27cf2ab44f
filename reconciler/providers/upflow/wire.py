"""Upflow's payloads and the normal shape: rows of JSON go in, `Observed` objects and catalogue entries come out.

One row costs some microseconds, of which building `Observed` is a third: each field is named once, in plain literals.
Past this module there is one shape: "", null and missing are None, a SELECT value is `{"label": …}`, a parent is its
external id. Contact rows stay as they came: a large organization has hundreds of thousands and nearly all are equal to
what is declared; whoever compares them takes "" for None. A row without an id is not believed, nor is its listing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.live.provider import RemoteId
from reconciler.model.resource import Fields, Members, Observed, Value
from reconciler.model.state import Entry

ADDRESS_PARTS = ("address", "zipcode", "city", "state", "country")
CONTACTS = "contacts"
_NO_ADDRESS = dict.fromkeys(ADDRESS_PARTS)


class RowError(ValueError):
    """A row that is not what Upflow's rows look like; its text names the flaw and no value."""


def customer_of(row: Value) -> Observed:
    """Turn a customer row into an object.

    Raises:
        RowError: the row is no object, or lacks its id.
    """
    if not isinstance(row, dict):
        raise RowError("a customer row is no JSON object")
    get = row.get
    address = get("address")
    parent = get("parent")
    custom = get("customFields")
    return Observed(
        kind="customer",
        key=get("externalId") or None,
        remote_id=_id(row),
        fields={
            "name": get("name") or None,
            "vatNumber": get("vatNumber") or None,
            "accountingRef": get("accountingRef") or None,
            "address": _address_of(address) if address else dict(_NO_ADDRESS),
            "parent": _parent_of(parent) if parent else None,
            "dunningPlan": get("dunningPlanId") or (_id_within(get("dunningPlan")) if "dunningPlan" in row else None),
            "accountManager": get("accountManagerId")
            or (_id_within(get("accountManager")) if "accountManager" in row else None),
            "paymentMethods": get("paymentMethods") or None,
            "customFields": _values_of(custom) if custom else {},
        },
        members=_members_of(get(CONTACTS)),
        facts={
            "balance": get("balance"),
            "amountDue": get("amountDue"),
            "amountOverdue": get("amountOverdue"),
            "countInvoicesDue": get("countInvoicesDue"),
            "countInvoicesOverdue": get("countInvoicesOverdue"),
        },
    )


def custom_field_of(row: Value) -> Observed:
    """Turn a custom field definition into an object.

    Raises:
        RowError: the row is no object, or lacks its id.
    """
    if not isinstance(row, dict):
        raise RowError("a custom field row is no JSON object")
    names = ("label", "description", "dataType", "entityType")
    fields = {name: row.get(name) or None for name in names}
    return Observed(kind="customField", key=row.get("externalId") or None, remote_id=_id(row), fields=fields)


def contacts_of(rows: Sequence[Value]) -> Sequence[Fields]:
    """Check that these are whole contact rows, and give them as they came.

    Raises:
        RowError: a row is no object, or lacks its id or its e-mail.
    """
    contacts = _members_of(rows)
    if contacts is None:
        raise RowError("a contact row lacks its e-mail")
    return contacts[CONTACTS]


def entry_of(catalogue: str, row: Value) -> Entry:
    """Turn a row of something that documents may name into a catalogue entry.

    Raises:
        RowError: the row is no object, or lacks its id.
    """
    if not isinstance(row, dict):
        raise RowError(f"a {catalogue} row is no JSON object")
    names = {
        "user": (" ".join(text for key in ("firstName", "lastName") if (text := _text(row, key))), _text(row, "email")),
        "customField": (_text(row, "label"), _text(row, "externalId")),
    }
    name, alias = names.get(catalogue, (_text(row, "name") or _text(row, "label"), ""))
    known = ("externalId", "dataType", "entityType", "options") if catalogue == "customField" else ()
    return Entry(
        id=_id(row),
        name=name,
        aliases=(alias,) if alias else (),
        fields={key: row[key] for key in known if row.get(key) is not None},
    )


def _id(row: Mapping[str, Value]) -> str:
    remote_id = row.get("id")
    if not isinstance(remote_id, str) or not remote_id:
        raise RowError("a row lacks its id")
    return remote_id


def _text(row: Mapping[str, Value], key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def _address_of(address: Value) -> Fields:
    """Give all five parts, and any that we do not know of: they are sent back with the others."""
    if not isinstance(address, dict):
        raise RowError("an address is no JSON object")
    get = address.get
    parts: dict[str, Value] = {
        "address": get("address") or None,
        "zipcode": get("zipcode") or None,
        "city": get("city") or None,
        "state": get("state") or None,
        "country": get("country") or None,
    }
    if address.keys() - parts.keys():
        parts.update((part, value or None) for part, value in address.items())
    return parts


def _parent_of(parent: Value) -> str | None:
    """Name the parent by its external id, or by its remote id where that is all the row says."""
    if not isinstance(parent, dict):
        return None
    external_id, remote_id = parent.get("externalId"), parent.get("id")
    if external_id:
        return str(external_id)
    return RemoteId(f"id:{remote_id}") if remote_id else None


def _id_within(nested: Value) -> Value:
    return nested.get("id") or None if isinstance(nested, dict) else None


def _values_of(custom: Value) -> Fields:
    """Key custom field values by external id; one without goes by `id:` and its remote id, to be sent back by that."""
    if not isinstance(custom, list):
        raise RowError("customFields is no JSON array")
    values: dict[str, Value] = {}
    for item in custom:
        if not isinstance(item, dict) or not (item.get("externalId") or item.get("id")):
            raise RowError("a custom field value names no field")
        values[item.get("externalId") or RemoteId(f"id:{item['id']}")] = custom_value_of(item.get("value"))
    return values


def custom_value_of(value: Value) -> Value:
    """Bring one custom field value into its normal shape: labels alone, several of them sorted."""
    if isinstance(value, list):
        return sorted((custom_value_of(item) for item in value), key=_label)
    if isinstance(value, dict) and "label" in value:
        return {"label": value["label"]}
    return None if value == "" else value


def _label(option: Value) -> str:
    return str(option.get("label")) if isinstance(option, dict) else str(option)


def _members_of(rows: Value) -> Members | None:
    """Give the contact rows where they are there and whole; None where they were not sent, or only in part."""
    if rows is None:
        return None
    if not isinstance(rows, list):
        raise RowError("contacts is no JSON array")
    whole = True
    for contact in rows:
        if not isinstance(contact, dict) or not isinstance(contact.get("id"), str) or not contact["id"]:
            raise RowError("a contact row is no JSON object with an id")
        if "email" not in contact:
            whole = False
    return {CONTACTS: rows} if whole else None


def personal_values(body: Value) -> tuple[str, ...]:
    """Give the personal strings in a body that is about to be sent, so that an error does not repeat them."""
    if not isinstance(body, Mapping):
        return ()
    people = [body, *(body.get(CONTACTS) or ())]
    names = ("email", "firstName", "lastName", "phone")
    return tuple(value for person in people for name in names if isinstance(value := person.get(name), str) and value)
