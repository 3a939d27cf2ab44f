"""Pages: `first` and `after` in, `{nodes, pageInfo: {endCursor}}` out (fact sheet §5.6, §7, R-PAGE).

Every page with rows has the cursor of its last one, the last page too, and a page without rows has none: so both stop
rules that are known of come to an end.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.sandbox.billabex.call import Call
from reconciler.sandbox.values import Json, JsonObject
from reconciler.sandbox.wire import RefusalError, Reply

_MARK = "after:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which rows of a listing are wanted: so many, after the one with this number."""

    after: int | None
    first: int


def wanted_page(call: Call) -> Page:
    """Read `first` and `after`."""
    settings = call.settings
    first = _first(call.query.get("first"), settings.default_page_size)
    if first > settings.page_cap and settings.first_above_cap == "rejected":
        raise RefusalError(400, f"first must not be greater than {settings.page_cap}")
    return Page(after=_after(call), first=min(first, settings.page_cap))


def envelope(call: Call, rows: Sequence[tuple[int, JsonObject]], *, more: bool) -> Reply:
    """Return a page of numbered rows; `more` says whether others follow."""
    withheld = not more and call.settings.last_page_cursor == "null"
    cursor = None if not rows or withheld else _cursor(rows[-1][0])
    return Reply(payload={"nodes": [row for _, row in rows], "pageInfo": {"endCursor": cursor}})


def emptied(payload: Json) -> Json:
    """Return a page as a list without rows would have it."""
    return [] if isinstance(payload, list) else {"nodes": [], "pageInfo": {"endCursor": None}}


def _first(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise RefusalError(400, "first must not be less than 1")
    return int(text)


def _after(call: Call) -> int | None:
    """Return the number in a cursor; one that the vendor never gave is turned down, or means the beginning."""
    cursor = call.query.get("after")
    if cursor is None:
        return None
    try:
        text = urlsafe_b64decode(cursor.encode()).decode()
        return int(text.removeprefix(_MARK))
    except ValueError:
        if call.settings.bad_cursor == "rejected":
            raise RefusalError(400, "after is not a cursor") from None
        return None


def _cursor(number: int) -> str:
    return urlsafe_b64encode(f"{_MARK}{number}".encode()).decode()
