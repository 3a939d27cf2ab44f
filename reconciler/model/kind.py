"""What the core knows of a vendor: rows of data, and where data will not do, pure functions on the row.

The core itself knows neither customer nor account: it walks these tables. A provider writes them in its `kinds`
module; the functions they carry are pure and may be called while planning (calling them is no provider call).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.model.resource import Declared, Fields, Members, Observed, Value

if TYPE_CHECKING:
    from reconciler.model.change import Change
    from reconciler.model.state import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One writable field of a kind, in its normal shape.

    `required`: needed to create one. `immutable`: the vendor has no route to change it once the object exists.
    `personal`: masked in reports. `clearable`: the vendor has a known way to make it nothing again.
    `reference`: its value is the key of a resource of that kind. `catalogue`: its value is an id out of that
    catalogue, shown by its name, which is masked where it `names_person`. `depth`: how many levels of mapping below it
    are compared key by key, only the declared keys; 0 compares the value whole. `keys_reference`: its value is a
    mapping whose keys are keys of resources of that kind.
    """

    name: str
    required: bool = False
    immutable: bool = False
    personal: bool = False
    clearable: bool = True
    reference: str | None = None
    keys_reference: str | None = None
    catalogue: str | None = None
    names_person: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberKind:
    """A list of people that belongs to a resource and is written with it, such as the contacts of a customer.

    A member is known by `identity` (an external id; empty where the vendor has none), without one by `key` (a document
    field that is never sent), without either by a digest of `natural`. `second` is a field, such as a full name, by
    which somebody may be told who lacks `natural`, there or in the document. `exclusive` names a flag that at most one
    member of the list may carry. `options` are further document fields that are never compared and never sent; they
    steer the provider's own functions. `places` are those options that say where in the document somebody is written
    who is not under `section`: the option, and the key of that other list; the option's value is the place there.
    """

    name: str
    section: str
    fields: tuple[Field, ...]
    natural: str
    second: str = ""
    identity: str = ""
    remote: str = "id"
    key: str = "key"
    exclusive: str | None = None
    options: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()

    def field(self, name: str) -> Field | None:
        """Look a field up by its name."""
        return next((row for row in self.fields if row.name == name), None)

    def place(self, member: Fields, index: int) -> tuple[str | int, ...]:
        """Lead to a declared member inside its item; `index` is the place in the list that is compared."""
        for option, section in self.places:
            if option in member:
                return section, int(str(member[option]))
        return self.section, index


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something wrong inside one declared item, before its place in the file is known.

    `path` leads from the item to the value (`("contacts", 0, "email")`); `on_key` says that the key itself is wrong.
    The texts are those of `errors.Problem`.
    """

    path: tuple[str | int, ...]
    code: str
    summary: str
    detail: str = ""
    why: str = ""
    remedy: str = ""
    on_key: bool = False
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What `Kind.read` made of one item of a document: the parts of a `Declared`, and the flaws it has.

    `key` is None only where a flaw says why. Beside flaws stands what can be judged all the same, nothing else.
    `members_only` says that the object is somebody else's, and its member lists alone are declared.
    """

    key: str | None
    fields: Fields = field(default_factory=dict)
    members: Members = field(default_factory=dict)
    options: Fields = field(default_factory=dict)
    only_add: frozenset[str] = frozenset()
    protected: bool | None = None
    members_only: bool = False
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A declared resource with the names in it replaced by what the vendor knows them as, or the flaws met."""

    declared: Declared
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a provider's own rule says about one change: blocked, with code and reason, or only unknown (`?`).

    `path` leads to the value inside the declared item, where there is one. One that stands `alone` says that the change
    can never be, so that nothing else that speaks against it is worth a word.
    """

    code: str
    summary: str
    detail: str
    remedy: str = ""
    path: tuple[str | int, ...] = ()
    blocks: bool = True
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCost:
    """How many requests one change of a kind takes, by action value (`create` …); left out: two reads, one write."""

    reads: Mapping[str, int]
    writes: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """A part of a live object that documents cannot say, and why; `path` leads to it inside the item."""

    path: tuple[str | int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A live object as a document spells it, and what of it no document can say."""

    item: Fields
    omissions: tuple[Omission, ...] = ()


def _as_observed(found: Observed, _surroundings: Surroundings) -> Spelling:
    return Spelling(item={**found.fields, **(found.members or {})})


def _nothing_needed(_declared: Iterable[Declared]) -> frozenset[str]:
    return frozenset()


def _as_declared(declared: Declared, _surroundings: Surroundings) -> Resolution:
    return Resolution(declared=declared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """By what one resource may turn out to be the same as another one, whatever their identities.

    Two are alike that share one of their `marks`; and two of one `name` ("" is none), unless something is `known` of
    both by which they can be told apart, and did not give them a mark in common.
    """

    marks: frozenset[str] = frozenset()
    name: str = ""
    known: frozenset[str] = frozenset()

    def fits(self, other: Likeness) -> bool:
        """Say whether the two are alike."""
        namesakes = bool(self.name) and self.name == other.name
        return not self.marks.isdisjoint(other.marks) or (namesakes and self.known.isdisjoint(other.known))


def _no_twins(_fields: Fields, _members: Members | None) -> Likeness:
    return Likeness()


def _no_note(change: Change, _surroundings: Surroundings) -> Change:
    return change


def _no_verdict(_change: Change, _surroundings: Surroundings) -> tuple[Verdict, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One sort of resource at one vendor.

    `rank` orders writes between kinds (lower first; deletes run the other way). `point_reads` says whether one can be
    looked up by itself. `guards` names the facts that belong to a delete's precondition. `mutable` is False where the
    vendor has no route that changes one. `destroys` says that deleting one takes other objects with it. `dump` spells a
    live object as documents do, its identity left out, for `read` and `resolve` to bring back. `twins` says by
    what two of them are most likely one and the same, whatever their external ids. `annotate` notes at members what
    the vendor will do with them; `warn` what is to be said of an object beside what changes. `spell_key` spells a key
    as documents do, where it is not one text under `identity`. `lists_together` says that what one member list holds
    matters to writing another, so that a change of one relies on all. `named_by_id` says of a key that it is a remote
    id, so that the object is looked up by itself, and a listing may show it under another key. `reads_lag` says that a
    read may still show an object as it was before a write. `uncounted` names what goes with a deletion and cannot be
    counted. `list_reads` says, under an organization's settings, how many requests the member lists of one object take
    where they never come with it; None where they may come with it, or take one. `requests` counts how many a change
    takes to read and to write, where the table `cost` will not do; listings that prove absence before it are beside it.
    """

    name: str
    section: str
    title: str
    identity: str
    fields: tuple[Field, ...]
    read: Callable[[Mapping[str, Value], Mapping[str, Value]], Reading]
    schema: Callable[[], Mapping[str, Value]]
    members: tuple[MemberKind, ...] = ()
    rank: int = 0
    point_reads: bool = True
    mutable: bool = True
    destroys: bool = False
    guards: tuple[str, ...] = ()
    twins: Callable[[Fields, Members | None], Likeness] = _no_twins
    needs: Callable[[Iterable[Declared]], frozenset[str]] = _nothing_needed
    resolve: Callable[[Declared, Surroundings], Resolution] = _as_declared
    judge: Callable[[Change, Surroundings], tuple[Verdict, ...]] = _no_verdict
    annotate: Callable[[Change, Surroundings], Change] = _no_note
    warn: Callable[[Declared, Observed], tuple[Flaw, ...]] | None = None
    spell_key: Callable[[str], Fields] | None = None
    lists_together: bool = False
    named_by_id: Callable[[str], bool] = lambda _key: False
    reads_lag: bool = False
    uncounted: tuple[str, ...] = ()
    list_reads: Callable[[Mapping[str, Value]], int] | None = None
    requests: Callable[[Change, Mapping[str, Value]], tuple[int, int]] | None = None
    dump: Callable[[Observed, Surroundings], Spelling] = _as_observed
    seen: Callable[[Iterable[Observed]], Mapping[str, frozenset[str]]] = lambda _objects: {}
    cost: WriteCost = field(default_factory=lambda: WriteCost(reads={}, writes={}))

    def field(self, name: str) -> Field | None:
        """Look a field up by its name."""
        return next((row for row in self.fields if row.name == name), None)

    def member(self, section: str) -> MemberKind:
        """Look a member kind up by its section; asking for one that the kind lacks is a bug."""
        return next(row for row in self.members if row.section == section)
