"""One Billabex organization opened for work: its tables, its settings, and the time."""

from __future__ import annotations

from reconciler.sandbox.billabex.records import Account
from reconciler.sandbox.billabex.schema import TABLE_NAMES
from reconciler.sandbox.billabex.settings import Settings, settings_read
from reconciler.sandbox.billabex.tables import AccountTable, PeopleTable
from reconciler.sandbox.store import Organization, Store, remote_id


class BillabexOrganization:
    """Everything that one organization holds. Use it inside a transaction of its store."""

    def __init__(self, store: Store, row: Organization, *, now: float = 0.0) -> None:
        self.store = store
        self.row = row
        self.now = now
        self.accounts = AccountTable(store.connection, row.number)
        self.people = PeopleTable(store.connection, row.number)
        self.read_behind: set[int] = set()
        """The accounts that this request was shown as they were before."""

    @property
    def settings(self) -> Settings:
        """How this organization answers where the documents are silent."""
        return settings_read(self.row.settings_text)

    @property
    def id(self) -> str:
        """The vendor's id of the organization."""
        return self.settings.organization_id or remote_id(self.row.name, 0)

    def born(self) -> tuple[int, str]:
        """Return the number and the id of a new thing."""
        return self.born_many(1)[0]

    def born_many(self, count: int) -> list[tuple[int, str]]:
        """Return the numbers and ids of many new things."""
        return self.store.born(self.row, count)

    def delete_account(self, account: Account) -> None:
        """Remove an account with its people; its invoices and credit notes are no more than numbers of it."""
        self.people.delete(self.people.of(account.number))
        self.accounts.delete(account)

    def clear(self) -> None:
        """Forget all that the organization holds, and count from the beginning again."""
        self.store.forget(self.row, TABLE_NAMES)
