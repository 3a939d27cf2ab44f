"""List envelopes and paging: `offset` and `limit` in, `{offset, limit, total, <key>: rows}` out (fact sheet §2, §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.sandbox.upflow.call import Call
from reconciler.sandbox.values import JsonObject
from reconciler.sandbox.wire import RefusalError, Reply

OTHER_CAP = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which rows of a listing are wanted."""

    offset: int
    limit: int

    def cut(self, rows: Sequence[JsonObject]) -> list[JsonObject]:
        """Return the rows of a whole listing that are on this page."""
        return list(rows[self.offset : self.offset + self.limit])


def wanted_page(call: Call, cap: int = OTHER_CAP) -> Page:
    """Read `offset` and `limit`; a limit above the cap is clamped or turned down as the settings say."""
    query, settings = call.query, call.settings
    limit = _number(query.get("limit"), "limit", default=min(settings.default_limit, cap), least=1)
    if limit > cap and settings.limit_above_cap == "rejected":
        raise RefusalError(400, f"limit must be at most {cap}.")
    return Page(offset=_number(query.get("offset"), "offset", default=0, least=0), limit=min(limit, cap))


def envelope(page: Page, key: str, rows: Sequence[JsonObject], total: int) -> Reply:
    """Return the answer to a listing."""
    return Reply(payload={"offset": page.offset, "limit": page.limit, "total": total, key: [*rows]})


def _number(text: str | None, name: str, *, default: int, least: int) -> int:
    """Read a whole number of the query."""
    if text is None:
        return default
    if not text.isdecimal() or int(text) < least:
        raise RefusalError(400, f"{name} must be a number from {least} up.")
    return int(text)
