"""One HTTP client for every vendor: a path and a body go in, a decoded body or an error for a person comes out.

Here live authentication, pace and the retries of reads: after 1, 2, 4 and 8 seconds, and a throttled one 16 and 32
seconds more, 63 in all, so that a whole rolling minute has passed before we give up. Where it has passed for all, and
nothing was taken in it, one try is enough (`throttle`). A write is sent once: what comes
after a wait has to be judged on the object as it is then, which is the business of `apply.carry` (`answers` has the
table of what may have happened). Redirects are never followed, and no header or body is ever logged or shown.

Where a vendor wants bearer tokens, `Tokens` gives them. A token that is refused is replaced once, and the request goes
again: it had no effect. A write that a token kept longer than a look may be old is not sent any more, as after any
other wait; nor is one that stood in line while nobody might set out (`pace`; but see `crowd`), nor one that may not go
out any more when its turn comes (`live.passage`).

A proxy named by the environment is used for https to other machines alone. On loopback it has no business, and plain
http would show it the credentials.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

import httpx
import orjson
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from reconciler.live.passage import Passage, cleared, current_passage
from reconciler.model.resource import Value
from reconciler.providers.answers import (
    CHECK_VARIABLES,
    Call,
    SetbackError,
    body_of,
    count_of,
    moves_on,
    retry_after,
    setback_of,
    unknown,
    unreadable,
    unsent,
)
from reconciler.providers.bearer import TOO_LONG, Tokens, awaited, carrying
from reconciler.providers.pace import Pace
from reconciler.providers.request_log import told_of, told_of_wait

TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=60.0, pool=10.0)
WAITS = (1.0, 2.0, 4.0, 8.0)
THROTTLED_WAITS = (*WAITS, 16.0, 32.0)


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
        tokens: Tokens | None = None,
    ) -> None:
        self.requests_made = 0
        self._organization = organization
        self._title = title
        self._pace = pace
        self._tokens = tokens
        self._secrets = tuple(headers.values())
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={**headers, "Accept": "application/json", "User-Agent": "reconciler"},
            timeout=TIMEOUT,
            follow_redirects=False,
            transport=transport,
            trust_env=proxies_allowed(base_url),
        )

    async def read(self, path: str, query: Mapping[str, str | int] | None = None) -> Value:
        """Get a decoded body.

        Raises:
            NotFound: 404.
            ProviderRejected: another 3xx or 4xx.
            Unreachable: no connection was made on any try.
            Shut: the vendor turns everything away.
            LiveStateUnreadable: no usable answer after all retries.
        """
        place = self._client.base_url.netloc.decode("ascii")
        call = self._call("GET", path, place=place)
        request = self._client.build_request("GET", path, params=query)
        return await self._tried(request, call)

    async def write(
        self,
        method: str,
        path: str,
        body: Value,
        withheld: tuple[str, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Value:
        """Send something that changes the vendor's data, once, and give the decoded answer; None if it says nothing.

        Args:
            method: `POST`, `PUT`, `PATCH` or `DELETE`.
            path: the path below the base URL, encoded.
            body: what is sent as JSON; None for no body.
            withheld: personal values that the body holds, to be kept out of an error.
            headers: what this one request carries beside what all do.

        Raises:
            ProviderRejected: the vendor refused it; it had no effect.
            NotProcessed: it had no effect (429, or no connection was made).
            OutcomeUnknown: it may have taken effect.
        """
        call = self._call(method, path, withheld=withheld)
        content = None if body is None else encoded(body)
        typed = {} if body is None else {"Content-Type": "application/json"}
        request = self._client.build_request(method, path, content=content, headers={**typed, **(headers or {})})
        try:
            return await self._once(request, call)
        except SetbackError as setback:
            if setback.unprocessed:
                raise unsent(call, setback) from None
            raise unknown(call, setback) from None

    async def aclose(self) -> None:
        """Let go of connections."""
        try:
            if self._tokens is not None:
                await self._tokens.aclose()
        finally:
            await self._client.aclose()

    def _call(self, method: str, path: str, place: str = "", withheld: tuple[str, ...] = ()) -> Call:
        return Call(
            organization=self._organization,
            title=self._title,
            method=method,
            path=path,
            place=place,
            withheld=(*withheld, *self._secrets),
            unauthorized=self._tokens.remedy if self._tokens is not None else CHECK_VARIABLES,
        )

    async def _tried(self, request: httpx.Request, call: Call) -> Value:
        retrying = AsyncRetrying(
            sleep=asyncio.sleep,
            stop=self._enough,
            wait=_wait,
            retry=retry_if_exception_type(SetbackError),
            before_sleep=lambda state: told_of_wait(call, state.attempt_number, state.upcoming_sleep),
            reraise=True,
        )
        try:
            async for attempt in retrying:
                with attempt:
                    return await self._once(request, replace(call, attempt=attempt.retry_state.attempt_number))
        except SetbackError as setback:
            tries = int(retrying.statistics["attempt_number"])
            raise unreadable(call, setback, tries, in_vain=self._pace.in_vain) from None
        raise AssertionError("A retry ended without an outcome. This is a bug in reconciler.")

    def _enough(self, state: RetryCallState) -> bool:
        error = _error(state)
        in_vain = isinstance(error, SetbackError) and error.throttled and self._pace.in_vain
        return in_vain or state.attempt_number > len(_waits(error))

    async def _once(self, request: httpx.Request, call: Call) -> Value:
        if self._tokens is None:
            return body_of(await self._answer(request, call), call)
        tokens, client, writes = self._tokens, self._client, request.method != "GET"
        began = asyncio.get_running_loop().time()
        token = await awaited(lambda: tokens.current(client), write=writes)
        call = replace(call, withheld=(*call.withheld, token))
        response = await self._answer(carrying(token, request, since=began), call)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            other = await awaited(lambda: tokens.instead_of(token, client), write=writes)
            if other is not None:
                call = replace(call, withheld=(*call.withheld, other))
                response = await self._answer(carrying(other, request, since=began), call)
        return body_of(response, call)

    async def _answer(self, request: httpx.Request, call: Call) -> httpx.Response:
        came, writes = asyncio.get_running_loop().time(), call.method != "GET"
        async with self._pace.turn(write=writes) as set_out:
            if writes:
                self._check_turn(came, set_out)
            self.requests_made += 1
            with told_of(call, self.requests_made, waited=set_out - came) as answer:
                try:
                    response = await self._client.send(request)
                except httpx.RequestError as error:
                    raise setback_of(error) from None
                answer.status = response.status_code
            _tell(self._pace, response, set_out)
        return response

    def _check_turn(self, came: float, set_out: float) -> None:
        """See that a write whose turn has come may go.

        Raises:
            SetbackError: it came too late to be sent as it is, or may not be sent any more.
        """
        own = current_passage()
        waited = set_out - came > TOO_LONG
        if waited and (self._pace.held_after(came) or self._gives_way(own, came)):
            raise SetbackError("nothing could be sent to it for a time", unprocessed=True, throttled=True)
        if not cleared():
            raise SetbackError("its turn came when this run might not write", unprocessed=True)
        if own is not None:
            own.gave_way = False

    def _gives_way(self, own: Passage | None, came: float) -> bool:
        """Say whether a write that waited for others is kept back for its change to look again: once (`crowd`)."""
        gives_way = self._pace.crowded_after(came) and not (own is not None and own.gave_way)
        if own is not None:
            own.gave_way = own.gave_way or gives_way
        return gives_way


def encoded(body: Value) -> bytes:
    """Write a body as JSON; the same body always gives the same bytes."""
    return orjson.dumps(body, default=_plain)


def _tell(pace: Pace, response: httpx.Response, set_out: float) -> None:
    """Hand on what an answer says of the vendor's own count, and whether it let the request in that set out then.

    A server that is in trouble says nothing of limits.
    """
    limit, remaining = count_of(response, "limit"), count_of(response, "remaining")
    if limit and remaining is not None:  # none at all is no limit that anybody keeps
        pace.told(limit=limit, remaining=remaining, moves_on=moves_on(response))
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        pace.refused(set_out, retry_after(response))
    elif not response.is_server_error:
        pace.taken(set_out)


def proxies_allowed(base_url: str) -> bool:
    """Say whether requests to this place may go through a proxy that the environment names."""
    parts = urlsplit(base_url)
    return parts.scheme.lower() == "https" and not _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    if host.rstrip(".") == "localhost":
        return True
    try:
        found = ip_address(host)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback


def _plain(value: object) -> object:
    """Give orjson what it does not know: a mapping that is no dict."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def _waits(error: BaseException | None) -> tuple[float, ...]:
    return THROTTLED_WAITS if isinstance(error, SetbackError) and error.throttled else WAITS


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _wait(state: RetryCallState) -> float:
    """Wait as long as the vendor asks, and never less than the backoff."""
    error = _error(state)
    waits = _waits(error)
    backoff = waits[min(state.attempt_number, len(waits)) - 1]  # it is asked before it is known whether to stop
    return max(backoff, error.after) if isinstance(error, SetbackError) else backoff
