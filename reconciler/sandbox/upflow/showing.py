"""An organization as a person sees it, everything in it."""

from __future__ import annotations

from reconciler.sandbox.fault_list import active_faults
from reconciler.sandbox.upflow.customers import shown_with_contacts
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.values import JsonObject


def shown_organization(organization: UpflowOrganization) -> JsonObject:
    """Return everything in an organization."""
    catalogue = organization.catalogue
    return {
        "organization": organization.row.name,
        "settings": organization.settings.to_json(),
        "faults": [fault.to_json() for fault in active_faults(organization.store)],
        "positions": [entry.body["name"] for entry in catalogue.all("position")],
        "users": [{"id": entry.id, **entry.body} for entry in catalogue.all("user")],
        "dunningPlans": [{"id": entry.id, **entry.body} for entry in catalogue.all("dunning-plan")],
        "bankAccounts": [{"id": entry.id, **entry.body} for entry in catalogue.all("bank-account")],
        "customFields": [*_shown_fields(organization)],
        "customers": [shown_with_contacts(organization, row) for row in organization.customers.page(0, -1)],
    }


def _shown_fields(organization: UpflowOrganization) -> list[JsonObject]:
    """Return the custom fields with the labels of their options."""
    return [
        {"id": definition.id, **definition.body, "options": [*organization.fields.options(definition)]}
        for definition in organization.fields.all()
    ]
