"""Applying, against the sandbox in process, with the sandbox's own time told apart; and the floor of the same requests.

Time inside the transport is the sandbox's, all else is the client's: nothing in the transport waits, so the two never
overlap. The floor sends the requests that one creation takes (look, write, look again) with the standard client.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from benchmarks.answers import HEADERS, AnswerTransport
from benchmarks.company import MANAGERS, ORGANIZATION, PLANS, POSITIONS, TIER, TIERS, Company, customer_key
from benchmarks.floor import ORIGIN
from benchmarks.rows import BASE, encode, row
from benchmarks.stations import BASE_URL, CREDENTIALS, TODAY, organization_in, silent
from reconciler.apply.execute import execute
from reconciler.cli.composition import Scope, planned
from reconciler.model.event import Done
from reconciler.model.plan import Plan
from reconciler.providers.upflow.provider import connect
from reconciler.sandbox import SandboxTransport, Store, seed
from reconciler.sandbox.values import JsonObject

UNLIMITED = 10**9


class TimedTransport(httpx.AsyncBaseTransport):
    """Another transport, with the CPU time that it takes and the requests that it carries added up."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.seconds = 0.0
        self.requests = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        start = time.thread_time()
        response = await self._inner.handle_async_request(request)
        self.seconds += time.thread_time() - start
        self.requests += 1
        return response


def apply_all(folder: Path) -> Mapping[str, float]:
    """Create every customer of a folder at an empty sandbox; give the client's part in it."""
    return asyncio.run(_apply_all(folder))


def creations(company: Company) -> dict[str, bytes]:
    """Give every customer as it is written, by the target where it is looked up."""
    numbers = range(company.customers)
    return {f"{BASE}/customers/external:{customer_key(at)}": encode(row(at, company.contacts)) for at in numbers}


def send_all(bodies: Mapping[str, bytes]) -> None:
    """Send what every creation takes with the standard client, to a transport that answers at once."""
    asyncio.run(_send_all(bodies))


async def _apply_all(folder: Path) -> Mapping[str, float]:
    store = _empty_vendor()
    organization = organization_in(folder)
    transport = TimedTransport(SandboxTransport(store))
    provider = connect(organization, CREDENTIALS, BASE_URL, transport)
    scope = Scope(directory=folder, organizations=(organization,), today=TODAY, forgetful=True)
    providers = {organization.name: provider}
    plan = (await planned(scope, providers, silent())).plan
    transport.seconds, transport.requests = 0.0, 0
    cpu, start = time.process_time(), time.perf_counter()
    done = 0
    async for event in execute(plan, providers, {organization.name: organization.in_flight}):
        done += isinstance(event, Done)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    await provider.aclose()
    store.close()
    _check(plan, done)
    return {
        "seconds": seconds,
        "client_cpu": cpu - transport.seconds,
        "changes": float(done),
        "requests": float(transport.requests),
    }


def _check(plan: Plan, done: int) -> None:
    if done != len(plan.changes) or plan.blocked:
        raise AssertionError(f"{done} of {len(plan.changes)} changes were done, {len(plan.blocked)} blocked")


def _empty_vendor() -> Store:
    store = Store()
    tier: JsonObject = {
        "externalId": TIER,
        "label": "Tier",
        "description": "",
        "dataType": "SELECT",
        "options": [*TIERS],
    }
    catalogues: JsonObject = {
        "positions": [*POSITIONS],
        "users": [{"email": email, "firstName": "A", "lastName": "B", "position": ""} for email in MANAGERS],
        "dunningPlans": [{"name": name, "mode": "AUTOMATIC", "entity": "INVOICE"} for name in PLANS],
        "customFields": [{**tier, "entityType": "CUSTOMER"}],
    }
    settings: JsonObject = {"requests_per_minute": UNLIMITED, "definitions_carry_options": True}
    pair: JsonObject = {"apiKey": CREDENTIALS["key"], "apiSecret": CREDENTIALS["secret"]}
    seed(store, ORGANIZATION, pair | catalogues | {"settings": settings})
    return store


async def _send_all(bodies: Mapping[str, bytes]) -> None:
    async with httpx.AsyncClient(base_url=ORIGIN, transport=AnswerTransport(bodies)) as client:
        for target, body in bodies.items():
            (await client.get(f"{target}?absent")).json()
            (await client.post(target, content=body, headers=HEADERS)).json()
            (await client.get(target)).json()
