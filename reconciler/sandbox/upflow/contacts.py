"""The contact routes below a customer: list, create, read, update, delete (fact sheet §2, §3.2, §7)."""

from __future__ import annotations

from reconciler.sandbox.upflow.call import EXTERNAL, Call, deleted, find_customer
from reconciler.sandbox.upflow.contact_list import (
    CONTACT_NAMES,
    checked,
    new_contact,
    same_contact,
    save_contacts,
    written,
)
from reconciler.sandbox.upflow.listing import envelope, wanted_page
from reconciler.sandbox.upflow.records import Contact, Customer
from reconciler.sandbox.values import JsonObject
from reconciler.sandbox.wire import RefusalError, Reply


def list_contacts(call: Call) -> Reply:
    """GET /customers/{id}/contacts."""
    page = wanted_page(call)
    rows = [contact.body for contact in call.organization.contacts.of(find_customer(call).number)]
    return envelope(page, call.settings.contacts_list_key, page.cut(rows), len(rows))


def create_contact(call: Call) -> Reply:
    """POST /customers/{id}/contacts: a new contact, unless the customer has its externalId already."""
    customer, settings = find_customer(call), call.settings
    member = checked(call, call.document(CONTACT_NAMES), email=True)
    existing = call.organization.contacts.of(customer.number)
    known = same_contact(existing, member, settings)
    if known is not None and known.external_id is None and member.get("externalId") is None:
        known = None
    if known is not None and known.external_id is not None and settings.contact_post_existing != "updated":
        if settings.contact_post_existing == "rejected":
            raise RefusalError(400, "The customer has a contact with this externalId.")
        known = None
    if known is not None:
        contact = written(known, member, settings.contact_put_absent_fields)
        return Reply(payload=_saved(call, customer, contact, member), written=f"customer/{customer.id}")
    contact = new_contact(call.organization, customer, member)
    return Reply(
        status=settings.created_status,
        payload=_saved(call, customer, contact, member),
        written=f"customer/{customer.id}",
    )


def get_contact(call: Call) -> Reply:
    """GET /customers/{id}/contacts/{contactId}."""
    return Reply(payload=_find_contact(call, find_customer(call)).body)


def update_contact(call: Call) -> Reply:
    """PUT /customers/{id}/contacts/{contactId}: whether absent fields are kept is a setting."""
    customer = find_customer(call)
    contact = _find_contact(call, customer)
    member = checked(call, call.document(CONTACT_NAMES), email=False)
    _check_rename(call, customer, contact, member)
    changed = written(contact, member, call.settings.contact_put_absent_fields)
    return Reply(payload=_saved(call, customer, changed, member), written=f"customer/{customer.id}")


def _check_rename(call: Call, customer: Customer, contact: Contact, member: JsonObject) -> None:
    """Turn down or drop a new externalId; to give one to a contact made by hand is always possible."""
    external_id = member.get("externalId")
    if external_id is None or external_id == contact.external_id:
        return
    if contact.external_id is not None and call.settings.external_id_change != "changes":
        if call.settings.external_id_change == "rejected":
            raise RefusalError(400, "externalId cannot be changed.")
        del member["externalId"]
    elif any(other.external_id == external_id for other in call.organization.contacts.of(customer.number)):
        raise RefusalError(400, "The customer has a contact with this externalId.")


def delete_contact(call: Call) -> Reply:
    """DELETE /customers/{id}/contacts/{contactId}."""
    customer = find_customer(call)
    contact = _find_contact(call, customer)
    before = call.organization.contacts.of(customer.number)
    after = [other for other in before if other.id != contact.id]
    save_contacts(call, before=before, after=after, written_ids=(), claims=())
    return deleted(call.settings, contact.body)


def _saved(call: Call, customer: Customer, contact: Contact, member: JsonObject) -> JsonObject:
    """Store one contact beside the others and return it as it ends up."""
    before = call.organization.contacts.of(customer.number)
    others = [other for other in before if other.id != contact.id]
    claims = [contact.id] if member.get("isMain") is True else []
    settled = save_contacts(call, before=before, after=[*others, contact], written_ids=[contact.id], claims=claims)
    return next(saved.body for saved in settled if saved.id == contact.id)


def _find_contact(call: Call, customer: Customer) -> Contact:
    """Return the contact of this customer that the path names by id or `external:` id."""
    wanted = call.ids[1]
    for contact in call.organization.contacts.of(customer.number):
        if wanted in (contact.id, f"{EXTERNAL}{contact.external_id}" if contact.external_id else None):
            return contact
    raise RefusalError(404, "The contact does not exist.")
