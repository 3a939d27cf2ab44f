"""Custom field values on a customer: what may be written, which options that brings to life, how they read (§3.7).

An option is made by writing its label, in exactly this case: "One" and "one" are two options. A value is kept by the id
of its field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from reconciler.sandbox.checks import a_list, an_object, required_text
from reconciler.sandbox.upflow.call import Call, check_names, unknown_reference
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.records import Customer, CustomField
from reconciler.sandbox.values import Json, JsonObject
from reconciler.sandbox.wire import RefusalError

_ENTRY_NAMES = frozenset({"id", "externalId", "value", "source", "label", "dataType", "entityType"})


def written_values(call: Call, before: JsonObject, entries: Json) -> JsonObject:
    """Return the values by field id after a body's `customFields` was written."""
    definitions = [definition for definition in call.organization.fields.all() if definition.for_customers]
    after: JsonObject = {} if call.settings.custom_fields_absent == "cleared" else dict(before)
    for entry in a_list("customFields", entries):
        member = an_object("A custom field", entry)
        check_names(member, _ENTRY_NAMES, call.settings)
        definition = _definition(definitions, member)
        if definition is None:
            unknown_reference(call.settings.unknown_custom_field, "custom field")
        elif "value" not in member:
            raise RefusalError(400, "A custom field must have a value.")
        else:
            after[definition.id] = taken_value(call.organization, definition, member["value"])
    return after


def _definition(definitions: Iterable[CustomField], member: JsonObject) -> CustomField | None:
    """Return the field that an entry names by id or external id; both must agree where both are given."""
    field_id, external_id = member.get("id"), member.get("externalId")
    if field_id is None and external_id is None:
        raise RefusalError(400, "A custom field must be named by id or externalId.")
    for definition in definitions:
        if field_id in (None, definition.id) and external_id in (None, definition.external_id):
            return definition
    return None


def taken_value(organization: UpflowOrganization, definition: CustomField, value: Json) -> Json:
    """Check a value against the field's type, make the options that are new, and return it as it will read."""
    if value is None:
        return None
    if definition.data_type == "SELECT":
        return _option(organization, definition, value)
    if definition.data_type == "MULTI_SELECT":
        labels = [_option(organization, definition, member) for member in a_list("A MULTI_SELECT value", value)]
        return [label for place, label in enumerate(labels) if label not in labels[:place]]
    if isinstance(value, dict | list):
        raise RefusalError(400, f"A {definition.data_type} value must be a scalar.")
    return value


def _option(organization: UpflowOrganization, definition: CustomField, value: Json) -> JsonObject:
    """Return an option as `{label}`, made if it did not exist."""
    label = required_text(an_object(f"A {definition.data_type} value", value), "label")
    if label not in organization.fields.options(definition):
        number, option_id = organization.born()
        organization.fields.add_option(definition, label, number, option_id)
    return {"label": label}


def shown_values(customer: Customer, definitions: Sequence[CustomField]) -> list[Json]:
    """Return a customer's values as the wire shows them, in the order of the definitions."""
    values = customer.values
    return [
        {
            "id": definition.id,
            "externalId": definition.external_id,
            "source": "USER_DEFINED",
            "value": values[definition.id],
        }
        for definition in definitions
        if definition.id in values
    ]


def value_filters(call: Call) -> list[Callable[[Customer], bool]]:
    """Return the conditions of `customFieldsData_<id>.eq=`; every other query key has no effect (§4.15)."""
    return [
        _equals(name.removeprefix("customFieldsData_").removesuffix(".eq"), wanted)
        for name, wanted in call.query.items()
        if name.startswith("customFieldsData_") and name.endswith(".eq")
    ]


def _equals(field_id: str, wanted: str) -> Callable[[Customer], bool]:
    """Return the condition that a customer's value, or one of its labels, reads as wanted."""

    def holds(customer: Customer) -> bool:
        value = customer.values.get(field_id)
        members = value if isinstance(value, list) else [value]
        return wanted in [str(member["label"] if isinstance(member, dict) else member) for member in members]

    return holds
