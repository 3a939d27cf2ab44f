"""What crosses the wire, with no HTTP library in it: a request comes in, an answer or its loss goes out.

A route raises `RefusalError` for what the vendor would turn down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import unquote

from reconciler.sandbox.values import Json, encode

REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
}
Loss: TypeAlias = Literal["timeout", "reset", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request: the path still percent-encoded, the query decoded, header names in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def segments(self, prefix: str) -> tuple[str, ...]:
        """Return the decoded parts of the path below a prefix, or none when the path lies elsewhere."""
        if not self.path.startswith(prefix + "/"):
            return ()
        return tuple(unquote(part) for part in self.path.removeprefix(prefix + "/").split("/"))

    def readable_path(self, prefix: str) -> str:
        """Return the decoded path below a prefix, as faults match it and the request log shows it."""
        return unquote(self.path.removeprefix(prefix))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response as bytes."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response, how many seconds late it comes, and whether the caller ever sees it."""

    response: Response
    delay: float = 0.0
    loss: Loss | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a route answers, and the target that it wrote, such as `customer/<id>`, where it wrote one."""

    status: int = 200
    payload: Json = None
    written: str | None = None
    lasting: bool = True
    """Whether a write changed anything in the organization; credentials and repeated answers do not."""


class RefusalError(Exception):
    """What the vendor turns down: the status and the sentence that it answers, and its name for the mistake."""

    def __init__(self, status: int, message: str, *, name: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.name = name


def json_response(status: int, payload: Json) -> Response:
    """Return a response with a JSON body, or an empty one where there is nothing to say."""
    if status == 204 or payload is None:
        return Response(status=status)
    return Response(status=status, headers={"content-type": "application/json"}, body=encode(payload))


def error_page(status: int, message: str, *, html: bool) -> Response:
    """Return an error as plain text or as a page, as a server in front of the vendor's might."""
    if not html:
        return Response(status=status, headers={"content-type": "text/plain"}, body=message.encode())
    page = f"<html><body><h1>{status} {REASONS.get(status, 'Error')}</h1></body></html>"
    return Response(status=status, headers={"content-type": "text/html"}, body=page.encode())
