"""An organization's end state in one canonical form, without ids, times or order of birth: two runs can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.sandbox.upflow.catalogue_table import Sort
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.records import AMOUNTS, Contact, Customer, CustomField
from reconciler.sandbox.values import Json, JsonObject, encode

_PLAIN = ("name", "vatNumber", "accountingRef", "address", "paymentMethods", "currency", *AMOUNTS)


def state_of(organization: UpflowOrganization) -> JsonObject:
    """Return custom fields and customers with their contacts, references written as names, everything sorted."""
    customers = organization.customers.page(0, -1)
    contacts = organization.contacts.between(customers[0].number, customers[-1].number) if customers else {}
    external_ids = {customer.id: customer.external_id for customer in customers}
    plans, users = _labels(organization, "dunning-plan"), _labels(organization, "user")
    fields = organization.fields.all()
    rows: list[JsonObject] = [
        {
            "externalId": customer.external_id,
            **{name: customer.body.get(name) for name in _PLAIN},
            "documents": customer.documents,
            "dunningPlan": plans.get(customer.body.get("dunningPlanId")),
            "accountManager": users.get(customer.body.get("accountManagerId")),
            "parent": external_ids.get(customer.parent_id or ""),
            "customFields": _values(customer, fields),
            "contacts": _sorted([_person(contact) for contact in contacts.get(customer.number, [])]),
        }
        for customer in customers
    ]
    return {"customFields": _sorted([_definition(organization, field) for field in fields]), "customers": _sorted(rows)}


def _labels(organization: UpflowOrganization, sort: Sort) -> dict[Json, Json]:
    """Return the names of one catalogue's entries by id."""
    return {entry.id: entry.label for entry in organization.catalogue.all(sort)}


def _values(customer: Customer, fields: Sequence[CustomField]) -> JsonObject:
    """Return custom field values by the field's external id, its label where it has none."""
    values = customer.values
    return {
        str(field.external_id or field.body.get("label")): values[field.id] for field in fields if field.id in values
    }


def _person(contact: Contact) -> JsonObject:
    """Return a contact without its id."""
    return {name: value for name, value in contact.body.items() if name != "id"}


def _definition(organization: UpflowOrganization, field: CustomField) -> JsonObject:
    """Return a custom field with the labels of its options."""
    return {**field.body, "options": [*sorted(organization.fields.options(field))]}


def _sorted(rows: Sequence[JsonObject]) -> list[Json]:
    """Return rows by external id, those without one last and by their content."""
    return [*sorted(rows, key=lambda row: (row["externalId"] is None, str(row["externalId"]), encode(row)))]
