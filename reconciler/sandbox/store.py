"""The SQLite file, or memory, in which sandbox organizations live; one transaction at a time, across processes.

Here are the connection, the organizations with their settings, and the counter that all ids come from: the same
requests in the same order give the same ids. What an organization holds is in the tables of its vendor.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

from reconciler.sandbox.connection import Connection
from reconciler.sandbox.knobs import Knobs
from reconciler.sandbox.schema import LATER_COLUMNS, TABLE_NAMES, TABLES, TABLES_MADE
from reconciler.sandbox.settings import settings_of
from reconciler.sandbox.values import SandboxMisuse

VendorName: TypeAlias = str
_Row: TypeAlias = tuple[int, str, VendorName, str | None, str | None, str]
_COLUMNS = "organization, name, vendor, api_key, api_secret, settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """One organization of the sandbox: whose it is, and the key pair, or the client's, that opens it."""

    number: int
    name: str
    vendor: VendorName
    api_key: str | None
    api_secret: str | None
    settings_text: str

    @property
    def settings(self) -> Knobs:
        """How this organization answers where the documents are silent."""
        return settings_of(self.vendor, self.settings_text)


def remote_id(organization: str, number: int) -> str:
    """Return the id, UUID-looking, of the `number`th thing born in an organization."""
    digest = blake2b(f"{organization}/{number}".encode(), digest_size=16).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:]}"


class Store:
    """Everything that the sandbox remembers, in one SQLite file or in memory."""

    def __init__(self, path: str | Path = ":memory:") -> None:
        if str(path) != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.path = str(path)
        self.connection = Connection(self.path)
        self._lock = threading.RLock()
        self._depth = 0
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=OFF")
        self._make_tables()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do everything inside or nothing; a transaction inside another can fail by itself."""
        with self._lock:
            self._depth += 1
            point = f"depth_{self._depth}"
            self.connection.execute("BEGIN IMMEDIATE" if self._depth == 1 else f"SAVEPOINT {point}")
            try:
                yield
            except BaseException:
                self._undo(point)
                raise
            else:
                self.connection.execute("COMMIT" if self._depth == 1 else f"RELEASE {point}")
            finally:
                self._depth -= 1

    def _undo(self, point: str) -> None:
        """Go back to where a transaction began, unless SQLite did so itself, as on a full disk."""
        if not self.connection.in_transaction:
            return
        self.connection.execute("ROLLBACK" if self._depth == 1 else f"ROLLBACK TO {point}")
        if self._depth > 1:
            self.connection.execute(f"RELEASE {point}")

    def organizations(self) -> list[Organization]:
        """Return all organizations in the order of their creation."""
        rows = self.connection.execute(f"SELECT {_COLUMNS} FROM organizations ORDER BY organization")
        return [_organization(row) for row in rows.fetchall()]

    def organization(self, name: str) -> Organization:
        """Return an organization by its name; raise SandboxMisuse when there is none."""
        found = self.find_organization(name)
        if found is None:
            known = ", ".join(organization.name for organization in self.organizations()) or "none yet"
            raise SandboxMisuse(f"the sandbox has no organization {name!r}; it has {known}")
        return found

    def find_organization(self, name: str) -> Organization | None:
        """Return an organization by its name, or None."""
        return self._organization_where("name = ?", name)

    def organization_with_key(self, api_key: str) -> Organization | None:
        """Return the organization that an API key belongs to, or None."""
        return self._organization_where("api_key = ?", api_key)

    def create_organization(self, name: str, *, vendor: VendorName, settings: Knobs) -> Organization:
        """Create an empty organization without credentials."""
        self.connection.execute(
            "INSERT INTO organizations (name, vendor, settings) VALUES (?, ?, ?)", (name, vendor, settings.to_text())
        )
        return self.organization(name)

    def set_credentials(self, organization: Organization, api_key: str, api_secret: str) -> None:
        """Give an organization its key pair; raise SandboxMisuse when another one has this key."""
        holder = self.organization_with_key(api_key)
        if holder is not None and holder.number != organization.number:
            raise SandboxMisuse(f"the organization {holder.name!r} has this API key already")
        self.connection.execute(
            "UPDATE organizations SET api_key = ?, api_secret = ? WHERE organization = ?",
            (api_key, api_secret, organization.number),
        )

    def set_settings(self, organization: Organization, settings: Knobs) -> None:
        """Replace the settings of an organization."""
        self.connection.execute(
            "UPDATE organizations SET settings = ? WHERE organization = ?",
            (settings.to_text(), organization.number),
        )

    def take_numbers(self, organization: Organization, count: int) -> range:
        """Reserve numbers for things about to be born, each used once."""
        row: tuple[int] = self.connection.execute(
            "UPDATE organizations SET counter = counter + ? WHERE organization = ? RETURNING counter",
            (count, organization.number),
        ).fetchone()
        return range(row[0] - count + 1, row[0] + 1)

    def born(self, organization: Organization, count: int) -> list[tuple[int, str]]:
        """Return the numbers and ids of many new things."""
        numbers = self.take_numbers(organization, count)
        return [(number, remote_id(organization.name, number)) for number in numbers]

    def forget(self, organization: Organization, tables: Iterable[str]) -> None:
        """Forget all that an organization holds in its vendor's tables, and count from the beginning again."""
        key = (organization.number,)
        for table in tables:
            self.connection.execute(f"DELETE FROM {table} WHERE organization = ?", key)
        self.connection.execute("UPDATE organizations SET counter = 0 WHERE organization = ?", key)

    def clear(self) -> None:
        """Forget everything: organizations, faults and the request log."""
        with self.transaction():
            for table in TABLE_NAMES:
                self.connection.execute(f"DELETE FROM {table}")

    def _organization_where(self, condition: str, value: str) -> Organization | None:
        row: _Row | None = self.connection.execute(
            f"SELECT {_COLUMNS} FROM organizations WHERE {condition}", (value,)
        ).fetchone()
        return None if row is None else _organization(row)

    def _make_tables(self) -> None:
        """Make what the file lacks: nothing, if it says that these very tables were made in it."""
        if self.connection.execute("PRAGMA user_version").fetchone() == (TABLES_MADE,):
            return
        self.connection.executescript("".join(("BEGIN IMMEDIATE;", *TABLES, "COMMIT;")))
        self._add_later_columns()
        self.connection.execute(f"PRAGMA user_version = {TABLES_MADE}")

    def _add_later_columns(self) -> None:
        """Give a file of an earlier release the columns that came later."""
        for table, column, declaration in LATER_COLUMNS:
            known = {row[1] for row in self.connection.execute(f"PRAGMA table_info({table})").fetchall()}
            if column not in known:
                self.connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {declaration}")


def _organization(row: _Row) -> Organization:
    """Turn a row into an organization."""
    number, name, vendor, api_key, api_secret, settings = row
    return Organization(
        number=number, name=name, vendor=vendor, api_key=api_key, api_secret=api_secret, settings_text=settings
    )
