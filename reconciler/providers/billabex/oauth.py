"""Access tokens: a plain one as it is, or fresh ones by the refresh-token grant (OAuth 2.1; fact sheet §3).

How long an access token is good, its answer says (`expires_in`), else its own claims (`exp` less `iat`: a length, so
that a wrong clock here does no harm). It is replaced a minute before its end, and once after a 401.

Whether refreshing replaces the refresh token is not known before it is tried, and a replaced one that is lost locks the
organization out until a person authorises anew. So:

| what happens                               | what follows                                                     |
|--------------------------------------------|------------------------------------------------------------------|
| there is no place, or it cannot be written | refused before anything is sent                                  |
| several requests, or runs, need a token    | one refreshes, the others wait for it and take what it got       |
| the run is stopped while it refreshes      | the refresh is finished, and its refresh token kept              |
| no answer, 5xx, 429, a garbled answer      | unavailable: as if the vendor itself were not to be reached      |
| 400, 401                                   | refused: the refresh token is no good any more                   |
| a new refresh token cannot be kept         | three tries; then the run ends, and no access token is used      |
| a token is refused that was just replaced  | given up: another one would have the same rights                 |
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping

import httpx
import orjson

from reconciler.errors import Problem, ProviderRejected, UsageInvalid
from reconciler.providers.answers import SetbackError, retry_after, setback_of
from reconciler.providers.billabex.tokens import TokenPlace

EARLY = 60.0
"""How many seconds before its end an access token is replaced, but never before nine tenths of its time are over."""
KEEP_WAITS = (1.0, 4.0)
"""Seconds between the tries to keep a new refresh token."""
_AGAIN = 60.0  # seconds in which a token that came for a refused one is not replaced in its turn
_PARTS = len(("header", "claims", "signature"))


class AccessToken:
    """A plain access token: sent as it is, and nothing can be done once it is refused."""

    remedy = (
        "An access token is good for an hour: set a new one, or give clientId, clientSecret and refreshToken instead, "
        "and tokens are fetched as they are needed."
    )

    def __init__(self, token: str) -> None:
        self._token = token

    async def current(self, client: httpx.AsyncClient) -> str:
        """Give the token."""
        del client
        return self._token

    async def instead_of(self, refused: str, client: httpx.AsyncClient) -> str | None:
        """Have no other."""
        del refused, client
        return None

    async def aclose(self) -> None:
        """Have nothing to finish."""


class RefreshedTokens:
    """Access tokens got with a refresh token, one for all requests of an organization."""

    remedy = (
        "Billabex refuses a token that it has just given: authorise the client anew, with the scope accounts:all, "
        "and set the refresh token that you get."
    )

    def __init__(self, credentials: Mapping[str, str], token_url: str, place: TokenPlace, *, organization: str) -> None:
        """Hold what the grant needs.

        Args:
            credentials: `clientId`, `clientSecret` and `refreshToken`.
            token_url: The token endpoint.
            place: Where a replaced refresh token is kept.
            organization: Named in problems.
        """
        self._credentials = credentials
        self._token_url = token_url
        self._place = place
        self._organization = organization
        self._access: str | None = None
        self._until = 0.0  # on the loop's clock
        self._replaced_at = float("-inf")  # when the latest came for one that was refused
        self._refreshing: asyncio.Task[str] | None = None

    async def current(self, client: httpx.AsyncClient) -> str:
        """Give the access token, a fresh one if its end is near."""
        if self._access is not None and asyncio.get_running_loop().time() < self._until:
            return self._access
        return await self._fresh(client)

    async def instead_of(self, refused: str, client: httpx.AsyncClient) -> str | None:
        """Give the token that another request has got meanwhile, or a fresh one; None if that was tried just now."""
        if self._access is not None and self._access != refused:
            return self._access
        if asyncio.get_running_loop().time() < self._replaced_at + _AGAIN:
            return None
        fresh = await self._fresh(client)
        self._replaced_at = asyncio.get_running_loop().time()
        return fresh

    async def aclose(self) -> None:
        """Finish a refresh that is under way: its refresh token may be the only one that is still good."""
        if self._refreshing is not None:
            await asyncio.gather(self._refreshing, return_exceptions=True)

    async def _fresh(self, client: httpx.AsyncClient) -> str:
        """Wait for the refresh that is under way, or begin one; whoever stops waiting does not stop it."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refreshed(client))
        return await asyncio.shield(self._refreshing)

    async def _refreshed(self, client: httpx.AsyncClient) -> str:
        async with self._place.alone():
            self._place.check()
            first = self._credentials["refreshToken"]
            latest = self._place.read(first)
            answer = await self._asked(client, latest)
            access, renewed = answer["access_token"], answer.get("refresh_token")
            if isinstance(renewed, str) and renewed and renewed != latest:
                await self._keep(renewed, first)
        seconds = _seconds(answer)
        self._until = asyncio.get_running_loop().time() + max(seconds - EARLY, seconds * 0.9)
        self._access = str(access)
        return self._access

    async def _asked(self, client: httpx.AsyncClient, refresh_token: str) -> Mapping[str, object]:
        """Ask the token endpoint, once.

        Raises:
            SetbackError: no usable answer.
            ProviderRejected: the endpoint refuses the token.
        """
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self._credentials["clientId"],
            "client_secret": self._credentials["clientSecret"],
        }
        try:
            response = await client.send(client.build_request("POST", self._token_url, data=form))
        except httpx.RequestError as error:
            raise SetbackError(f"no access token came: {setback_of(error).said}", unprocessed=True) from None
        status = response.status_code
        if status == httpx.codes.TOO_MANY_REQUESTS:
            said = "429, too many requests for access tokens"
            raise SetbackError(said, unprocessed=True, throttled=True, after=retry_after(response))
        if 300 <= status < 500:
            raise ProviderRejected(_refused(self._organization, status))
        answer = _object(response.content)
        if not response.is_success or not isinstance(answer.get("access_token"), str) or not answer["access_token"]:
            raise SetbackError(f"no access token came: {status} without one", unprocessed=True)
        return answer

    async def _keep(self, token: str, first: str) -> None:
        """Keep a new refresh token, before anything is done with the access token."""
        for wait in (*KEEP_WAITS, None):
            try:
                await asyncio.to_thread(self._place.keep, token, first)
            except UsageInvalid:
                if wait is None:
                    raise
                await asyncio.sleep(wait)
            else:
                return


def _seconds(answer: Mapping[str, object]) -> float:
    """Say for how many seconds an access token is good; for ever if nothing tells."""
    told = answer.get("expires_in")
    return float(told) if isinstance(told, int | float) and told > 0 else lifetime_of(str(answer["access_token"]))


def lifetime_of(token: str) -> float:
    """Read from a JWT for how many seconds it is good from its issue; infinite if it does not say."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        return float("inf")
    try:
        claims = _object(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return float("inf")
    issued, ends = claims.get("iat"), claims.get("exp")
    if isinstance(issued, int | float) and isinstance(ends, int | float) and ends > issued:
        return float(ends - issued)
    return float("inf")


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
        why="Another run or machine may have used it up, an answer with its successor may have been lost, it may be "
        "older than 30 days, or belong to another client.",
        remedy="Authorise the client anew, and set the refresh token that you get.",
    )
