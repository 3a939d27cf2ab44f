"""A seeded Billabex organization and a way to send it real requests: an httpx client over the sandbox's transport."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypedDict

import httpx
import orjson

from reconciler.sandbox import SandboxTransport, add_fault, edit, fault_from, seed, show, turn_knobs
from reconciler.sandbox.values import Json, JsonObject, encode
from tests.clock import run_virtual
from tests.stores import opened_store

ORIGIN = "https://next.billabex.com"
BASE = f"{ORIGIN}/api/public/v1"
TOKEN = "sandbox-acme"
JOHN: JsonObject = {
    "fullName": "John Smith",
    "email": "john@acme.com",
    "language": "en",
    "role": "CFO",
    "notes": "Calls back",
    "isPrimary": True,
}
MARY: JsonObject = {"fullName": "Mary Jones", "email": "mary@acme.com", "language": "fr"}
SARAH: JsonObject = {"fullName": "Sarah Johnson", "email": "sarah@yourcompany.com", "language": "en"}
ACCOUNTS: list[Json] = [
    {
        "fullName": "Acme",
        "currencyCode": "EUR",
        "billingAddress": {"street": "1 Road", "city": "Paris", "country": "FR"},
        "source": {"connectionId": "erp", "sourceId": "A-001"},
        "contacts": [JOHN, MARY],
        "internalRepresentatives": [SARAH],
    },
    {"fullName": "Beta", "currencyCode": "USD", "source": {"connectionId": "erp", "sourceId": "A-002"}},
    {"fullName": "Gamma", "currencyCode": "EUR", "invoices": 3, "creditNotes": 1},
    {
        "fullName": "Delta",
        "currencyCode": "EUR",
        "source": {"connectionId": "xero", "sourceId": "D-1", "connectorType": "Xero"},
        "readOnlyReason": "Xero keeps it",
    },
]
SEED: JsonObject = {
    "clientId": "client",
    "clientSecret": "secret",
    "refreshToken": "refresh-1",
    "emailDomains": ["yourcompany.com"],
    "accounts": ACCOUNTS,
}


ZOE: JsonObject = {"fullName": "Zoe Quill", "email": "zoe@acme.com", "language": "en"}


class Email(TypedDict):
    """An e-mail address as an answer has it."""

    address: str
    status: str


class Wire(TypedDict, total=False):
    """An object of an answer or of what `show` gives; no object has all of the keys."""

    id: str
    organizationId: str
    name: str
    vendor: str
    fullName: str
    email: Email | None
    language: str
    role: str | None
    notes: str | None
    isPrimary: bool
    currencyCode: str | None
    currency: dict[str, str]
    billingAddress: dict[str, str | None]
    source: dict[str, str | None] | None
    readOnlyReason: str | None
    invoices: int
    creditNotes: int
    contacts: list[Wire]
    internalRepresentatives: list[Wire]
    accounts: list[Wire]
    faults: list[Wire]
    nodes: list[Wire]
    pageInfo: dict[str, str | None]
    message: str | list[str]
    statusCode: int
    error: str
    access_token: str
    refresh_token: str
    expires_in: int
    scope: str


def as_wire(content: bytes) -> Wire:
    """Read an object."""
    decoded: Wire = orjson.loads(content)
    return decoded


def wire_of(response: httpx.Response) -> Wire:
    """Read the object in a response."""
    return as_wire(response.content)


def as_rows(content: bytes) -> list[Wire]:
    """Read a bare list."""
    decoded: list[Wire] = orjson.loads(content)
    return decoded


class World:
    """One sandbox and a client that has the plain token of the organization `acme`."""

    def __init__(self) -> None:
        self.store = opened_store()
        seed(self.store, "acme", SEED)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str = TOKEN,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send one request below `/api/public/v1` and return its response."""

        async def once() -> httpx.Response:
            sent = {"Authorization": f"Bearer {token}", **(headers or {})}
            transport = SandboxTransport(self.store)
            async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=sent) as client:
                if body is None:
                    return await client.request(method, path)
                return await client.request(method, path, json=body)

        return asyncio.run(once())

    def token(self, refresh: str = "refresh-1", **form: str) -> httpx.Response:
        """Ask the token endpoint for an access token."""
        filled = {
            "grant_type": "refresh_token",
            "refresh_token": refresh,
            "client_id": "client",
            "client_secret": "secret",
            **form,
        }

        async def once() -> httpx.Response:
            async with httpx.AsyncClient(transport=SandboxTransport(self.store), base_url=ORIGIN) as client:
                return await client.post("/api/oauth/token", data=filled)

        return asyncio.run(once())

    def shown(self, target: str | None = None) -> Wire:
        """Return what a person sees."""
        return as_wire(encode(show(self.store, "acme", target)))

    def account_path(self, source_id: str = "A-001") -> str:
        """Return the path of an account."""
        return f"/accounts/{self.shown(f'account/{source_id}')['id']}"

    def upsert(self, body: object, *, to: str = "contacts", source_id: str = "A-001") -> httpx.Response:
        """Upsert a person."""
        return self.send("PUT", f"{self.account_path(source_id)}/{to}/upsert", body)

    def contacts(self, source_id: str = "A-001") -> list[Wire]:
        """Return the contacts of an account as a person sees them."""
        return self.shown(f"account/{source_id}")["contacts"]

    def representatives(self, source_id: str = "A-001") -> list[Wire]:
        """Return the internal representatives of an account as a person sees them."""
        return self.shown(f"account/{source_id}")["internalRepresentatives"]

    def list_path(self, **query: str) -> str:
        """Return the path of the account list with a query."""
        pairs = {"organizationId": self.shown()["id"], **query}
        return "/accounts?" + "&".join(f"{name}={value}" for name, value in pairs.items())

    def listed(self, **query: str) -> Wire:
        """Return a page of the accounts."""
        response = self.send("GET", self.list_path(**query))
        assert response.status_code == 200, response.text
        return as_wire(response.content)

    def turn(self, **knobs: Json) -> None:
        """Change settings."""
        turn_knobs(self.store, "acme", knobs)

    def fault(self, kind: str, **shape: Json) -> None:
        """Switch a fault on."""
        add_fault(self.store, fault_from({"kind": kind, **shape}))

    def edit(self, target: str, **fields: Json) -> None:
        """Edit by hand."""
        edit(self.store, "acme", target, fields)


def answers_at(billabex: World, seconds: Sequence[float], token: str = TOKEN) -> list[httpx.Response]:
    """Ask for the organizations at some seconds of a virtual clock; its zero is the Unix time 999,999.5."""

    async def ask() -> list[httpx.Response]:
        headers = {"Authorization": f"Bearer {token}"}
        transport = SandboxTransport(billabex.store, epoch=999_999.5)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            answers: list[httpx.Response] = []
            for second in seconds:
                await asyncio.sleep(second - asyncio.get_running_loop().time())
                answers.append(await client.get("/organizations"))
            return answers

    return run_virtual(ask())


def statuses_at(billabex: World, seconds: Sequence[float]) -> list[int]:
    """Return the statuses of such answers."""
    return [answer.status_code for answer in answers_at(billabex, seconds)]
