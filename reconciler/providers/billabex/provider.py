"""The port to one Billabex organization: thin; it joins `client`, `wire` and `writes`.

An account is asked for by its remote id, which rows and answers tell; `account_ids` finds those that nobody told.

Every write carries an Idempotency-Key (fact sheet §6.8): one and the same, with the same bytes, until its outcome is
known, and never again after that. Whether the vendor heeds it is not known, so nothing relies on it.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import httpx

from reconciler.errors import LiveStateUnreadable, Problem, ProviderRejected
from reconciler.live.provider import OtherObjectHit, Page, Remaining, Write
from reconciler.model.change import Change
from reconciler.model.kind import Vendor
from reconciler.model.organization import Organization
from reconciler.model.resource import Observed, Value
from reconciler.model.state import Entry
from reconciler.providers.answers import NotFound
from reconciler.providers.billabex import wire, writes
from reconciler.providers.billabex.account_ids import AccountIds
from reconciler.providers.billabex.client import BillabexClient
from reconciler.providers.billabex.keys import id_of
from reconciler.providers.billabex.kinds import BILLABEX
from reconciler.providers.billabex.matching import CONTACTS, REPRESENTATIVES
from reconciler.providers.billabex.oauth import AccessToken, RefreshedTokens
from reconciler.providers.billabex.places import token_place, token_url
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
    return RefreshedTokens(credentials, token_url(base_url), place, organization=organization.name)


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
        self._ids = AccountIds(self._page)
        self._made: set[str] = set()  # remote ids that our own upserts made
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
        return await self._believed(self._get(key, id_of(key) or self._ids.known(key) or remote_id))

    async def with_members(self, found: Observed) -> Observed:
        """Give the same account with both lists of its people read."""
        return await self._believed(self._with_people(found))

    async def catalogue(self, name: str) -> tuple[Entry, ...]:
        """Give nothing: documents name nothing out of a list of Billabex's."""
        raise NotImplementedError(f"{name}. This is a bug in reconciler.")

    def remaining(self, change: Change, fresh: Observed | None) -> Remaining:
        """Work out which writes are left; see `writes`."""
        return writes.remaining(change, fresh, self._settings)

    async def send(self, write: Write) -> None:
        """Send one write, once, and hold the object that it hit against the foreseen one."""
        told = f"{write.method} {write.path}\n".encode() + encoded(write.body)
        headers = {"Idempotency-Key": self._keys.setdefault(told, str(uuid.uuid4()))}
        made = writes.key_of_creation(write)
        if made is not None:
            self._ids.doubt(made)
        try:
            answer = await self._http.write(
                write.method, write.path, write.body, wire.personal_values(write.body), headers
            )
        except NotFound:
            del self._keys[told]
            if write.method != "DELETE":
                raise
            return
        except ProviderRejected:
            del self._keys[told]
            raise
        del self._keys[told]
        if write.known is not None:
            self._check_hit(write, answer)
        elif made is not None:
            self._ids.note(wire.created_account(answer, made))

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._http.aclose()

    def _check_hit(self, write: Write, answer: Value) -> None:
        hit = answer.get("id") if isinstance(answer, dict) else None
        fresh = write.hits is None and hit not in (write.known or frozenset()) and hit not in self._made
        if isinstance(hit, str) and (fresh or hit == write.hits):
            self._made.add(hit)
            return
        raise OtherObjectHit(_other_hit(self._organization.name, write))

    async def _page(self, cursor: str | None) -> Page:
        listing = await self._client.accounts(cursor)
        objects = tuple(map(wire.account_of, listing.rows))
        self._ids.note(objects)
        return Page(objects=objects, total=None, following=listing.following)

    async def _get(self, key: str, remote_id: str | None) -> Observed | None:
        remote_id = remote_id or await self._ids.find(key)
        row = await self._client.account(remote_id) if remote_id is not None else None
        if row is None:
            return None
        found = wire.account_of(row)
        if found.remote_id != remote_id:
            raise wire.RowError("another account came than was asked for")
        return replace(found, key=key) if id_of(key) else found if found.key == key else None

    async def _with_people(self, found: Observed) -> Observed:
        contacts = await self._client.people(found.remote_id, CONTACTS)
        people = self._settings.get("generation") == "people"
        representatives = await self._client.people(found.remote_id, REPRESENTATIVES) if people else None
        return replace(found, members=wire.members_of(contacts, representatives))

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


def _other_hit(organization: str, write: Write) -> Problem:
    foreseen = "somebody new" if write.hits is None else f"the person {write.hits}"
    return Problem(
        code="other-person-hit",
        summary="an upsert landed on another person than foreseen",
        where=organization,
        detail=f"{write.summary} was to reach {foreseen}, and Billabex answered with another person.",
        why="Its matching is not as documented, or somebody edited the account at that moment.",
        remedy="Look at the account's people in Billabex: one of them has now values that were meant for another.",
    )
