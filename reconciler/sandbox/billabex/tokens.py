"""Access tokens: JSON Web Tokens that the sandbox signs and checks, with `exp`, `scope` and `sub` (R-AUTH).

The key is the same everywhere: these tokens open nothing but a simulator.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b, sha256

from reconciler.sandbox.values import JsonObject, decode_object, encode

_KEY = b"the sandbox signs with this"
_HEADER: JsonObject = {"alg": "HS256", "typ": "JWT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What an access token says: whose data, what may be done, until when (Unix seconds)."""

    organization: str
    scope: str
    issued: float
    expires: float


def access_token(grant: Grant, number: int) -> str:
    """Return a signed token; `number` tells two tokens of the same second apart."""
    claims: JsonObject = {
        "sub": grant.organization,
        "scope": grant.scope,
        "iat": int(grant.issued),
        "exp": int(grant.expires),
        "jti": blake2b(f"{grant.organization}/{grant.issued}/{number}".encode(), digest_size=8).hexdigest(),
    }
    signed = f"{_part(encode(_HEADER))}.{_part(encode(claims))}"
    return f"{signed}.{_part(_signature(signed))}"


def read_token(token: str) -> Grant | None:
    """Return what a token says, or None if it is not one that the sandbox signed; its time may be over."""
    signed, _, signature = token.rpartition(".")
    if token.count(".") != 2 or not hmac.compare_digest(signature, _part(_signature(signed))):
        return None
    claims = decode_object(_bytes(signed.partition(".")[2]))
    issued, expires = claims["iat"], claims["exp"]
    if not isinstance(issued, int) or not isinstance(expires, int):
        return None
    return Grant(organization=str(claims["sub"]), scope=str(claims["scope"]), issued=issued, expires=expires)


def _signature(signed: str) -> bytes:
    return hmac.new(_KEY, signed.encode(), sha256).digest()


def _part(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
