"""Upflow as the sandbox drives it: the key pair at the door, and an organization at work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconciler.sandbox.limits import Quota
from reconciler.sandbox.routing import find_route
from reconciler.sandbox.store import Organization, Store, VendorName
from reconciler.sandbox.upflow.answers import error_response, throttled_response
from reconciler.sandbox.upflow.by_hand import add_contact, add_customer, edit_target, find_target, remove_target
from reconciler.sandbox.upflow.call import Call
from reconciler.sandbox.upflow.customers import shown_with_contacts
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.routes import ROUTES
from reconciler.sandbox.upflow.seeds import create_default, plant
from reconciler.sandbox.upflow.settings import Settings
from reconciler.sandbox.upflow.showing import shown_organization
from reconciler.sandbox.upflow.state import state_of
from reconciler.sandbox.values import Json, JsonObject
from reconciler.sandbox.vendor import Caller, OpenOrganization, Scene, Visit
from reconciler.sandbox.wire import RefusalError, Reply, Request, Response

PREFIX = "/v1"
_SCENE = Scene(
    target="customer/C-001",
    listings={"": "/customers"},
    rewritten="/customers*",
    rewriting={"accountingRef": "BY UPFLOW"},
    edit={"name": "Edited by a colleague"},
    addition={"email": "added.by.hand@example.com"},
)


class OpenUpflow:
    """An Upflow organization at work."""

    def __init__(self, organization: UpflowOrganization) -> None:
        self.organization = organization

    @property
    def store(self) -> Store:
        """The store that it is in."""
        return self.organization.store

    def is_listing(self, request: Request) -> bool:
        """Return whether a request asks for a page of a list."""
        found = find_route(ROUTES, request.method, request.segments(PREFIX))
        return found is not None and found[0].listing

    def serve(self, request: Request, *, shift: int = 0) -> Reply:
        """Carry a request out, or turn down a path that there is not."""
        found = find_route(ROUTES, request.method, request.segments(PREFIX))
        if found is None:
            raise RefusalError(404, "Not found.")
        row, ids = found
        return row.serve(Call(organization=self.organization, ids=ids, request=_shifted(request, shift)))

    def refused(self, refusal: RefusalError) -> Response:
        """Return the answer to a request that is turned down."""
        return error_response(refusal, self.organization.settings)

    def throttled(self, wait: float) -> Response:
        """Return the answer to one request too many."""
        return throttled_response(wait, self.organization.settings)

    def emptied(self, payload: Json) -> Json:
        """Return a page as a list without rows would have it."""
        page = payload if isinstance(payload, dict) else {}
        return {name: [] if isinstance(value, list) else value for name, value in page.items()} | {"total": 0}

    def follow_up(self, written: str) -> None:
        """Let a smart rule set the dunning plan of the customer that was written."""
        plans = self.organization.catalogue.all("dunning-plan")
        if self.organization.settings.smart_rule == "last-plan" and plans:
            edit_target(self.organization, written, {"dunningPlanId": plans[-1].id})

    def finish(self) -> None:
        """Do nothing: Upflow's reads leave no trace."""

    def first_target(self) -> str | None:
        """Return the oldest customer."""
        return next((f"customer/{customer.id}" for customer in self.organization.customers.page(0, 1)), None)

    def insert_first(self, fields: JsonObject) -> None:
        """Create a customer that sorts before all others."""
        add_customer(self.organization, {"name": "Entered by hand", **fields}, first=True)

    def show(self, target: str | None) -> JsonObject:
        """Return everything, or one customer or contact."""
        if target is None:
            return shown_organization(self.organization)
        customer, contact = find_target(self.organization, target)
        return contact.body if contact is not None else shown_with_contacts(self.organization, customer)

    def edit(self, target: str, fields: JsonObject) -> str:
        """Set fields of a customer or a contact."""
        customer, contact = find_target(self.organization, target)
        edit_target(self.organization, target, fields)
        person = f"/contact/{contact.id}" if contact is not None else ""
        return f"customer/{customer.id}{person}"

    def add(self, target: str, fields: JsonObject) -> str:
        """Create a `customer`, or a contact of one."""
        if target == "customer":
            return f"customer/{add_customer(self.organization, fields).id}"
        return f"{target}/contact/{add_contact(self.organization, target, fields).id}"

    def remove(self, target: str) -> None:
        """Delete a customer, empty or not, or a contact."""
        remove_target(self.organization, target)

    def state(self) -> JsonObject:
        """Return the custom fields and customers in canonical form."""
        return state_of(self.organization)

    def turn(self, changes: Mapping[str, Json]) -> None:
        """Change some settings."""
        self.store.set_settings(self.organization.row, self.organization.settings.changed(changes))


