"""The customer routes: import, update, read, list, delete (fact sheet §2, §4, §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.sandbox.checks import optional_text, required_text
from reconciler.sandbox.upflow.call import Call, deleted, find_customer
from reconciler.sandbox.upflow.contact_list import replace_contacts
from reconciler.sandbox.upflow.customer_fields import CUSTOMER_NAMES, with_fields
from reconciler.sandbox.upflow.field_values import shown_values, value_filters
from reconciler.sandbox.upflow.listing import Page, envelope, wanted_page
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.records import READ_ONLY_DEFAULTS, WRITABLE_DEFAULTS, Customer
from reconciler.sandbox.values import Json, JsonObject
from reconciler.sandbox.wire import RefusalError, Reply

APP = "https://app.upflow.io/customers/"


def import_customer(call: Call) -> Reply:
    """POST /customers: create, or update the one with this externalId; `contacts` is the whole list."""
    document = call.document(CUSTOMER_NAMES)
    external_id = required_text(document, "externalId")
    known = call.organization.customers.by_external_id(external_id)
    if known is None:
        customer, status = _created(call, document, external_id), call.settings.created_status
    else:
        customer, status = with_fields(call, known, document, call.settings.post_absent_fields), 200
    call.organization.customers.put([customer])
    if "contacts" in document:
        replace_contacts(call, customer, document["contacts"])
    return Reply(
        status=status, payload=shown_with_contacts(call.organization, customer), written=f"customer/{customer.id}"
    )


def _created(call: Call, document: JsonObject, external_id: str) -> Customer:
    """Return a new customer, on the organization's default dunning plan where it has one."""
    required_text(document, "name")
    number, customer_id = call.organization.born()
    body: JsonObject = {"name": None} | WRITABLE_DEFAULTS | READ_ONLY_DEFAULTS
    plans = call.organization.catalogue.all("dunning-plan")
    if call.settings.default_dunning_plan == "first" and plans:
        body["dunningPlanId"] = plans[0].id
    return with_fields(call, Customer(number=number, id=customer_id, external_id=external_id, body=body), document)


def update_customer(call: Call) -> Reply:
    """PUT /customers/{id}: only the named fields change."""
    customer = find_customer(call)
    document = call.document(CUSTOMER_NAMES)
    if "externalId" in document:
        customer = _renamed(call, customer, optional_text("externalId", document["externalId"]))
    customer = with_fields(call, customer, document)
    call.organization.customers.put([customer])
    if "contacts" in document and call.settings.put_contacts == "replaces":
        replace_contacts(call, customer, document["contacts"])
    return Reply(payload=_shown_as_read(call, customer), written=f"customer/{customer.id}")


def _renamed(call: Call, customer: Customer, external_id: str | None) -> Customer:
    """Return the customer under another external id, if the settings let it change."""
    if external_id == customer.external_id or call.settings.external_id_change == "ignored":
        return customer
    if not external_id or (customer.external_id is not None and call.settings.external_id_change == "rejected"):
        raise RefusalError(400, "externalId cannot be changed.")
    if call.organization.customers.by_external_id(external_id) is not None:
        raise RefusalError(400, "Another customer has this externalId.")
    return replace(customer, external_id=external_id)


def get_customer(call: Call) -> Reply:
    """GET /customers/{id}."""
    return Reply(payload=_shown_as_read(call, find_customer(call)))


def list_customers(call: Call) -> Reply:
    """GET /customers: pages in the order of birth, filtered by custom field values alone."""
    organization = call.organization
    page = wanted_page(call, call.settings.customers_cap)
    filters = value_filters(call)
    if not filters:
        customers = organization.customers.page(page.offset, page.limit)
        return envelope(page, "customers", _rows(organization, customers), organization.customers.count())
    matching = [row for row in organization.customers.page(0, -1) if all(holds(row) for holds in filters)]
    return _filtered_page(organization, page, matching)


def _filtered_page(organization: UpflowOrganization, page: Page, matching: Sequence[Customer]) -> Reply:
    """Return one page of the customers that a filter let through."""
    customers = matching[page.offset : page.offset + page.limit]
    return envelope(page, "customers", _rows(organization, customers), len(matching))


def delete_customer(call: Call) -> Reply:
    """DELETE /customers/{id}: an empty one that is nobody's parent goes, with its contacts."""
    organization, settings, customer = call.organization, call.settings, find_customer(call)
    if not customer.empty and settings.delete_non_empty != "deleted":
        status = 400 if settings.delete_non_empty == "rejected" else 409
        raise RefusalError(status, "Only empty customers can be deleted.")
    children = organization.customers.children(customer.id)
    if children and settings.delete_parent == "rejected":
        raise RefusalError(400, "The customer has children.")
    payload = _shown_as_read(call, customer)
    organization.customers.put(replace(child, parent_id=None) for child in children)
    organization.contacts.delete(organization.contacts.of(customer.number))
    organization.customers.delete(customer)
    return deleted(settings, payload)


def shown_with_contacts(organization: UpflowOrganization, customer: Customer) -> JsonObject:
    """Return a customer as the wire shows it, its contacts with it."""
    return {
        **_shown(organization, [customer])[0],
        "contacts": [contact.body for contact in organization.contacts.of(customer.number)],
    }


def _shown_as_read(call: Call, customer: Customer) -> JsonObject:
    """Return a customer as GET shows it."""
    if call.settings.get_customer_contacts:
        return shown_with_contacts(call.organization, customer)
    return _shown(call.organization, [customer])[0]


def _rows(organization: UpflowOrganization, customers: Sequence[Customer]) -> list[JsonObject]:
    """Return customers as a listing shows them."""
    rows = _shown(organization, customers)
    if organization.settings.list_rows_contacts and customers:
        contacts = organization.contacts.between(customers[0].number, customers[-1].number)
        for customer, row in zip(customers, rows, strict=True):
            row["contacts"] = [contact.body for contact in contacts.get(customer.number, [])]
    return rows


def _shown(organization: UpflowOrganization, customers: Sequence[Customer]) -> list[JsonObject]:
    """Return customers as the wire shows them, without contacts."""
    definitions = organization.fields.all()
    parents = organization.customers.external_ids(row.parent_id for row in customers if row.parent_id is not None)
    return [
        {
            "id": customer.id,
            "externalId": customer.external_id,
            **customer.body,
            "parent": _shown_parent(customer.parent_id, parents),
            "customFields": shown_values(customer, definitions),
            "directUrl": APP + customer.id,
        }
        for customer in customers
    ]


def _shown_parent(parent_id: str | None, external_ids: dict[str, str | None]) -> Json:
    """Return a parent as the wire shows it."""
    return None if parent_id is None else {"id": parent_id, "externalId": external_ids.get(parent_id)}
