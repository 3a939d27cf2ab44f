"""What crosses the wire, with no HTTP library in it: a request comes in, an answer or its loss goes out.

A route raises `RefusalError` for what the vendor would turn down; the statuses are those of the fact sheet §5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import unquote

from reconciler.sandbox.upflow.settings import Settings
from reconciler.sandbox.values import Json, encode

PREFIX = "/v1"
REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    409: "Conflict",
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

    def segments(self) -> tuple[str, ...]:
        """Return the decoded parts of the path below `/v1`, or none when the path lies elsewhere."""
        if not self.path.startswith(PREFIX + "/"):
            return ()
        return tuple(unquote(part) for part in self.path.removeprefix(PREFIX + "/").split("/"))

    def readable_path(self) -> str:
        """Return the decoded path below `/v1`, as faults match it and the request log shows it."""
        return unquote(self.path.removeprefix(PREFIX))


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


class RefusalError(Exception):
    """What the vendor turns down, with the status and the sentence that it answers."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def json_response(status: int, payload: Json) -> Response:
    """Return a response with a JSON body, or an empty one for 204."""
    if status == 204:
        return Response(status=status)
    return Response(status=status, headers={"content-type": "application/json"}, body=encode(payload))


def error_response(refusal: RefusalError, settings: Settings) -> Response:
    """Return an error in the shape that the settings ask for; the true one is not known (§5)."""
    match settings.error_body:
        case "message":
            return json_response(refusal.status, {"message": refusal.message})
        case "error":
            return json_response(refusal.status, {"error": refusal.message})
        case "text":
            kind, body = "text/plain", refusal.message
        case "html":
            reason = REASONS.get(refusal.status, "Error")
            kind, body = "text/html", f"<html><body><h1>{refusal.status} {reason}</h1></body></html>"
    return Response(status=refusal.status, headers={"content-type": kind}, body=body.encode())
