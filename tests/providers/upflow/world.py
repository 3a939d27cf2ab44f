"""A provider over the sandbox, in memory and on virtual time: what the tests of reading and writing stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import PurePath

from reconciler.model.organization import Organization
from reconciler.model.resource import Declared, Fields, Members, Source
from reconciler.model.state import DesiredState
from reconciler.providers.upflow.kinds import UPFLOW
from reconciler.providers.upflow.provider import UpflowProvider, connect
from reconciler.sandbox import SandboxTransport, Store, clear_requests, logged_requests, seed
from reconciler.sandbox.values import Json

NAME = "acme-fr"
CREDENTIALS = {"key": "k-1", "secret": "s-1"}
BASE_URL = "https://sandbox.invalid/v1"
SOURCE = Source(file="customers.yaml", line=1, column=1)
ORGANIZATION = Organization(
    name=NAME,
    vendor=UPFLOW,
    endpoint="sandbox",
    base_url=None,
    credentials={},
    documents=PurePath(NAME),
    requests_per_minute=600,
    in_flight=5,
    digest_key="",
    source=SOURCE,
)


def seeded(settings: Mapping[str, Json] | None = None, **parts: Json) -> Store:
    """Give a store in memory whose organization holds these parts of a seed."""
    store = Store()
    data: dict[str, Json] = {
        "apiKey": CREDENTIALS["key"],
        "apiSecret": CREDENTIALS["secret"],
        "settings": dict(settings or {}),
        **parts,
    }
    seed(store, NAME, data)
    clear_requests(store)
    return store


@asynccontextmanager
async def connected(store: Store) -> AsyncIterator[UpflowProvider]:
    """Open a provider over a store."""
    provider = connect(ORGANIZATION, CREDENTIALS, BASE_URL, SandboxTransport(store))
    try:
        yield provider
    finally:
        await provider.aclose()


def customers(count: int, contacts: int = 0) -> list[Json]:
    """Give customers C-0001 and on, as a seed writes them."""
    return [
        {
            "externalId": f"C-{number:04}",
            "name": f"Company {number}",
            "contacts": [
                {"externalId": f"P-{number}-{place}", "email": f"p{place}@c{number}.example"}
                for place in range(contacts)
            ],
        }
        for number in range(1, count + 1)
    ]


def declared(key: str, fields: Fields | None = None, members: Members | None = None) -> Declared:
    """Give a declared customer."""
    return Declared(kind="customer", key=key, fields=fields or {}, members=members or {}, source=SOURCE)


def desired(*resources: Declared) -> DesiredState:
    """Give a desired state of these resources."""
    return DesiredState(organization=NAME, declared=resources)


def requests(store: Store) -> Sequence[str]:
    """Give the requests made so far, as `GET /customers`."""
    return [f"{row.method} {row.path}" for row in logged_requests(store, NAME)]
