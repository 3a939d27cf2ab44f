"""Answers of the sandbox as the tests read them: JSON goes in, a mapping whose keys have types comes out."""

from __future__ import annotations

from typing import TypedDict

import orjson

from reconciler.sandbox import Store, show
from reconciler.sandbox.values import Json, JsonObject, encode


class Wire(TypedDict, total=False):
    """An object or a list's envelope; no object has all of the keys."""

    id: str
    externalId: str | None
    name: str | None
    vatNumber: str | None
    customers: list[Wire]
    contacts: list[Wire]
    items: list[Wire]
    users: list[Wire]
    customFields: list[Wire]
    parent: Wire
    email: str
    firstName: str
    lastName: str
    position: str | None
    phone: str | None
    isMain: bool
    label: str
    options: list[str]
    positions: list[str]
    dunningPlans: list[Wire]
    bankAccounts: list[Wire]
    faults: list[Wire]
    value: JsonObject | list[Json] | str | int | float | bool | None
    source: str
    balance: int
    accountingRef: str | None
    dunningPlanId: str | None
    accountManagerId: str | None
    address: dict[str, str | None]
    paymentMethods: JsonObject
    total: int
    offset: int
    limit: int


def as_wire(content: bytes) -> Wire:
    """Read an answer."""
    decoded: Wire = orjson.loads(content)
    return decoded


def shown(store: Store, organization: str, target: str | None = None) -> Wire:
    """Show an organization or a part of it, as an answer would."""
    return as_wire(encode(show(store, organization, target)))
