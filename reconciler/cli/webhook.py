"""One JSON body to one address, tried a few times; what goes wrong is said in words that hold no part of the address.

The address may be a secret in itself (most chat services' are), so it is never shown and never logged. Redirects are
not followed: they would take the message, and such an address, to somebody else.
"""

from __future__ import annotations

import json

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from reconciler.forge.setbacks import not_connected
from reconciler.model.resource import Value

TIMEOUT = httpx.Timeout(10.0)
TRIES = 3
LONGEST_WAIT = 8.0
"""Seconds between two tries, at most."""

_LATER = (408, 429)


class UndeliveredError(Exception):
    """It did not arrive; the text says why, in words that may be shown."""


class _SetbackError(UndeliveredError):
    """It did not arrive, and may at another try."""


def post(url: str, body: Value, transport: httpx.BaseTransport | None = None, first_wait: float = 1.0) -> None:
    """Send it, and again after a wait where that may help.

    Args:
        url: Where it goes: http or https.
        body: What is sent as JSON.
        transport: How, where not over the network.
        first_wait: Seconds before the second try; each further wait is twice as long.

    Raises:
        UndeliveredError: it did not arrive.
    """
    url = url.strip()  # a secret that was pasted often ends with a line break
    if not _is_address(url):
        raise UndeliveredError("The variable holds no http or https address.")
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "reconciler"}
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False, transport=transport, headers=headers) as client:
        for attempt in Retrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_exponential(multiplier=first_wait, max=LONGEST_WAIT),
            retry=retry_if_exception_type(_SetbackError),
            reraise=True,
        ):
            with attempt:
                _send(client, url, content)


def _is_address(url: str) -> bool:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.host) and not any(sign.isspace() for sign in url)


def _send(client: httpx.Client, url: str, content: bytes) -> None:
    try:
        status = client.post(url, content=content).status_code
    except httpx.TransportError as error:  # its text may name the address
        found = not_connected(error)
        kind = UndeliveredError if found.hopeless else _SetbackError
        raise kind(f"It could not be reached: {found.said[:1].lower()}{found.said[1:]}.") from None
    except httpx.HTTPError as error:  # the same
        raise _SetbackError(f"It could not be reached ({type(error).__name__}).") from None
    if status in _LATER or httpx.codes.is_server_error(status):
        raise _SetbackError(f"It answered {status}.")
    if not httpx.codes.is_success(status):
        raise UndeliveredError(f"It answered {status}.")
