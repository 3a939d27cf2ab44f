"""The fields of an account: what a body may say, what it changes, how an account reads (fact sheet §5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from reconciler.sandbox.billabex.call import known_names
from reconciler.sandbox.billabex.organization import BillabexOrganization
from reconciler.sandbox.billabex.person_fields import shown_person
from reconciler.sandbox.billabex.records import ADDRESS_PARTS, CUSTOM, LIST_NAMES, SORTS, Account, Person
from reconciler.sandbox.billabex.settings import Settings
from reconciler.sandbox.checks import an_object, optional_text
from reconciler.sandbox.values import Json, JsonObject
from reconciler.sandbox.wire import RefusalError

WRITABLE = ("fullName", "currencyCode", "billingAddress")
SOURCE_NAMES = ("connectionId", "sourceId", "lastUpdate")


def written_body(before: JsonObject, body: JsonObject, settings: Settings) -> JsonObject:
    """Return an account's stored body after a request set some fields of it."""
    after = dict(before)
    if settings.account_absent_fields == "cleared":
        after |= {"currencyCode": None, "billingAddress": dict.fromkeys(ADDRESS_PARTS)}
    if "fullName" in body:
        after["fullName"] = body["fullName"]
    if not isinstance(after["fullName"], str) or not after["fullName"]:
        raise RefusalError(400, "fullName should not be empty")
    if "currencyCode" in body:
        after["currencyCode"] = _currency(body["currencyCode"])
    if "billingAddress" in body:
        after["billingAddress"] = _address(after["billingAddress"], body["billingAddress"], settings)
    return after


def _currency(value: Json) -> str:
    if not isinstance(value, str) or len(value) != 3 or not value.isalpha():
        raise RefusalError(400, "currencyCode must be an ISO 4217 code")
    return value


def _address(before: Json, value: Json, settings: Settings) -> JsonObject:
    """Return an address with some parts set; whether the others stay is a setting."""
    given = known_names(an_object("billingAddress", value), ADDRESS_PARTS, settings.unknown_account_field)
    parts = {name: optional_text(name, part) for name, part in given.items()}
    kept = before if isinstance(before, dict) and settings.address_absent_parts == "kept" else {}
    return {**dict.fromkeys(ADDRESS_PARTS), **kept, **parts}


def written_source(value: Json, settings: Settings, now: float) -> JsonObject:
    """Return a link to another system as it is kept; those that the API makes are custom ones."""
    given = known_names(an_object("source", value), SOURCE_NAMES, settings.unknown_account_field)
    for name in ("connectionId", "sourceId"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise RefusalError(400, f"source.{name} should not be empty")
    updated = optional_text("lastUpdate", given.get("lastUpdate")) or datetime.fromtimestamp(now, UTC).isoformat()
    return {
        "connectionId": given["connectionId"],
        "sourceId": given["sourceId"],
        "connectorType": CUSTOM,
        "lastUpdate": updated,
    }


def shown_account(organization: BillabexOrganization, account: Account) -> JsonObject:
    """Return an account as the wire shows it, without people."""
    settings, body = organization.settings, account.body
    shown: JsonObject = {"id": account.id, "fullName": body.get("fullName")}
    if settings.account_organization == "told":
        shown["organizationId"] = organization.id
    if settings.currency_answer != "object":
        shown["currencyCode"] = body.get("currencyCode")
    if settings.currency_answer != "code":
        shown["currency"] = {"code": body.get("currencyCode")}
    shown |= {"billingAddress": body.get("billingAddress"), "source": account.source}
    if settings.generation == "contacts":
        shown["readOnlyReason"] = body.get("readOnlyReason")
    return shown


def shown_people(people: Iterable[Person], settings: Settings) -> Mapping[str, list[Json]]:
    """Return people as an account carries them, each sort under its own name."""
    gathered = list(people)
    sorts = SORTS if settings.generation == "people" else SORTS[:1]
    return {
        LIST_NAMES[sort]: [shown_person(person, settings) for person in gathered if person.sort == sort]
        for sort in sorts
    }
