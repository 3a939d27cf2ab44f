"""Billabex's endpoints, one method each: ids go in, decoded rows come out (fact sheet §4).

A list ends at an empty page, or at a page without a cursor, whichever comes first (§7); nothing else is known to end
one. A list of people is a bare array, or comes in the envelope (R-LIST), and somebody who is not on it is made anew:

| the list of people came as                   | why somebody may be missing   | believed                              |
|----------------------------------------------|-------------------------------|---------------------------------------|
| a bare array, or one page that says it ends  | nothing: it is one answer     | at once: it is complete by its form   |
| several pages                                | rows move over a page's edge  | when two passes in a row show the same|
|                                              |                               | people; after three, not at all       |

That costs twice the requests where the vendor pages people, whether anybody is missing or not: who reads a list does
not know what it will be held against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.errors import LiveStateUnreadable, Problem, ProviderRejected, UsageInvalid
from reconciler.live.completeness import MOST_SCANS, unproven
from reconciler.live.listing import endless
from reconciler.model.resource import Value
from reconciler.providers.answers import NotFound
from reconciler.providers.billabex.routes import list_missing
from reconciler.providers.billabex.wire import RowError, id_of
from reconciler.providers.billabex.writes import account_path, people_path, section_of
from reconciler.providers.http import HttpClient

AT_ONCE = 100
"""Accounts asked for in a page; the vendor's own most is not known, and it may give fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page as Billabex sent it, and the cursor of the next; None at the end."""

    rows: Sequence[Value]
    following: str | None


class BillabexClient:
    """Reads one organization's rows."""

    def __init__(self, http: HttpClient, organization: str, organization_id: str, generation: str) -> None:
        self._http = http
        self._organization = organization
        self._organization_id = organization_id
        self._generation = generation

    async def accounts(self, cursor: str | None) -> Listing:
        """Read one page of accounts.

        Raises:
            UsageInvalid: nobody said which organization's.
            ProviderRejected: there is no such organization, or it is not ours to see.
        """
        if not self._organization_id:
            raise UsageInvalid(_no_organization_id(self._organization))
        query: dict[str, str | int] = {"organizationId": self._organization_id, "first": AT_ONCE}
        if cursor is not None:
            query["after"] = cursor
        try:
            return _listing(await self._http.read("/accounts", query))
        except NotFound:
            raise ProviderRejected(_other_organization_id(self._organization)) from None

    async def account(self, remote_id: str) -> Value:
        """Read one account; None if there is none."""
        try:
            return await self._http.read(account_path(remote_id))
        except NotFound:
            return None

    async def knows(self, remote_id: str) -> bool:
        """Say whether an account is there."""
        return await self.account(remote_id) is not None

    async def people(self, account_id: str, section: str) -> Sequence[Value]:
        """Read one list of people of an account, by the table above.

        Raises:
            ProviderRejected: the route is not there, which another generation of the API would explain.
            LiveStateUnreadable: the account is not there any more, or the list does not prove that it is whole.
        """
        rows, one_answer = await self._pass(account_id, section)
        for _ in range(MOST_SCANS - 1):
            if one_answer:
                return [*rows.values()]
            before = rows.keys()
            rows, one_answer = await self._pass(account_id, section)
            if rows.keys() == before:
                return [*rows.values()]
        raise LiveStateUnreadable(unproven(section, self._organization, "its passes gave different rows"))

    async def lists(self, account_id: str, section: str, person_id: str) -> bool:
        """Say whether a list of people, named as in a path, shows somebody."""
        rows, _ = await self._pass(account_id, section_of(section))
        return person_id in rows

    async def _pass(self, account_id: str, section: str) -> tuple[Mapping[str, Value], bool]:
        """Go through one list once; give the rows by id, and whether they came as one answer that says it is all."""
        path = people_path(account_id, section)
        try:
            found = await self._http.read(path)
        except NotFound:
            if await self.account(account_id) is None:
                raise LiveStateUnreadable(_gone(self._organization, section)) from None
            raise ProviderRejected(list_missing(self._organization, section, self._generation)) from None
        if isinstance(found, list):
            return _by_id(found), True
        page = _listing(found)
        rows, one_answer = [*page.rows], page.following is None
        followed: set[str] = set()
        while page.following is not None:
            if page.following in followed:
                raise endless(section, self._organization)
            followed.add(page.following)
            page = _listing(await self._http.read(path, {"after": page.following}))
            rows += page.rows
        return _by_id(rows), one_answer


def _by_id(rows: Sequence[Value]) -> Mapping[str, Value]:
    """Index rows by their ids: the same person on two pages counts once."""
    found: dict[str, Value] = {}
    for row in rows:
        if not isinstance(row, dict):
            raise RowError("a person's row is no JSON object")
        found[id_of(row)] = row
    return found


def _listing(body: Value) -> Listing:
    if not isinstance(body, dict) or not isinstance(body.get("nodes"), list):
        raise RowError("a list is no JSON object with nodes")
    rows = body["nodes"]
    cursor = _mapping(body.get("pageInfo")).get("endCursor")
    return Listing(rows=rows, following=cursor if rows and isinstance(cursor, str) and cursor else None)


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _gone(organization: str, section: str) -> Problem:
    return Problem(
        code="vendor-unreadable",
        summary="could not be read",
        where=organization,
        detail=f"The account whose {section} were to be read is not there any more.",
        remedy="Plan again.",
    )


def _no_organization_id(organization: str) -> Problem:
    return Problem(
        code="organization-id-missing",
        summary="an organization without Billabex's id of it",
        where=organization,
        detail="Its accounts have to be listed, and Billabex lists the accounts of one organization by its id.",
        remedy="Add to the organization in reconciler.yaml: organizationId: …",
    )


def _other_organization_id(organization: str) -> Problem:
    return Problem(
        code="organization-id-unknown",
        summary="an organization that Billabex does not show us",
        where=organization,
        detail="Billabex answered 404 to the list of accounts of the organizationId that reconciler.yaml gives.",
        why="It does not exist, or the token is another organization's.",
        remedy="Correct organizationId in reconciler.yaml, or give the credentials of that organization.",
    )
