"""A provider over the sandbox, in memory and on virtual time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import PurePath
from typing import TypeVar

from reconciler.model.organization import Organization
from reconciler.model.resource import Source
from reconciler.providers.billabex.kinds import BILLABEX
from reconciler.providers.billabex.provider import BillabexProvider, connect
from reconciler.sandbox import SandboxTransport, Store, clear_requests, logged_requests, seed
from reconciler.sandbox.values import Json
from tests.clock import run_virtual
from tests.stores import opened_store

NAME = "acme"
ORGANIZATION_ID = "11111111-1111-4111-8111-111111111111"
BASE_URL = "https://next.billabex.com/api/public/v1"
CREDENTIALS = {"accessToken": "sandbox-acme"}
Result = TypeVar("Result")


def organization(**own: Json) -> Organization:
    """Name an organization with these keys of Billabex's own in reconciler.yaml."""
    settings, flaws = BILLABEX.read_settings({"organizationId": ORGANIZATION_ID, **own})
    assert flaws == ()
    return Organization(
        name=NAME,
        vendor=BILLABEX,
        endpoint="sandbox",
        base_url=None,
        credentials={},
        documents=PurePath(NAME),
        requests_per_minute=300,
        in_flight=5,
        digest_key="",
        source=Source(file="reconciler.yaml", line=1, column=1),
        settings=settings,
    )


def seeded(*accounts: Json, **settings: Json) -> Store:
    """Give a store in memory whose organization has these accounts."""
    store = opened_store()
    parts: dict[str, Json] = {"organizationId": ORGANIZATION_ID, "settings": settings, "accounts": [*accounts]}
    seed(store, NAME, {"vendor": "billabex", **parts})
    clear_requests(store)
    return store


def account(number: int, *contacts: Json, source: bool = True) -> Json:
    """Give account A-NUMBER as a seed writes it."""
    linked: dict[str, Json] = {"source": {"connectionId": "erp", "sourceId": f"A-{number}"}} if source else {}
    return {"fullName": f"Account {number}", "currencyCode": "EUR", "contacts": [*contacts], **linked}


@asynccontextmanager
async def connected(store: Store, of: Organization | None = None) -> AsyncIterator[BillabexProvider]:
    """Open a provider over a store."""
    provider = connect(of or organization(), CREDENTIALS, BASE_URL, SandboxTransport(store))
    try:
        yield provider
    finally:
        await provider.aclose()


def run(
    store: Store,
    work: Callable[[BillabexProvider], Coroutine[object, object, Result]],
    of: Organization | None = None,
) -> Result:
    """Do something with a provider."""

    async def done() -> Result:
        async with connected(store, of) as provider:
            return await work(provider)

    return run_virtual(done())


def requests(store: Store) -> Sequence[str]:
    """Give the requests made so far, as `GET /accounts`."""
    return [f"{row.method} {row.path}" for row in logged_requests(store, NAME)]
