"""The reference model beside the product: whose is what, what may go, and whether what happened was right.

It knows what it is told by whoever moves the pieces (documents, losses, what ended well) and what the chronicle says;
it never asks the product. What is ours is known from two sides, since a run that failed leaves the product free to
have taken an object in or not: `ours` holds every object that the inventory may hold, `sure` those that it must.

| question                          | answered by                                                                     |
|-----------------------------------|---------------------------------------------------------------------------------|
| may this object be deleted?       | it is in `ours` and its block is gone from complete documents, or `removed:`    |
|                                   | names it; and no guard without its override: protection, three at once, nothing |
|                                   | declared any more                                                               |
| may this contact leave a list?    | its customer is ours, and the list that is declared whole does not name it; and |
|                                   | no guard without its override: three at once, a list emptied, an adoption       |
| must this object be deleted?      | it is in `sure` and nobody declares it                                          |
| was this write stale?             | at the last read before it the object was not what it was when the plan ended,  |
|                                   | our own writes since aside                                                      |
| was something created twice?      | it stood when it was created, or two in one list have one external id or e-mail |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.sandbox import LoggedRequest
from reconciler.sandbox.values import decode_object
from tests.properties.chronicle import Content, Customer, Scene
from tests.properties.paper import Block, Paper

AT_ONCE = 3
"""How many may go in one run without a word: the ceiling of organizations with fewer than forty objects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a plan was made from: documents, what was ours, who answered, and which guards were overridden.

    `still` is what is ours when it is applied, where that is later.
    """

    paper: Paper
    organization: int
    home: int
    scene: Scene
    ours: frozenset[str]
    sure: frozenset[str]
    protected: frozenset[str]
    allowed: frozenset[str] = frozenset()
    still: frozenset[str] | None = None

    @property
    def astray(self) -> bool:
        """Say whether another organization answered that must have been seen to be one."""
        return self.organization != self.home and len(self.sure) >= AT_ONCE and len(self.sure) * 2 > len(self.ours)

    def may_go(self, key: str, remote_id: str) -> str:
        """Say why an object must not be deleted; nothing if it may."""
        if key in self.paper.written:
            return "it is declared"
        if self.astray and "organization-changed" not in self.allowed:
            return "another organization answered"
        if key in self.protected and "protected" not in self.allowed:
            return "it is protected"
        named = self.paper.removed.get(key, "")
        owned = self.ours if self.still is None else self.ours & self.still
        if named == remote_id or (named is None and remote_id in owned):
            return ""
        if not self.paper.complete:
            return "the documents were not all read"
        return "" if remote_id in owned else "it is not ours"

    def may_leave(self, block: Block | None, customer: Customer, external_id: str | None, email: str) -> str:
        """Say why a contact must not leave a list; nothing if it may."""
        if block is None or block.people is None:
            return "its list is not declared"
        if block.only_add:
            return "its list is only added to"
        if customer.id not in self.ours and "adopt-removes" not in self.allowed:
            return "its customer is not ours"
        if any(one.key == external_id or (external_id is None and one.email == email) for one in block.people):
            return "it is declared"
        return ""


@dataclass(slots=True)
class Findings:
    """What a run did: counts of effects by name, and what was wrong, in words."""

    effects: Counter[str] = field(default_factory=Counter)
    created: list[str] = field(default_factory=list)
    wrong_deletes: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    stale_writes: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    touched: dict[str, tuple[Scene, Scene]] = field(default_factory=dict)  # before its first write, and after its last

    @property
    def wrong(self) -> list[str]:
        """Everything that must not have happened."""
        return [*self.wrong_deletes, *self.duplicates, *self.stale_writes, *self.strays]


class Judge:
    """One apply, told request by request; it holds every effect against the view that the plan was made from."""

    def __init__(self, view: View, *, contacts_with_customer: bool) -> None:
        self.findings = Findings()
        self._view = view
        self._with_customer = contacts_with_customer
        self._expected: dict[str, Content | None] = {}
        self._fields_stood: dict[str, bool] = {}
        self._people_stood: dict[str, bool] = {}
        self._gone = self._left = 0

    def take(self, request: LoggedRequest, before: Scene, after: Scene, organization: int) -> None:
        """Judge one request, by all that existed before and after it."""
        parts = request.path.strip("/").split("/")
        if parts[0] != "customers":
            return
        if request.method == "GET":
            self._take_read(request, parts, after, organization)
        elif request.effect:
            self._take_write(request, parts, before, after, organization)

    def end(self, after: Scene, organization: int) -> Findings:
        """Hold the counts of the whole run against the guards, and look for anybody who is there twice."""
        view, allowed = self._view, self._view.allowed
        if self._gone > AT_ONCE and "delete-ceiling" not in allowed:
            self.findings.wrong_deletes.append(f"{self._gone} customers went at once")
        if self._left > AT_ONCE and "delete-ceiling" not in allowed:
            self.findings.wrong_deletes.append(f"{self._left} contacts went at once")
        if self._gone > 1 and not view.paper.readable and "desired-empty" not in allowed:
            self.findings.wrong_deletes.append("several went though nothing is declared")
        self.findings.duplicates += twins(after, organization)
        return self.findings

    def _take_read(self, request: LoggedRequest, parts: list[str], scene: Scene, organization: int) -> None:
        told = request.status == 404 or (request.status == 200 and "garbled" not in request.faults)
        arrived = told and request.loss is None
        if not arrived or len(parts) < 2:
            return
        key = _key_of(parts[1], scene, self._view.scene, organization)
        if key is None:
            return
        stood, expected = scene.content(organization, key), self._expect(key)
        if len(parts) == 2:
            self._fields_stood[key] = _same_fields(stood, expected)
            if self._with_customer:
                self._people_stood[key] = _same_people(stood, expected)
        else:
            self._people_stood[key] = _same_people(stood, expected)

    def _take_write(
        self, request: LoggedRequest, parts: list[str], before: Scene, after: Scene, organization: int
    ) -> None:
        key = _written_key(request, parts, before, organization)
        if key is None:
            self.findings.strays.append(f"{request.method} {request.path}: it has no external id")
            return
        self._check_scope(request, key)
        lists = len(parts) > 2 or request.method == "DELETE" or '"contacts"' in request.body
        expected = self._expect(key)
        stood = self._fields_stood.get(key) is True and (not lists or expected is None or self._people_stood.get(key))
        if not stood:
            what = f"{request.method} {request.path} of {key}: it was not what the plan saw"
            missing = expected is None and request.method == "POST" and len(parts) == 1
            (self.findings.duplicates if missing else self.findings.stale_writes).append(what)
        self._check_gone(request, parts, key, before, after, organization)
        self.findings.touched[key] = (self.findings.touched.get(key, (before, before))[0], after.copied())
        self._expected[key] = after.content(organization, key)

    def _check_scope(self, request: LoggedRequest, key: str) -> None:
        view = self._view
        if view.astray and "organization-changed" not in view.allowed:
            self.findings.strays.append(f"{request.method} {request.path}: at another organization")
        if request.method != "DELETE" and key not in view.paper.readable:
            self.findings.strays.append(f"{request.method} {request.path} of {key}: nobody declares it")

    def _check_gone(
        self, request: LoggedRequest, parts: list[str], key: str, before: Scene, after: Scene, organization: int
    ) -> None:
        stood, stands = before.by_key(organization, key), after.by_key(organization, key)
        self.findings.effects[_effect(request, parts, stood)] += 1
        if stands is not None and (stood is None or stands.id != stood.id):
            self.findings.created.append(stands.id)
        if stood is None or (stands is not None and stands.id != stood.id):
            return
        if request.method == "DELETE" and len(parts) == 2:
            self._gone += 1
            why = self._view.may_go(key, stood.id)
            if why:
                self.findings.wrong_deletes.append(f"{key}: {why}")
            return
        remaining = {one.id for one in after.people(organization, stood)}
        self._check_left(key, stood, before, organization, remaining)

    def _check_left(self, key: str, customer: Customer, before: Scene, organization: int, remaining: set[str]) -> None:
        people = before.people(organization, customer)
        block = self._view.paper.readable.get(key)
        for one in people:
            if one.id in remaining:
                continue
            self._left += customer.id in self._view.sure  # who goes with an adoption is allowed one by one
            self.findings.effects["contacts removed"] += 1
            why = self._view.may_leave(block, customer, one.external_id, one.email)
            if why:
                self.findings.wrong_deletes.append(f"{key}/{one.external_id or one.email}: {why}")
        if people and not remaining and "list-emptied" not in self._view.allowed:
            self.findings.wrong_deletes.append(f"{key}: its list was emptied")

    def _expect(self, key: str) -> Content | None:
        if key not in self._expected:
            self._expected[key] = self._view.scene.content(self._view.organization, key)
        return self._expected[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is ours, from both sides, by remote id; and which keys are protected."""

    ours: frozenset[str] = frozenset()
    sure: frozenset[str] = frozenset()
    protected: frozenset[str] = frozenset()

    def applied(self, taken: frozenset[str], *, whole: bool, protections: Mapping[str, bool]) -> Ledger:
        """Take note of an apply: `taken` are objects that it judged; `whole` says that nothing was in its way."""
        kept = {key for key in self.protected if protections.get(key, True)}
        added = {key for key, protected in protections.items() if protected and whole}
        return replace(
            self,
            ours=self.ours | taken,
            sure=self.sure | taken if whole else self.sure,
            protected=frozenset(kept | added),
        )

    def rebuilt(self, taken: frozenset[str], guarded: frozenset[str]) -> Ledger:
        """Take note that the inventory was made anew, of these and of what may have been kept for its protection."""
        return Ledger(ours=taken | (self.ours & guarded), protected=self.protected)

    def without(self, gone: frozenset[str]) -> Ledger:
        """Take note of objects that the inventory holds no more: they say nothing of who answers."""
        return replace(self, sure=self.sure - gone)

    def unsure(self) -> Ledger:
        """Take note that entries may have been written over, as at another organization."""
        return replace(self, sure=frozenset())


