"""How fast one organization is asked: one bucket and one number in flight, over reads and writes alike.

The vendor counts requests in a rolling minute. Of its limit a share is ours (`Organization.pace`), the rest is left for
the systems that the user lives by. A bucket of burst B that refills at r a second lets at most B + 60·r requests
through in *any* 60 seconds. We choose B, a fortieth of what is ours, and r such that 2·B + 60·r is what is ours:

    limit 600    share 0.9    ours 540    B = 13    r = 514 / 60 = 8.6 a second    any minute: 527, over two runs 540
    limit 300    share 0.9    ours 270    B = 6     r = 258 / 60 = 4.3 a second    any minute: 264, over two runs 270

B counts twice because a run begins with a full bucket while the vendor's minute may still hold all of the run before
it. The 5 % that this costs also make up for a way on which requests catch up with each other. A burst at all, because a
plan of a dozen requests should be there at once, and because a program that wakes a little late has to make up for it.

The sandbox that is embedded in this process is asked by nobody else, and counts from the start of the process. There B
is a tenth and counts once, so that nobody who plays waits for long.

Roads not taken. A bucket of the whole limit (B = 600, r = 10) lets 1,200 requests into its first minute; one of a tenth
is within the limit in a run of its own, and eats up the user's part when another run went before. No burst would make
every plan wait. What the run before has used could be kept in a file: two machines share none. `aiolimiter`, which was
here, has one rate for ever: whoever needs another takes a new bucket, full again in the very moment of being throttled.
A bucket is one number, though: when the next request would be due if all went out evenly (the leaky bucket as a
scheduler, GCRA), and a request may be ahead of that by the burst.

A request takes its place in flight and its drop from the bucket at the same moment. If drops came first, they would be
hoarded while slow answers hold all places, and spent at once when they come: a burst that the bucket never allowed.

From the first request of a change's look at its object to the write, somebody may edit unseen what is about to be
replaced. So of those who wait a write goes first, then the reads of a change that has begun (`live.passage`): the rest
of its look, and its look at the end, which makes room for the next change. Planning, and the first request of each
change, come after them. So at a slow pace one change goes from its look to its write before another looks: as many
gaps as it has requests, where the queue of all under way would lie between them. It stays one line at one pace, so no
minute holds more for it. And nobody starves: right of way is come by in the common line alone, by a first request that
stood in it before, and ends with the change. Whoever waits is overtaken by changes that came earlier, never by one that
came later.
Rejected: to save up drops until look and write can go as one burst. The burst counts twice, and of a limit of 10 a
minute would leave 4.

Several programs may share a limit that each of them keeps, and the vendor may have a smaller one than we were told. So
what answers say of it counts for all who wait, not for the one who was answered. After a wait there is no burst:

| the answer says                     | what follows                                                         |
|-------------------------------------|----------------------------------------------------------------------|
| a smaller limit than ours           | our share of that one; ours again when it is taken back              |
| no more left than may be under way  | nobody sets out until the vendor's window moves on, or one refill,   |
|                                     | but a write and what leads to it (`crowd`)                           |
| 429                                 | nobody sets out for a time, and all go slower after it (`throttle`)  |

The first answer of a run says so too: where another has left nothing, no more than the first few have set out.

Organizations have a pace each, and go at the same time. Those that are asked with the same credentials at the same
place share one, since it is by credentials that both vendors count (`Paces`).
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from enum import IntEnum

from reconciler.live.passage import Passage, current_passage, in_line
from reconciler.model.log import Log
from reconciler.model.organization import Organization, part_of
from reconciler.providers.crowd import Crowd
from reconciler.providers.throttle import Throttle

LOG = Log("pace")
WINDOW = 60.0
_BURSTS = 40  # bursts in a limit: one holds what is sent in a second and a half
_BURSTS_ALONE = 10
_ALMOST_ONE = 0.98  # keeps a limit of one request a minute from standing still


class _Rank(IntEnum):
    """In which order those go who wait; among equals, whoever came first."""

    WRITE = 0
    NEXT = 1  # of the change that was answered last, where next to nothing is left
    BEGUN = 2
    OTHER = 3


class Pace:
    """One organization's pace. It belongs to the event loop that it is first used in."""

    def __init__(
        self, *, requests_per_minute: int, in_flight: int, share: float = 1.0, alone: bool = False, name: str = ""
    ) -> None:
        """Begin with a full bucket.

        Args:
            requests_per_minute: What we may send in any minute.
            in_flight: How many requests may be under way at once.
            share: What of a limit that the vendor tells is ours; `requests_per_minute` has it taken into account.
            alone: Whether nobody else asks there, nor did before.
            name: Whose pace it is, for the log.
        """
        self._own = self._limit = requests_per_minute
        self._in_flight = in_flight
        self._share = share
        self._alone = alone
        self._name = name
        self._under_way = 0
        self._due = float("-inf")  # when the next is due if all go out evenly; times are on the loop's clock
        self._held_until = float("-inf")
        self._throttle = Throttle()
        self._crowd = Crowd()
        self._line: list[tuple[_Rank, int, asyncio.Future[float]]] = []  # who waits
        self._came = 0
        self._alarm: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, *, write: bool = False) -> AsyncIterator[float]:
        """Wait until one more request may go out, say when that was, and hold its place until it is answered.

        Which change it belongs to is told by the context (`live.passage`).
        """
        passage = current_passage()
        with in_line() if write else nullcontext():
            set_out = await self._called(self._rank(passage, write=write))
        if passage is not None:
            passage.begun = True
        try:
            yield set_out
        finally:
            self._leave()

    def shared_with(self, *, requests_per_minute: int, in_flight: int) -> None:
        """Hold for another organization too; of two limits the smaller is kept."""
        self._own = min(self._own, requests_per_minute)
        self._limit = min(self._limit, requests_per_minute)
        self._in_flight = min(self._in_flight, in_flight)

    def hold(self, seconds: float) -> None:
        """Let nobody set out for so many seconds, and no burst after that."""
        until = _now() + seconds
        self._held_until = max(self._held_until, until)
        self._due = max(self._due, until + self._lead())

    def held_after(self, moment: float) -> bool:
        """Say whether nobody might set out for a time after that moment."""
        return self._held_until > moment

    def crowded_after(self, moment: float) -> bool:
        """Say whether the vendor's window was waited for after that moment."""
        return self._crowd.kept_after(moment)

    @property
    def in_vain(self) -> bool:
        """Say whether to ask again is in vain: the vendor has taken nothing for all of its waits."""
        return self._throttle.in_vain

    def refused(self, set_out: float, after: float) -> None:
        """Take in a 429 for the request that set out then; the vendor wants nothing for `after` seconds."""
        wait = max(after, self._throttle.refused(set_out, _now()))
        self.hold(wait)
        LOG.warning("throttled", organization=self._name, wait_seconds=round(wait, 3), factor=self._factor())

    def taken(self, set_out: float) -> None:
        """Take in that the request that set out then was let in."""
        if self._throttle.taken(set_out, _now()):
            LOG.info("taken again, growing back", organization=self._name, factor=self._factor())

    def told(self, *, limit: int, remaining: int, moves_on: float | None) -> None:
        """Take in what an answer said of the vendor's own count.

        Args:
            limit: Requests in any minute, for all who share it.
            remaining: How many of them are left.
            moves_on: In how many seconds more will be left, where the answer said so.
        """
        wanted = min(self._own, part_of(limit, self._share))
        before, self._limit = self._limit, wanted
        if wanted != before:
            LOG.info("limit told by the vendor", organization=self._name, before=before, requests_per_minute=wanted)
        if wanted < before:
            self.hold(WINDOW / wanted)
        if remaining <= self._in_flight:
            wait, now = min(WINDOW, WINDOW / wanted if moves_on is None else moves_on), _now()
            LOG.info("waiting for the window", organization=self._name, seconds=round(wait, 3), remaining=remaining)
            left = remaining - (self._under_way - 1)  # one of them is the one that was answered
            self._due -= self._lead()
            self._crowd.told(left=left, until=now + wait, now=now, passage=current_passage())
        elif self._crowd.crowded:
            self._crowd.ease()
            self._due = max(self._due, _now()) + self._lead()  # there is no burst after it

    async def _called(self, rank: _Rank) -> float:
        """Wait in line; give the time at which the turn came."""
        called: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._came += 1
        heapq.heappush(self._line, (rank, self._came, called))
        self._call()
        try:
            return await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._leave()  # it was called already
            raise

    def _leave(self) -> None:
        self._under_way -= 1
        self._call()

    def _call(self) -> None:
        """Call whoever may go now, and set the alarm for the next."""
        while self._line and self._under_way < (1 if self._crowd.crowded else self._in_flight):
            now = _now()
            rank, _, called = self._line[0]
            earliest = max(self._held_until, self._due - self._lead(), self._crowd.opens(paired=rank <= _Rank.NEXT))
            if earliest > now:
                self._wake_at(earliest)
                return
            heapq.heappop(self._line)
            if not called.done():  # else it went away
                self._due = max(self._due, now) + self._gap()
                self._crowd.spend()
                self._under_way += 1
                called.set_result(now)

    def _wake_at(self, when: float) -> None:
        if self._alarm is not None and self._alarm.when() > when:
            self._alarm.cancel()
            self._alarm = None
        if self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_at(when, self._wake)

    def _wake(self) -> None:
        self._alarm = None
        self._call()

    def _gap(self) -> float:
        """Give the seconds between two requests that go out evenly."""
        reserved = self._burst() if self._alone else 2 * self._burst()
        rate = max(self._limit - reserved, _ALMOST_ONE) / WINDOW
        return 1.0 / (rate * self._throttle.factor(_now()))

    def _lead(self) -> float:
        """Say how far ahead of its time a request may go out: by the burst; not at all while others leave us less."""
        alone = self._throttle.factor(_now()) == 1.0 and not self._crowd.crowded
        return (self._burst() - 1) * self._gap() if alone else 0.0

    def _rank(self, passage: Passage | None, *, write: bool) -> _Rank:
        if write:
            return _Rank.WRITE
        if self._crowd.goes_on(passage):
            return _Rank.NEXT
        return _Rank.BEGUN if passage is not None and passage.begun else _Rank.OTHER

    def _factor(self) -> float:
        return round(self._throttle.factor(_now()), 3)

    def _burst(self) -> int:
        return max(1, self._limit // (_BURSTS_ALONE if self._alone else _BURSTS))


class Paces:
    """The paces of one run: one for all who are asked at the same place with the same credentials."""

    def __init__(self) -> None:
        self._paces: dict[tuple[str, frozenset[tuple[str, str]]], Pace] = {}

    def of(self, organization: Organization, base_url: str, credentials: Mapping[str, str]) -> Pace:
        """Give an organization's pace: a new one, or that of others who share its limit, which then suits it too."""
        key = (base_url, frozenset(credentials.items()))
        if key in self._paces:
            self._paces[key].shared_with(requests_per_minute=organization.pace, in_flight=organization.in_flight)
        else:
            self._paces[key] = pace_of(organization)
        return self._paces[key]


def pace_of(organization: Organization) -> Pace:
    """Give an organization's own pace."""
    return Pace(
        requests_per_minute=organization.pace,
        in_flight=organization.in_flight,
        share=organization.share,
        alone=organization.base_url is None,
        name=organization.name,
    )


def _now() -> float:
    return asyncio.get_running_loop().time()
