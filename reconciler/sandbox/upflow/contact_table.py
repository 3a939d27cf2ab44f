"""Contacts in the store: one organization's rows in and out as `Contact` values, by their customer's number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from reconciler.sandbox.connection import Connection
from reconciler.sandbox.upflow.records import Contact
from reconciler.sandbox.values import decode_object, encode

_Row: TypeAlias = tuple[int, int, str]


class ContactTable:
    """The contacts of one organization, by customer and in the order of birth."""

    def __init__(self, connection: Connection, organization: int) -> None:
        self._connection = connection
        self._organization = organization

    def of(self, customer: int) -> list[Contact]:
        """Return the contacts of one customer."""
        return self._select("AND customer = ? ORDER BY number", customer)

    def between(self, first: int, last: int) -> dict[int, list[Contact]]:
        """Return the contacts of a run of customers, by customer number."""
        found: dict[int, list[Contact]] = {}
        for contact in self._select("AND customer BETWEEN ? AND ? ORDER BY customer, number", first, last):
            found.setdefault(contact.customer, []).append(contact)
        return found

    def with_email(self, email: str) -> list[Contact]:
        """Return the contacts of all customers that have an e-mail, its case ignored."""
        return self._select("AND email = ? ORDER BY customer, number", email.casefold())

    def put(self, contacts: Iterable[Contact]) -> None:
        """Write contacts, new or known."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO contacts (organization, customer, number, email, body) VALUES (?, ?, ?, ?, ?)",
            (
                (
                    self._organization,
                    contact.customer,
                    contact.number,
                    contact.email.casefold(),
                    encode(contact.body).decode(),
                )
                for contact in contacts
            ),
        )

    def delete(self, contacts: Iterable[Contact]) -> None:
        """Remove contacts."""
        self._connection.executemany(
            "DELETE FROM contacts WHERE organization = ? AND customer = ? AND number = ?",
            ((self._organization, contact.customer, contact.number) for contact in contacts),
        )

    def _select(self, condition: str, *values: str | int) -> list[Contact]:
        rows: list[_Row] = self._connection.execute(
            f"SELECT number, customer, body FROM contacts WHERE organization = ? {condition}",
            (self._organization, *values),
        ).fetchall()
        return [Contact(number=number, customer=customer, body=decode_object(body)) for number, customer, body in rows]
