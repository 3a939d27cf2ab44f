"""First pages that are fetched before the documents are read, so that waiting for one is not waiting for both.

Which kinds are wanted, and how many of each, only the documents say. The first page of a large kind is nearly always
wanted, and one that is not costs one request: that much is within what `observe` may spend beyond the cheapest way.
The pages after it are not fetched ahead: with few resources declared they would be many requests for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from reconciler.live.provider import Page, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyPages:
    """First pages on their way, by kind, and how many requests the provider had made before them."""

    requests_before: int
    pages: Mapping[str, asyncio.Task[Page]] = field(default_factory=dict)

    def call_back(self, *, all_but: Container[str] = ()) -> int:
        """Stop fetching, except for these kinds; give how many pages are so given up."""
        given_up = [task for kind, task in self.pages.items() if kind not in all_but]
        for task in given_up:
            task.cancel()
            task.add_done_callback(_forget)
        return len(given_up)


def start_early(provider: Provider) -> EarlyPages:
    """Begin to fetch the first page of every kind that also answers look-ups: those are the large ones."""
    before = provider.requests_made
    kinds = [kind.name for kind in provider.vendor.kinds if kind.point_reads]
    return EarlyPages(
        requests_before=before,
        pages={name: asyncio.ensure_future(provider.page(name, None)) for name in kinds},
    )


def _forget(task: asyncio.Task[Page]) -> None:
    """Take note of what became of a page that nobody waits for, so that no failure of it is reported as unseen."""
    if not task.cancelled():
        task.exception()
