"""Bodies and their fields, checked as any vendor does: what fails a check is a `RefusalError`, status 400."""

from __future__ import annotations

from reconciler.sandbox.values import Json, JsonObject, decode
from reconciler.sandbox.wire import RefusalError, Request


def body_object(request: Request) -> JsonObject:
    """Return the body of a request, a JSON object."""
    if "json" not in request.headers.get("content-type", ""):
        raise RefusalError(400, "The body must be sent as application/json.")
    try:
        body = decode(request.body)
    except ValueError:
        raise RefusalError(400, "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise RefusalError(400, "The body must be an object.")
    return body


def required_text(body: JsonObject, name: str) -> str:
    """Return a string that must be there and not be empty."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise RefusalError(400, f"{name} is required and must be a non-empty string.")
    return value


def optional_text(name: str, value: Json) -> str | None:
    """Return a string or None; turn down anything else."""
    if value is not None and not isinstance(value, str):
        raise RefusalError(400, f"{name} must be a string.")
    return value


def an_object(name: str, value: Json) -> JsonObject:
    """Return an object; turn down anything else."""
    if not isinstance(value, dict):
        raise RefusalError(400, f"{name} must be an object.")
    return value


def a_list(name: str, value: Json) -> list[Json]:
    """Return a list; turn down anything else, null included."""
    if not isinstance(value, list):
        raise RefusalError(400, f"{name} must be a list.")
    return value
