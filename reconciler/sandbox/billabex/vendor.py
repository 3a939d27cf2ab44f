"""Billabex as the sandbox drives it: the bearer token at the door, and an organization at work."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from reconciler.sandbox.billabex import seeds
from reconciler.sandbox.billabex.answers import error_response, throttled_response
from reconciler.sandbox.billabex.by_hand import add_account, add_person, edit_target, find_target, remove_target
from reconciler.sandbox.billabex.call import Call
from reconciler.sandbox.billabex.idempotency import served_once
from reconciler.sandbox.billabex.oauth import PLAIN, TOKEN_PATH, create_organization, granted, refresh, token_owner
from reconciler.sandbox.billabex.organization import BillabexOrganization
from reconciler.sandbox.billabex.paging import emptied
from reconciler.sandbox.billabex.person_fields import shown_person
from reconciler.sandbox.billabex.records import SORTS
from reconciler.sandbox.billabex.routes import Guarded, not_found, routes_of
from reconciler.sandbox.billabex.settings import Settings
from reconciler.sandbox.billabex.showing import shown_organization, shown_whole, state_of
from reconciler.sandbox.billabex.views import count_reads
from reconciler.sandbox.limits import Quota
from reconciler.sandbox.store import Organization, Store, VendorName
from reconciler.sandbox.values import Json, JsonObject
from reconciler.sandbox.vendor import Caller, OpenOrganization, Scene, Visit
from reconciler.sandbox.wire import RefusalError, Reply, Request, Response

PREFIX = "/api/public/v1"
_SCENE = Scene(
    target="account/A-001",
    listings={"": "/accounts", "-people": "/accounts/*/contacts"},
    rewritten="/accounts/*/*",
    rewriting={"language": "de"},
    edit={"fullName": "Edited by a colleague"},
    addition={"fullName": "Added by Hand", "email": "added.by.hand@example.com"},
)
_NO_TOKEN = ("/api/oauth/", f"{PREFIX}/status")
"""What Billabex answers to anybody."""


class OpenBillabex:
    """A Billabex organization at work, for a token of some scope."""

    def __init__(self, organization: BillabexOrganization, scope: frozenset[str]) -> None:
        self.organization = organization
        self._scope = scope

    @property
    def store(self) -> Store:
        """The store that it is in."""
        return self.organization.store

    def is_listing(self, request: Request) -> bool:
        """Return whether a request asks for a page of a list."""
        found = self._found(request)
        return found is not None and found[0].route.listing

    def serve(self, request: Request, *, shift: int = 0) -> Reply:
        """Carry a request out, or turn down a path that there is not."""
        if request.path == TOKEN_PATH:
            return refresh(self.organization, request)
        found = self._found(request)
        if found is None:
            raise not_found(request.segments(PREFIX))
        guarded, ids = found
        if not guarded.scopes & self._scope:
            raise RefusalError(self.organization.settings.scope_status, "The scope of the token is too small.")
        call = Call(organization=self.organization, ids=ids, request=request, shift=shift)
        return served_once(self.organization, request, partial(guarded.route.serve, call))

    def _found(self, request: Request) -> tuple[Guarded, tuple[str, ...]] | None:
        segments = request.segments(PREFIX)
        for guarded in routes_of(self.organization.settings):
            ids = guarded.route.match(request.method, segments)
            if ids is not None:
                return guarded, ids
        return None

    def refused(self, refusal: RefusalError) -> Response:
        """Return the answer to a request that is turned down."""
        return error_response(refusal, self.organization.settings)

    def throttled(self, wait: float) -> Response:
        """Return the answer to one request too many."""
        return throttled_response(wait, self.organization.settings)

    def emptied(self, payload: Json) -> Json:
        """Return a page as a list without rows would have it."""
        return emptied(payload)

    def follow_up(self, written: str) -> None:
        """Do nothing by itself: no rule of the vendor's own is known."""

    def finish(self) -> None:
        """Count the reads that were behind, those that found nothing too."""
        count_reads(self.organization)

    def first_target(self) -> str | None:
        """Return the oldest account."""
        return next((f"account/{account.id}" for account in self.organization.accounts.after(None, 1)), None)

    def insert_first(self, fields: JsonObject) -> None:
        """Create an account that sorts before all others."""
        add_account(self.organization, {"fullName": "Entered by hand", **fields}, first=True)

    def show(self, target: str | None) -> JsonObject:
        """Return everything, or one account or person."""
        if target is None:
            return shown_organization(self.organization)
        account, person = find_target(self.organization, target)
        if person is not None:
            return shown_person(person, self.organization.settings)
        return shown_whole(self.organization, account, self.organization.people.of(account.number))

    def edit(self, target: str, fields: JsonObject) -> str:
        """Set fields of an account or a person."""
        account, person = find_target(self.organization, target)
        edit_target(self.organization, target, fields)
        return f"account/{account.id}" + (f"/{person.sort}/{person.id}" if person is not None else "")

    def add(self, target: str, fields: JsonObject) -> str:
        """Create an `account`, or a person: of `account/A-001/representative`, or a contact of `account/A-001`."""
        if target == "account":
            return f"account/{add_account(self.organization, fields).id}"
        for sort in SORTS:
            if target.endswith(f"/{sort}"):
                account, _ = find_target(self.organization, target.removesuffix(f"/{sort}"))
                return f"account/{account.id}/{sort}/{add_person(self.organization, account, sort, fields).id}"
        return self.add(f"{target}/contact", fields)

    def remove(self, target: str) -> None:
        """Delete an account with all that belongs to it, or a person."""
        remove_target(self.organization, target)

    def state(self) -> JsonObject:
        """Return the accounts and their people in canonical form."""
        return state_of(self.organization)

    def turn(self, changes: Mapping[str, Json]) -> None:
        """Change some settings."""
        self.store.set_settings(self.organization.row, self.organization.settings.changed(changes))


