"""The error answers of Upflow, in the shape that the settings ask for; the true one is not known (fact sheet §5)."""

from __future__ import annotations

from dataclasses import replace

from reconciler.sandbox.upflow.settings import Settings
from reconciler.sandbox.wire import RefusalError, Response, error_page, json_response


def error_response(refusal: RefusalError, settings: Settings) -> Response:
    """Return an error."""
    match settings.error_body:
        case "message":
            return json_response(refusal.status, {"message": refusal.message})
        case "error":
            return json_response(refusal.status, {"error": refusal.message})
        case "text" | "html" as form:
            return error_page(refusal.status, refusal.message, html=form == "html")


def throttled_response(wait: float, settings: Settings) -> Response:
    """Return the answer to one request too many."""
    response = error_response(RefusalError(429, "Too many requests."), settings)
    if not settings.retry_after:
        return response
    return replace(response, headers={**response.headers, "retry-after": str(int(wait) + (wait % 1 > 0))})
