"""Answers made before, served from memory: an httpx transport that gives bytes by request target, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

HEADERS = {"content-type": "application/json"}


class AnswerTransport(httpx.AsyncBaseTransport):
    """Answer requests from a table; what is not in it is answered 404."""

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Look an answer up."""
        target = request.url.raw_path.decode()
        self.asked.append(f"{request.method} {target}")
        body = self._answers.get(target)
        if body is None:
            return httpx.Response(404, headers=HEADERS, content=b'{"message":"Not found."}')
        return httpx.Response(200, headers=HEADERS, content=body)
