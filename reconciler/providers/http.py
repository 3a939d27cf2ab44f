"""One HTTP client for every vendor: a path and a body go in, a decoded body or an error for a person comes out.

Here live authentication, pace and retries. Reads are tried again after 1, 2, 4 and 8 seconds; a write only where the
vendor cannot have acted on it (`answers` has the table). A throttled request waits 16 and 32 seconds more: 63 in all,
so that a whole rolling minute has passed before we give up. Redirects are never followed, and no header or body is
ever logged or shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx
import orjson
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from reconciler.model.resource import Value
from reconciler.providers.answers import Call, SetbackError, body_of, setback_of, unknown, unreadable, unsent
from reconciler.providers.pace import Pace

TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=60.0, pool=10.0)
WAITS = (1.0, 2.0, 4.0, 8.0)
THROTTLED_WAITS = (*WAITS, 16.0, 32.0)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class HttpClient:
    """One organization's way to its vendor. Use it within one event loop, and close it there."""

    def __init__(
        self,
        *,
        organization: str,
        title: str,
        base_url: str,
        headers: Mapping[str, str],
        pace: Pace,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.requests_made = 0
        self._organization = organization
        self._title = title
        self._pace = pace
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={**headers, "Accept": "application/json", "User-Agent": "reconciler"},
            timeout=TIMEOUT,
            follow_redirects=False,
            transport=transport,
            trust_env=urlsplit(base_url).hostname not in _LOOPBACK,  # a proxy has no business on loopback
        )

    async def read(self, path: str, query: Mapping[str, str | int] | None = None) -> Value:
        """Get a decoded body.

        Raises:
            NotFound: 404.
            ProviderRejected: another 3xx or 4xx.
            LiveStateUnreadable: no usable answer after all retries.
        """
        call = Call(organization=self._organization, title=self._title, method="GET", path=path)
        request = self._client.build_request("GET", path, params=query)
        try:
            return await self._tried(request, call, _worth_reading_again)
        except SetbackError as setback:
            raise unreadable(call, setback, _tries(setback)) from None

    async def write(self, method: str, path: str, body: Value, withheld: tuple[str, ...] = ()) -> None:
        """Send something that changes the vendor's data, once; only what was never processed is sent again.

        Args:
            method: `POST`, `PUT` or `DELETE`.
            path: the path below the base URL, encoded.
            body: what is sent as JSON; None for no body.
            withheld: personal values that the body holds, to be kept out of an error.

        Raises:
            ProviderRejected: the vendor refused it; it had no effect.
            ProviderUnavailable: it was never processed, after all retries.
            OutcomeUnknown: it may have taken effect.
        """
        call = Call(organization=self._organization, title=self._title, method=method, path=path, withheld=withheld)
        content = None if body is None else orjson.dumps(body, default=_plain)
        headers = None if body is None else {"Content-Type": "application/json"}
        request = self._client.build_request(method, path, content=content, headers=headers)
        try:
            await self._tried(request, call, _worth_sending_again)
        except SetbackError as setback:
            if setback.unprocessed:
                raise unsent(call, setback, _tries(setback)) from None
            raise unknown(call, setback) from None

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    async def _tried(self, request: httpx.Request, call: Call, again: retry_if_exception) -> Value:
        retrying = AsyncRetrying(sleep=asyncio.sleep, stop=_enough, wait=_wait, retry=again, reraise=True)
        async for attempt in retrying:
            with attempt:
                return await self._once(request, call)
        raise AssertionError("A retry ended without an outcome. This is a bug in reconciler.")

    async def _once(self, request: httpx.Request, call: Call) -> Value:
        async with self._pace.turn():
            self.requests_made += 1
            try:
                response = await self._client.send(request)
            except httpx.RequestError as error:
                raise setback_of(error) from None
        return body_of(response, call)


def _plain(value: object) -> object:
    """Give orjson what it does not know: a mapping that is no dict."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


_worth_reading_again = retry_if_exception(lambda error: isinstance(error, SetbackError))
_worth_sending_again = retry_if_exception(lambda error: isinstance(error, SetbackError) and error.unprocessed)


def _waits(error: BaseException | None) -> tuple[float, ...]:
    return THROTTLED_WAITS if isinstance(error, SetbackError) and error.throttled else WAITS


def _tries(setback: SetbackError) -> int:
    return len(_waits(setback)) + 1


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _enough(state: RetryCallState) -> bool:
    return state.attempt_number > len(_waits(_error(state)))


def _wait(state: RetryCallState) -> float:
    """Wait as long as the vendor asks, and never less than the backoff."""
    error = _error(state)
    waits = _waits(error)
    backoff = waits[min(state.attempt_number, len(waits)) - 1]  # it is asked before it is known whether to stop
    return max(backoff, error.after) if isinstance(error, SetbackError) else backoff
