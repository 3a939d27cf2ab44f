"""A seeded organization and a way to send it real requests: an httpx client over the sandbox's transport."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

import httpx
import pytest

from reconciler.sandbox import SandboxTransport, add_fault, fault_from, seed, turn_knobs
from reconciler.sandbox.values import Json, JsonObject
from tests.sandbox.wire import Wire, as_wire
from tests.stores import opened_store

BASE = "https://api.upflow.io/v1"
KEYS = {"X-Api-Key": "acme-key", "X-Api-Secret": "acme-secret"}
CUSTOMERS: list[Json] = [
    {
        "externalId": "C-001",
        "name": "Alpha",
        "vatNumber": "FR1",
        "dunningPlan": "Standard",
        "address": {"address": "1 Road", "city": "Paris", "country": "France"},
        "paymentMethods": {"card": {"enabled": True}},
        "customFields": {"segment": "Retail", "note": "hello"},
        "contacts": [
            {"externalId": "P-1", "email": "one@example.com", "firstName": "One", "position": "ACCOUNTING"},
            {"externalId": "P-2", "email": "two@example.com", "lastName": "Two"},
            {"email": "hand@example.com", "firstName": "Hand"},
        ],
    },
    {"externalId": "C-002", "name": "Beta", "parent": "C-001"},
    {"externalId": "C-003", "name": "Gamma", "balance": 1200, "countInvoicesDue": 1},
]
SEED: JsonObject = {
    "apiKey": "acme-key",
    "apiSecret": "acme-secret",
    "customFields": [
        {"externalId": "segment", "label": "Segment", "dataType": "SELECT", "options": ["Retail"]},
        {"externalId": "tags", "label": "Tags", "dataType": "MULTI_SELECT"},
        {"externalId": "note", "label": "Note", "dataType": "TEXT"},
    ],
    "customers": CUSTOMERS,
}


class World:
    """One sandbox and a client that has the keys of the organization `acme`."""

    def __init__(self) -> None:
        self.store = opened_store()
        seed(self.store, "acme", SEED)

    def send(self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] = KEYS) -> httpx.Response:
        """Send one request and return its response."""

        async def once() -> httpx.Response:
            transport = SandboxTransport(self.store)
            async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=dict(headers)) as client:
                if body is None:
                    return await client.request(method, path)
                return await client.request(method, path, json=body)

        return asyncio.run(once())

    def get(self, path: str) -> Wire:
        """Read an object."""
        response = self.send("GET", path)
        assert response.status_code == 200, response.text
        return as_wire(response.content)

    def customer(self, external_id: str = "C-001") -> Wire:
        """Read a customer."""
        return self.get(f"/customers/external:{external_id}")

    def contacts(self, external_id: str = "C-001") -> dict[str | None, Wire]:
        """Read the contacts of a customer by external id."""
        return {contact["externalId"]: contact for contact in self.customer(external_id)["contacts"]}

    def turn(self, **knobs: Json) -> None:
        """Change settings."""
        turn_knobs(self.store, "acme", knobs)

    def fault(self, kind: str, **shape: Json) -> None:
        """Switch a fault on."""
        add_fault(self.store, fault_from({"kind": kind, **shape}))


@pytest.fixture
def world() -> Iterator[World]:
    """Open a seeded sandbox in memory."""
    opened = World()
    yield opened
    opened.store.close()