class Upflow:
    """Upflow's door: two header fields select the organization."""

    name: VendorName = "upflow"
    title = "Upflow"
    prefix = PREFIX
    space = f"{PREFIX}/"
    newcomers = "any pair of X-Api-Key and X-Api-Secret"
    seed_key = "customers"
    scene = _SCENE

    def visible_body(self, request: Request) -> bytes:
        """Return the body: no route of Upflow is sent a credential in it."""
        return request.body

    def credentials(self, name: str, organization: Organization | None) -> Mapping[str, str]:
        """Return the key pair of an organization, or one for it to take."""
        if organization is not None and organization.api_key and organization.api_secret:
            return {"key": organization.api_key, "secret": organization.api_secret}
        return {"key": f"embedded-{name}", "secret": "embedded"}

    def caller(self, visit: Visit) -> Caller:
        """Return the organization that the key pair selects, with the limits of its key."""
        organization = _authenticated(visit)
        if organization is None:
            raise RefusalError(401, "The API key or secret is missing or wrong.")
        settings = UpflowOrganization(visit.store, organization).settings
        quota = Quota(
            key=organization.name, requests=settings.requests_per_minute, in_flight=settings.requests_in_flight
        )
        return Caller(organization=organization, now=visit.now, quota=quota)

    def turned_away(self, refusal: RefusalError) -> Response:
        """Return the answer to a wrong key pair."""
        return error_response(refusal, Settings())

    def open(self, store: Store, caller: Caller) -> OpenOrganization:
        """Open an organization for work."""
        return OpenUpflow(UpflowOrganization(store, caller.organization))

    def create(self, store: Store, name: str) -> Organization:
        """Create an organization with the default catalogues."""
        return create_default(store, name)

    def plant(self, store: Store, name: str, data: Mapping[str, Json]) -> None:
        """Start an organization afresh from a seed."""
        plant(store, name, data)


def _shifted(request: Request, shift: int) -> Request:
    """Return a request for a page that starts some rows later, or earlier, than it says."""
    if shift == 0:
        return request
    offset = max(0, int(dict(request.query).get("offset", "0")) + shift)
    query = [(name, value) for name, value in request.query if name != "offset"]
    return replace(request, query=(*query, ("offset", str(offset))))


def _authenticated(visit: Visit) -> Organization | None:
    """Return the organization that the header pair selects."""
    key, secret = visit.request.headers.get("x-api-key", ""), visit.request.headers.get("x-api-secret", "")
    if not key or not secret:
        return None
    found = visit.store.organization_with_key(key)
    if found is not None and found.vendor != "upflow":
        return None
    if found is None and visit.auto_create:
        return _claimed(visit, key, secret)
    return found if found is not None and found.api_secret == secret else None


def _claimed(visit: Visit, key: str, secret: str) -> Organization | None:
    """Give a new key pair its organization: a fresh one, or one that waits for its keys."""
    name = visit.organization or key
    waiting = visit.store.find_organization(name)
    if waiting is not None and (waiting.api_key is not None or waiting.vendor != "upflow"):
        return None
    organization = waiting or create_default(visit.store, name)
    visit.store.set_credentials(organization, key, secret)
    return visit.store.organization(name)
