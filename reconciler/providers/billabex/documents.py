"""What a document may say of Billabex's accounts and their people, and of the organization itself.

The one place that knows the keys: the JSON Schemas come from here too. A person's fields are spelled as the upsert
guide spells them, an account's as the fact sheet §5.2 does. Everything is strict: an unknown key is an error. Null
clears the parts of a billing address; at a person it is refused, because whether null clears is not known (fact sheet
R-PARTIAL).
"""

from __future__ import annotations

from typing import Annotated, Literal, Required, TypeAlias

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from reconciler.providers.documents import SAYING, SAYING_OR_EMPTY, DocumentModel

EMAIL_PATTERN = r"^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"
COUNTRY_PATTERN = r"^([A-Z]{2})?$"
LANGUAGE_PATTERN = r"^[a-z]{2}$"
DOMAIN_PATTERN = r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"

_STRICT = ConfigDict(strict=True, extra="forbid")

_Text: TypeAlias = Annotated[str, Field(min_length=1, pattern=SAYING)]
_Clearable: TypeAlias = Annotated[str, Field(pattern=SAYING_OR_EMPTY)] | None
_Domain: TypeAlias = Annotated[
    str,
    Field(
        description="A domain is in small letters, and without what stands before the @.",
        pattern=DOMAIN_PATTERN,
        examples=["example.com"],
    ),
]
_Mode: TypeAlias = Literal["whole", "add"]

_PEOPLE_MODE = "whole: each list is the whole list, and who is not in it is removed. add: nobody is ever removed."
_PROTECTED = "true: never deleted, even after this item is gone from the documents. false: ends that, once applied."


@with_config(_STRICT)
class SourceDocument(TypedDict):
    """Where the account comes from: the id that another system knows it by."""

    connectionId: Annotated[_Text, Field(description="The connection that the id belongs to; one for each system.")]
    sourceId: Annotated[_Text, Field(description="The account's id in that system.")]


@with_config(_STRICT)
class BillingAddressDocument(TypedDict, total=False):
    """A billing address; null clears a part, a part left out is left alone."""

    street: Annotated[_Clearable, Field(description="Street and number.")]
    city: Annotated[_Clearable, Field(description="City.")]
    postalCode: Annotated[_Clearable, Field(description="Postal code; in quotes, or its zeros are lost.")]
    stateOrProvince: Annotated[_Clearable, Field(description="State or province.")]
    country: Annotated[
        _Clearable,
        Field(
            description="Country, ISO 3166-1: two capital letters; null clears it.",
            json_schema_extra={"pattern": COUNTRY_PATTERN},  # for editors; `countries` knows every code
            examples=["CH", "FR"],
        ),
    ]


@with_config(_STRICT)
class PersonDocument(TypedDict, total=False):
    """Somebody on an account, known by key."""

    key: Required[Annotated[_Text, Field(description="A name for the person; never sent to Billabex.")]]
    fullName: Annotated[_Text, Field(description="Full name; needed where the person does not exist yet.")]
    email: Annotated[
        str,
        Field(description="E-mail address.", pattern=EMAIL_PATTERN, json_schema_extra={"format": "email"}),
    ]
    language: Annotated[
        str,
        Field(
            description="Language, ISO 639-1; needed where the person does not exist yet.",
            json_schema_extra={"pattern": LANGUAGE_PATTERN},  # for editors; `people_flaws` knows every code
            examples=["en", "fr"],
        ),
    ]
    role: Annotated[_Text, Field(description="Job title or role.")]
    notes: Annotated[_Text, Field(description="Notes about the person.")]
    isPrimary: Annotated[bool, Field(description="Whether this is the primary person; at most one of a list is.")]


@with_config(_STRICT)
class AccountDocument(TypedDict, total=False):
    """An account; a field left out is left alone."""

    source: Annotated[SourceDocument, Field(description="The account's id in another system; or write id.")]
    id: Annotated[_Text, Field(description="Billabex's id of an account that exists already; or write source.")]
    manage: Annotated[
        Literal["all", "people"],
        Field(description="people: the account exists, and only its people are declared here."),
    ]
    fullName: Annotated[_Text, Field(description="Name of the account; needed where it does not exist yet.")]
    currencyCode: Annotated[
        str,
        Field(
            description="Currency, ISO 4217; needed where the account does not exist yet.",
            pattern=CURRENCY_PATTERN,
            examples=["EUR", "USD"],
        ),
    ]
    billingAddress: Annotated[BillingAddressDocument, Field(description="Billing address.")]
    contacts: Annotated[list[PersonDocument], Field(description="People at the account; [] for none.")]
    internalRepresentatives: Annotated[
        list[PersonDocument], Field(description="People of your own who look after the account; [] for none.")
    ]
    parties: Annotated[
        list[PersonDocument],
        Field(description="People of whom the domain of the e-mail decides which list they stand on."),
    ]
    peopleMode: Annotated[_Mode, Field(description=_PEOPLE_MODE)]
    protected: Annotated[bool, Field(description=_PROTECTED)]


@with_config(_STRICT)
class PolicyDocument(TypedDict, total=False):
    """What holds for every account that does not say otherwise."""

    peopleMode: Annotated[_Mode, Field(description=_PEOPLE_MODE)]


@with_config(_STRICT)
class TokensDocument(TypedDict, total=False):
    """Where a refresh token that the vendor replaces is kept."""

    file: Annotated[_Text, Field(description="A file on this machine, outside the repository or ignored by git.")]
    command: Annotated[_Text, Field(description="A command that is given the new token on its standard input.")]


@with_config(_STRICT)
class SettingsDocument(TypedDict, total=False):
    """Billabex's own keys of an organization."""

    organizationId: Required[
        Annotated[_Text, Field(description="Billabex's id of the organization; accounts are listed by it.")]
    ]
    generation: Annotated[
        Literal["people", "contacts"],
        Field(
            description="people: the API of the upsert guide, with representatives and parties. contacts: the later "
            "one, with contacts alone, who have a name, an e-mail and a language."
        ),
    ]
    personUpdate: Annotated[
        Literal["patch", "put", "none"],
        Field(description="The route that changes a person by id: its verb, or none where there is no such route."),
    ]
    emailDomains: Annotated[
        list[_Domain],
        Field(description="The organization's own e-mail domains, which decide about parties."),
    ]
    tokens: Annotated[TokensDocument, Field(description="Where replaced refresh tokens are kept.")]
    policy: Annotated[PolicyDocument, Field(description="Defaults for the organization's accounts.")]


_NOBODY = "Write [] for nobody, or leave the key out to leave them alone."

ACCOUNTS = DocumentModel(
    adapter=TypeAdapter(AccountDocument),
    nulls={(name,): _NOBODY for name in ("contacts", "internalRepresentatives", "parties")},
)
SETTINGS = DocumentModel(adapter=TypeAdapter(SettingsDocument))
