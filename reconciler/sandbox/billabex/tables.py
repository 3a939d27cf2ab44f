"""Accounts and people in the store: one organization's rows in and out as values."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.sandbox.billabex.records import SORTS, Account, Person
from reconciler.sandbox.connection import Connection
from reconciler.sandbox.values import JsonObject, decode_object, encode, text_or_none


class AccountTable:
    """The accounts of one organization, in the order of birth."""

    def __init__(self, connection: Connection, organization: int) -> None:
        self._connection = connection
        self._organization = organization

    def all(self) -> list[Account]:
        """Return every account."""
        return self._select("ORDER BY number")

    def after(self, number: int | None, limit: int, shift: int = 0) -> list[Account]:
        """Return the accounts that follow a number, or the first ones, beginning `shift` rows later than that."""
        if shift < 0:
            number, shift = self._earlier(number, -shift), 0
        if number is None:
            return self._select("ORDER BY number LIMIT ? OFFSET ?", limit, shift)
        return self._select("AND number > ? ORDER BY number LIMIT ? OFFSET ?", number, limit, shift)

    def by_id(self, account_id: str) -> Account | None:
        """Return an account by the vendor's id."""
        return next(iter(self._select("AND id = ?", account_id)), None)

    def by_number(self, number: int) -> Account | None:
        """Return an account by its place in the order of birth."""
        return next(iter(self._select("AND number = ?", number)), None)

    def linked(self, connection_id: str | None, source_id: str | None) -> list[Account]:
        """Return the accounts with a source."""
        return self._select(
            "AND json_extract(body, '$.source.connectionId') = ? AND json_extract(body, '$.source.sourceId') = ?"
            " ORDER BY number",
            connection_id,
            source_id,
        )

    def first_number(self) -> int:
        """Return a number before that of the first account."""
        row: tuple[int] = self._connection.execute(
            "SELECT coalesce(min(number), 0) - 1 FROM accounts WHERE organization = ?", (self._organization,)
        ).fetchone()
        return min(row[0], -1)

    def put(self, accounts: Iterable[Account]) -> None:
        """Write accounts, new or known."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO accounts (organization, number, id, body) VALUES (?, ?, ?, ?)",
            ((self._organization, account.number, account.id, encode(account.body).decode()) for account in accounts),
        )

    def delete(self, account: Account) -> None:
        """Remove an account; its people go with the people table."""
        self._connection.execute(
            "DELETE FROM accounts WHERE organization = ? AND number = ?", (self._organization, account.number)
        )

    def _earlier(self, number: int | None, count: int) -> int | None:
        """Return the number of the account that stands some rows before another, or None for the very beginning."""
        if number is None:
            return None
        found: tuple[int] | None = self._connection.execute(
            "SELECT number FROM accounts WHERE organization = ? AND number <= ? ORDER BY number DESC LIMIT 1 OFFSET ?",
            (self._organization, number, count),
        ).fetchone()
        return None if found is None else found[0]

    def _select(self, condition: str, *values: str | int | None) -> list[Account]:
        rows: list[tuple[int, str, str]] = self._connection.execute(
            f"SELECT number, id, body FROM accounts WHERE organization = ? {condition}", (self._organization, *values)
        ).fetchall()
        return [Account(number=number, id=account_id, body=decode_object(body)) for number, account_id, body in rows]


class PeopleTable:
    """The people of one organization, each account's in the order of birth."""

    def __init__(self, connection: Connection, organization: int) -> None:
        self._connection = connection
        self._organization = organization

    def of(self, account: int) -> list[Person]:
        """Return the people of one account."""
        return self._select("AND account = ?", account)

    def all(self) -> dict[int, list[Person]]:
        """Return all people by their account."""
        found: dict[int, list[Person]] = {}
        for person in self._select(""):
            found.setdefault(person.account, []).append(person)
        return found

    def put(self, people: Iterable[Person]) -> None:
        """Write people, new or known."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO people (organization, account, number, body) VALUES (?, ?, ?, ?)",
            ((self._organization, person.account, person.number, encode(row_of(person)).decode()) for person in people),
        )

    def delete(self, people: Iterable[Person]) -> None:
        """Remove people."""
        self._connection.executemany(
            "DELETE FROM people WHERE organization = ? AND account = ? AND number = ?",
            ((self._organization, person.account, person.number) for person in people),
        )

    def _select(self, condition: str, *values: int) -> list[Person]:
        rows: list[tuple[int, int, str]] = self._connection.execute(
            f"SELECT number, account, body FROM people WHERE organization = ? {condition} ORDER BY account, number",
            (self._organization, *values),
        ).fetchall()
        return [person_from(number, account, decode_object(body)) for number, account, body in rows]


def row_of(person: Person) -> JsonObject:
    """Return a person as a row keeps it."""
    return {**person.body, "id": person.id, "sort": person.sort}


def person_from(number: int, account: int, row: JsonObject) -> Person:
    """Read a person from its row."""
    rest = {name: value for name, value in row.items() if name not in ("id", "sort")}
    sort = next(sort for sort in SORTS if sort == row["sort"])
    return Person(number=number, account=account, id=text_or_none(row["id"]) or "", sort=sort, body=rest)
