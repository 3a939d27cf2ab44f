"""What a person does with the sandbox: seed an organization, look at it, edit it as in the vendor's web app.

Every function takes the store and the organization's name and is one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from reconciler.sandbox.upflow.by_hand import add_contact, add_customer, edit_target, find_target, remove_target
from reconciler.sandbox.upflow.customers import shown_with_contacts
from reconciler.sandbox.fault_list import active_faults
from reconciler.sandbox.upflow.seeds import create_default, plant, set_catalogue
from reconciler.sandbox.upflow.state import state_of
from reconciler.sandbox.store import Store
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.values import Json, JsonObject

Fields: TypeAlias = Mapping[str, Json]


def seed(store: Store, organization: str, data: Mapping[str, Json]) -> None:
    """Start an organization afresh from a seed (see `seeds.SEED_NAMES`)."""
    with store.transaction():
        plant(store, organization, data)


def ensure_organization(store: Store, organization: str) -> None:
    """Create an organization with the default catalogues if there is none of this name."""
    with store.transaction():
        if store.find_organization(organization) is None:
            create_default(store, organization)


def show(store: Store, organization: str, target: str | None = None) -> JsonObject:
    """Return an organization as a person sees it, or one customer or contact of it."""
    with store.transaction():
        tenant = Tenant(store, store.organization(organization))
        if target is None:
            return _shown_organization(tenant)
        customer, contact = find_target(tenant, target)
        return contact.body if contact is not None else shown_with_contacts(tenant, customer)


def edit(store: Store, organization: str, target: str, fields: Fields) -> JsonObject:
    """Set fields of `customer/<id>` or `customer/<id>/contact/<id>`, read-only ones included; return the result."""
    with store.transaction():
        tenant = Tenant(store, store.organization(organization))
        customer, contact = find_target(tenant, target)
        edit_target(tenant, target, dict(fields))
        person = f"/contact/{contact.id}" if contact is not None else ""
        return show(store, organization, f"customer/{customer.id}{person}")


def add(store: Store, organization: str, target: str, fields: Fields) -> JsonObject:
    """Create a `customer`, or a contact of `customer/<id>`, by hand; return it."""
    with store.transaction():
        tenant = Tenant(store, store.organization(organization))
        if target == "customer":
            return show(store, organization, f"customer/{add_customer(tenant, dict(fields)).id}")
        return add_contact(tenant, target, dict(fields)).body


def remove(store: Store, organization: str, target: str) -> None:
    """Delete a customer, empty or not, or a contact."""
    with store.transaction():
        remove_target(Tenant(store, store.organization(organization)), target)


def set_positions(store: Store, organization: str, names: Sequence[str]) -> None:
    """Replace the contact positions, as a switch of the organization's language does; contacts keep what they have."""
    with store.transaction():
        bodies: list[JsonObject] = [{"name": name} for name in names]
        set_catalogue(Tenant(store, store.organization(organization)), "position", bodies)


def turn_knobs(store: Store, organization: str, changes: Mapping[str, Json]) -> None:
    """Change some settings of an organization."""
    with store.transaction():
        found = store.organization(organization)
        store.set_settings(found, found.settings.changed(changes))


def reset(store: Store) -> None:
    """Forget every organization, fault and logged request."""
    store.clear()


def dump_state(store: Store, organization: str) -> JsonObject:
    """Return all that a client could want to reach, in one canonical form without ids, numbers and times."""
    with store.transaction():
        tenant = Tenant(store, store.organization(organization))
        return state_of(tenant)


def _shown_organization(tenant: Tenant) -> JsonObject:
    """Return everything in an organization."""
    catalogue = tenant.catalogue
    return {
        "organization": tenant.organization.name,
        "settings": tenant.settings.to_json(),
        "faults": [fault.to_json() for fault in active_faults(tenant.store)],
        "positions": [entry.body["name"] for entry in catalogue.all("position")],
        "users": [{"id": entry.id, **entry.body} for entry in catalogue.all("user")],
        "dunningPlans": [{"id": entry.id, **entry.body} for entry in catalogue.all("dunning-plan")],
        "bankAccounts": [{"id": entry.id, **entry.body} for entry in catalogue.all("bank-account")],
        "customFields": [*_shown_fields(tenant)],
        "customers": [shown_with_contacts(tenant, row) for row in tenant.customers.page(0, -1)],
    }


def _shown_fields(tenant: Tenant) -> list[JsonObject]:
    """Return the custom fields with the labels of their options."""
    return [
        {"id": definition.id, **definition.body, "options": [*tenant.fields.options(definition)]}
        for definition in tenant.fields.all()
    ]
