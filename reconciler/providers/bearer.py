"""Bearer tokens on requests: where they come from, and what waiting for one means to a write.

A write that waits for its token stands in line, as one that waits for its turn (`live.passage`): not a byte of it is
out, and one that was turned away for its token had no effect. So a signal takes it back at once, and it is told as not
sent. The token itself is not taken back: whoever gives it finishes that (`Tokens.aclose`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Protocol, TypeVar

import httpx

from reconciler.live.passage import in_line
from reconciler.providers.answers import SetbackError

TOO_LONG = 5.0
"""Seconds between building a write and sending it, where something held it up."""
Result = TypeVar("Result")


class Tokens(Protocol):
    """Where bearer tokens come from; `remedy` says what to do once none of them is taken."""

    remedy: str

    async def current(self, client: httpx.AsyncClient) -> str:
        """Give a token that should be good.

        Raises:
            SetbackError: there is none just now.
            ProviderRejected: there will be none.
        """

    async def instead_of(self, refused: str, client: httpx.AsyncClient) -> str | None:
        """Give another token than one that was refused; None if that would not help."""

    async def aclose(self) -> None:
        """Finish what must not break off."""


async def awaited(ask: Callable[[], Awaitable[Result]], *, write: bool) -> Result:
    """Wait for a token that a request is to carry."""
    with in_line() if write else nullcontext():
        return await ask()


def carrying(token: str, request: httpx.Request, *, since: float) -> httpx.Request:
    """Give the same request with a token on it.

    Raises:
        SetbackError: a write would go out too long after it was built.
    """
    if request.method != "GET" and asyncio.get_running_loop().time() - since > TOO_LONG:
        raise SetbackError("an access token took too long to come", unprocessed=True)
    headers = httpx.Headers(request.headers)
    headers["Authorization"] = f"Bearer {token}"
    return httpx.Request(
        request.method, request.url, headers=headers, content=request.content, extensions=request.extensions
    )
