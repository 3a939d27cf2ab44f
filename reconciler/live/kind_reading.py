"""Reading one kind: its wanted keys go in; objects, proven absences and evidence come out (`observe` has the rule)."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field, replace

from reconciler.errors import LiveStateUnreadable
from reconciler.live.completeness import repeated_keys
from reconciler.live.listing import Listed, list_rest, pages_left, unlisted
from reconciler.live.provider import Page, Unreachable
from reconciler.live.reads import Reads
from reconciler.live.wanted import Wanted
from reconciler.live.workers import each
from reconciler.model.kind import Kind
from reconciler.model.resource import Observed
from reconciler.model.state import Absent, Certificate

FEW = 2
DOUBTS = 20
"""How many keys are tried where a listing shows nothing at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindReading:
    """What was read of one kind; without a listing there is a certificate only if something could not be read."""

    objects: dict[str, Observed] = field(default_factory=dict)
    absent: dict[str, Absent] = field(default_factory=dict)
    keyless: tuple[Observed, ...] = ()
    certificate: Certificate | None = None


async def read_kind(reads: Reads, kind: Kind, wanted: Wanted) -> KindReading:
    """Read what is wanted of a kind, the cheapest way.

    Args:
        reads: the provider.
        kind: its row in the vendor's tables.
        wanted: the keys that must be known.
    """
    return await _Reading(reads, kind, wanted).run()


