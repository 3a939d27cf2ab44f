"""The token endpoint: a refresh token goes in; an access token, or why there is none, comes out (fact sheet §3).

What may be different the next time is a setback: no answer, 429, 5xx, one that cannot be read. Any other 3xx or 4xx is
the vendor's no. Of its body nothing is taken but the error's name, where that is one of OAuth's own.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import orjson

from reconciler.providers.answers import SetbackError, retry_after, setback_of

_CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client"})
_PARTS = len(("header", "claims", "signature"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """An access token, good for so many seconds, and the refresh token that came with it; "" if none did."""

    access: str
    renewed: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """A no: with which status, and whether it was about the client and not about the token."""

    status: int
    of_client: bool


async def ask(
    client: httpx.AsyncClient, url: str, credentials: Mapping[str, str], refresh_token: str
) -> Granted | Denied:
    """Ask for an access token, once.

    Raises:
        SetbackError: no usable answer.
    """
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": credentials["clientId"],
        "client_secret": credentials["clientSecret"],
    }
    try:
        response = await client.send(client.build_request("POST", url, data=form))
    except httpx.RequestError as error:
        raise SetbackError(f"no access token came: {setback_of(error).said}", unprocessed=True) from None
    status, answer = response.status_code, _object(response.content)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        said = "429, too many requests for access tokens"
        raise SetbackError(said, unprocessed=True, throttled=True, after=retry_after(response))
    if 300 <= status < 500:
        return Denied(status=status, of_client=answer.get("error") in _CLIENT_ERRORS)
    access, renewed = answer.get("access_token"), answer.get("refresh_token")
    if not response.is_success or not isinstance(access, str) or not access:
        raise SetbackError(f"no access token came: {status} without one", unprocessed=True)
    return Granted(
        access=access,
        renewed=renewed if isinstance(renewed, str) else "",
        seconds=_seconds(answer.get("expires_in"), access),
    )


def _seconds(told: object, access: str) -> float:
    """Say for how many seconds an access token is good; for ever if nothing tells."""
    return float(told) if isinstance(told, int | float) and told > 0 else lifetime_of(access)


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
