"""The rules that hold for the contacts of one customer, whichever route writes them (fact sheet §3.2, §4.1–5, §7).

A written list is whole: whom it does not name goes, but a contact made by hand (no externalId) may stay. A contact is
the same one if its externalId is; one without is known by its e-mail. E-mails are judged on the list as it ends up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.sandbox.checks import a_list, an_object, optional_text
from reconciler.sandbox.upflow.call import Call, check_names
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.records import PERSON, Contact, Customer
from reconciler.sandbox.upflow.settings import Absent, Settings
from reconciler.sandbox.values import Json, JsonObject
from reconciler.sandbox.wire import RefusalError

CONTACT_NAMES = frozenset({"id", "externalId", "email", "isMain", *PERSON})


def replace_contacts(call: Call, customer: Customer, entries: Json) -> None:
    """Write a whole list over a customer's contacts; those who stay keep their ids."""
    existing = call.organization.contacts.of(customer.number)
    members = [checked(call, an_object("A contact", entry), email=True) for entry in a_list("contacts", entries)]
    _refuse_twins([member.get("externalId") for member in members])
    matches = [same_contact(existing, member, call.settings) for member in members]
    named = [
        written(match or new_contact(call.organization, customer, {}), member, call.settings.member_absent_fields)
        for match, member in zip(matches, members, strict=True)
    ]
    _refuse_twins([contact.id for contact in named])
    named_ids = {contact.id for contact in named}
    rest = [contact for contact in existing if contact.id not in named_ids]
    staying = [contact for contact in rest if _survives(contact, call.settings)]
    claims = [contact.id for contact, member in zip(named, members, strict=True) if member.get("isMain") is True]
    save_contacts(call, before=existing, after=[*named, *staying], written_ids=named_ids, claims=claims)


def _survives(contact: Contact, settings: Settings) -> bool:
    """Return whether a list that does not name a contact lets it stay."""
    return contact.external_id is None and settings.hand_made_on_import == "kept"


def _refuse_twins(identities: Iterable[Json]) -> None:
    """Turn down a list that names one contact twice."""
    named = [identity for identity in identities if identity is not None]
    if any(identity in named[:place] for place, identity in enumerate(named)):
        raise RefusalError(400, "A contact is in the list twice.")


def checked(call: Call, document: JsonObject, *, email: bool) -> JsonObject:
    """Return the writable fields of a contact as a body gives them; `email` says whether the e-mail must be there."""
    check_names(document, CONTACT_NAMES, call.settings)
    given = {name: optional_text(name, document[name]) for name in PERSON if name in document}
    member: JsonObject = {**given}
    if email or "email" in document:
        member["email"] = _email(document.get("email"))
    if document.get("externalId") is not None:
        member["externalId"] = optional_text("externalId", document["externalId"]) or None
    if "isMain" in document:
        if not isinstance(document["isMain"], bool):
            raise RefusalError(400, "isMain must be true or false.")
        member["isMain"] = document["isMain"]
    position = given.get("position")
    if position is not None and position not in call.organization.catalogue.positions():
        raise RefusalError(400, "The contact position does not exist.")
    return member


def _email(value: Json) -> str:
    """Return an e-mail; it is mandatory and must look like one."""
    if not isinstance(value, str) or not all(value.partition("@")) or " " in value:
        raise RefusalError(400, "The contact email is mandatory and must be valid.")
    return value


def same_contact(existing: Sequence[Contact], member: JsonObject, settings: Settings) -> Contact | None:
    """Return the contact that a member of a list means, if the customer has it."""
    external_id = member.get("externalId")
    for contact in existing:
        if external_id is not None and contact.external_id == external_id:
            return contact
    if external_id is not None and settings.hand_made_email_taken == "rejected":
        return None
    email = _folded(str(member["email"]), settings)
    by_hand = [contact for contact in existing if contact.external_id is None]
    return next((contact for contact in by_hand if _folded(contact.email, settings) == email), None)


def new_contact(organization: UpflowOrganization, customer: Customer, fields: JsonObject) -> Contact:
    """Return a contact that is not stored yet."""
    number, contact_id = organization.born()
    empty: JsonObject = {"id": contact_id, "externalId": None, "firstName": None, "lastName": None, "phone": None}
    body = empty | {"email": None, "position": None, "isMain": False} | fields
    return Contact(number=number, customer=customer.number, body=body)


def written(contact: Contact, member: JsonObject, absent: Absent) -> Contact:
    """Return a contact after a body was written over it; e-mail and externalId are never cleared."""
    cleared: JsonObject = {**dict.fromkeys(PERSON), "isMain": False} if absent == "cleared" else {}
    return replace(contact, body=contact.body | cleared | member)


def save_contacts(
    call: Call,
    *,
    before: Sequence[Contact],
    after: Sequence[Contact],
    written_ids: Iterable[str],
    claims: Sequence[str],
) -> list[Contact]:
    """Store a customer's contacts once e-mails and the main contact are settled, and return them.

    `written_ids` are the contacts that this request wrote, whose e-mails must be free; `claims` those that it makes
    the main one, of which the last wins.
    """
    for contact_id in written_ids:
        _check_email(call, after, next(contact for contact in after if contact.id == contact_id))
    settled = _with_main(call.settings, before, after, claims)
    staying = {contact.id for contact in settled}
    call.organization.contacts.delete(contact for contact in before if contact.id not in staying)
    call.organization.contacts.put(settled)
    return settled


def _check_email(call: Call, after: Sequence[Contact], contact: Contact) -> None:
    """Turn down an e-mail that another contact of the customer, or of the organization, has."""
    rivals = [other for other in after if other.id != contact.id]
    if call.settings.email_scope == "organization":
        elsewhere = call.organization.contacts.with_email(contact.email)
        rivals += [
            other
            for other in elsewhere
            if other.customer != contact.customer
            and (other.external_id is None or other.external_id != contact.external_id)
        ]
    email = _folded(contact.email, call.settings)
    if any(_folded(other.email, call.settings) == email for other in rivals):
        raise RefusalError(400, "The contact email must be unique.")


def _folded(email: str, settings: Settings) -> str:
    """Return an e-mail as the vendor compares it."""
    return email.casefold() if settings.email_case == "insensitive" else email


def _with_main(
    settings: Settings, before: Sequence[Contact], after: Sequence[Contact], claims: Sequence[str]
) -> list[Contact]:
    """Return the contacts with at most one main among them, the oldest first."""
    contacts = sorted(after, key=lambda contact: contact.number)
    main = claims[-1] if claims else next((contact.id for contact in contacts if contact.is_main), None)
    if main is None and contacts:
        ids = {contact.id for contact in contacts}
        lost = any(contact.is_main and contact.id not in ids for contact in before)
        if (lost and settings.main_removed == "oldest") or (not before and settings.first_contact == "main"):
            main = contacts[0].id
    return [
        replace(contact, body=contact.body | {"isMain": contact.id == main})
        if contact.is_main != (contact.id == main)
        else contact
        for contact in contacts
    ]
