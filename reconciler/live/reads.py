"""The reads of one observation: the provider's calls, counted, with what was foreseen beside, told as they go."""

from __future__ import annotations

from collections.abc import Callable

from reconciler.live.provider import Page, Provider
from reconciler.model.resource import Observed
from reconciler.model.state import Entry

Progress = Callable[[int, int], None]
"""Told after every read: requests made so far, and requests foreseen so far."""


class Reads:
    """A provider whose reads are counted."""

    def __init__(self, provider: Provider, progress: Progress | None = None) -> None:
        self._provider = provider
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
        self._tell()
        return page

    async def get(self, kind: str, key: str, remote_id: str | None = None) -> Observed | None:
        """Read one object; its lists are there only if the vendor sends them with it."""
        found = await self._provider.get(kind, key, remote_id)
        self._tell()
        return found

    async def with_members(self, found: Observed) -> Observed:
        """Read an object's lists."""
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
