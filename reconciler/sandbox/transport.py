"""The sandbox in process: an httpx transport, so that a client sends real requests and reads real bytes, no socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from reconciler.sandbox.service import Sandbox
from reconciler.sandbox.store import Store
from reconciler.sandbox.wire import Answer, Request


def loop_time() -> float:
    """Return the running event loop's time in seconds, so that virtual loops have virtual minutes."""
    return asyncio.get_running_loop().time()


class SandboxTransport(httpx.AsyncBaseTransport):
    """Answer the requests of an `httpx.AsyncClient` from a sandbox store."""

    def __init__(
        self,
        store: Store | str | Path,
        *,
        auto_create: bool = False,
        organization: str | None = None,
        newcomer: Mapping[str, object] | None = None,
        latency: float = 0.0,
        clock: Callable[[], float] = loop_time,
        epoch: float | None = None,
    ) -> None:
        """Open a transport.

        Args:
            store: the store, or the path of its SQLite file, which is then closed with the transport.
            auto_create: whether new credentials bring an organization to life.
            organization: the name of that organization.
            newcomer: what its owner says of it, by the keys of `reconciler.yaml`, should it come to life.
            latency: how many seconds every answer takes.
            clock: the time in seconds, for limits and the log.
            epoch: the Unix time at the clock's zero, for tokens; None takes it from the computer's own clock.
        """
        self._owned = not isinstance(store, Store)
        self.store = store if isinstance(store, Store) else Store(store)
        self.sandbox = Sandbox(
            self.store,
            clock=clock,
            auto_create=auto_create,
            organization=organization,
            newcomer=newcomer,
            epoch=epoch,
        )
        self._latency = latency

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request out at once, and deliver its answer after the latency, or lose it."""
        wire_request = Request(
            method=request.method,
            path=request.url.raw_path.partition(b"?")[0].decode("ascii"),
            query=tuple(request.url.params.multi_items()),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.aread(),
        )
        with self.sandbox.exchange(wire_request) as answer:
            await _pass(self._latency + answer.delay, request)
            _raise_loss(answer, request)
            response = answer.response
            return httpx.Response(response.status, headers=dict(response.headers), content=response.body)

    async def aclose(self) -> None:
        """Close the store if the transport opened it."""
        if self._owned:
            self.store.close()


async def _pass(seconds: float, request: httpx.Request) -> None:
    """Let time pass, but no longer than the client is willing to wait for an answer."""
    patience: float | None = request.extensions.get("timeout", {}).get("read")
    if seconds > 0:
        await asyncio.sleep(seconds if patience is None else min(seconds, patience))
    if patience is not None and seconds > patience:
        raise httpx.ReadTimeout("The sandbox was slower than the client would wait.", request=request)


def _raise_loss(answer: Answer, request: httpx.Request) -> None:
    """Raise what httpx raises when an answer is lost."""
    match answer.loss:
        case "timeout":
            raise httpx.ReadTimeout("The sandbox lost the answer.", request=request)
        case "reset":
            raise httpx.ReadError("The sandbox broke the connection.", request=request)
        case "refused":
            raise httpx.ConnectError("The sandbox refused the connection.", request=request)
        case None:
            return
