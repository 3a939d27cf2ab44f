"""What one Billabex organization holds, as frozen values.

`body` of an account has the fields of fact sheet §5.2 without id and people, its currency as a code, and the numbers
of invoices and credit notes. `body` of a person has those of §5.1, its e-mail address plain and its status beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from reconciler.sandbox.values import JsonObject, text_or_none

Sort: TypeAlias = Literal["contact", "representative"]
SORTS: tuple[Sort, ...] = ("contact", "representative")
LIST_NAMES: dict[Sort, str] = {"contact": "contacts", "representative": "internalRepresentatives"}
ADDRESS_PARTS = ("street", "city", "postalCode", "stateOrProvince", "country")
COUNTS = ("invoices", "creditNotes")
CUSTOM = "Custom"
EMPTY_ACCOUNT: JsonObject = {
    "fullName": None,
    "currencyCode": None,
    "billingAddress": dict.fromkeys(ADDRESS_PARTS),
    "source": None,
    "readOnlyReason": None,
    **dict.fromkeys(COUNTS, 0),
}
EMPTY_PERSON: JsonObject = {
    "fullName": None,
    "email": None,
    "emailStatus": None,
    "language": None,
    "role": None,
    "notes": None,
    "isPrimary": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account."""

    number: int
    id: str
    body: JsonObject

    @property
    def source(self) -> JsonObject | None:
        """Where the account comes from, if it is linked."""
        source = self.body.get("source")
        return source if isinstance(source, dict) else None

    @property
    def pair(self) -> tuple[str | None, str | None]:
        """The connection and the id there; a pair of None for an account that is not linked."""
        source = self.source or {}
        return text_or_none(source.get("connectionId")), text_or_none(source.get("sourceId"))

    @property
    def read_only(self) -> bool:
        """Whether another system keeps this account, so that the API may not change it."""
        return self.source is not None and self.source.get("connectorType") != CUSTOM


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One contact or internal representative of one account."""

    number: int
    account: int
    id: str
    sort: Sort
    body: JsonObject

    @property
    def name(self) -> str:
        """The full name as stored."""
        return text_or_none(self.body.get("fullName")) or ""

    @property
    def email(self) -> str | None:
        """The e-mail address as stored."""
        return text_or_none(self.body.get("email"))
