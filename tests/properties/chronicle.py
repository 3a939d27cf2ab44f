"""What happened in the sandbox, request by request, as its own tables tell it: by triggers, so that nobody is believed.

Triggers write down every customer and contact that is put or deleted, with the number of the request under way; what a
person does by hand between two requests bears the number of the second. `Scene` is all that exists at one moment, and
moves on request by request. Nothing of the product is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from reconciler.sandbox import LoggedRequest, Store, logged_requests
from reconciler.sandbox.values import JsonObject, decode_object

_NOW = "(SELECT coalesce(max(number), 0) + 1 FROM requests)"
_TABLES = f"""
CREATE TABLE IF NOT EXISTS chronicle (
    number INTEGER PRIMARY KEY AUTOINCREMENT, request INTEGER, sort TEXT, organization INTEGER, customer INTEGER,
    place INTEGER, external_id TEXT, id TEXT, body TEXT
);
CREATE TRIGGER IF NOT EXISTS customer_put AFTER INSERT ON customers BEGIN
    INSERT INTO chronicle (request, sort, organization, customer, place, external_id, id, body)
    VALUES ({_NOW}, 'customer', NEW.organization, NEW.number, NEW.number, NEW.external_id, NEW.id, NEW.body);
END;
CREATE TRIGGER IF NOT EXISTS customer_gone AFTER DELETE ON customers BEGIN
    INSERT INTO chronicle (request, sort, organization, customer, place)
    VALUES ({_NOW}, 'customer', OLD.organization, OLD.number, OLD.number);
END;
CREATE TRIGGER IF NOT EXISTS contact_put AFTER INSERT ON contacts BEGIN
    INSERT INTO chronicle (request, sort, organization, customer, place, body)
    VALUES ({_NOW}, 'contact', NEW.organization, NEW.customer, NEW.number, NEW.body);
END;
CREATE TRIGGER IF NOT EXISTS contact_gone AFTER DELETE ON contacts BEGIN
    INSERT INTO chronicle (request, sort, organization, customer, place)
    VALUES ({_NOW}, 'contact', OLD.organization, OLD.customer, OLD.number);
END;
"""
WRITABLE = ("name", "vatNumber", "accountingRef", "accountManagerId", "dunningPlanId", "address", "paymentMethods")

_Row: TypeAlias = tuple[int, str, int, int, int, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact as it stands; `content` is all of it."""

    id: str
    external_id: str | None
    email: str
    first_name: str | None
    main: bool
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer as it stands; `content` is what the API can write of it, contacts aside."""

    id: str
    external_id: str | None
    number: int
    name: str | None
    city: str | None
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What stands under one external id: which object, with which fields and which list."""

    id: str
    fields: str
    people: frozenset[str]


@dataclass(slots=True)
class Scene:
    """All that exists at one moment, by organization and number."""

    customers: dict[tuple[int, int], Customer] = field(default_factory=dict)
    contacts: dict[tuple[int, int], dict[int, Contact]] = field(default_factory=dict)

    def copied(self) -> Scene:
        """Give the same scene, to be moved on by itself."""
        return Scene(dict(self.customers), {key: dict(people) for key, people in self.contacts.items()})

    def of(self, organization: int) -> Iterator[Customer]:
        """Give the customers of an organization."""
        return (one for (number, _), one in self.customers.items() if number == organization)

    def by_key(self, organization: int, key: str) -> Customer | None:
        """Find a customer by its external id."""
        return next((one for one in self.of(organization) if one.external_id == key), None)

    def by_id(self, organization: int, remote_id: str) -> Customer | None:
        """Find a customer by the vendor's id."""
        return next((one for one in self.of(organization) if one.id == remote_id), None)

    def people(self, organization: int, customer: Customer) -> Sequence[Contact]:
        """Give the contacts of a customer."""
        return list(self.contacts.get((organization, customer.number), {}).values())

    def content(self, organization: int, key: str) -> Content | None:
        """Say what stands under an external id."""
        found = self.by_key(organization, key)
        if found is None:
            return None
        people = frozenset(one.content for one in self.people(organization, found))
        return Content(id=found.id, fields=found.content, people=people)

    def move(self, row: _Row) -> None:
        """Let one line of the chronicle happen."""
        _, sort, organization, customer, place, external_id, remote_id, body = row
        if sort == "contact":
            people = self.contacts.setdefault((organization, customer), {})
            if body is None:
                people.pop(place, None)
            else:
                people[place] = _contact(body)
        elif body is None:
            self.customers.pop((organization, place), None)
        else:
            self.customers[organization, place] = _customer(place, external_id, str(remote_id), decode_object(body))


class Chronicle:
    """All that happened so far in one sandbox's file."""

    def __init__(self, store: Store) -> None:
        store.connection.executescript(_TABLES)
        self.scene = Scene()
        self.position = 0
        self._read = 0
        self._pending: list[tuple[int, _Row]] = []

    def requests(self, store: Store) -> Sequence[LoggedRequest]:
        """Give the requests after the position, in order."""
        return [one for one in logged_requests(store) if one.number > self.position]

    def fetch(self, store: Store) -> None:
        """Read what was written down since the last time."""
        rows: list[tuple[int, *_Row]] = store.connection.execute(
            "SELECT number, request, sort, organization, customer, place, external_id, id, body FROM chronicle"
            " WHERE number > ? ORDER BY number",
            (self._read,),
        ).fetchall()
        self._pending += [(row[1], row[1:]) for row in rows]
        self._read = rows[-1][0] if rows else self._read

    def advance(self, position: int) -> None:
        """Move the scene on to the end of a request."""
        while self._pending and self._pending[0][0] <= position:
            self.scene.move(self._pending.pop(0)[1])
        self.position = position

    def settle(self, store: Store) -> None:
        """Move the scene on past everything so far, what was done by hand after the last request included."""
        self.fetch(store)
        found: tuple[int] = store.connection.execute("SELECT coalesce(max(number), 0) FROM requests").fetchone()
        self.advance(found[0] + 1)
        self.position = found[0]


def organization_numbers(store: Store) -> Mapping[str, int]:
    """Give the numbers of organizations by their names."""
    return {one.name: one.number for one in store.organizations()}


def scratch(folder: str = "/dev/shm") -> str | None:
    """Name a folder in memory, where the system has one."""
    return folder if Path(folder).is_dir() else None


def _contact(body: str) -> Contact:
    row = decode_object(body)
    return Contact(
        id=str(row["id"]),
        external_id=_text(row, "externalId"),
        email=str(row["email"]).casefold(),
        first_name=_text(row, "firstName"),
        main=row.get("isMain") is True,
        content=body,
    )


def _customer(number: int, external_id: str | None, remote_id: str, body: JsonObject) -> Customer:
    address = body.get("address")
    city = address.get("city") if isinstance(address, dict) else None
    return Customer(
        id=remote_id,
        external_id=external_id,
        number=number,
        name=_text(body, "name"),
        city=str(city) if city else None,
        content=json.dumps([body.get(name) for name in WRITABLE], sort_keys=True),
    )


def _text(row: JsonObject, name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) and value else None
