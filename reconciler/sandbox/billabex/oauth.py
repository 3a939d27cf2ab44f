"""The token endpoint: a refresh token in, an access token out (fact sheet §3, R-AUTH).

The plain token `sandbox-NAME` is good for the organization NAME in both places, as a refresh token and as an access
token that never ends; with rotation it is used up as a refresh token like any other. Authorization codes, registration
and metadata are not simulated.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from urllib.parse import parse_qsl

from reconciler.sandbox.billabex.organization import BillabexOrganization
from reconciler.sandbox.billabex.settings import Settings
from reconciler.sandbox.billabex.tokens import Grant, access_token, read_token
from reconciler.sandbox.store import Organization, Store
from reconciler.sandbox.values import JsonObject
from reconciler.sandbox.vendor import Visit
from reconciler.sandbox.wire import RefusalError, Reply, Request

TOKEN_PATH = "/api/oauth/token"
PLAIN = "sandbox-"


def create_organization(
    store: Store, name: str, organization_id: str = "", email_domains: tuple[str, ...] = ()
) -> Organization:
    """Create an organization without accounts; its id follows from its name unless one is given."""
    settings = Settings(organization_id=organization_id, email_domains=email_domains)
    return store.create_organization(name, vendor="billabex", settings=settings)


def granted(visit: Visit) -> tuple[Organization, Grant, str]:
    """Return the organization that a bearer token opens, what it grants, and the token; raise 401 if it is no good."""
    scheme, _, token = visit.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RefusalError(401, "The access token is missing.")
    plain = _plainly_named(visit, token)
    if plain is not None:
        scope = BillabexOrganization(visit.store, plain).settings.granted_scope
        return plain, Grant(organization=plain.name, scope=scope, issued=visit.now, expires=visit.now + 1), token
    grant = read_token(token)
    organization = visit.store.find_organization(grant.organization) if grant is not None else None
    if grant is None or organization is None or organization.vendor != "billabex":
        raise RefusalError(401, "The access token is not valid.")
    if grant.expires <= visit.now:
        raise RefusalError(401, "The access token has expired.")
    return organization, grant, token


def token_owner(visit: Visit) -> Organization:
    """Return the organization whose refresh token a request to the token endpoint carries, once its client is known."""
    form = _form(visit.request)
    if form.get("grant_type") != "refresh_token":
        raise RefusalError(400, "Only refresh_token is simulated.", name="unsupported_grant_type")
    token = form.get("refresh_token", "")
    row: tuple[str, float, int] | None = visit.store.connection.execute(
        "SELECT name, expires, dead FROM refresh_tokens JOIN organizations USING (organization) WHERE token = ?",
        (token,),
    ).fetchone()
    if row is not None and (row[2] or row[1] <= visit.now):
        raise RefusalError(400, "The refresh token has expired or was replaced.", name="invalid_grant")
    owner = visit.store.find_organization(row[0]) if row is not None else _plainly_named(visit, token)
    if owner is None:
        raise RefusalError(400, "The refresh token is not valid.", name="invalid_grant")
    if owner.api_key is not None and (owner.api_key, owner.api_secret) != (
        form.get("client_id"),
        form.get("client_secret"),
    ):
        raise RefusalError(401, "The client is not known.", name="invalid_client")
    return owner


def refresh(organization: BillabexOrganization, request: Request) -> Reply:
    """Issue an access token, and with rotation a new refresh token."""
    settings, old = organization.settings, _form(request)["refresh_token"]
    count: tuple[int] = organization.store.connection.execute("SELECT count(*) FROM requests").fetchone()
    grant = Grant(
        organization=organization.row.name,
        scope=settings.granted_scope,
        issued=organization.now,
        expires=organization.now + settings.access_seconds,
    )
    answer: JsonObject = {
        "access_token": access_token(grant, count[0]),
        "token_type": "Bearer",
        "expires_in": settings.access_seconds,
        "scope": grant.scope,
    }
    if settings.refresh_rotation != "none":
        answer["refresh_token"] = _rotated(organization, old, count[0])
    return Reply(payload=answer, lasting=False)


def keep_refresh_token(organization: BillabexOrganization, token: str, *, dead: bool = False) -> None:
    """Make a refresh token known to the organization."""
    settings = organization.settings
    organization.store.connection.execute(
        "INSERT OR REPLACE INTO refresh_tokens (organization, token, scope, expires, dead) VALUES (?, ?, ?, ?, ?)",
        (
            organization.row.number,
            token,
            settings.granted_scope,
            organization.now + settings.refresh_seconds,
            dead,
        ),
    )


def _rotated(organization: BillabexOrganization, old: str, count: int) -> str:
    """Return a new refresh token; whether the old one dies is a setting."""
    if organization.settings.refresh_rotation == "old-dead":
        keep_refresh_token(organization, old, dead=True)
    new = f"rt-{blake2b(f'{old}/{organization.now}/{count}'.encode(), digest_size=16).hexdigest()}"
    keep_refresh_token(organization, new)
    return new


def _plainly_named(visit: Visit, token: str) -> Organization | None:
    """Return the organization that a token names outright.

    With `auto_create` it comes to life: its id is the one that this first request knows it by, and its e-mail domains
    are those that its owner says are its own.
    """
    if not token.startswith(PLAIN):
        return None
    name = visit.organization or token.removeprefix(PLAIN)
    found = visit.store.find_organization(name)
    if found is None and visit.auto_create and name:
        domains = visit.newcomer.get("emailDomains")
        own = tuple(map(str, domains)) if isinstance(domains, list) else ()
        return create_organization(visit.store, name, dict(visit.request.query).get("organizationId", ""), own)
    return found if found is not None and found.vendor == "billabex" else None


def _form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form, or none if the body is not one."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
