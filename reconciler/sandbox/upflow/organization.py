"""One organization opened for work: its name and settings, its tables, and the numbers that new things get."""

from __future__ import annotations

from reconciler.sandbox.upflow.catalogue_table import CatalogueTable, FieldTable
from reconciler.sandbox.upflow.contact_table import ContactTable
from reconciler.sandbox.upflow.customer_table import CustomerTable
from reconciler.sandbox.schema import TENANT_TABLE_NAMES
from reconciler.sandbox.upflow.settings import Settings
from reconciler.sandbox.store import Organization, Store, remote_id


class Tenant:
    """Everything that one organization holds. Use it inside a transaction of its store."""

    def __init__(self, store: Store, organization: Organization) -> None:
        self.store = store
        self.organization = organization
        self.customers = CustomerTable(store.connection, organization.number)
        self.contacts = ContactTable(store.connection, organization.number)
        self.fields = FieldTable(store.connection, organization.number)
        self.catalogue = CatalogueTable(store.connection, organization.number)

    @property
    def settings(self) -> Settings:
        """How this organization answers where the documents are silent."""
        return self.organization.settings

    def born(self) -> tuple[int, str]:
        """Return the number and the id of a new thing."""
        return self.born_many(1)[0]

    def born_many(self, count: int) -> list[tuple[int, str]]:
        """Return the numbers and ids of many new things."""
        numbers = self.store.take_numbers(self.organization, count)
        return [(number, remote_id(self.organization.name, number)) for number in numbers]

    def clear(self) -> None:
        """Forget all that the organization holds, and count from the beginning again."""
        connection, key = self.store.connection, (self.organization.number,)
        for table in TENANT_TABLE_NAMES:
            connection.execute(f"DELETE FROM {table} WHERE organization = ?", key)
        connection.execute("UPDATE organizations SET counter = 0 WHERE organization = ?", key)