def twins(scene: Scene, organization: int) -> list[str]:
    """Name whoever is there twice: customers by external id, contacts of one customer by external id or e-mail."""
    customers = list(scene.of(organization))
    found = [f"{key} is there twice" for key in _repeated(one.external_id for one in customers)]
    for customer in customers:
        people = scene.people(organization, customer)
        names = [*_repeated(one.external_id for one in people), *_repeated(one.email for one in people)]
        found += [f"{customer.external_id}/{name} is there twice" for name in names]
    return found


def _repeated(names: Iterator[str | None]) -> list[str]:
    return [name for name, count in Counter(names).items() if name is not None and count > 1]


def _same_fields(stood: Content | None, expected: Content | None) -> bool:
    if stood is None or expected is None:
        return stood is expected
    return (stood.id, stood.fields) == (expected.id, expected.fields)


def _same_people(stood: Content | None, expected: Content | None) -> bool:
    if stood is None or expected is None:
        return stood is expected
    return (stood.id, stood.people) == (expected.id, expected.people)


def _key_of(name: str, scene: Scene, earlier: Scene, organization: int) -> str | None:
    if name.startswith("external:"):
        return name.removeprefix("external:")
    found = scene.by_id(organization, name) or earlier.by_id(organization, name)
    return found.external_id if found else None


def _written_key(request: LoggedRequest, parts: list[str], before: Scene, organization: int) -> str | None:
    if len(parts) > 1:
        return _key_of(parts[1], before, before, organization)
    key = decode_object(request.body).get("externalId")
    return key if isinstance(key, str) else None


def _effect(request: LoggedRequest, parts: list[str], stood: Customer | None) -> str:
    if len(parts) > 2:
        return {"POST": "contacts added", "PUT": "contacts changed"}.get(request.method, "contacts deleted")
    if request.method == "DELETE":
        return "customers deleted"
    if request.method == "POST":
        return "customers created" if stood is None else "lists replaced"
    return "customers updated"
