"""The routes above customers: custom field definitions, and the read-only lists (fact sheet §2, §3.7–9)."""

from __future__ import annotations

from dataclasses import replace

from reconciler.sandbox.checks import optional_text, required_text
from reconciler.sandbox.upflow.call import EXTERNAL, Call, deleted
from reconciler.sandbox.upflow.catalogue_table import Sort
from reconciler.sandbox.upflow.listing import envelope, wanted_page
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.records import CustomField
from reconciler.sandbox.values import JsonObject
from reconciler.sandbox.wire import RefusalError, Reply

DEFINITION_NAMES = ("externalId", "label", "description", "dataType", "entityType")
DATA_TYPES = frozenset({"TEXT", "NUMBER", "DATE", "BOOLEAN", "SELECT", "MULTI_SELECT"})
ENTITY_TYPES = frozenset({"CUSTOMER", "CONTACT", "INVOICE", "PAYMENT", "CREDIT_NOTE"})


def list_custom_fields(call: Call) -> Reply:
    """GET /custom_fields."""
    page = wanted_page(call)
    definitions = call.organization.fields.all()
    rows = [_shown(call.organization, definition) for definition in definitions[page.offset : page.offset + page.limit]]
    return envelope(page, call.settings.custom_fields_list_key, rows, len(definitions))


def create_custom_field(call: Call) -> Reply:
    """POST /custom_fields: 201 and the definition; no route changes one later."""
    body = _definition(call.document({*DEFINITION_NAMES, "id"}))
    external_id = optional_text("externalId", body["externalId"])
    twins = [known for known in call.organization.fields.all() if external_id and known.external_id == external_id]
    if twins and call.settings.custom_field_post_existing == "rejected":
        raise RefusalError(400, "A custom field with this externalId exists.")
    if twins and call.settings.custom_field_post_existing == "updated":
        updated = replace(twins[0], body=body)
        call.organization.fields.put(updated)
        return Reply(payload=_shown(call.organization, updated))
    number, field_id = call.organization.born()
    definition = CustomField(number=number, id=field_id, external_id=external_id, body=body)
    call.organization.fields.put(definition)
    return Reply(status=201, payload=_shown(call.organization, definition))


def _definition(document: JsonObject) -> JsonObject:
    """Return a definition as it is kept, its types checked."""
    if document.get("dataType") not in DATA_TYPES:
        raise RefusalError(400, "dataType is not valid.")
    if document.get("entityType") not in ENTITY_TYPES:
        raise RefusalError(400, "entityType is not valid.")
    required_text(document, "label")
    return {name: optional_text(name, document.get(name)) for name in DEFINITION_NAMES}


def delete_custom_field(call: Call) -> Reply:
    """DELETE /custom_fields/{id}: the definition goes, and every customer's value with it."""
    organization, wanted = call.organization, call.ids[0]
    for definition in organization.fields.all():
        if wanted in (definition.id, f"{EXTERNAL}{definition.external_id}" if definition.external_id else None):
            payload = _shown(organization, definition)
            organization.fields.delete(definition)
            _forget_values(organization, definition)
            return deleted(call.settings, payload)
    raise RefusalError(404, "The custom field does not exist.")


def _forget_values(organization: UpflowOrganization, definition: CustomField) -> None:
    """Take the values of a field off all customers."""
    for customer in organization.customers.page(0, -1):
        if definition.id in customer.values:
            values = {name: value for name, value in customer.values.items() if name != definition.id}
            organization.customers.put([replace(customer, body=customer.body | {"customFields": values})])


def _shown(organization: UpflowOrganization, definition: CustomField) -> JsonObject:
    """Return a definition as the wire shows it."""
    shown: JsonObject = {"id": definition.id, **definition.body}
    if organization.settings.definitions_carry_options:
        options = organization.fields.options(definition)
        shown["options"] = [{"id": option_id, "label": label} for label, option_id in options.items()]
    return shown


def _catalogue(organization: UpflowOrganization, sort: Sort) -> list[JsonObject]:
    """Return the lines of one catalogue as the wire shows them."""
    return [{"id": entry.id, **entry.body} for entry in organization.catalogue.all(sort)]


def list_dunning_plans(call: Call) -> Reply:
    """GET /dunning_plans: plans can be read and linked, nothing else."""
    page, rows = wanted_page(call), _catalogue(call.organization, "dunning-plan")
    return envelope(page, "items", page.cut(rows), len(rows))


def list_users(call: Call) -> Reply:
    """GET /users: all of them under one key, without pages."""
    return Reply(payload={"users": [*_catalogue(call.organization, "user")]})


def list_bank_accounts(call: Call) -> Reply:
    """GET /bank_accounts."""
    page, rows = wanted_page(call), _catalogue(call.organization, "bank-account")
    return envelope(page, call.settings.bank_accounts_list_key, page.cut(rows), len(rows))
