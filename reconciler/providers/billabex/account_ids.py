"""Which account stands behind a key, and that none does: rows and answers tell ids, the list alone tells absence.

No route finds an account by its source (fact sheet §6.4), so to see that nobody has a key costs the whole list.

Premise. A create must not make a second account for a source. The plan saw by two agreeing passes that there was none,
but the plan may be hours old, and whether the vendor refuses a source that another account has is not known. So a
create needs a proof of its own, and one that is young.

| what is asked of the key                       | what answers                                                    |
|------------------------------------------------|-----------------------------------------------------------------|
| who has it, and a row or our create told       | that account, read by its id; if it goes by another key, as below|
| whether anybody has it (before a create)       | a whole pass over the list, begun after the question            |
| what became of a create whose answer was lost  | the same                                                        |

One pass answers all who asked before it began; whoever asks while it runs waits for the next. A pass waits half the
length of the one before it, so that those who were answered then and are back by now share it. No answer outlives its
pass, and the create goes out right after it. Measured for 200 creates, five at a time, with 300 requests a minute:

| accounts before | passes | requests for the list | all requests | minutes |
|-----------------|--------|-----------------------|--------------|---------|
| none            | 65     | 162                   | 562          | 2       |
| 1,000           | 41     | 522                   | 922          | 3       |
| 5,000           | 40     | 2,149                 | 2,549        | 9       |

What stays open. Somebody else's account is missed if it comes after its place in the pass was read and before our
create arrives: the length of one pass (at 300 requests a minute, a minute for every 30,000 accounts) and of one write's
turn; or if the vendor's list shows it later than that.

Rejected: believing a pass for a minute, as was done once (two runners made one account each for one source); a pass for
every create (a thousand lists); one pass before the first create (it is old at the last); leaving it to the vendor to
refuse the second (it may not).

A pass may have a gap, and there is no total to hold it against: it is believed if it shows every account that the pass
before it did. The first of a run is therefore followed by a second at once; where accounts go meanwhile, or a gap was
seen, by one more. A list whose cursors lead in a circle was not read to its end and proves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping

from reconciler.errors import LiveStateUnreadable
from reconciler.live.completeness import MOST_SCANS, unproven
from reconciler.live.listing import endless
from reconciler.live.provider import Page
from reconciler.model.resource import Observed

_LINGER = 5.0
"""For how many seconds, at most, a pass waits for company: half the length of the one before it."""


class AccountIds:
    """Remote ids by key, for one organization."""

    def __init__(self, page: Callable[[str | None], Awaitable[Page]], organization: str) -> None:
        """Hold the way to a page of the list, by its cursor."""
        self._page = page
        self._organization = organization
        self._told: dict[str, str] = {}
        self._listed: set[str] = set()
        self._sent: set[str] = set()
        self._begun = 0  # passes that were begun
        self._whole = 0  # the number of the latest pass that came to its end
        self._latest: Mapping[str, str] = {}  # what that pass showed
        self._shown: frozenset[str] | None = None  # the accounts of the latest pass, whole or not believed
        self._linger = 0.0  # seconds
        self._turn = asyncio.Lock()

    def note(self, found: Iterable[Observed]) -> None:
        """Take in what an answer told."""
        self._told.update((str(one.key), one.remote_id) for one in found)

    def note_listed(self, found: Iterable[Observed]) -> None:
        """Take in what rows of the list told."""
        rows = tuple(found)
        self.note(rows)
        self._listed.update(one.remote_id for one in rows)

    def doubt(self, key: str) -> None:
        """Note that a create is sent for this key."""
        self._sent.add(key)

    def known(self, key: str) -> str | None:
        """Give the remote id that was told of a key."""
        return self._told.get(key)

    def doubted(self, key: str) -> bool:
        """Say whether a create was sent for this key."""
        return key in self._sent

    async def find(self, key: str) -> str | None:
        """Give the remote id behind a key, None where nobody has it, by a pass that begins after this question.

        Raises:
            LiveStateUnreadable: the list could not be read to its end.
        """
        await self._pass()
        return self._latest.get(key)

    async def lists(self, remote_id: str) -> bool:
        """Say whether the organization's list shows an account; this may read the list.

        Raises:
            LiveStateUnreadable: the list could not be read to its end.
        """
        if remote_id not in self._listed:
            await self._pass()
        return remote_id in self._listed

    async def _pass(self) -> None:
        """Wait for a whole pass that begins after this moment."""
        begun = self._begun
        async with self._turn:
            if self._whole <= begun:
                await asyncio.sleep(self._linger)
                self._begun += 1
                began = asyncio.get_running_loop().time()
                self._latest = await self._read()
                self._linger = min(_LINGER, (asyncio.get_running_loop().time() - began) / 2)
                self._whole = self._begun

    async def _read(self) -> Mapping[str, str]:
        """Read the list until a pass shows all that the one before it did."""
        for _ in range(MOST_SCANS):
            before, shown = self._shown, await self._once()
            self._shown = frozenset(shown.values())
            if before is not None and before <= self._shown:
                return shown
        raise LiveStateUnreadable(unproven("account", self._organization, "each pass lacked what another one gave"))

    async def _once(self) -> Mapping[str, str]:
        """Read the list to its end."""
        shown: dict[str, str] = {}
        cursor: str | None = None
        followed: set[str] = set()
        while True:
            page = await self._page(cursor)
            shown.update((str(one.key), one.remote_id) for one in page.objects)
            cursor = page.following
            if cursor is None:
                return shown
            if cursor in followed:
                raise endless("account", self._organization)
            followed.add(cursor)
