"""Customers in the store: one organization's rows in and out as `Customer` values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from reconciler.sandbox.connection import Connection
from reconciler.sandbox.upflow.records import Customer
from reconciler.sandbox.values import decode_object, encode

_Row: TypeAlias = tuple[int, str, str | None, str | None, int, str]
_COLUMNS = "number, id, external_id, parent_id, documents, body"


class CustomerTable:
    """The customers of one organization, in the order of birth."""

    def __init__(self, connection: Connection, organization: int) -> None:
        self._connection = connection
        self._organization = organization

    def count(self) -> int:
        """Return how many customers there are."""
        row: tuple[int] = self._connection.execute(
            "SELECT count(*) FROM customers WHERE organization = ?", (self._organization,)
        ).fetchone()
        return row[0]

    def page(self, offset: int, limit: int) -> list[Customer]:
        """Return some customers; a limit of -1 means all."""
        return self._select("ORDER BY number LIMIT ? OFFSET ?", limit, offset)

    def by_id(self, customer_id: str) -> Customer | None:
        """Return a customer by the vendor's id."""
        return next(iter(self._select("AND id = ?", customer_id)), None)

    def by_external_id(self, external_id: str) -> Customer | None:
        """Return a customer by the client's id, in exactly this case."""
        return next(iter(self._select("AND external_id = ?", external_id)), None)

    def children(self, customer_id: str) -> list[Customer]:
        """Return the customers whose parent this is."""
        return self._select("AND parent_id = ? ORDER BY number", customer_id)

    def external_ids(self, ids: Iterable[str]) -> dict[str, str | None]:
        """Return the external ids of some customers by their id."""
        wanted = sorted(set(ids))
        marks = ", ".join("?" * len(wanted))
        rows = self._connection.execute(
            f"SELECT id, external_id FROM customers WHERE organization = ? AND id IN ({marks})",
            (self._organization, *wanted),
        )
        return dict(rows.fetchall())

    def first_number(self) -> int:
        """Return a number before that of the first customer."""
        row: tuple[int] = self._connection.execute(
            "SELECT coalesce(min(number), 0) - 1 FROM customers WHERE organization = ?", (self._organization,)
        ).fetchone()
        return min(row[0], -1)

    def put(self, customers: Iterable[Customer]) -> None:
        """Write customers, new or known."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO customers"
            " (organization, number, id, external_id, parent_id, documents, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    self._organization,
                    customer.number,
                    customer.id,
                    customer.external_id,
                    customer.parent_id,
                    customer.documents,
                    encode(customer.body).decode(),
                )
                for customer in customers
            ),
        )

    def delete(self, customer: Customer) -> None:
        """Remove a customer; its contacts go with the contact table."""
        self._connection.execute(
            "DELETE FROM customers WHERE organization = ? AND number = ?", (self._organization, customer.number)
        )

    def _select(self, condition: str, *values: str | int) -> list[Customer]:
        rows: list[_Row] = self._connection.execute(
            f"SELECT {_COLUMNS} FROM customers WHERE organization = ? {condition}", (self._organization, *values)
        ).fetchall()
        return [_customer(row) for row in rows]


def _customer(row: _Row) -> Customer:
    """Turn a row into a customer."""
    number, customer_id, external_id, parent_id, documents, body = row
    return Customer(
        number=number,
        id=customer_id,
        external_id=external_id,
        parent_id=parent_id,
        documents=documents,
        body=decode_object(body),
    )
