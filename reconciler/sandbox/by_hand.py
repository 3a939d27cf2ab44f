"""What a person does in the vendor's web app, outside the API: edit, add and remove customers and contacts.

Nothing of the API's rules holds here but that what is referred to exists. Targets are written `customer/C-001` and
`customer/C-001/contact/P-1`, with an external id, the vendor's id, or for a contact its e-mail.
"""

from __future__ import annotations

from dataclasses import replace

from reconciler.sandbox.contact_list import new_contact
from reconciler.sandbox.names import Names
from reconciler.sandbox.records import READ_ONLY_DEFAULTS, WRITABLE_DEFAULTS, Contact, Customer
from reconciler.sandbox.tenant import Tenant
from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse, objects, text_or_none, whole_number


def edit_target(tenant: Tenant, target: str, fields: JsonObject) -> None:
    """Set fields of a customer or a contact."""
    customer, contact = find_target(tenant, target)
    if contact is not None:
        _set_contact(tenant, contact, fields)
    else:
        _set_customer(tenant, customer, fields)


def add_customer(tenant: Tenant, fields: JsonObject, *, first: bool = False) -> Customer:
    """Create a customer by hand, without an external id unless given one; the `first` sorts before all others."""
    number, customer_id = tenant.born()
    body = {"name": None} | WRITABLE_DEFAULTS | READ_ONLY_DEFAULTS
    if first:
        number = tenant.customers.first_number()
    customer = Customer(number=number, id=customer_id, external_id=None, body=body)
    _set_customer(tenant, customer, fields)
    return customer


def add_contact(tenant: Tenant, target: str, fields: JsonObject) -> Contact:
    """Create a contact by hand, without an external id unless one is given."""
    customer, _ = find_target(tenant, target)
    contact = new_contact(tenant, customer, Names(tenant).contact_body({}, fields))
    _set_contact(tenant, contact, {})
    return contact


def remove_target(tenant: Tenant, target: str) -> None:
    """Delete a customer with its contacts, or a contact; children lose their parent."""
    customer, contact = find_target(tenant, target)
    if contact is not None:
        tenant.contacts.delete([contact])
        return
    tenant.customers.put(replace(child, parent_id=None) for child in tenant.customers.children(customer.id))
    tenant.contacts.delete(tenant.contacts.of(customer.number))
    tenant.customers.delete(customer)


def find_target(tenant: Tenant, target: str) -> tuple[Customer, Contact | None]:
    """Return the customer that a target names, and the contact if it names one."""
    sort, _, rest = target.partition("/")
    name, _, person = rest.partition("/contact/")
    if sort != "customer" or not name:
        raise SandboxMisuse(f"{target!r} is not customer/<external id> or customer/<external id>/contact/<external id>")
    customer = tenant.customers.by_external_id(name) or tenant.customers.by_id(name)
    if customer is None:
        raise SandboxMisuse(f"there is no customer {name!r}")
    return customer, _find_contact(tenant, customer, person) if person else None


def _find_contact(tenant: Tenant, customer: Customer, person: str) -> Contact:
    """Return a contact by external id, id or e-mail."""
    for contact in tenant.contacts.of(customer.number):
        if person in (contact.external_id, contact.id, contact.email):
            return contact
    raise SandboxMisuse(f"the customer has no contact {person!r}")


def _set_customer(tenant: Tenant, customer: Customer, fields: JsonObject) -> None:
    """Store a customer with some fields set; `contacts` are added to those that it has."""
    changed = replace(customer, body=Names(tenant).customer_body(customer.body, fields))
    if "externalId" in fields:
        changed = replace(changed, external_id=_free_external_id(tenant, customer, fields["externalId"]))
    if "documents" in fields:
        changed = replace(changed, documents=whole_number(fields["documents"]))
    if "parent" in fields:
        changed = replace(changed, parent_id=_parent_id(tenant, fields["parent"]))
    tenant.customers.put([changed])
    for contact in objects(fields.get("contacts")):
        add_contact(tenant, f"customer/{changed.id}", contact)


def _free_external_id(tenant: Tenant, customer: Customer, name: Json) -> str | None:
    """Return an external id that no other customer has: that one would be gone without a word."""
    external_id = text_or_none(name)
    holder = tenant.customers.by_external_id(external_id) if external_id is not None else None
    if holder is not None and holder.id != customer.id:
        raise SandboxMisuse(f"there is a customer {external_id!r} already")
    return external_id


def _parent_id(tenant: Tenant, parent: Json) -> str | None:
    """Return the id of a parent named by its external id, as a string or as the wire writes it."""
    name = parent.get("externalId") if isinstance(parent, dict) else parent
    return None if name is None else find_target(tenant, f"customer/{name}")[0].id


def _set_contact(tenant: Tenant, contact: Contact, fields: JsonObject) -> None:
    """Store a contact with some fields set; a new main contact takes over from the old one."""
    changed = replace(contact, body=Names(tenant).contact_body(contact.body, fields))
    if changed.is_main:
        others = [other for other in tenant.contacts.of(contact.customer) if other.is_main]
        tenant.contacts.put(replace(other, body=other.body | {"isMain": False}) for other in others)
    tenant.contacts.put([changed])
