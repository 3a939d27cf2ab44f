"""Access tokens: a plain one as it is, or fresh ones by the refresh-token grant (OAuth 2.1; fact sheet §3).

An access token is a JWT whose `exp` says how long it is good; one that cannot be read is used until the vendor answers
401. A token is refreshed a minute before its end, and once after a 401: within the vendor's hour nobody waits for it.

Whether refreshing replaces the refresh token is not known before it is tried, and a replaced one that is lost locks the
organization out. So without a place to keep the new one nothing is refreshed at all.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from urllib.parse import urlencode

import httpx
import orjson

from reconciler.errors import Problem, ProviderRejected
from reconciler.providers.billabex.tokens import TokenPlace

EARLY = 60.0
"""How many seconds before its end an access token is replaced."""


class AccessToken(httpx.Auth):
    """A plain access token: sent as it is, and nothing can be done once it is refused."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Put the token on a request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class RefreshedTokens(httpx.Auth):
    """Access tokens got with a refresh token, one at a time for all requests of an organization."""

    requires_response_body = True

    def __init__(
        self,
        credentials: Mapping[str, str],
        token_url: str,
        place: TokenPlace,
        *,
        organization: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Hold what the grant needs.

        Args:
            credentials: `clientId`, `clientSecret` and `refreshToken`.
            token_url: The token endpoint.
            place: Where a replaced refresh token is kept.
            organization: Named in problems.
            clock: Seconds since 1970, as `exp` counts them.
        """
        self._credentials = credentials
        self._token_url = token_url
        self._place = place
        self._organization = organization
        self._clock = clock
        self._access: str | None = None
        self._until = float("inf")
        self._turn = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Put a token on a request, a fresh one if need be, and another fresh one if it is refused."""
        used = self._access
        if used is None or self._clock() >= self._until - EARLY:
            async for one in self._refreshed(used):
                response = yield one
                self._take(response)
        request.headers["Authorization"] = f"Bearer {self._access}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            async for one in self._refreshed(self._access):
                again = yield one
                self._take(again)
            request.headers["Authorization"] = f"Bearer {self._access}"
            yield request

    async def _refreshed(self, used: str | None) -> AsyncGenerator[httpx.Request, None]:
        """Give the request of the grant, unless another has refreshed meanwhile; one goes at a time."""
        async with self._turn:
            if self._access is not None and self._access != used:
                return
            with self._place.alone():
                first = self._credentials["refreshToken"]
                body = {
                    "grant_type": "refresh_token",
                    "refresh_token": self._place.read(first),
                    "client_id": self._credentials["clientId"],
                    "client_secret": self._credentials["clientSecret"],
                }
                headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
                yield httpx.Request("POST", self._token_url, content=urlencode(body).encode(), headers=headers)

    def _take(self, response: httpx.Response) -> None:
        """Believe the answer of the token endpoint, and keep a new refresh token before anything else."""
        answer = _object(response.content) if response.is_success else {}
        access, renewed = answer.get("access_token"), answer.get("refresh_token")
        if not isinstance(access, str) or not access:
            raise ProviderRejected(_refused(self._organization, response.status_code))
        first = self._credentials["refreshToken"]
        if isinstance(renewed, str) and renewed and renewed != self._place.read(first):
            self._place.keep(renewed, first)
        self._access = access
        self._until = expiry_of(access)


def expiry_of(token: str) -> float:
    """Read from a JWT until when it is good, in seconds since 1970; infinite if it does not say."""
    parts = token.split(".")
    if len(parts) != len(("header", "claims", "signature")):
        return float("inf")
    try:
        claims = _object(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return float("inf")
    until = claims.get("exp")
    return float(until) if isinstance(until, int | float) else float("inf")


def _object(content: bytes) -> Mapping[str, object]:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _refused(organization: str, status: int) -> Problem:
    return Problem(
        code="token-refused",
        summary="the vendor gives no access token",
        where=organization,
        detail=f"Billabex answered {status} to the refresh token.",
        why="It may have been used by another run, be older than 30 days, or belong to another client.",
        remedy="Authorise the client anew, and set the refresh token that you get.",
    )
