"""Items of Billabex documents as they are read: one mapping in, one `Reading` in the normal shapes out.

The model in `documents` checks one value at a time, `people_flaws` the people against each other. Here an account gets
its key, and a party its list: the vendor puts somebody on the list that the domain of the e-mail says (guide, "Upsert
Party"), and so do we, for what is compared is the list. pydantic is imported at the first item, not with this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from reconciler.model.kind import Flaw, Reading
from reconciler.model.resource import Fields, Value
from reconciler.providers.billabex.addresses import plainly
from reconciler.providers.billabex.keys import key_by_id, key_by_source
from reconciler.providers.billabex.matching import CONTACTS, LISTS, PARTIES, REPRESENTATIVES
from reconciler.providers.billabex.people_flaws import find_people_flaws, home_of
from reconciler.providers.countries import CODES, code_meant

if TYPE_CHECKING:
    from reconciler.providers.billabex.documents import AccountDocument, PersonDocument, SettingsDocument
    from reconciler.providers.documents import DocumentModel

BY_PARTY = "party"
"""What a person's row carries who is declared as a party: their place there; it is never compared and never sent."""
_FIELDS = ("fullName", "currencyCode", "billingAddress")


def read_account(item: Mapping[str, Value], settings: Mapping[str, Value]) -> Reading:
    """Read one account; `settings` are the organization's, as `read_settings` gave them."""
    document, flaws = _accounts().check(item)
    domains = [str(one) for one in _list(settings.get("emailDomains"))]
    flaws += (*find_people_flaws(item, str(settings.get("generation")), domains), *_account_flaws(item))
    if document is None:
        return Reading(key=_key(item), flaws=flaws)
    members = _members(document, domains)
    policy = settings.get("policy")
    mode = document.get("peopleMode", policy.get("peopleMode") if isinstance(policy, dict) else None)
    return Reading(
        key=_key(item),
        fields={
            name: _shaped(value)
            for name, value in document.items()
            if name in _FIELDS and isinstance(value, str | dict)
        },
        members=members,
        options={"manage": document.get("manage", "all")},
        only_add=frozenset(members if mode == "add" else members.keys() - document.keys()),
        protected=document.get("protected"),
        members_only=document.get("manage") == "people",
        flaws=flaws,
    )


def read_settings(item: Mapping[str, Value]) -> tuple[Mapping[str, Value], tuple[Flaw, ...]]:
    """Read Billabex's own keys of an organization, with the defaults for what is left out."""
    document, flaws = _settings_model().check(item)
    nothing: SettingsDocument = {"organizationId": ""}
    read = document or nothing
    generation = read.get("generation", "people")
    return {
        "organizationId": read.get("organizationId") or None,
        "generation": generation,
        "personUpdate": read.get("personUpdate", "patch" if generation == "contacts" else "put"),
        "emailDomains": list(read.get("emailDomains", [])),
        "tokens": {**read.get("tokens", {})},
        "policy": {"peopleMode": "whole", **read.get("policy", {})},
    }, flaws


def account_schema() -> Mapping[str, Value]:
    """Give the JSON Schema of one account."""
    return _accounts().schema()


def settings_schema() -> Mapping[str, Value]:
    """Give the JSON Schema of Billabex's own keys of an organization."""
    return _settings_model().schema()


@cache
def _accounts() -> DocumentModel[AccountDocument]:
    from reconciler.providers.billabex.documents import ACCOUNTS

    return ACCOUNTS


@cache
def _settings_model() -> DocumentModel[SettingsDocument]:
    from reconciler.providers.billabex.documents import SETTINGS

    return SETTINGS


def _key(item: Mapping[str, Value]) -> str | None:
    source, remote_id = item.get("source"), item.get("id")
    if isinstance(source, dict):
        connection, own = source.get("connectionId"), source.get("sourceId")
        whole = isinstance(connection, str) and isinstance(own, str) and connection and own
        return key_by_source(str(connection), str(own)) if whole else None
    return key_by_id(remote_id) if isinstance(remote_id, str) and remote_id else None


def _members(document: AccountDocument, domains: Sequence[str]) -> dict[str, Sequence[Fields]]:
    """Give the lists that are declared, parties among them on the list that their domain says."""
    found: dict[str, list[Fields]] = {}
    for section in LISTS:
        if section in document:
            found[section] = [_row(person) for person in _people(document, section)]
    for index, person in enumerate(_people(document, PARTIES)):
        email = person.get("email")
        if email:
            found.setdefault(home_of(email, domains), []).append({**_row(person), BY_PARTY: str(index)})
    return {**found}


def _people(document: AccountDocument, section: str) -> list[PersonDocument]:
    lists = {
        CONTACTS: document.get("contacts", []),
        REPRESENTATIVES: document.get("internalRepresentatives", []),
        PARTIES: document.get("parties", []),
    }
    return lists[section]


def _row(person: PersonDocument) -> dict[str, Value]:
    row: dict[str, Value] = {name: value for name, value in person.items() if isinstance(value, str | bool)}
    if "fullName" in person:
        row["fullName"] = person["fullName"].strip()  # whether the vendor keeps blanks around a name is not known
    if "email" in person:
        row["email"] = plainly(person["email"])
    return row


def _shaped(value: str | dict[str, Value]) -> Value:
    """Make "" None inside an address."""
    return {name: part or None for name, part in value.items()} if isinstance(value, dict) else value


def _account_flaws(item: Mapping[str, Value]) -> list[Flaw]:
    flaws: list[Flaw] = []
    if ("source" in item) == ("id" in item):
        both = "source" in item
        flaws.append(
            Flaw(
                path=(),
                code="account-unidentified",
                summary="an account known by two names" if both else "an account without a name to know it by",
                detail="An account is known by its source, or by its id.",
                remedy="Leave one of source and id." if both else "Add source with connectionId and sourceId, or id.",
            )
        )
    address = item.get("billingAddress")
    country = address.get("country") if isinstance(address, dict) else None
    if isinstance(country, str) and country.strip() and country not in CODES:
        flaws.append(_country_unknown(country))
    if item.get("manage") == "people":
        flaws += (_not_managed(name) for name in _FIELDS if name in item)
    return flaws


def _country_unknown(country: str) -> Flaw:
    return Flaw(
        path=("billingAddress", "country"),
        code="country-unknown",
        summary="an unknown country code",
        detail="billingAddress.country is no code of ISO 3166-1.",
        remedy=code_meant(country.strip()) or "Write two capital letters, such as FR or CH.",
    )


def _not_managed(name: str) -> Flaw:
    return Flaw(
        path=(name,),
        code="field-not-managed",
        summary="a field of an account whose people alone are managed",
        detail=f"{name} is the account's own, and the account says `manage: people`.",
        remedy="Leave it out, or leave `manage: people` out to manage the account as well.",
        on_key=True,
    )


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []
