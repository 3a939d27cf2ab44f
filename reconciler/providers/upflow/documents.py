"""What a document may say of Upflow's customers, contacts and custom fields, and of the organization itself.

The one place that knows the keys: the JSON Schemas come from here too. Keys are spelled as Upflow spells them (fact
sheet §3.1, §3.2, §3.7). Everything is strict: an unquoted number is no text, an unknown key is an error. Null is
allowed exactly where Upflow documents or shows a way to clear; `parent` is not such a place (§9).
"""

from __future__ import annotations

from typing import Annotated, Literal, Required, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, Tag, TypeAdapter, WithJsonSchema, with_config
from typing_extensions import TypedDict

from reconciler.model.resource import Value
from reconciler.providers.documents import SAYING, SAYING_OR_EMPTY, DocumentModel

EMAIL_PATTERN = (
    r"^[A-Za-z0-9+_'-]+(\.[A-Za-z0-9+_'-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$"
)
CONSTANT_PATTERN = r"^[A-Z][A-Z0-9_]*$"

DOCUMENTED_DATA_TYPES = ("SELECT", "MULTI_SELECT", "TEXT")
DOCUMENTED_ENTITY_TYPES = ("CUSTOMER", "PAYMENT", "CREDIT_NOTE")

_STRICT = ConfigDict(strict=True, extra="forbid")

_Text: TypeAlias = Annotated[str, Field(min_length=1, pattern=SAYING)]
_Clearable: TypeAlias = Annotated[str, Field(pattern=SAYING_OR_EMPTY)] | None
_Constant: TypeAlias = Annotated[str, Field(pattern=CONSTANT_PATTERN)]
_ContactsMode: TypeAlias = Literal["whole", "add"]

_MODE = "whole: the list is the whole list, and who is not in it is removed. add: nobody is ever removed."
_PROTECTED = "true: never deleted, even after this item is gone from the documents. false: ends that, once applied."
_OPTIONS = "Let a SELECT label that Upflow does not know become a new, permanent option."


@with_config(_STRICT)
class AddressDocument(TypedDict, total=False):
    """A postal address; null clears a part, a part left out is left alone."""

    address: Annotated[_Clearable, Field(description="Street and number.")]
    zipcode: Annotated[_Clearable, Field(description="Postal code; in quotes, or its zeros are lost.")]
    city: Annotated[_Clearable, Field(description="City.")]
    state: Annotated[_Clearable, Field(description="State or region.")]
    country: Annotated[_Clearable, Field(description="Country by its display name, such as France.")]


@with_config(_STRICT)
class ParentDocument(TypedDict):
    """A parent customer, spelled as Upflow does."""

    externalId: Annotated[_Text, Field(description="External id of the parent customer.")]


@with_config(_STRICT)
class MethodDocument(TypedDict, total=False):
    """One way to pay."""

    enabled: Annotated[bool, Field(description="Whether the customer may pay this way.")]


@with_config(_STRICT)
class BankAccountDocument(TypedDict):
    """A bank account of the organization."""

    id: Annotated[_Text, Field(description="Upflow's id of the bank account.")]


@with_config(_STRICT)
class WireTransferDocument(TypedDict, total=False):
    """Payment by wire transfer, and to which accounts."""

    enabled: Annotated[bool, Field(description="Whether the customer may pay by wire transfer.")]
    bankAccount: Annotated[BankAccountDocument, Field(description="The account to pay to.")]
    bankAccounts: Annotated[list[BankAccountDocument], Field(description="All accounts that are offered.")]


@with_config(_STRICT)
class PaymentMethodsDocument(TypedDict, total=False):
    """The ways to pay; one left out is left alone."""

    card: Annotated[MethodDocument, Field(description="Payment by card.")]
    check: Annotated[MethodDocument, Field(description="Payment by check.")]
    achDebit: Annotated[MethodDocument, Field(description="ACH direct debit.")]
    sepaDebit: Annotated[MethodDocument, Field(description="SEPA direct debit.")]
    goCardless: Annotated[MethodDocument, Field(description="GoCardless.")]
    wireTransfer: Annotated[WireTransferDocument, Field(description="Wire transfer.")]


@with_config(_STRICT)
class ContactDocument(TypedDict, total=False):
    """A person at a customer; known by externalId, without one by key, without either by a digest of the e-mail."""

    externalId: Annotated[_Text, Field(description="Your id of the contact; may stand at several customers.")]
    key: Annotated[_Text, Field(description="A name for a contact without external id; never sent to Upflow.")]
    email: Annotated[
        str,
        Field(
            description="E-mail address; unique within the customer.",
            pattern=EMAIL_PATTERN,
            json_schema_extra={"format": "email"},
        ),
    ]
    firstName: Annotated[_Clearable, Field(description="First name; null clears it.")]
    lastName: Annotated[_Clearable, Field(description="Last name; null clears it.")]
    phone: Annotated[_Clearable, Field(description="Phone number; in quotes, or its plus sign is lost.")]
    position: Annotated[_Text, Field(description="A position that exists in the organization, or a mapped code.")]
    isMain: Annotated[bool, Field(description="Whether this is the main contact; at most one is.")]


