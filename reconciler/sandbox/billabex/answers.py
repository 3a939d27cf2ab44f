"""The error answers of Billabex, in the shape that the settings ask for; the true one is not known (fact sheet §9)."""

from __future__ import annotations

from dataclasses import replace

from reconciler.sandbox.billabex.settings import Settings
from reconciler.sandbox.values import JsonObject
from reconciler.sandbox.wire import REASONS, RefusalError, Response, error_page, json_response


def error_response(refusal: RefusalError, settings: Settings) -> Response:
    """Return an error; one that has a name is of the token endpoint, whose shape OAuth settles."""
    response = _response(refusal, settings)
    if refusal.status != 401:
        return response
    return replace(response, headers={**response.headers, "www-authenticate": "Bearer"})


def _response(refusal: RefusalError, settings: Settings) -> Response:
    status, message = refusal.status, refusal.message
    if refusal.name is not None:
        return json_response(status, {"error": refusal.name, "error_description": message})
    body: JsonObject = {"statusCode": status, "message": message, "error": REASONS.get(status, "Error")}
    match settings.error_body:
        case "nest":
            return json_response(status, body)
        case "messages":
            return json_response(status, {**body, "message": [message]})
        case "coded":
            return json_response(
                status, {**body, "code": f"app.{REASONS.get(status, 'error').lower().replace(' ', '-')}"}
            )
        case "text" | "html" as form:
            return error_page(status, message, html=form == "html")


def throttled_response(wait: float, settings: Settings) -> Response:
    """Return the answer to one request too many, with the whole seconds until there is room again."""
    response = error_response(RefusalError(429, "Too many requests."), settings)
    seconds = max(1, int(wait) + (wait % 1 > 0))
    return replace(response, headers={**response.headers, "retry-after": str(seconds)})
