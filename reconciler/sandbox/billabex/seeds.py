"""A Billabex organization written down in a person's words, brought to life in bulk; its shape is in `SEED_NAMES`.

An account is written as `by_hand` reads one, with its people under `contacts` and `internalRepresentatives`. Seeding
starts an organization afresh; `clientId`, `clientSecret` and `refreshToken` are those that the token endpoint takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.sandbox.billabex.by_hand import account_body, person_body
from reconciler.sandbox.billabex.oauth import create_organization, keep_refresh_token
from reconciler.sandbox.billabex.organization import BillabexOrganization
from reconciler.sandbox.billabex.records import EMPTY_ACCOUNT, EMPTY_PERSON, LIST_NAMES, SORTS, Account, Person, Sort
from reconciler.sandbox.billabex.settings import settings_from
from reconciler.sandbox.store import Store
from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse, objects, refuse_unknown, text_or_none, texts

SEED_NAMES = ("clientId", "clientSecret", "refreshToken", "organizationId", "emailDomains", "settings", "accounts")
_FAR = 1e12
"""A seeded refresh token does not run out: its life begins at a time that never comes."""


def plant(store: Store, name: str, data: Mapping[str, Json]) -> None:
    """Start an organization afresh from a seed."""
    refuse_unknown(data, SEED_NAMES, "a seed")
    settings = data.get("settings", {})
    if not isinstance(settings, dict):
        raise SandboxMisuse("settings is an object")
    row = store.find_organization(name) or create_organization(store, name)
    own: JsonObject = {"email_domains": [*texts(data["emailDomains"])]} if "emailDomains" in data else {}
    if "organizationId" in data:
        own["organization_id"] = data["organizationId"]
    store.set_settings(row, settings_from({**settings, **own}))
    client, secret = text_or_none(data.get("clientId")), text_or_none(data.get("clientSecret"))
    if client is not None and secret is not None:
        store.set_credentials(row, client, secret)
    organization = BillabexOrganization(store, store.organization(name), now=_FAR)
    organization.clear()
    token = text_or_none(data.get("refreshToken"))
    if token is not None:
        keep_refresh_token(organization, token)
    add_accounts(organization, objects(data.get("accounts")))


def add_accounts(organization: BillabexOrganization, rows: Sequence[JsonObject]) -> None:
    """Create many accounts with their people."""
    births = organization.born_many(len(rows))
    accounts = [
        Account(number=number, id=account_id, body=account_body(EMPTY_ACCOUNT, row))
        for row, (number, account_id) in zip(rows, births, strict=True)
    ]
    organization.accounts.put(accounts)
    people: list[tuple[Account, Sort, JsonObject]] = [
        (account, sort, person)
        for account, row in zip(accounts, rows, strict=True)
        for sort in SORTS
        for person in objects(row.get(LIST_NAMES[sort]))
    ]
    organization.people.put(
        Person(
            number=number,
            account=account.number,
            id=person_id,
            sort=sort,
            body=person_body(EMPTY_PERSON | {"language": "en"}, person),
        )
        for (account, sort, person), (number, person_id) in zip(
            people, organization.born_many(len(people)), strict=True
        )
    )
