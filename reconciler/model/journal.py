"""What a run wrote down about itself: its lines as they stand in its journal, and what they add up to.

A journal is append-only and goes by lines (`Opening`, `Wrote`, `Answer`, `Ended`, `Closed`, `Settled`). `Entry` is what
the lines of one change say together, `Run` what they all say. Addresses and actions stand in lines as text, because a
journal outlives the documents and tables that it was made from.

A write is *open* while nobody knows what became of it: it went out, no answer came or the answer was lost, and the
change has no ending that tells. A later run finds out, and appends a `Settled`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.address import Address, parse_address
from reconciler.model.change import Action
from reconciler.model.event import WITHOUT_EFFECT, Reply
from reconciler.model.organization import Organization
from reconciler.model.resource import Observed

FORMAT_VERSION = 1
FORMAT = "reconciler-journal"

DONE, FAILED, STALE, SKIPPED, UNKNOWN = OUTCOMES = ("done", "failed", "stale", "skipped", "unknown")
"""How a change can end; of one without an ending it is not known how it ended, or it ended by a kill."""
NOT_TRIED = "not-tried"
"""How a change stands whose every write is known to have had no effect, and which has no ending."""

OPEN = frozenset({None, Reply.LOST})
"""What is known of a try that may have taken effect and may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One organization that a run was at, and where it answered."""

    organization: str
    provider: str
    endpoint: str


def site_of(organization: Organization) -> Site:
    """Give an organization as journals name it."""
    endpoint = organization.base_url or organization.endpoint
    return Site(organization=organization.name, provider=organization.vendor.name, endpoint=endpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The first line: who ran what, from which documents, to carry out which plan.

    `commit` is that of the documents, empty where there is none; `dirty` says that they differed from it. `undoes` is
    the run whose undoing this is. `masked` says that personal values stand as keyed digests. `serial` grows with every
    journal of a folder; 0 is that of an earlier version, which gave none.
    """

    at: str
    run: str
    who: str
    host: str
    command: str
    digest: str
    sites: tuple[Site, ...]
    commit: str = ""
    dirty: bool = False
    undoes: str = ""
    masked: bool = False
    serial: int = 0
    format: str = FORMAT
    format_version: int = FORMAT_VERSION

    def was_at(self, organization: Organization) -> bool:
        """Say whether the run was at an organization, and that still answers where it did then."""
        return site_of(organization) in self.sites


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """A write that is about to go out; `n` counts the tries of the run.

    The `first` of a change says what stood `before` it, None where nothing did, and names the paths that the change
    `sets`, with the people of lists by section and key; a journal of an earlier version names none.
    """

    at: str
    n: int
    address: str
    action: str
    step: int
    steps: int
    attempt: int
    summary: str
    request: str
    first: bool = False
    before: Observed | None = None
    sets: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of the try `n`: `status` where it is known, `made` the id that a create was answered with."""

    at: str
    n: int
    reply: Reply
    status: int | None = None
    made: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a change ended.

    `problem` is a code. `remote_id` is what a create was answered with where it ended without being seen. `after` is
    the object as read back, where it was. `former` is the address that a move took the
    inventory's knowledge from. `adopts` says that the object was there and was not ours.
    """

    at: str
    address: str
    action: str
    outcome: str
    remote_id: str | None = None
    problem: str = ""
    written: bool = False
    overridden: tuple[tuple[str, ...], ...] = ()
    after: Observed | None = None
    former: str = ""
    adopts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The last line of a run that came to its end: its exit code, its sums, how many writes it leaves open."""

    at: str
    code: int
    sums: Mapping[str, int]
    open: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the run `by` found out of a change that this one left open; `left` are still open after it.

    `took_effect` is None where nobody can tell any more, `because` of this.
    """

    at: str
    address: str
    action: str
    took_effect: bool | None
    by: str
    left: int
    because: str = ""

    @property
    def told(self) -> str:
        """What was found out, in words."""
        if self.took_effect is None:
            return f"cannot be told any more: {self.because}"
        return "took effect" if self.took_effect else "did not take effect"


Line = Opening | Wrote | Answer | Ended | Closed | Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One write and its answer, None where none was written down."""

    wrote: Wrote
    answer: Answer | None = None

    @property
    def void(self) -> bool:
        """Say whether it had no effect for certain."""
        return self.answer is not None and self.answer.reply in WITHOUT_EFFECT

    @property
    def open(self) -> bool:
        """Say whether it may have taken effect and may not."""
        return (self.answer.reply if self.answer is not None else None) in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change of a run.

    `begun` says that a write was announced for it; only then `before` is what stood before it, None for nothing.
    """

    address: str
    action: Action
    tries: tuple[Try, ...] = ()
    ended: Ended | None = None
    settled: Settled | None = None

    @property
    def place(self) -> Address | None:
        """The address, taken apart."""
        return parse_address(self.address)

    @property
    def begun(self) -> bool:
        """Say whether any write was about to go out."""
        return bool(self.tries)

    @property
    def before(self) -> Observed | None:
        """The object as it stood before the first write."""
        return self.tries[0].wrote.before if self.tries else None

    @property
    def sets(self) -> tuple[tuple[str, ...], ...]:
        """The paths that the change set out to set; none where an earlier version wrote the journal."""
        return self.tries[0].wrote.sets if self.tries else ()

    @property
    def after(self) -> Observed | None:
        """The object as read back once the change stood."""
        return self.ended.after if self.ended is not None else None

    @property
    def outcome(self) -> str:
        """How it ended; without an ending it is unknown, unless of no write of it there is any doubt."""
        if self.ended is not None:
            return self.ended.outcome
        return NOT_TRIED if self.tries and all(one.void for one in self.tries) else UNKNOWN

    @property
    def took_effect(self) -> bool:
        """Say whether any of its writes is known to have taken effect, by answer or by what was found out later."""
        if self.settled is not None and self.settled.took_effect:
            return True
        return any(one.answer is not None and one.answer.reply is Reply.ACCEPTED for one in self.tries)

    @property
    def open(self) -> bool:
        """Say whether nobody knows yet what became of one of its writes."""
        if self.settled is not None or (self.ended is not None and self.ended.outcome != UNKNOWN):
            return False
        return any(one.open for one in self.tries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A whole journal. Without `closed` the run was killed, or still runs; whoever holds the lock tells."""

    opening: Opening
    entries: tuple[Entry, ...] = ()
    closed: Closed | None = None
    settled: tuple[Settled, ...] = field(default=())

    @property
    def id(self) -> str:
        """The run's id."""
        return self.opening.run

    @property
    def open(self) -> tuple[Entry, ...]:
        """The changes of which nobody knows yet what became of a write."""
        return tuple(entry for entry in self.entries if entry.open)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPolicy:
    """How many runs are kept, and whether personal values are kept out."""

    keep: int = 50
    masked: bool = False
