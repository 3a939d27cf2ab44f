"""The two states, and the evidence that goes with them.

"Could not" is a type here: a key that was not found is `Absent` with its evidence, or `Unread` with the reason why
nothing can be said. Nobody may take the second for the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reconciler.errors import Problem
from reconciler.model.resource import Declared, Fields, Observed, Removal, Source, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredCertificate:
    """The evidence that all documents were read: how many files were loaded, or what is missing from the evidence.

    With a flaw nothing counts as no longer declared. `flaw` is a problem with its place. `ignored` are the files and
    folders that stand there and that `ignore:` leaves out: what one of them declared does not count as such either.
    """

    files: int
    flaw: Problem | None = None
    ignored: frozenset[str] = frozenset()

    @property
    def complete(self) -> bool:
        """Say whether a missing declaration may be taken for a removal."""
        return self.flaw is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A `moved:` entry: what the inventory holds under one address is from now on another's.

    `organization` is the former one, where it was the organization that was renamed.
    """

    kind: str
    before: str
    after: str
    source: Source
    organization: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Leave for one guard to let something through, for a kind or an address, up to a count.

    It comes from a reviewed `allow:` line (then `source` and `until` say where and how long, and `id` is a digest of
    the line, by which it is consumed once) or from a flag of this run (then `source` is None and `id` empty).
    """

    guard: str
    target: str
    count: int | None = None
    reason: str = ""
    until: date | None = None
    source: Source | None = None
    id: str = ""

    def __str__(self) -> str:
        limit = "" if self.count is None else f"={self.count}"
        return f"{self.guard} {self.target}{limit}"

    @property
    def told(self) -> str:
        """Say what it lets through, and of a reviewed line why and how long."""
        return f"{self} ({self.reason}; until {self.until})" if self.id else str(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredState:
    """All that the documents of one organization declare, sorted by kind and key.

    Without a `certificate` nothing is known of what the documents may lack, and nothing can be pruned. One that is
    `partial` speaks of what it names alone: nothing else is wanted, or goes, or is forgotten.
    """

    organization: str
    declared: tuple[Declared, ...]
    removals: tuple[Removal, ...] = ()
    moves: tuple[Move, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    certificate: DesiredCertificate | None = None
    warnings: tuple[Problem, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The evidence that a listing saw everything: distinct rows against the vendor's own total, after `scans` passes.

    `flaw` says what is missing from the evidence; a certificate with a flaw proves nothing about absence.
    """

    kind: str
    rows: int
    total: int
    pages: int
    scans: int = 1
    flaw: str | None = None

    @property
    def complete(self) -> bool:
        """Say whether absence may be concluded from this listing."""
        return self.flaw is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """Proven not to exist: by a complete listing, or by a point look-up that answered 404."""

    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Could not be read, so nothing is known."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that documents may name but not declare, such as a dunning plan: its id and the names it goes by.

    `fields` are further facts about it that a provider's functions want.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """What exists at one organization, as far as it was read.

    `objects` and `absent` go from kind to key; `keyless` are objects without an external id, by kind. `catalogues`
    hold what documents may name. `reads_foreseen` and `reads_made` count requests.
    """

    organization: str
    objects: Mapping[str, Mapping[str, Observed]] = field(default_factory=dict)
    absent: Mapping[str, Mapping[str, Absent]] = field(default_factory=dict)
    keyless: Mapping[str, tuple[Observed, ...]] = field(default_factory=dict)
    catalogues: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    certificates: tuple[Certificate, ...] = ()
    reads_foreseen: int = 0
    reads_made: int = 0

    def find(self, kind: str, key: str) -> Observed | Absent | Unread:
        """Say what is known of a key: the object, its proven absence, or why neither can be said."""
        found = self.objects.get(kind, {}).get(key)
        if found is not None:
            return found
        absent = self.absent.get(kind, {}).get(key)
        if absent is not None:
            return absent
        for certificate in self.certificates:
            if certificate.kind == kind:
                if certificate.complete:
                    return Absent(evidence=f"not among the {certificate.rows} that a complete listing gave")
                return Unread(reason=certificate.flaw or "")
        return Unread(reason="it was not looked up")

    @property
    def complete(self) -> bool:
        """Say whether every listing that was made carries its certificate."""
        return all(certificate.complete for certificate in self.certificates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a provider's pure functions may look at beside the one resource: names the vendor knows, values seen live.

    `seen` goes from a field's path (`contacts.position`) to the values met on any object read. `listed` says whether
    every object was read, so that "not seen" means more than "not looked at". `declared` are the organization's other
    declared resources by kind and key. `settings` are the organization's own for this vendor. `objects` are the live
    ones of the kind at hand, by key.
    """

    catalogues: Mapping[str, tuple[Entry, ...]]
    seen: Mapping[str, frozenset[str]]
    listed: bool
    declared: Mapping[str, Mapping[str, Declared]]
    settings: Mapping[str, Value]
    objects: Mapping[str, Observed] = field(default_factory=dict)
