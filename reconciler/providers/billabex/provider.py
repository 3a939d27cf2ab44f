"""The port to one Billabex organization: thin; it joins `client`, `wire` and `writes`.

An account is asked for by its remote id, which rows and answers tell; `account_ids` finds those that nobody told, and
proves that nobody has a key. One that is asked for by the id that was known of it is given under the key that it has.
One that a document names by its id is given with the word whether it is this organization's (`belonging`).

Every write carries an Idempotency-Key (fact sheet §6.8): one and the same, with the same bytes, until its outcome is
known, and never again after that. It is the id by which the journal knows the first of these tries. Whether the vendor
heeds it is not known, so nothing relies on it.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import httpx

from reconciler.errors import LiveStateUnreadable, Problem, ProviderRejected
from reconciler.live.provider import Page, Remaining, Write
from reconciler.model.change import Change
from reconciler.model.log import current_try
from reconciler.model.organization import Organization
from reconciler.model.resource import Observed, Value
from reconciler.model.state import Entry
from reconciler.model.vendor import Vendor
from reconciler.providers.answers import NotFound
from reconciler.providers.billabex import wire, writes
from reconciler.providers.billabex.account_ids import AccountIds
from reconciler.providers.billabex.belonging import ELSEWHERE
from reconciler.providers.billabex.client import BillabexClient
from reconciler.providers.billabex.hits import Hits
from reconciler.providers.billabex.keys import id_of
from reconciler.providers.billabex.kinds import BILLABEX
from reconciler.providers.billabex.matching import CONTACTS, REPRESENTATIVES
from reconciler.providers.billabex.oauth import AccessToken, RefreshedTokens
from reconciler.providers.billabex.places import token_place, token_url
from reconciler.providers.billabex.routes import missing_route
from reconciler.providers.http import HttpClient, encoded
from reconciler.providers.pace import Pace, pace_of

Result = TypeVar("Result")


def connect(
    organization: Organization,
    credentials: Mapping[str, str],
    base_url: str,
    transport: httpx.AsyncBaseTransport | None = None,
    directory: Path = Path(),
    pace: Pace | None = None,
) -> BillabexProvider:
    """Open the way to one organization; call it inside the event loop that will use and close it.

    Args:
        organization: who is asked, and how fast.
        credentials: `accessToken`, or `clientId`, `clientSecret` and `refreshToken`.
        base_url: where the organization answers, `/api/public/v1` included.
        transport: what carries the requests; None for the network.
        directory: the folder of reconciler.yaml, which files in it are relative to.
        pace: how fast it is asked, where others are asked with it; None for its own.

    Raises:
        UsageInvalid: refresh tokens may be replaced, and there is no place to keep the new one.
    """
    http = HttpClient(
        organization=organization.name,
        title=BILLABEX.title,
        base_url=base_url,
        headers={},
        pace=pace or pace_of(organization),
        transport=transport,
        tokens=_tokens(organization, credentials, base_url, directory),
    )
    return BillabexProvider(organization, http)


def _tokens(
    organization: Organization, credentials: Mapping[str, str], base_url: str, directory: Path
) -> AccessToken | RefreshedTokens:
    if "accessToken" in credentials:
        return AccessToken(credentials["accessToken"])
    place = token_place(organization, directory)
    variable = organization.credentials.get("refreshToken", "")
    return RefreshedTokens(credentials, token_url(base_url), place, organization=organization.name, variable=variable)


class BillabexProvider:
    """One organization at Billabex."""

    def __init__(self, organization: Organization, http: HttpClient) -> None:
        self._organization = organization
        self._settings = organization.settings
        self._http = http
        self._client = BillabexClient(
            http,
            organization.name,
            str(self._settings.get("organizationId") or ""),
            str(self._settings.get("generation")),
        )
        self._ids = AccountIds(self._page, organization.name)
        self._hits = Hits(organization.name)
        self._keys: dict[bytes, str] = {}  # idempotency keys by what they were sent with

    @property
    def vendor(self) -> Vendor:
        """Billabex's tables."""
        return BILLABEX

    @property
    def requests_made(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._http.requests_made

    @property
    def requests_per_minute(self) -> int:
        """The pace that this organization is asked at."""
        return self._organization.pace

    async def page(self, kind: str, cursor: str | None) -> Page:
        """Read one page of accounts; the vendor gives no total."""
        assert kind == "account"
        return await self._believed(self._page(cursor))

    async def get(self, kind: str, key: str, remote_id: str | None = None) -> Observed | None:
        """Read one account by its remote id; one whose id is not known is looked for in the list."""
        assert kind == "account"
        own = id_of(key)
        return await self._believed(self._named(own, key) if own else self._get(key, remote_id))

    async def with_members(self, found: Observed) -> Observed:
        """Give the same account with both lists of its people read."""
        return await self._believed(self._with_people(found))

    async def catalogue(self, name: str) -> tuple[Entry, ...]:
        """Give nothing: documents name nothing out of a list of Billabex's."""
        raise NotImplementedError(f"{name}. This is a bug in reconciler.")

    def remaining(self, change: Change, fresh: Observed | None) -> Remaining:
        """Work out which writes are left; see `writes`."""
        return writes.remaining(change, fresh, self._settings)

    async def send(self, write: Write) -> str | None:
        """Send one write, once, and hold the object that it hit against the foreseen one; give the id of a new one."""
        self._hits.hold_back(write)
        told = f"{write.method} {write.path}\n".encode() + encoded(write.body)
        first = told not in self._keys
        request, _ = current_try() or (str(uuid.uuid4()), 1)
        headers = {"Idempotency-Key": self._keys.setdefault(told, request)}
        made = writes.key_of_creation(write)
        if made is not None:
            self._ids.doubt(made)
        try:
            answer = await self._http.write(
                write.method, write.path, write.body, wire.personal_values(write.body), headers
            )
        except NotFound as error:
            del self._keys[told]
            await self._explain(write, error, first=first)
            return None
        except ProviderRejected:
            del self._keys[told]
            raise
        del self._keys[told]
        if write.known is not None:
            self._hits.check(write, answer)
        elif made is not None:
            self._ids.note(wire.created_account(answer, made))
            return self._ids.known(made)
        return None

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._http.aclose()

    async def _page(self, cursor: str | None) -> Page:
        listing = await self._client.accounts(cursor)
        objects = tuple(map(wire.account_of, listing.rows))
        self._ids.note_listed(objects)
        return Page(objects=objects, total=None, following=listing.following)

    async def _named(self, remote_id: str, key: str) -> Observed | None:
        """Read an account that a document names by its id, and see whose it is."""
        row = await self._client.account(remote_id)
        found = _of_id(row, remote_id)
        if found is None or await self._is_ours(row, remote_id):
            return found and replace(found, key=key)
        return replace(found, key=key, facts={**found.facts, ELSEWHERE: True})

    async def _is_ours(self, row: Value, remote_id: str) -> bool:
        """Say whether the organization that is declared has an account; its row may tell, else its list does."""
        ours = self._settings.get("organizationId")
        told = row.get("organizationId") if isinstance(row, dict) else None
        if isinstance(ours, str) and ours and isinstance(told, str) and told:
            return told.casefold() == ours.casefold()
        return await self._ids.lists(remote_id)

    async def _get(self, key: str, remote_id: str | None) -> Observed | None:
        """Read an account that goes by its source: by the id that the caller or a row told, else looked for."""
        told = remote_id or self._ids.known(key)
        found = _of_id(await self._client.account(told), told) if told else None
        if remote_id is not None or (found is not None and found.key == key):
            return found
        if told is not None and self._ids.doubted(key):
            return None  # ours, made just now: reads lag
        listed = await self._ids.find(key)
        found = _of_id(await self._client.account(listed), listed) if listed else None
        if found is not None and found.key == key:
            return found
        if listed is None or self._ids.doubted(key):
            return None
        raise LiveStateUnreadable(_contradicted(self._organization.name, key))

    async def _with_people(self, found: Observed) -> Observed:
        contacts = await self._client.people(found.remote_id, CONTACTS)
        people = self._settings.get("generation") == "people"
        representatives = await self._client.people(found.remote_id, REPRESENTATIVES) if people else None
        members = wire.members_of(contacts, representatives)
        self._hits.meet(members)
        return replace(found, members=members)

    async def _explain(self, write: Write, error: NotFound, *, first: bool) -> None:
        """Say what a 404 to a write means; to a DELETE, unless the route is missing, that all is as wanted.

        Raises:
            ProviderRejected: the write is not carried out.
        """
        deleting = write.method == "DELETE"
        if deleting and not first:
            return
        try:
            missing = await missing_route(self._organization.name, write, self._client.knows, self._client.lists)
        except (LiveStateUnreadable, ProviderRejected, wire.RowError):
            missing = None
        if missing is not None:
            raise ProviderRejected(missing) from None
        if not deleting:
            raise error

    async def _believed(self, reading: Awaitable[Result]) -> Result:
        """Wait for an answer, and word it as unreadable where it does not look like Billabex's."""
        try:
            return await reading
        except wire.RowError as error:
            problem = Problem(
                code="answer-unexpected",
                summary="answer not understood",
                where=self._organization.name,
                detail=f"Billabex answered in a form that is not documented: {error}.",
                remedy="Try again; if it stays, report it: nothing is concluded from such an answer.",
            )
            raise LiveStateUnreadable(problem) from None


def _of_id(row: Value, remote_id: str) -> Observed | None:
    """Give the account that was asked for by its id; None if there is none."""
    if row is None:
        return None
    found = wire.account_of(row)
    if found.remote_id != remote_id:
        raise wire.RowError("another account came than was asked for")
    return found


def _contradicted(organization: str, key: str) -> Problem:
    return Problem(
        code="vendor-unreadable",
        summary="could not be read",
        where=organization,
        detail=f"Billabex's list has an account {key}, and a read of that very account does not show it.",
        why="Its reads may lag behind its writes, or somebody edited the account at that moment.",
        remedy="Plan again in a minute; nothing is concluded from such answers.",
    )
