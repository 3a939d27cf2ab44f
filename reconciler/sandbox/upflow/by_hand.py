"""What a person does in the vendor's web app, outside the API: edit, add and remove customers and contacts.

Nothing of the API's rules holds here but that what is referred to exists. Targets are written `customer/C-001` and
`customer/C-001/contact/P-1`, with an external id, the vendor's id, or for a contact its e-mail.
"""

from __future__ import annotations

from dataclasses import replace

from reconciler.sandbox.upflow.contact_list import new_contact
from reconciler.sandbox.upflow.names import Names
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.records import READ_ONLY_DEFAULTS, WRITABLE_DEFAULTS, Contact, Customer
from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse, objects, text_or_none, whole_number


def edit_target(organization: UpflowOrganization, target: str, fields: JsonObject) -> None:
    """Set fields of a customer or a contact."""
    customer, contact = find_target(organization, target)
    if contact is not None:
        _set_contact(organization, contact, fields)
    else:
        _set_customer(organization, customer, fields)


def add_customer(organization: UpflowOrganization, fields: JsonObject, *, first: bool = False) -> Customer:
    """Create a customer by hand, without an external id unless given one; the `first` sorts before all others."""
    number, customer_id = organization.born()
    body = {"name": None} | WRITABLE_DEFAULTS | READ_ONLY_DEFAULTS
    if first:
        number = organization.customers.first_number()
    customer = Customer(number=number, id=customer_id, external_id=None, body=body)
    _set_customer(organization, customer, fields)
    return customer


def add_contact(organization: UpflowOrganization, target: str, fields: JsonObject) -> Contact:
    """Create a contact by hand, without an external id unless one is given."""
    customer, _ = find_target(organization, target)
    contact = new_contact(organization, customer, Names(organization).contact_body({}, fields))
    _set_contact(organization, contact, {})
    return contact


def remove_target(organization: UpflowOrganization, target: str) -> None:
    """Delete a customer with its contacts, or a contact; children lose their parent."""
    customer, contact = find_target(organization, target)
    if contact is not None:
        organization.contacts.delete([contact])
        return
    organization.customers.put(replace(child, parent_id=None) for child in organization.customers.children(customer.id))
    organization.contacts.delete(organization.contacts.of(customer.number))
    organization.customers.delete(customer)


def find_target(organization: UpflowOrganization, target: str) -> tuple[Customer, Contact | None]:
    """Return the customer that a target names, and the contact if it names one."""
    sort, _, rest = target.partition("/")
    name, _, person = rest.partition("/contact/")
    if sort != "customer" or not name:
        raise SandboxMisuse(f"{target!r} is not customer/<external id> or customer/<external id>/contact/<external id>")
    customer = organization.customers.by_external_id(name) or organization.customers.by_id(name)
    if customer is None:
        raise SandboxMisuse(f"there is no customer {name!r}")
    return customer, _find_contact(organization, customer, person) if person else None


def _find_contact(organization: UpflowOrganization, customer: Customer, person: str) -> Contact:
    """Return a contact by external id, id or e-mail."""
    for contact in organization.contacts.of(customer.number):
        if person in (contact.external_id, contact.id, contact.email):
            return contact
    raise SandboxMisuse(f"the customer has no contact {person!r}")


def _set_customer(organization: UpflowOrganization, customer: Customer, fields: JsonObject) -> None:
    """Store a customer with some fields set; `contacts` are added to those that it has."""
    changed = replace(customer, body=Names(organization).customer_body(customer.body, fields))
    if "externalId" in fields:
        changed = replace(changed, external_id=_free_external_id(organization, customer, fields["externalId"]))
    if "documents" in fields:
        changed = replace(changed, documents=whole_number(fields["documents"]))
    if "parent" in fields:
        changed = replace(changed, parent_id=_parent_id(organization, fields["parent"]))
    organization.customers.put([changed])
    for contact in objects(fields.get("contacts")):
        add_contact(organization, f"customer/{changed.id}", contact)


def _free_external_id(organization: UpflowOrganization, customer: Customer, name: Json) -> str | None:
    """Return an external id that no other customer has: that one would be gone without a word."""
    external_id = text_or_none(name)
    holder = organization.customers.by_external_id(external_id) if external_id is not None else None
    if holder is not None and holder.id != customer.id:
        raise SandboxMisuse(f"there is a customer {external_id!r} already")
    return external_id


def _parent_id(organization: UpflowOrganization, parent: Json) -> str | None:
    """Return the id of a parent named by its external id, as a string or as the wire writes it."""
    name = parent.get("externalId") if isinstance(parent, dict) else parent
    return None if name is None else find_target(organization, f"customer/{name}")[0].id


def _set_contact(organization: UpflowOrganization, contact: Contact, fields: JsonObject) -> None:
    """Store a contact with some fields set; a new main contact takes over from the old one."""
    changed = replace(contact, body=Names(organization).contact_body(contact.body, fields))
    if changed.is_main:
        others = [other for other in organization.contacts.of(contact.customer) if other.is_main]
        organization.contacts.put(replace(other, body=other.body | {"isMain": False}) for other in others)
    organization.contacts.put([changed])
