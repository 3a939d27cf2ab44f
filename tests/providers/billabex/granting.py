"""A client with refreshed tokens over a transport: what the tests of tokens share."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx

from reconciler.errors import ReconcilerError
from reconciler.model.resource import Value
from reconciler.providers.bearer import Tokens
from reconciler.providers.billabex.oauth import RefreshedTokens
from reconciler.providers.billabex.tokens import TokenPlace
from reconciler.providers.http import HttpClient
from reconciler.providers.pace import Pace
from tests.clock import run_virtual
from tests.providers.scripted import Script, answer
from tests.sandbox.billabex.world import BASE, ORIGIN

Result = TypeVar("Result")
CREDENTIALS = {"clientId": "client", "clientSecret": "secret", "refreshToken": "refresh-1"}
TOKEN = "/api/oauth/token"


def client_of(tokens: Tokens, transport: httpx.AsyncBaseTransport, base: str = BASE) -> HttpClient:
    """Give a client that gets its tokens there."""
    return HttpClient(
        organization="acme",
        title="Billabex",
        base_url=base,
        headers={},
        pace=Pace(requests_per_minute=300, in_flight=5),
        transport=transport,
        tokens=tokens,
    )


def refreshed(place: TokenPlace, organization: str = "acme", **other: str) -> RefreshedTokens:
    """Refresh with the credentials of the sandbox's seed, or with others."""
    credentials = {**CREDENTIALS, **other}
    return RefreshedTokens(credentials, f"{ORIGIN}{TOKEN}", place, organization=organization, variable="ACME_REFRESH")


@asynccontextmanager
async def opened(tokens: Tokens, transport: httpx.AsyncBaseTransport) -> AsyncIterator[HttpClient]:
    """Open a client for the length of a block."""
    client = client_of(tokens, transport)
    try:
        yield client
    finally:
        await client.aclose()


def grant(access: str, refresh: str | None = None) -> httpx.Response:
    """Answer as the token endpoint does."""
    body = {"access_token": access, "expires_in": 3600} | ({"refresh_token": refresh} if refresh else {})
    return answer(200, json.dumps(body).encode())


def read_scripted(script: Script, place: TokenPlace) -> tuple[Value, list[httpx.Request]]:
    """Read once over a script."""

    async def read() -> Value:
        async with opened(refreshed(place), script) as client:
            return await client.read("/accounts")

    return run_virtual(read()), script.requests


def codes(error: ReconcilerError) -> list[str]:
    """Give the codes of an error."""
    return [problem.code for problem in error.problems]
