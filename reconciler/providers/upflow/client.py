"""Upflow's endpoints, one method each: keys and ids go in, decoded rows come out (fact sheet §2).

What nobody outside Upflow knows is met on the cautious side: a list may come in an envelope under several names or
bare, with a total or without, and the vendor may give fewer rows than were asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from reconciler.model.resource import Value
from reconciler.providers.answers import NotFound
from reconciler.providers.http import HttpClient
from reconciler.providers.upflow.wire import RowError

CUSTOMERS_AT_ONCE = 1000
OTHERS_AT_ONCE = 200
_SURELY_LESS_THAN_A_PAGE = 50
_LIST_KEYS = {
    "/customers": ("customers", "items"),
    "/custom_fields": ("items", "customFields", "custom_fields"),
    "/dunning_plans": ("items", "dunningPlans", "dunning_plans"),
    "/users": ("users", "items"),
    "/bank_accounts": ("items", "bankAccounts", "bank_accounts"),
}
_CONTACT_KEYS = ("contacts", "items")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page as Upflow sent it: its rows, how many came before, the total and the page size if it says so."""

    rows: Sequence[Value]
    offset: int
    total: int | None
    limit: int | None


def external(key: str) -> str:
    """Address an object by our own id, percent-encoded: it may hold a slash, a space or a percent sign."""
    return f"external:{quote(key, safe='')}"


def customer_path(customer: str) -> str:
    """Give the path of one customer; `customer` is an encoded id."""
    return f"/customers/{customer}"


def contact_path(customer_id: str, contact_id: str = "") -> str:
    """Give the path of a customer's contacts, or of one of them, by remote ids."""
    contacts = f"{customer_path(quote(customer_id, safe=''))}/contacts"
    return f"{contacts}/{quote(contact_id, safe='')}" if contact_id else contacts


class UpflowClient:
    """Reads one organization's rows."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def customers(self, offset: int, limit: int) -> Listing:
        """Read one page of customers."""
        return await self._listing("/customers", _LIST_KEYS["/customers"], offset, limit)

    async def customer(self, encoded_id: str) -> Value:
        """Read one customer by `external:…` or remote id; None if there is none."""
        try:
            return await self._http.read(customer_path(encoded_id))
        except NotFound:
            return None

    async def contacts(self, customer_id: str) -> Sequence[Value]:
        """Read all contacts of a customer, by its remote id."""
        return await self._all(contact_path(customer_id), _CONTACT_KEYS)

    async def rows(self, path: str) -> Sequence[Value]:
        """Read a whole list of the organization, such as `/users`."""
        return await self._all(path, _LIST_KEYS[path])

    async def _listing(self, path: str, keys: Sequence[str], offset: int, limit: int) -> Listing:
        body = await self._http.read(path, {"offset": offset, "limit": limit})
        if isinstance(body, list):
            return Listing(rows=body, offset=offset, total=None, limit=None)
        if not isinstance(body, dict):
            raise RowError("a list is neither a JSON object nor an array")
        rows = next((body[key] for key in keys if isinstance(body.get(key), list)), None)
        if rows is None:
            raise RowError(f"a list has no rows under {' or '.join(keys)}")
        told_offset = _number(body.get("offset"))
        return Listing(
            rows=rows,
            offset=offset if told_offset is None else told_offset,
            total=_number(body.get("total")),
            limit=_number(body.get("limit")),
        )

    async def _all(self, path: str, keys: Sequence[str]) -> Sequence[Value]:
        """Read every page of a short list, in order.

        Raises:
            RowError: the rows do not add up to the total.
        """
        found: dict[str, Value] = {}
        while True:
            page = await self._listing(path, keys, len(found), OTHERS_AT_ONCE)
            before = len(found)
            found.update((_row_id(row), row) for row in page.rows)
            if _ends(page, read=len(found), gained=len(found) - before):
                break
        if page.total is not None and len(found) != page.total:
            raise RowError(f"a list gave {len(found)} different rows of a total of {page.total}")
        return tuple(found.values())


def _ends(page: Listing, *, read: int, gained: int) -> bool:
    """Say whether a list ends here: at its total; without one, at a page that is short or brings nothing new."""
    if gained == 0:
        return True
    if page.total is not None:
        return read >= page.total
    return len(page.rows) < (page.limit or _SURELY_LESS_THAN_A_PAGE)


def _row_id(row: Value) -> str:
    remote_id = row.get("id") if isinstance(row, dict) else None
    if not isinstance(remote_id, str) or not remote_id:
        raise RowError("a row lacks its id")
    return remote_id


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
