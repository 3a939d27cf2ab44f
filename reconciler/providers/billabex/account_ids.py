"""Which account stands behind a key: remote ids as rows and answers told them, and the list where nobody told.

No route finds an account by its source (fact sheet §6.4), so one whose id is not known costs a whole list. An apply
that makes a thousand accounts must not read it a thousand times:

| the key                              | what is asked                                                            |
|--------------------------------------|--------------------------------------------------------------------------|
| was told by a row, or by our create  | nothing: the account is read by its id                                   |
| is one that nobody told              | the list, unless it was read within a minute; all who wait share one pass|
| is one that we sent a create for     | the list, begun after the question: an older one cannot show what is new |

A minute is not too old for a key that is about to be made: the plan has proven it absent by two passes, and the vendor
refuses a source that another account has. Whoever asks what became of a lost create gets no old list.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from reconciler.live.provider import Page
from reconciler.model.resource import Observed

GOOD_FOR = 60.0
"""For how many seconds a list says of a key that nobody has it."""


class AccountIds:
    """Remote ids by key, for one organization."""

    def __init__(self, page: Callable[[str | None], Awaitable[Page]]) -> None:
        """Hold the way to a page of the list, by its cursor."""
        self._page = page
        self._ids: dict[str, str] = {}
        self._sent: set[str] = set()
        self._read_at = float("-inf")  # when the latest whole pass began, on the loop's clock
        self._turn = asyncio.Lock()

    def note(self, found: Iterable[Observed]) -> None:
        """Take in what rows told."""
        self._ids.update((str(one.key), one.remote_id) for one in found)

    def doubt(self, key: str) -> None:
        """Note that a create is sent for this key."""
        self._sent.add(key)

    def known(self, key: str) -> str | None:
        """Give the remote id that was told of a key."""
        return self._ids.get(key)

    async def find(self, key: str) -> str | None:
        """Give the remote id behind a key, None where nobody has it; this may read the list."""
        asked_at = asyncio.get_running_loop().time()
        async with self._turn:
            good_for = 0.0 if key in self._sent else GOOD_FOR
            if key not in self._ids and self._read_at <= asked_at - good_for:
                await self._read()
        return self._ids.get(key)

    async def _read(self) -> None:
        """Read the list to its end, but no circle twice."""
        began = asyncio.get_running_loop().time()
        cursor: str | None = None
        followed: set[str] = set()
        while True:
            page = await self._page(cursor)
            self.note(page.objects)
            cursor = page.following
            if cursor is None or cursor in followed:
                break
            followed.add(cursor)
        self._read_at = began
