"""What people write for things that the wire knows by id, resolved once for many rows: plans, users, fields, positions.

Seeds and edits use a person's words (`dunningPlan: Standard`, `customFields: {segment: Retail}`); the store holds ids.
"""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.sandbox.upflow.catalogue_table import Sort
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.records import (
    ADDRESS_PARTS,
    AMOUNTS,
    PERSON,
    WRITABLE_DEFAULTS,
    CustomField,
)
from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse, refuse_unknown

CONTACT_NAMES = ("externalId", "email", "isMain", *PERSON)
BODY_NAMES = ("name", *WRITABLE_DEFAULTS, *AMOUNTS, "currency", "dunningPlan", "accountManager")
CUSTOMER_NAMES = (*BODY_NAMES, "externalId", "parent", "contacts", "documents")


class Names:
    """The catalogues of one organization by name, as they were when this was made."""

    def __init__(self, organization: UpflowOrganization) -> None:
        self._organization = organization
        self._plans = _by_label(organization, "dunning-plan")
        self._users = _by_label(organization, "user")
        self._fields = {definition.external_id: definition for definition in organization.fields.all()}
        self._options = {field.id: set(organization.fields.options(field)) for field in self._fields.values()}
        self._positions = organization.catalogue.positions()

    def customer_body(self, before: JsonObject, fields: JsonObject) -> JsonObject:
        """Return a customer's stored body after a person set some fields."""
        refuse_unknown(fields, CUSTOMER_NAMES, "a customer")
        after = before | {name: fields[name] for name in BODY_NAMES if name in fields}
        if "dunningPlan" in after:
            after["dunningPlanId"] = _found(self._plans, after.pop("dunningPlan"), "dunning plan")
        if "accountManager" in after:
            after["accountManagerId"] = _found(self._users, after.pop("accountManager"), "user")
        if "address" in fields:
            after["address"] = _over(before.get("address"), fields["address"], ADDRESS_PARTS)
        if "customFields" in fields:
            after["customFields"] = self._values(before.get("customFields"), fields["customFields"])
        return after

    def contact_body(self, before: JsonObject, fields: JsonObject) -> JsonObject:
        """Return a contact's stored body after a person set some fields."""
        refuse_unknown(fields, CONTACT_NAMES, "a contact")
        position = fields.get("position")
        if position is not None and position not in self._positions:
            raise SandboxMisuse(f"there is no position {position!r}; there are {', '.join(sorted(self._positions))}")
        return before | fields

    def add_options(self, field: CustomField, labels: Iterable[str]) -> None:
        """Make the options of a field that are new."""
        known = self._options.setdefault(field.id, set())
        for label in labels:
            if label not in known:
                known.add(label)
                number, option_id = self._organization.born()
                self._organization.fields.add_option(field, label, number, option_id)

    def _values(self, before: Json, given: Json) -> JsonObject:
        """Return custom field values by field id from values by external id."""
        after = dict(before) if isinstance(before, dict) else {}
        if not isinstance(given, dict):
            raise SandboxMisuse("customFields is written as {external id: value}")
        for external_id, value in given.items():
            field = self._fields.get(external_id)
            if field is None:
                raise SandboxMisuse(f"there is no custom field {external_id!r}")
            after[field.id] = self._value(field, value)
        return after

    def _value(self, field: CustomField, value: Json) -> Json:
        """Return one value as it is stored, its options made."""
        if value is None or field.data_type not in ("SELECT", "MULTI_SELECT"):
            return value
        labels = [str(label) for label in (value if isinstance(value, list) else [value])]
        self.add_options(field, labels)
        stored: list[Json] = [{"label": label} for label in labels]
        return stored if field.data_type == "MULTI_SELECT" else stored[0]


def _by_label(organization: UpflowOrganization, sort: Sort) -> dict[Json, str]:
    """Return the ids of one catalogue by name or e-mail."""
    return {str(entry.label): entry.id for entry in organization.catalogue.all(sort)}


def _found(ids: dict[Json, str], label: Json, what: str) -> str | None:
    """Return the id behind a name; None stays None."""
    if label is None:
        return None
    if not isinstance(label, str) or label not in ids:
        raise SandboxMisuse(f"there is no {what} {label!r}; there are {', '.join(map(str, ids))}")
    return ids[label]


def _over(before: Json, given: Json, parts: tuple[str, ...]) -> JsonObject:
    """Return an object of fixed parts with some of them set."""
    kept = before if isinstance(before, dict) else dict.fromkeys(parts)
    if not isinstance(given, dict):
        return dict.fromkeys(parts)
    refuse_unknown(given, parts, "an address")
    return kept | given
