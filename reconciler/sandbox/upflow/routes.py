"""Upflow's routing table. What is not here does not exist (404)."""

from __future__ import annotations

from reconciler.sandbox.routing import route
from reconciler.sandbox.upflow.call import Call
from reconciler.sandbox.upflow.contacts import (
    create_contact,
    delete_contact,
    get_contact,
    list_contacts,
    update_contact,
)
from reconciler.sandbox.upflow.customers import (
    delete_customer,
    get_customer,
    import_customer,
    list_customers,
    update_customer,
)
from reconciler.sandbox.upflow.organization_routes import (
    create_custom_field,
    delete_custom_field,
    list_bank_accounts,
    list_custom_fields,
    list_dunning_plans,
    list_users,
)
from reconciler.sandbox.wire import RefusalError, Reply


def _not_simulated(_call: Call) -> Reply:
    """Say that a route exists at Upflow while nothing is known of its bodies (fact sheet §9)."""
    raise RefusalError(501, "The sandbox does not simulate this route: its bodies are not documented.")


ROUTES = (
    route("POST /customers", import_customer),
    route("GET /customers", list_customers, listing=True),
    route("GET /customers/*", get_customer),
    route("PUT /customers/*", update_customer),
    route("DELETE /customers/*", delete_customer),
    route("GET /customers/*/contacts", list_contacts, listing=True),
    route("POST /customers/*/contacts", create_contact),
    route("GET /customers/*/contacts/*", get_contact),
    route("PUT /customers/*/contacts/*", update_contact),
    route("DELETE /customers/*/contacts/*", delete_contact),
    route("POST /customers/*/portal", _not_simulated),
    route("GET /customers/*/account-managers", _not_simulated),
    route("POST /customers/*/account-managers", _not_simulated),
    route("POST /customers/*/customer_summary", _not_simulated),
    route("POST /custom_fields", create_custom_field),
    route("GET /custom_fields", list_custom_fields, listing=True),
    route("DELETE /custom_fields/*", delete_custom_field),
    route("GET /dunning_plans", list_dunning_plans, listing=True),
    route("GET /users", list_users),
    route("GET /bank_accounts", list_bank_accounts, listing=True),
)
