"""What an organization's people set up: custom fields with options, users, plans, bank accounts, positions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from reconciler.sandbox.connection import Connection
from reconciler.sandbox.upflow.records import CustomField, Entry
from reconciler.sandbox.values import JsonObject, decode_object, encode

Sort: TypeAlias = Literal["user", "dunning-plan", "bank-account", "position"]
_FieldRow: TypeAlias = tuple[int, str, str | None, str]


class FieldTable:
    """The custom field definitions of one organization, and the options that exist."""

    def __init__(self, connection: Connection, organization: int) -> None:
        self._connection = connection
        self._organization = organization

    def all(self) -> list[CustomField]:
        """Return every definition in the order of birth."""
        rows: list[_FieldRow] = self._connection.execute(
            "SELECT number, id, external_id, body FROM custom_fields WHERE organization = ? ORDER BY number",
            (self._organization,),
        ).fetchall()
        return [
            CustomField(number=number, id=field_id, external_id=external_id, body=decode_object(body))
            for number, field_id, external_id, body in rows
        ]

    def put(self, definition: CustomField) -> None:
        """Write a definition, new or known."""
        self._connection.execute(
            "INSERT OR REPLACE INTO custom_fields (organization, number, id, external_id, body) VALUES (?, ?, ?, ?, ?)",
            (
                self._organization,
                definition.number,
                definition.id,
                definition.external_id,
                encode(definition.body).decode(),
            ),
        )

    def delete(self, definition: CustomField) -> None:
        """Remove a definition and its options."""
        key = (self._organization, definition.id)
        self._connection.execute("DELETE FROM custom_fields WHERE organization = ? AND id = ?", key)
        self._connection.execute("DELETE FROM options WHERE organization = ? AND custom_field = ?", key)

    def options(self, definition: CustomField) -> dict[str, str]:
        """Return the ids of a field's options by label, in the order of birth."""
        rows = self._connection.execute(
            "SELECT label, id FROM options WHERE organization = ? AND custom_field = ? ORDER BY number",
            (self._organization, definition.id),
        )
        return dict(rows.fetchall())

    def add_option(self, definition: CustomField, label: str, number: int, option_id: str) -> None:
        """Add an option."""
        self._connection.execute(
            "INSERT INTO options (organization, custom_field, label, number, id) VALUES (?, ?, ?, ?, ?)",
            (self._organization, definition.id, label, number, option_id),
        )


class CatalogueTable:
    """The users, dunning plans, bank accounts and positions of one organization."""

    def __init__(self, connection: Connection, organization: int) -> None:
        self._connection = connection
        self._organization = organization

    def all(self, sort: Sort) -> list[Entry]:
        """Return every entry of one sort in the order of birth."""
        rows: list[tuple[int, str, str]] = self._connection.execute(
            "SELECT number, id, body FROM catalogue WHERE organization = ? AND sort = ? ORDER BY number",
            (self._organization, sort),
        ).fetchall()
        return [Entry(number=number, id=entry_id, body=decode_object(body)) for number, entry_id, body in rows]

    def ids(self, sort: Sort) -> set[str]:
        """Return the ids of all entries of one sort."""
        return {entry.id for entry in self.all(sort)}

    def positions(self) -> set[str]:
        """Return the names of the contact positions."""
        return {str(entry.body["name"]) for entry in self.all("position")}

    def put(self, sort: Sort, number: int, entry_id: str, body: JsonObject) -> None:
        """Write an entry, new or known."""
        self._connection.execute(
            "INSERT OR REPLACE INTO catalogue (organization, sort, number, id, body) VALUES (?, ?, ?, ?, ?)",
            (self._organization, sort, number, entry_id, encode(body).decode()),
        )

    def delete(self, sort: Sort, entries: Iterable[Entry]) -> None:
        """Remove entries."""
        self._connection.executemany(
            "DELETE FROM catalogue WHERE organization = ? AND sort = ? AND number = ?",
            ((self._organization, sort, entry.number) for entry in entries),
        )
