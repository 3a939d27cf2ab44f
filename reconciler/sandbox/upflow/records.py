"""What one organization holds, as frozen values.

`body` of a customer has the fields of fact sheet §3.1 except ids, parent and contacts; its custom field values are a
mapping from the field's id. `body` of a contact is exactly what the wire shows (§3.2).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.sandbox.values import Json, JsonObject, text_or_none

ADDRESS_PARTS = ("address", "zipcode", "city", "state", "country")
WRITABLE_DEFAULTS: JsonObject = {
    "vatNumber": None,
    "accountingRef": None,
    "accountManagerId": None,
    "dunningPlanId": None,
    "address": dict.fromkeys(ADDRESS_PARTS),
    "paymentMethods": {},
    "customFields": {},
}
AMOUNTS = ("balance", "amountDue", "amountOverdue", "countInvoicesDue", "countInvoicesOverdue")
READ_ONLY_DEFAULTS: JsonObject = {**dict.fromkeys(AMOUNTS, 0), "currency": "EUR"}
PERSON = ("firstName", "lastName", "phone", "position")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer; `documents` counts invoices and payments, those that no amount shows included."""

    number: int
    id: str
    external_id: str | None
    parent_id: str | None = None
    documents: int = 0
    body: JsonObject = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing was ever invoiced or paid (§4.10)."""
        return self.documents == 0 and not any(self.body.get(name) for name in AMOUNTS)

    @property
    def values(self) -> JsonObject:
        """The custom field values by the field's id."""
        values = self.body.get("customFields")
        return values if isinstance(values, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One contact of one customer."""

    number: int
    customer: int
    body: JsonObject

    @property
    def id(self) -> str:
        """The id that the vendor gave."""
        return text_or_none(self.body.get("id")) or ""

    @property
    def external_id(self) -> str | None:
        """The id that the client gave; None for a contact made by hand."""
        return text_or_none(self.body.get("externalId"))

    @property
    def email(self) -> str:
        """The e-mail as written."""
        return text_or_none(self.body.get("email")) or ""

    @property
    def is_main(self) -> bool:
        """Whether this is the customer's main contact."""
        return self.body.get("isMain") is True


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """One custom field definition."""

    number: int
    id: str
    external_id: str | None
    body: JsonObject

    @property
    def data_type(self) -> str:
        """SELECT, MULTI_SELECT, TEXT …"""
        return text_or_none(self.body.get("dataType")) or ""

    @property
    def for_customers(self) -> bool:
        """Whether customers carry values of this field."""
        return self.body.get("entityType") == "CUSTOMER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an organization's catalogue: a user, dunning plan, bank account or position."""

    number: int
    id: str
    body: JsonObject

    @property
    def label(self) -> Json:
        """What a person calls it: a name, or the e-mail of a user."""
        return self.body.get("name") or self.body.get("email")
