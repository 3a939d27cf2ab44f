"""Which account stands behind a key, and that none does: rows and answers tell ids, the list alone tells absence.

No route finds an account by its source (fact sheet §6.4), so to see that nobody has a key costs the whole list.

Premise. A create must not make a second account for a source. The plan saw by two agreeing passes that there was none,
but the plan may be hours old, and whether the vendor refuses a source that another account has is not known. So a
create needs a proof of its own, and one that is young.

| what is asked of the key                       | what answers                                                    |
|------------------------------------------------|-----------------------------------------------------------------|
| who has it, and a row or our create told       | that account, read by its id; if it goes by another key, as below|
| whether anybody has it (before a create)       | a whole pass over the list that is young                        |
| what became of a create whose answer was lost  | a whole pass that begins after the question                     |
| whether an account, known by id, is on the list| rows and any whole pass, however old                            |

Young is a pass that began after the question, or no longer ago than `GOOD_FOR` times its own length. One that begins
answers all who asked before it; whoever asks while it runs waits for it too. So however many accounts there are, and
however many are made, the list takes at most a fifth of the requests after its first pass; with a pass for each few
creates they would grow with the product of the two.

Measured for 200 creates, five at a time, with 300 requests a minute (400 are the creates and a look at each account):

| accounts before | requests for the list | all requests | minutes |
|-----------------|-----------------------|--------------|---------|
| none            | 46                    | 446          | 1.5     |
| 1,000           | 122                   | 522          | 1.8     |
| 5,000           | 208                   | 608          | 2.1     |

What stays open. Somebody else's account is missed if it comes after its place in the pass was read and before our
create arrives: five lengths of a pass at most, and one write's turn (at 300 requests a minute a pass takes a minute for
every 30,000 accounts); or if the vendor's list shows it later than that. Another run of ours is kept out by the lock.

Rejected: believing every pass for a minute, as was done once (an organization of ten accounts is read in a second, and
two tools made one account each for one source); a pass begun after each question (40 lists for 200 creates: 2,149
requests where there are 5,000 accounts); one pass before the first create (it is old at the last); leaving it to the
vendor to refuse the second (it may not).

An account that the list lacks is refused as another organization's, so an old pass errs on the side that writes
nothing. A new one for each such account would cost the list as often as there are any.

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

GOOD_FOR = 4
"""How many times its own length a pass is believed for, counted from its beginning."""


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
        self._good_until = float("-inf")  # on the loop's clock
        self._latest: Mapping[str, str] = {}  # what that pass showed
        self._shown: frozenset[str] | None = None  # the accounts of the latest pass, whole or not believed
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
        """Give the remote id behind a key, None where nobody has it, by a pass that is young enough for the question.

        Raises:
            LiveStateUnreadable: the list could not be read to its end.
        """
        await self._pass(anew=key in self._sent)
        return self._latest.get(key)

    async def lists(self, remote_id: str) -> bool:
        """Say whether the organization's list shows an account, or showed it when it was last read; this may read it.

        Raises:
            LiveStateUnreadable: the list could not be read to its end.
        """
        if remote_id not in self._listed:
            await self._pass(whenever=True)
        return remote_id in self._listed

    async def _pass(self, *, anew: bool = False, whenever: bool = False) -> None:
        """See to it that there is a whole pass that is young.

        `anew` says that it must begin after this moment, `whenever` that any one does.
        """
        clock = asyncio.get_running_loop().time
        begun = self._begun
        async with self._turn:
            young = not anew and clock() < self._good_until
            if self._whole > begun or young or (whenever and self._whole):
                return
            await asyncio.sleep(0)  # whoever asks at the same moment is answered by the same pass
            self._begun += 1
            began = clock()
            self._latest = await self._read()
            self._whole = self._begun
            self._good_until = began + GOOD_FOR * (clock() - began)

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
