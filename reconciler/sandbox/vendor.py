"""What the sandbox asks of a vendor: who stands at the door, and what happens in an organization that is open.

A `Vendor` knows its part of the address space, its credentials and its seeds. An `OpenOrganization` is one of its
organizations, for the length of a transaction: requests are served in it, and people edit it by hand. Targets are
written `kind/name`, such as `customer/C-001/contact/P-1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from reconciler.sandbox.limits import Quota
from reconciler.sandbox.store import Organization, Store, VendorName
from reconciler.sandbox.values import Json, JsonObject
from reconciler.sandbox.wire import RefusalError, Reply, Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request at the door of a vendor."""

    store: Store
    request: Request
    now: float
    """Unix time in seconds."""
    auto_create: bool
    """Whether credentials that nobody has bring an organization to life."""
    organization: str | None
    """The name of that organization; None for what the credentials say."""
    newcomer: Mapping[str, object]
    """What its owner says of it, by the keys of `reconciler.yaml`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: the organization that the credentials select, how much may be asked, what may be done."""

    organization: Organization
    now: float = 0.0
    """Unix time in seconds."""
    quota: Quota | None = None
    scope: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where the examples of a vendor's faults take place."""

    target: str
    listings: Mapping[str, str]
    """The paths whose lists mislead, by what is added to an example's name."""
    rewritten: str
    rewriting: JsonObject
    edit: JsonObject
    addition: JsonObject


class OpenOrganization(Protocol):
    """One organization at work. Use it inside a transaction of its store."""

    @property
    def store(self) -> Store:
        """The store that it is in."""

    def is_listing(self, request: Request) -> bool:
        """Return whether a request asks for a page of a list."""

    def serve(self, request: Request, *, shift: int = 0) -> Reply:
        """Carry a request out, a page `shift` rows later than it says.

        Raises:
            RefusalError: the vendor turns it down.
        """

    def refused(self, refusal: RefusalError) -> Response:
        """Return the answer to a request that the vendor turns down."""

    def throttled(self, wait: float) -> Response:
        """Return the answer to one request too many."""

    def emptied(self, payload: Json) -> Json:
        """Return a page as a list without rows would have it."""

    def follow_up(self, written: str) -> None:
        """Let the vendor's own rules change what a request wrote; the answer does not show it yet."""

    def finish(self) -> None:
        """Do what the vendor does when a request is over, whatever came of it."""

    def first_target(self) -> str | None:
        """Return the target that sorts first, or None where there is nothing."""

    def insert_first(self, fields: JsonObject) -> None:
        """Create, by hand, what sorts before all others."""

    def show(self, target: str | None) -> JsonObject:
        """Return the organization as a person sees it, or one target of it."""

    def edit(self, target: str, fields: JsonObject) -> str:
        """Set fields by hand and return the target by its id."""

    def add(self, target: str, fields: JsonObject) -> str:
        """Create by hand and return the target of what was made."""

    def remove(self, target: str) -> None:
        """Delete by hand."""

    def state(self) -> JsonObject:
        """Return all that a client could want to reach, in one canonical form without ids, numbers and times."""

    def turn(self, changes: Mapping[str, Json]) -> None:
        """Change some settings."""


class Vendor(Protocol):
    """One vendor of the sandbox."""

    @property
    def name(self) -> VendorName:
        """What an organization of it is marked with."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def prefix(self) -> str:
        """Where its routes begin."""

    @property
    def space(self) -> str:
        """What the paths of all that it answers begin with."""

    @property
    def newcomers(self) -> str:
        """Which unknown credentials bring an organization to life, in words."""

    @property
    def seed_key(self) -> str:
        """The key by which a seed is known to be for it."""

    @property
    def scene(self) -> Scene:
        """Where the examples of faults take place."""

    def visible_body(self, request: Request) -> bytes:
        """Return the body of a request as the log may have it: without credentials."""

    def credentials(self, name: str, organization: Organization | None) -> Mapping[str, str]:
        """Return what opens an organization; made up where it does not exist yet, or has no credentials."""

    def caller(self, visit: Visit) -> Caller:
        """Return who asks.

        Raises:
            RefusalError: the credentials select no organization.
        """

    def turned_away(self, refusal: RefusalError) -> Response:
        """Return the answer to somebody who is nobody here."""

    def open(self, store: Store, caller: Caller) -> OpenOrganization:
        """Open an organization for work."""

    def create(self, store: Store, name: str) -> Organization:
        """Create an organization as newcomers have it."""

    def plant(self, store: Store, name: str, data: Mapping[str, Json]) -> None:
        """Start an organization afresh from a seed."""
