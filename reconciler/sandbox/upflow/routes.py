"""The routing table: which method and path reach which function. What is not here does not exist (404)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.sandbox.upflow.call import Call, Reply
from reconciler.sandbox.upflow.contacts import create_contact, delete_contact, get_contact, list_contacts, update_contact
from reconciler.sandbox.upflow.customers import (
    delete_customer,
    get_customer,
    import_customer,
    list_customers,
    update_customer,
)
from reconciler.sandbox.upflow.organization_routes import (
    create_custom_field,
    delete_custom_field,
    list_bank_accounts,
    list_custom_fields,
    list_dunning_plans,
    list_users,
)
from reconciler.sandbox.wire import RefusalError


def _not_simulated(_call: Call) -> Reply:
    """Say that a route exists at Upflow while nothing is known of its bodies (fact sheet §9)."""
    raise RefusalError(501, "The sandbox does not simulate this route: its bodies are not documented.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One row of the table; `*` in the pattern is an id. `listing` marks pages, for faults that strike them."""

    method: str
    pattern: tuple[str, ...]
    serve: Callable[[Call], Reply]
    listing: bool = False

    def match(self, method: str, segments: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the ids in a path that this route serves, or None."""
        if method != self.method or len(segments) != len(self.pattern):
            return None
        if any(part not in ("*", segment) for part, segment in zip(self.pattern, segments, strict=True)):
            return None
        return tuple(segment for part, segment in zip(self.pattern, segments, strict=True) if part == "*")


def _route(line: str, serve: Callable[[Call], Reply], *, listing: bool = False) -> Route:
    """Write a row of the table as `METHOD /path`."""
    method, _, path = line.partition(" /")
    return Route(method=method, pattern=tuple(path.split("/")), serve=serve, listing=listing)


ROUTES = (
    _route("POST /customers", import_customer),
    _route("GET /customers", list_customers, listing=True),
    _route("GET /customers/*", get_customer),
    _route("PUT /customers/*", update_customer),
    _route("DELETE /customers/*", delete_customer),
    _route("GET /customers/*/contacts", list_contacts, listing=True),
    _route("POST /customers/*/contacts", create_contact),
    _route("GET /customers/*/contacts/*", get_contact),
    _route("PUT /customers/*/contacts/*", update_contact),
    _route("DELETE /customers/*/contacts/*", delete_contact),
    _route("POST /customers/*/portal", _not_simulated),
    _route("GET /customers/*/account-managers", _not_simulated),
    _route("POST /customers/*/account-managers", _not_simulated),
    _route("POST /customers/*/customer_summary", _not_simulated),
    _route("POST /custom_fields", create_custom_field),
    _route("GET /custom_fields", list_custom_fields, listing=True),
    _route("DELETE /custom_fields/*", delete_custom_field),
    _route("GET /dunning_plans", list_dunning_plans, listing=True),
    _route("GET /users", list_users),
    _route("GET /bank_accounts", list_bank_accounts, listing=True),
)


def find_route(method: str, segments: tuple[str, ...]) -> tuple[Route, tuple[str, ...]] | None:
    """Return the route that serves a request, and the ids in its path."""
    for route in ROUTES:
        ids = route.match(method, segments)
        if ids is not None:
            return route, ids
    return None
