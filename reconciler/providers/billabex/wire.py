"""Billabex's payloads and the normal shape: rows of JSON go in, `Observed` accounts and rows of people come out.

An e-mail is sent as a text and comes back as `{address, status}` (fact sheet §5.1); the connector reads a plain text,
so both are believed. Past this module a person has `email` and `emailStatus`, "" and null are None, and whatever the
API's generation lacks is None as well. A row without an id is not believed, nor is its list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.resource import Fields, Members, Observed, Value
from reconciler.providers.billabex.addresses import SPELT, plainly
from reconciler.providers.billabex.keys import key_by_id, key_by_source
from reconciler.providers.billabex.read_only import FACT

ACCOUNT_FIELDS = ("fullName", "currencyCode", "billingAddress")
ADDRESS_PARTS = ("street", "city", "postalCode", "stateOrProvince", "country")
PERSON_FIELDS = ("fullName", "email", "language", "role", "notes", "isPrimary")
STATUS = "emailStatus"
SOURCE = "source"
"""The fact that holds an account's key by source, also where it is known by its id."""
BAD_STATUSES = ("Bounced", "Complained")


class RowError(ValueError):
    """A row that is not what Billabex's rows look like; its text names the flaw and no value."""


def account_of(row: Value) -> Observed:
    """Turn an account row into an object; its people are lists of their own.

    Raises:
        RowError: the row is no object, or lacks its id or its source.
    """
    if not isinstance(row, dict):
        raise RowError("an account row is no JSON object")
    remote_id = id_of(row)
    address = row.get("billingAddress")
    return Observed(
        kind="account",
        key=_key(row) or key_by_id(remote_id),
        remote_id=remote_id,
        fields={
            "fullName": row.get("fullName") or None,
            "currencyCode": _currency(row),
            "billingAddress": _address(address if isinstance(address, dict) else {}),
        },
        facts={FACT: row.get(FACT), SOURCE: _key(row)},
    )


def created_account(answer: Value, key: str) -> Iterator[Observed]:
    """Give the account that a create was answered with, under its key; nothing where the answer lacks an id."""
    remote_id = answer.get("id") if isinstance(answer, dict) else None
    if isinstance(remote_id, str) and remote_id:
        yield Observed(kind="account", key=key, remote_id=remote_id, fields={})


def people_of(rows: Sequence[Value]) -> Sequence[Fields]:
    """Turn a list's rows into people.

    Raises:
        RowError: a row is no object, or lacks its id.
    """
    return tuple(person_of(row) for row in rows)


def person_of(row: Value) -> Fields:
    """Turn the row of a contact or an internal representative into a person.

    Raises:
        RowError: the row is no object, or lacks its id.
    """
    if not isinstance(row, dict):
        raise RowError("a person's row is no JSON object")
    written: Value = row.get("email")
    email, status = (written.get("address"), written.get("status")) if isinstance(written, dict) else (written, None)
    person: dict[str, Value] = {name: row.get(name) or None for name in PERSON_FIELDS}
    spelt = email if isinstance(email, str) and email else None
    return {
        **person,
        "id": id_of(row),
        "email": plainly(spelt) if spelt else None,
        SPELT: spelt,
        "isPrimary": row.get("isPrimary"),
        STATUS: status,
    }


def id_of(row: Mapping[str, Value]) -> str:
    """Give a row's id.

    Raises:
        RowError: there is none.
    """
    remote_id = row.get("id")
    if not isinstance(remote_id, str) or not remote_id:
        raise RowError("a row lacks its id")
    return remote_id


def personal_values(body: Value) -> tuple[str, ...]:
    """Give the personal strings in a body that is about to be sent, so that an error does not repeat them.

    The same fields as `kinds` marks. An account's full name is withheld with them, because it is spelt like a person's.
    """
    if not isinstance(body, Mapping):
        return ()
    return tuple(value for name in ("fullName", "email", "notes") if isinstance(value := body.get(name), str))


def members_of(contacts: Sequence[Value], representatives: Sequence[Value] | None) -> Members:
    """Give both lists of an account; a generation without representatives has none."""
    return {"contacts": people_of(contacts), "internalRepresentatives": people_of(representatives or ())}


def _key(row: Mapping[str, Value]) -> str | None:
    if "source" not in row:
        raise RowError("an account row does not say its source")  # and so nobody can say which account it is
    source = row["source"]
    if not isinstance(source, dict):
        return None
    connection, own = source.get("connectionId"), source.get("sourceId")
    return key_by_source(connection, own) if isinstance(connection, str) and isinstance(own, str) else None


def _currency(row: Mapping[str, Value]) -> Value:
    """Give the currency's code; the connector knows it by two spellings (fact sheet §5.2)."""
    nested = row.get("currency")
    return row.get("currencyCode") or (nested.get("code") if isinstance(nested, dict) else None)


def _address(address: Mapping[str, Value]) -> Fields:
    """Give all parts, and any that we do not know of: they are sent back with the others."""
    parts: dict[str, Value] = dict.fromkeys(ADDRESS_PARTS)
    return parts | {part: value or None for part, value in address.items()}
