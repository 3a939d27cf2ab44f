"""Billabex's routing table by generation. What is not here does not exist (404); what is known by name only is 501."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from reconciler.sandbox.billabex.accounts import (
    create_account,
    delete_account,
    get_account,
    get_organization,
    link_source,
    list_accounts,
    list_organizations,
    unlink_source,
    update_account,
)
from reconciler.sandbox.billabex.call import Call
from reconciler.sandbox.billabex.people import (
    create_person,
    delete_person,
    get_person,
    list_people,
    update_person,
    upsert_party,
    upsert_person,
)
from reconciler.sandbox.billabex.records import Sort
from reconciler.sandbox.billabex.settings import Settings
from reconciler.sandbox.routing import Route, route
from reconciler.sandbox.wire import RefusalError

_NOT_SIMULATED = (
    "invoices",
    "credit-notes",
    "credit-allocations",
    "account-tasks",
    "aging-balance",
)
_NOT_SIMULATED_OF_ACCOUNTS = ("payment-declarations", "outgoing-message-communications")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A route and the scopes of which any one opens it."""

    route: Route[Call]
    scopes: frozenset[str]


@lru_cache(maxsize=64)
def routes_of(settings: Settings) -> Sequence[Guarded]:
    """Return the routes that an organization with these settings has, those with fixed words before those with ids."""
    rows = [*_ACCOUNT_ROUTES, *_people_routes("contacts", "contact", settings)]
    if settings.generation == "people":
        rows += _people_routes("internal-representatives", "representative", settings)
        rows.append(route("PUT /accounts/*/party/upsert", upsert_party))
    return [*_ORGANIZATION_ROUTES, *(Guarded(route=row, scopes=_account_scopes(row)) for row in rows)]


def is_not_simulated(segments: Sequence[str]) -> bool:
    """Return whether a path belongs to what Billabex has and the sandbox does not."""
    if segments[0] in _NOT_SIMULATED:
        return True
    return segments[0] == "accounts" and len(segments) > 2 and segments[2] in _NOT_SIMULATED_OF_ACCOUNTS


def not_found(segments: Sequence[str]) -> RefusalError:
    """Return what is answered where there is no route."""
    if segments and is_not_simulated(segments):
        return RefusalError(501, "The sandbox does not simulate this route.")
    return RefusalError(404, "Not found.")


def _people_routes(path: str, sort: Sort, settings: Settings) -> list[Route[Call]]:
    """Return the routes of one list of people."""
    whole, one = f"/accounts/*/{path}", f"/accounts/*/{path}/*"
    rows = [
        route(f"GET {whole}", list_people(sort), listing=True),
        route(f"POST {whole}", create_person(sort)),
        route(f"PUT {whole}/upsert", upsert_person(sort)),
        *(route(f"{verb} {one}", update_person(sort)) for verb in sorted(settings.update_verbs)),
        route(f"DELETE {one}", delete_person(sort)),
    ]
    return [*rows, route(f"GET {one}", get_person(sort))] if settings.get_person else rows


def _account_scopes(row: Route[Call]) -> frozenset[str]:
    return frozenset({"accounts:all", "accounts:read"} if row.method == "GET" else {"accounts:all"})


_ACCOUNT_ROUTES: list[Route[Call]] = [
    route("GET /accounts", list_accounts, listing=True),
    route("POST /accounts", create_account),
    route("GET /accounts/*", get_account),
    route("PUT /accounts/*", update_account),
    route("DELETE /accounts/*", delete_account),
    route("PUT /accounts/*/source", link_source),
    route("DELETE /accounts/*/source", unlink_source),
]
_ORGANIZATION_SCOPES = frozenset({"organizations:read", "organizations:all"})
_ORGANIZATION_ROUTES = [
    Guarded(route=route("GET /organizations", list_organizations, listing=True), scopes=_ORGANIZATION_SCOPES),
    Guarded(route=route("GET /organizations/*", get_organization), scopes=_ORGANIZATION_SCOPES),
]
