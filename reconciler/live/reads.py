"""The reads of one observation: the provider's calls, counted, with what was foreseen beside, told as they go.

Callers foresee what they ask for: one request for a page, for a look-up, for an object's lists. What nobody could know
before is foreseen here, as soon as it is known:

| what shows                                                   | foreseen besides                                   |
|--------------------------------------------------------------|----------------------------------------------------|
| a page of a listing without a total, and another follows it  | that one                                           |
| such a listing is read once more (`completeness`)            | its first page, and the second where one follows   |
| the lists of one object take several requests                | the others than the first (`Kind.list_reads`)      |

Of a listing's first page in its first pass the caller knows itself what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconciler.live.provider import Page, Provider
from reconciler.model.resource import Observed, Value
from reconciler.model.state import Entry

Progress = Callable[[int, int], None]
"""Told after every read: requests made so far, and requests foreseen so far."""


class Reads:
    """A provider whose reads are counted."""

    def __init__(
        self, provider: Provider, progress: Progress | None = None, settings: Mapping[str, Value] | None = None
    ) -> None:
        """Count from now on; `settings` are the organization's own for the vendor."""
        self._provider = provider
        self._settings = settings or {}
        self._begun: set[str] = set()  # kinds whose listing was begun
        self._progress = progress
        self._before = provider.requests_made
        self.foreseen = 0

    @property
    def made(self) -> int:
        """Requests made since this observation began, retries included."""
        return self._provider.requests_made - self._before

    async def page(self, kind: str, cursor: str | None) -> Page:
        """Read one page of a listing."""
        page = await self._provider.page(kind, cursor)
        if page.total is None:
            again = cursor is None and kind in self._begun
            self.foreseen += again + ((again or cursor is not None) and page.following is not None)
        self._begun.add(kind)
        self._tell()
        return page

    async def get(self, kind: str, key: str, remote_id: str | None = None) -> Observed | None:
        """Read one object; its lists are there only if the vendor sends them with it."""
        found = await self._provider.get(kind, key, remote_id)
        self._tell()
        return found

    async def with_members(self, found: Observed) -> Observed:
        """Read an object's lists."""
        kind = self._provider.vendor.kind(found.kind)
        if kind is not None and kind.list_reads is not None:
            self.foreseen += kind.list_reads(self._settings) - 1
        whole = await self._provider.with_members(found)
        self._tell()
        return whole

    async def catalogue(self, name: str) -> tuple[Entry, ...]:
        """Read a catalogue."""
        entries = await self._provider.catalogue(name)
        self._tell()
        return entries

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self.made, max(self.foreseen, self.made))