class Billabex:
    """Billabex's door: a bearer token selects the organization, and the token endpoint gives such tokens out."""

    name: VendorName = "billabex"
    title = "Billabex"
    prefix = PREFIX
    space = "/api/"
    newcomers = "the access token sandbox-NAME"
    seed_key = "accounts"
    scene = _SCENE

    def visible_body(self, request: Request) -> bytes:
        """Return the body, and nothing of what is sent to the token endpoint."""
        return b"" if request.path == TOKEN_PATH else request.body

    def credentials(self, name: str, organization: Organization | None) -> Mapping[str, str]:
        """Return the plain token of an organization; it is good before the organization is there."""
        return {"accessToken": f"{PLAIN}{organization.name if organization is not None else name}"}

    def caller(self, visit: Visit) -> Caller:
        """Return the organization that the token selects, with the limits of the token."""
        if visit.request.path == TOKEN_PATH and visit.request.method == "POST":
            return Caller(organization=token_owner(visit), now=visit.now)
        if visit.request.path.startswith(_NO_TOKEN):
            raise RefusalError(501, "The sandbox does not simulate this route.")
        if not visit.request.path.startswith(f"{PREFIX}/"):
            raise RefusalError(404, "Not found.")
        organization, grant, token = granted(visit)
        settings = BillabexOrganization(visit.store, organization).settings
        quota = Quota(
            key=token,
            requests=settings.requests_per_window,
            seconds=settings.window_seconds,
            rejected_count=settings.rejected_calls == "counted",
            told=True,
        )
        return Caller(organization=organization, now=visit.now, quota=quota, scope=frozenset(grant.scope.split()))

    def turned_away(self, refusal: RefusalError) -> Response:
        """Return the answer to a token that is no good."""
        return error_response(refusal, Settings())

    def open(self, store: Store, caller: Caller) -> OpenOrganization:
        """Open an organization for work."""
        organization = BillabexOrganization(store, caller.organization, now=caller.now)
        return OpenBillabex(organization, caller.scope)

    def create(self, store: Store, name: str) -> Organization:
        """Create an organization without accounts."""
        return create_organization(store, name)

    def plant(self, store: Store, name: str, data: Mapping[str, Json]) -> None:
        """Start an organization afresh from a seed."""
        seeds.plant(store, name, data)
