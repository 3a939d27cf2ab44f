"""The port to one Upflow organization: thin; it joins `client`, `wire` and `writes`.

A listing's cursor is `offset:limit`. The page size is what the vendor really gave: it may clamp the limit, and then the
further pages are asked for by the clamped one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import httpx

from reconciler.errors import LiveStateUnreadable, Problem
from reconciler.live.provider import Page, Remaining, RemoteId, Write
from reconciler.model.change import Change
from reconciler.model.organization import Organization
from reconciler.model.resource import Observed, Value
from reconciler.model.state import Entry
from reconciler.model.vendor import Vendor
from reconciler.providers.answers import NotFound
from reconciler.providers.http import HttpClient
from reconciler.providers.pace import Pace, pace_of
from reconciler.providers.upflow import wire, writes
from reconciler.providers.upflow.client import CUSTOMERS_AT_ONCE, Listing, UpflowClient, external
from reconciler.providers.upflow.kinds import UPFLOW

Result = TypeVar("Result")

_CUSTOM_FIELDS = "/custom_fields"
_CATALOGUES = {
    "bankAccount": "/bank_accounts",
    "customField": _CUSTOM_FIELDS,
    "dunningPlan": "/dunning_plans",
    "user": "/users",
}


def connect(
    organization: Organization,
    credentials: Mapping[str, str],
    base_url: str,
    transport: httpx.AsyncBaseTransport | None = None,
    directory: Path = Path(),
    pace: Pace | None = None,
) -> UpflowProvider:
    """Open the way to one organization; call it inside the event loop that will use and close it.

    Args:
        organization: who is asked, and how fast.
        credentials: the values of `key` and `secret`.
        base_url: where the organization answers, `/v1` included.
        transport: what carries the requests; None for the network.
        directory: the folder of reconciler.yaml; no setting of an organization here names a file.
        pace: how fast it is asked, where others are asked with it; None for its own.
    """
    del directory
    http = HttpClient(
        organization=organization.name,
        title=UPFLOW.title,
        base_url=base_url,
        headers={"X-Api-Key": credentials["key"], "X-Api-Secret": credentials["secret"]},
        pace=pace or pace_of(organization),
        transport=transport,
    )
    return UpflowProvider(organization, http)


class UpflowProvider:
    """One organization at Upflow."""

    def __init__(self, organization: Organization, http: HttpClient) -> None:
        self._organization = organization
        self._http = http
        self._client = UpflowClient(http)
        self._keys: dict[str, str] = {}  # external ids of customers by remote id, as rows and look-ups told them

    @property
    def vendor(self) -> Vendor:
        """Upflow's tables."""
        return UPFLOW

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._http.requests_made

    @property
    def requests_per_minute(self) -> int:
        """The pace that this organization is asked at."""
        return self._organization.pace

    async def page(self, kind: str, cursor: str | None) -> Page:
        """Read one page of customers, or all custom fields: their list is short."""
        return await self._believed(self._page(kind, cursor))

    async def get(self, kind: str, key: str, remote_id: str | None = None) -> Observed | None:
        """Read one customer by external id; a custom field has no route of its own and is picked out of the list."""
        del remote_id  # Upflow is asked by external id
        return await self._believed(self._get(kind, key))

    async def with_members(self, found: Observed) -> Observed:
        """Give the same customer with its contacts read from their own list.

        One that somebody deleted since it was shown has no such list: it is not read, and nothing refuses us.
        """
        try:
            return await self._believed(self._with_contacts(found))
        except NotFound:
            raise LiveStateUnreadable(self._vanished(found)) from None

    async def catalogue(self, name: str) -> tuple[Entry, ...]:
        """Read a whole catalogue; once more if its rows did not add up to its total."""
        try:
            return await self._entries(name)
        except wire.RowError:
            return await self._believed(self._entries(name))

    def remaining(self, change: Change, fresh: Observed | None) -> Remaining:
        """Work out which writes are left; see `writes`."""
        return writes.remaining(change, fresh)

    async def send(self, write: Write) -> None:
        """Send one write, once; what is gone already is as good as deleted."""
        try:
            await self._http.write(write.method, write.path, write.body, wire.personal_values(write.body))
        except NotFound:
            if write.method != "DELETE":
                raise

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._http.aclose()

    async def _page(self, kind: str, cursor: str | None) -> Page:
        if kind == "customField":
            fields = tuple(wire.custom_field_of(row) for row in await self._client.rows(_CUSTOM_FIELDS))
            return Page(objects=fields, total=len(fields), following=None)
        offset, limit = (int(part) for part in (cursor or f"0:{CUSTOMERS_AT_ONCE}").split(":"))
        listing = await self._client.customers(offset, limit)
        if listing.offset != offset:
            raise wire.RowError("a page starts elsewhere than it was asked to")
        objects = tuple(map(wire.customer_of, listing.rows))
        self._keys.update((found.remote_id, found.key) for found in objects if found.key)
        cursors = _cursors_after(listing, limit)
        return Page(
            objects=objects, total=listing.total, following=next(iter(cursors), None), offset=offset, others=cursors
        )

    async def _get(self, kind: str, key: str) -> Observed | None:
        if kind == "customField":
            rows = map(wire.custom_field_of, await self._client.rows(_CUSTOM_FIELDS))
            found = [row for row in rows if row.key == key]
            if len(found) > 1:
                raise wire.RowError("two custom fields have the same external id")
            return found[0] if found else None
        row = await self._client.customer(external(key))
        if row is None:
            return None
        customer = wire.customer_of(row)
        if customer.key != key:
            raise wire.RowError("an object came that has another external id than was asked for")
        return await self._with_parent_named(customer)

    async def _with_parent_named(self, customer: Observed) -> Observed:
        """Put a parent's external id in the place of its remote id, where a row gives that alone."""
        parent = customer.fields["parent"]
        if not isinstance(parent, RemoteId):
            return customer
        key = self._keys.get(parent.remote_id)
        if key is None:
            row = await self._client.customer(quote(parent.remote_id, safe=""))
            key = wire.customer_of(row).key if row is not None else None
            if key is None:
                return customer
            self._keys[parent.remote_id] = key
        return replace(customer, fields={**customer.fields, "parent": key})

    async def _with_contacts(self, found: Observed) -> Observed:
        if found.kind != "customer":
            return found
        contacts = wire.contacts_of(list(await self._client.contacts(found.remote_id)))
        return replace(found, members={wire.CONTACTS: contacts})

    async def _entries(self, name: str) -> tuple[Entry, ...]:
        rows: Sequence[Value] = await self._client.rows(_CATALOGUES[name])
        return tuple(wire.entry_of(name, row) for row in rows)

    def _vanished(self, found: Observed) -> Problem:
        return Problem(
            code="object-vanished",
            summary="an object went while it was read",
            where=self._organization.name,
            detail=f'The {found.kind} "{found.key or found.remote_id}" was there, and its contacts were not any more.',
            why="Somebody deleted it meanwhile, another run perhaps.",
            remedy="Try again.",
        )

    async def _believed(self, reading: Awaitable[Result]) -> Result:
        """Wait for an answer, and word it as unreadable where it does not look like Upflow's."""
        try:
            return await reading
        except wire.RowError as error:
            problem = Problem(
                code="answer-unexpected",
                summary="answer not understood",
                where=self._organization.name,
                detail=f"Upflow answered in a form that is not documented: {error}.",
                remedy="Try again; if it stays, report it: nothing is concluded from such an answer.",
            )
            raise LiveStateUnreadable(problem) from None


def _cursors_after(listing: Listing, limit: int) -> tuple[str, ...]:
    """Name the pages after this one; the step is what the vendor gives at once: a clamped limit, where told."""
    read = listing.offset + len(listing.rows)
    step = min(limit, listing.limit or limit) or limit
    if listing.total is None:
        return (f"{read}:{step}",) if len(listing.rows) >= step else ()
    if not listing.rows:
        return ()
    return tuple(f"{offset}:{step}" for offset in range(read, listing.total, step))