def _parent_branch(value: Value) -> str:
    return "<mapping>" if isinstance(value, dict) else "<text>"


_Parent: TypeAlias = Annotated[
    Annotated[_Text, Tag("<text>")] | Annotated[ParentDocument, Tag("<mapping>")], Discriminator(_parent_branch)
]
_CustomValue: TypeAlias = Annotated[
    Value,  # its shape depends on the definition; `readings` and `rules` check it
    WithJsonSchema(
        {"anyOf": [{"type": ["string", "number", "boolean", "null"]}, {"type": "array", "items": {"type": "string"}}]}
    ),
]


@with_config(_STRICT)
class CustomerDocument(TypedDict, total=False):
    """A customer; a field left out is left alone."""

    externalId: Required[Annotated[_Text, Field(description="Your id of the customer: unique, never changed.")]]
    name: Annotated[_Text, Field(description="Company name; needed where the customer does not exist yet.")]
    vatNumber: Annotated[_Clearable, Field(description="VAT number; null clears it.")]
    accountingRef: Annotated[_Clearable, Field(description="Reference in your accounts; null clears it.")]
    address: Annotated[AddressDocument, Field(description="Postal address.")]
    parent: Annotated[_Parent, Field(description="External id of the parent, which cannot have a parent itself.")]
    dunningPlan: Annotated[_Clearable, Field(description="Dunning plan (workflow) by name or id; null unlinks it.")]
    accountManager: Annotated[_Text, Field(description="User who looks after the customer, by e-mail or id.")]
    paymentMethods: Annotated[PaymentMethodsDocument, Field(description="Ways to pay.")]
    customFields: Annotated[
        dict[str, _CustomValue],
        Field(description="Values by the field's external id; a label for SELECT, a list for MULTI_SELECT."),
    ]
    contacts: Annotated[
        list[ContactDocument], Field(description="The whole list; [] for none. Left out: contacts are left alone.")
    ]
    contactsMode: Annotated[_ContactsMode, Field(description=_MODE)]
    createOptions: Annotated[bool, Field(description=_OPTIONS)]
    protected: Annotated[bool, Field(description=_PROTECTED)]


@with_config(_STRICT)
class CustomFieldDocument(TypedDict, total=False):
    """The definition of a custom field; Upflow can create and delete one, never change it."""

    externalId: Required[Annotated[_Text, Field(description="Your id of the custom field: unique, never changed.")]]
    label: Required[Annotated[_Text, Field(description="What people read.")]]
    description: Annotated[str, Field(description="What it is for.")]
    dataType: Required[Annotated[_Constant, Field(description="Sort of value.", examples=list(DOCUMENTED_DATA_TYPES))]]
    entityType: Required[
        Annotated[_Constant, Field(description="What it belongs to.", examples=list(DOCUMENTED_ENTITY_TYPES))]
    ]
    protected: Annotated[bool, Field(description=_PROTECTED)]


@with_config(_STRICT)
class PolicyDocument(TypedDict, total=False):
    """What holds for every customer that does not say otherwise."""

    contactsMode: Annotated[_ContactsMode, Field(description=_MODE)]
    createOptions: Annotated[bool, Field(description=_OPTIONS)]


@with_config(_STRICT)
class SettingsDocument(TypedDict, total=False):
    """Upflow's own keys of an organization."""

    positions: Annotated[
        dict[str, _Text],
        Field(description="What the organization calls a position, by the code that the documents use."),
    ]
    policy: Annotated[PolicyDocument, Field(description="Defaults for the organization's customers.")]


CUSTOMERS = DocumentModel(
    adapter=TypeAdapter(CustomerDocument),
    nulls={
        ("contacts",): "Write [] for no contacts at all, or leave the key out to leave them alone.",
        ("parent",): "Upflow documents no way to unset a parent: unset it in the web app, and leave the key out.",
        ("address",): "Set the parts to null one by one, or leave the key out to leave them alone.",
        ("customFields",): "Set the values to null one by one, or leave the key out to leave them alone.",
    },
)
CUSTOM_FIELDS = DocumentModel(adapter=TypeAdapter(CustomFieldDocument))
SETTINGS = DocumentModel(adapter=TypeAdapter(SettingsDocument))