class _Reading:
    """One kind while it is read: what listings showed, what look-ups found, and what failed."""

    def __init__(self, reads: Reads, kind: Kind, wanted: Wanted) -> None:
        self.reads = reads
        self.kind = kind
        self.wanted = wanted
        self.listed: dict[str, Observed] = {}
        self.looked_up: dict[str, Observed] = {}
        self.absent: dict[str, Absent] = {}
        self.renamed: set[str] = set()  # remote ids of what answers a look-up under another key
        self.failures: list[LiveStateUnreadable] = []
        self.unread: set[str] = set()
        self.keyless: tuple[Observed, ...] = ()
        self.look_ups_carry_members = True

    async def run(self) -> KindReading:
        """Read what is wanted of the kind, by look-ups or by a listing."""
        named = {key for key in self.wanted.keys if self.kind.named_by_id(key)}
        if named:
            self.reads.foreseen += len(named)
            await self._look_up(named)
            if named == self.wanted.keys and not self.wanted.whole:
                self._raise_if_nobody_was_met()
                return self._result(None)
        few = len(self.wanted.keys) <= FEW and not self.wanted.among_others and not self.wanted.whole
        if self.kind.point_reads and few:
            self.reads.foreseen += len(self.wanted.keys)
            await self._look_up(self.wanted.keys)
            self._raise_if_nobody_was_met()
            return self._result(None)
        self.reads.foreseen += 1
        try:
            first = await self.reads.page(self.kind.name, None)
        except Unreachable:
            raise
        except LiveStateUnreadable as error:
            return self._result(unlisted(self.kind.name, error))
        self._take((first,))
        left = pages_left(first)
        if await self._look_ups_are_cheaper(left):
            self.reads.foreseen += len(self._unseen) + len(self._without_members)
            if await self._look_up(self._unseen, most_absent=left):
                await self._read_members()
                return self._result(None)
        return await self._list(first, left)

    async def _list(self, first: Page, left: int) -> KindReading:
        ahead = self._lists_to_come(first) if left else 0
        self.reads.foreseen += left + ahead
        shown = set(self.listed)
        asked = self.wanted.keys - self.looked_up.keys() - self.absent.keys()
        listed = await list_rest(self.reads, self.kind.name, first, asked, whole=self.wanted.whole)
        self._take(listed.pages)
        listed = await self._doubt_if_ours_is_missing(await self._doubt_if_empty(listed, shown))
        self.reads.foreseen += len(self._without_members) - ahead
        await self._read_members()
        return self._result(listed)

    @property
    def _unseen(self) -> set[str]:
        return self.wanted.keys - self.listed.keys() - self.looked_up.keys() - self.absent.keys() - self.unread

    @property
    def _without_members(self) -> list[Observed]:
        """The objects whose lists are declared, and not read yet."""
        known = self.listed | self.looked_up
        keys = sorted(self.wanted.with_members & known.keys())
        return [known[key] for key in keys if known[key].members is None]

    @property
    def _rows_carry_members(self) -> bool:
        return any(found.members is not None for found in self.listed.values())

    def _lists_to_come(self, first: Page) -> int:
        """Say at most how many lists must be read one by one, once all pages are there."""
        if self._rows_carry_members:
            return 0
        unread = self.wanted.with_members - self.looked_up.keys() - self.absent.keys()
        hidden = max(0, (first.total or len(unread)) - len(first.objects))
        return min(len(unread - self.listed.keys()), hidden) + len(unread & self.listed.keys())

    async def _look_ups_are_cheaper(self, left: int) -> bool:
        if not left or not self.kind.point_reads or self.wanted.whole:
            return False
        if self._rows_carry_members or not self.wanted.with_members:
            return len(self._unseen) < left
        trial = min(self._unseen & self.wanted.with_members or self.wanted.with_members)
        self.reads.foreseen += 1
        await self._look_up([trial])
        if self.look_ups_carry_members:
            return len(self._unseen - self.wanted.with_members) < left
        return len(self._unseen) < left

    async def _look_up(self, keys: Iterable[str], most_absent: int | None = None) -> bool:
        """Look keys up, with their lists where declared; False if it was given up because too many are absent."""
        before = len(self.absent)

        async def one(key: str) -> bool:
            if most_absent is not None and len(self.absent) - before > most_absent:
                return False
            await self._look_up_one(key)
            return True

        return all(await each(sorted(keys), one))

    async def _look_up_one(self, key: str) -> None:
        try:
            found = await self.reads.get(self.kind.name, key, self.wanted.remote_ids.get(key))
            if found is None and (self.kind.point_reads or self.kind.named_by_id(key)):
                self.absent[key] = Absent(evidence="a look-up of it answered 404")
            if found is None:
                return
            if found.key != key and not self.kind.point_reads:
                self.renamed.add(found.remote_id)
                return
            if key in self.wanted.with_members and found.members is None:
                self.look_ups_carry_members = False
                self.reads.foreseen += 1
                found = await self.reads.with_members(found)
            self.looked_up[key] = found
        except LiveStateUnreadable as error:
            self._failed(key, error)

    async def _read_members(self) -> None:
        async def one(found: Observed) -> None:
            key = found.key or ""
            try:
                self.looked_up[key] = await self.reads.with_members(found)
            except LiveStateUnreadable as error:
                self._failed(key, error)

        await each(self._without_members, one)

    def _raise_if_nobody_was_met(self) -> None:
        """Tell of a vendor that cannot be reached as of that; a flaw in the reading would speak of what was read."""
        met = self.looked_up or self.absent or any(not isinstance(error, Unreachable) for error in self.failures)
        if self.failures and not met:
            raise self.failures[0]

    def _failed(self, key: str, error: LiveStateUnreadable) -> None:
        self.failures.append(error)
        self.unread.add(key)

    def _take(self, pages: tuple[Page, ...]) -> None:
        """Go by these pages; an external id that stands on two objects belongs to neither."""
        repeated = repeated_keys(pages)
        self.listed = {
            found.key: found for page in pages for found in page.objects if found.key and found.key not in repeated
        }
        found_by_id = {found.remote_id: found for page in pages for found in page.objects if not found.key}
        self.keyless = tuple(found_by_id.values())

    async def _doubt_if_empty(self, listed: Listed, shown: set[str]) -> Listed:
        """Try some keys where a listing shows nothing at all: an outage may look like an empty organization.

        Those that its first page did show come first, then wanted ones, spread evenly over all.
        """
        empty = listed.certificate.complete and not listed.certificate.rows
        if not empty or not self.kind.point_reads:
            return listed
        others = self.wanted.keys - shown - self.absent.keys()
        keys = [*spread(shown, DOUBTS), *spread(others, DOUBTS)][:DOUBTS] if not self.looked_up else []
        self.reads.foreseen += len(keys)
        await self._look_up(keys)
        if not self.looked_up:
            return listed
        flaw = "it was empty, but an object that it should hold answers a look-up"
        return replace(listed, certificate=replace(listed.certificate, flaw=flaw))

    async def _doubt_if_ours_is_missing(self, listed: Listed) -> Listed:
        """Ask for what is managed by its remote id where a listing lacks it and keys cannot be looked up.

        A listing may lag behind what was made just now, and its passes may agree on the same gap. What answers under
        another key must be listed under that one.
        """
        if self.kind.point_reads:
            return listed
        missing = [key for key in self._unseen if key in self.wanted.remote_ids]
        self.reads.foreseen += len(missing)
        await self._look_up(missing)
        shown = {found.remote_id for found in (*self.listed.values(), *self.keyless)} if self.renamed else set()
        whole = self.looked_up.keys().isdisjoint(missing) and self.renamed <= shown
        if not listed.certificate.complete or whole:
            return listed
        flaw = "it lacks an object that answers a look-up"
        return replace(listed, certificate=replace(listed.certificate, flaw=flaw))

    def _result(self, listed: Listed | None) -> KindReading:
        known = {key: found for key, found in (self.listed | self.looked_up).items() if key not in self.unread}
        named = {found.remote_id for key, found in self.looked_up.items() if self.kind.named_by_id(key)}
        objects = {
            key: found
            for key, found in known.items()
            if key in self.wanted.keys or found.remote_id not in named  # one object, under the name that is asked for
        }
        certificate = listed.certificate if listed else None
        if self.failures and (certificate is None or certificate.complete):
            certificate = self._flawed(certificate)
        return KindReading(objects=objects, absent=self.absent, keyless=self.keyless, certificate=certificate)

    def _flawed(self, certificate: Certificate | None) -> Certificate:
        details = [problem.detail for error in self.failures[:1] for problem in error.problems]
        flaw = f"{len(self.failures)} look-ups failed: {' '.join(details)}"
        if certificate is not None:
            return replace(certificate, flaw=flaw)
        known, wanted = len(self.listed | self.looked_up), len(self.wanted.keys)
        return Certificate(kind=self.kind.name, rows=known, total=wanted, pages=0, flaw=flaw)


def spread(keys: Set[str], most: int) -> list[str]:
    """Choose some of these keys, at even distances in their order."""
    ordered = sorted(keys)
    chosen = range(min(most, len(ordered)))
    return [ordered[place * len(ordered) // len(chosen)] for place in chosen]
