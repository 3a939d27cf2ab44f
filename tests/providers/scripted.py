"""A transport that answers by a script: each request takes the next line, a response or an error to be raised."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import httpx

from reconciler.providers.http import HttpClient
from reconciler.providers.pace import Pace

Line = httpx.Response | Exception


class Script(httpx.AsyncBaseTransport):
    """Answers in order, the last line for ever; remembers each request and when it came."""

    def __init__(self, *lines: Line, seconds: float = 0.0) -> None:
        self.lines = list(lines)
        self.seconds = seconds
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []
        self.in_flight = self.most_in_flight = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Give the next line."""
        self.requests.append(request)
        self.times.append(round(asyncio.get_running_loop().time(), 3))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.seconds)
            line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
            if isinstance(line, Exception):
                raise line
            return httpx.Response(line.status_code, headers=line.headers, content=line.content)
        finally:
            self.in_flight -= 1


def client(script: Script, *, requests_per_minute: int = 600, in_flight: int = 5) -> HttpClient:
    """Give a client that speaks to a script."""
    return HttpClient(
        organization="acme-fr",
        title="Upflow",
        base_url="https://vendor.invalid/v1",
        headers={"X-Api-Key": "the-key", "X-Api-Secret": "the-secret"},
        pace=Pace(requests_per_minute=requests_per_minute, in_flight=in_flight),
        transport=script,
    )


def answer(status: int = 200, body: bytes = b"{}", /, **headers: str) -> httpx.Response:
    """Give a response; a header's underscores become hyphens."""
    return httpx.Response(
        status, content=body, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


def gaps(times: Sequence[float]) -> list[float]:
    """Give the seconds between one request and the next."""
    return [round(after - before, 2) for before, after in pairwise(times)]
