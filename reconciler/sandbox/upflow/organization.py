"""One Upflow organization opened for work: its name and settings, its tables, and the numbers that new things get."""

from __future__ import annotations

from reconciler.sandbox.store import Organization, Store
from reconciler.sandbox.upflow.catalogue_table import CatalogueTable, FieldTable
from reconciler.sandbox.upflow.contact_table import ContactTable
from reconciler.sandbox.upflow.customer_table import CustomerTable
from reconciler.sandbox.upflow.schema import TABLE_NAMES
from reconciler.sandbox.upflow.settings import Settings, settings_read


class UpflowOrganization:
    """Everything that one organization holds. Use it inside a transaction of its store."""

    def __init__(self, store: Store, row: Organization) -> None:
        self.store = store
        self.row = row
        self.customers = CustomerTable(store.connection, row.number)
        self.contacts = ContactTable(store.connection, row.number)
        self.fields = FieldTable(store.connection, row.number)
        self.catalogue = CatalogueTable(store.connection, row.number)

    @property
    def settings(self) -> Settings:
        """How this organization answers where the documents are silent."""
        return settings_read(self.row.settings_text)

    def born(self) -> tuple[int, str]:
        """Return the number and the id of a new thing."""
        return self.born_many(1)[0]

    def born_many(self, count: int) -> list[tuple[int, str]]:
        """Return the numbers and ids of many new things."""
        return self.store.born(self.row, count)

    def clear(self) -> None:
        """Forget all that the organization holds, and count from the beginning again."""
        self.store.forget(self.row, TABLE_NAMES)
