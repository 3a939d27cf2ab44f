"""A vendor in memory, with failures on demand, and short ways to write plans for it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace

from reconciler.apply.execute import execute
from reconciler.errors import (
    LiveStateUnreadable,
    OutcomeUnknown,
    Problem,
    ProviderRejected,
    ProviderUnavailable,
)
from reconciler.live.provider import NotProcessed, OtherObjectHit, Page, Remaining, Unreachable, Write
from reconciler.model.address import Address
from reconciler.model.change import Action, Change, FieldChange, MemberAction, MemberChange
from reconciler.model.event import Answered, Event
from reconciler.model.plan import Plan
from reconciler.model.resource import Fields, Observed, Value
from reconciler.model.state import Entry
from reconciler.model.vendor import Vendor
from reconciler.plan.check import precondition
from tests.values import CLUB, VENDOR

REFUSAL = Problem(code="vendor-refused", summary="the vendor refused a request")


def throttled(after: float = 0.0) -> NotProcessed:
    """Give what a 429 comes to."""
    error = NotProcessed(REFUSAL, throttled=True, after=after)
    error.status = 429
    return error


class Clubs:
    """Clubs in memory. A POST always makes one more object, as a careless vendor would, so that doubles are seen.

    `faults` hold, by key, what happens to each write in turn: `rejected`, `unavailable`, `throttled`,
    `throttled-7` (the vendor asks for 7 seconds), `unconnected`, `lost-before`, `lost-after`,
    `late` (lost, taking effect three seconds on), `other` (it hits another object), `crash`, or `` for nothing.
    `unreadable` holds the numbers (from 1) of the reads of a key that fail, and with `gone` no read meets anybody.
    `rewrites` are fields that the vendor sets to its own value after every write. `behind` says how many reads of a
    club still show it as it was before a write; `created_once` that a POST may not be sent twice and that guests follow
    when the club is there.
    """

    def __init__(self, *objects: Observed, rewrites: Fields | None = None, lists_apart: bool = False) -> None:
        self.objects = {str(one.key): one for one in objects}
        self.rewrites = dict(rewrites or {})
        self.lists_apart = lists_apart
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.unreadable: dict[str, set[int]] = defaultdict(set)
        self.gone = False
        self.reads: Counter[str] = Counter()
        self.list_reads: Counter[str] = Counter()
        self.created: Counter[str] = Counter()
        self.sent: list[Write] = []
        self.busy: Counter[str] = Counter()
        self.most_busy = 0
        self.on_send: Callable[[Write], None] = lambda _write: None
        self.behind = 0
        self.created_once = False
        self._former: dict[str, tuple[int, Observed | None]] = {}

    vendor: Vendor = VENDOR
    requests_made: int = 0
    requests_per_minute: int = 600

    async def page(self, kind: str, cursor: str | None) -> Page:
        """Not asked of this vendor."""
        raise NotImplementedError(kind, cursor)

    async def catalogue(self, name: str) -> tuple[Entry, ...]:
        """Not asked of this vendor."""
        raise NotImplementedError(name)

    async def aclose(self) -> None:
        """Have nothing to let go."""

    async def get(self, kind: str, key: str, remote_id: str | None = None) -> Observed | None:
        """Read one club."""
        assert kind == "club"
        del remote_id
        self.reads[key] += 1
        await asyncio.sleep(0.1)
        if self.gone:
            raise Unreachable(Problem(code="vendor-unreadable", summary="could not be read"))
        if self.reads[key] in self.unreadable[key]:
            raise LiveStateUnreadable(Problem(code="read-failed", summary="a read failed"))
        found = self._shown(key)
        return replace(found, members=None) if found and self.lists_apart else found

    def _shown(self, key: str) -> Observed | None:
        reads, former = self._former.pop(key, (0, None))
        if reads > 1:
            self._former[key] = (reads - 1, former)
        return former if reads else self.objects.get(key)

    async def with_members(self, found: Observed) -> Observed:
        """Read the guests of a club."""
        self.list_reads[str(found.key)] += 1
        return self.objects[str(found.key)]

    def remaining(self, change: Change, fresh: Observed | None) -> Remaining:
        """Create in one write, update field by field, then the guests as a whole list."""
        key = change.address.key
        if change.action is Action.DELETE:
            return Remaining(writes=() if fresh is None else (_write("DELETE", key, None),))
        writes: list[Write] = []
        fields = {row.path[0]: row.after for row in change.fields}
        if fresh is None:
            if change.action is not Action.CREATE:
                return Remaining(conflict="It is gone.")
            writes.append(replace(_write("POST", key, fields), repeatable=not self.created_once))
            if self.created_once:
                return Remaining(writes=tuple(writes), continues=bool(change.members))
        else:
            writes += [
                _write("PUT", key, {name: value}) for name, value in fields.items() if fresh.fields.get(name) != value
            ]
        live = list((fresh.members or {}).get("guests", ())) if fresh else []
        guests = _wanted_guests(change, live)
        if change.members and guests != live:
            writes.append(_write("LIST", key, guests))
        return Remaining(writes=tuple(writes))

    async def send(self, write: Write) -> str | None:
        """Take a second over each write, and fail as told."""
        self.sent.append(write)
        self.busy[write.path] += 1
        self.most_busy = max(self.most_busy, self.busy.total())
        assert self.busy[write.path] == 1, "two writes of one object at once"
        self.on_send(write)
        try:
            await asyncio.sleep(1)
            self._answer(write)
        finally:
            del self.busy[write.path]
        return None

    def _answer(self, write: Write) -> None:
        faults = self.faults[write.path]
        match faults.pop(0) if faults else "":
            case "rejected":
                raise ProviderRejected(REFUSAL)
            case "unavailable":
                raise ProviderUnavailable(REFUSAL)
            case "throttled":
                raise throttled()
            case "throttled-7":
                raise throttled(after=7)
            case "unconnected":
                raise NotProcessed(REFUSAL)
            case "crash":
                raise ZeroDivisionError
            case "internal-error":
                raise OutcomeUnknown(replace(REFUSAL, detail="The club was asked for a write: 500."))
            case "lost-before":
                raise OutcomeUnknown(REFUSAL)
            case "lost-after":
                self._take_effect(write)
                raise OutcomeUnknown(REFUSAL)
            case "other":
                self._take_effect(write)
                raise OtherObjectHit(REFUSAL)
            case "late":
                asyncio.get_running_loop().call_later(3, self._take_effect, write)
                raise OutcomeUnknown(REFUSAL)
        self._take_effect(write)

    def _take_effect(self, write: Write) -> None:
        key, body = write.path, write.body
        if self.behind:
            self._former[key] = (self.behind, self._former.get(key, (0, self.objects.get(key)))[1])
        if write.method == "DELETE":
            self.objects.pop(key, None)
        elif write.method == "POST":
            assert isinstance(body, dict)
            self.created[key] += 1
            self.objects[key] = Observed(
                kind="club", key=key, remote_id=f"r-{key}", fields={**body, **self.rewrites}, members={"guests": []}
            )
        elif write.method == "PUT":
            assert isinstance(body, dict)
            self.edit(key, **{**body, **self.rewrites})
        else:
            assert isinstance(body, list)
            self.objects[key] = replace(self.objects[key], members={"guests": body})

    def edit(self, key: str, **fields: Value) -> None:
        """Play the person who edits in the vendor's web app."""
        found = self.objects[key]
        self.objects[key] = replace(found, fields={**found.fields, **fields})

    @property
    def methods(self) -> list[str]:
        """What was sent, by method."""
        return [write.method for write in self.sent]


def _write(method: str, key: str, body: Value) -> Write:
    return Write(method=method, path=key, body=body, summary=f"{method} {key}")


def _wanted_guests(change: Change, live: Sequence[Fields]) -> list[Fields]:
    rows = {row.get("id"): row for row in live} | {row.get("externalId"): row for row in live}
    wanted: list[Fields] = []
    for member in change.members:
        if member.action is not MemberAction.REMOVE:
            key = member.address.key
            row = rows.get(member.remote_id) or rows.get(key) or {"id": f"g-{key}", "externalId": key}
            wanted.append({**row, **{part.path[0]: part.after for part in member.fields}})
    return wanted


def address(key: str, organization: str = "acme") -> Address:
    """Name a club."""
    return Address(organization=organization, kind="club", key=key)


def create(key: str, *after: Address, organization: str = "acme", **fields: Value) -> Change:
    """Plan to create a club that was found absent."""
    return Change(
        address=address(key, organization),
        action=Action.CREATE,
        remote_id=None,
        precondition=precondition(None, CLUB),
        fields=tuple(FieldChange(path=(name,), before=None, after=value) for name, value in fields.items()),
        depends_on=after,
    )


def update(found: Observed, *after: Address, guests: tuple[MemberChange, ...] = (), **fields: Value) -> Change:
    """Plan to change fields of a club, and its guests where given."""
    return Change(
        address=address(str(found.key)),
        action=Action.REPLACE if guests else Action.UPDATE,
        remote_id=found.remote_id,
        precondition=precondition(found, CLUB, ["guests"] if guests else []),
        fields=tuple(
            FieldChange(path=(name,), before=found.fields.get(name), after=value) for name, value in fields.items()
        ),
        members=guests,
        depends_on=after,
    )


def delete(found: Observed, *after: Address) -> Change:
    """Plan to delete a club."""
    return Change(
        address=address(str(found.key)),
        action=Action.DELETE,
        remote_id=found.remote_id,
        precondition=precondition(found, CLUB, facts=True),
        depends_on=after,
    )


def member(club: str, key: str, action: MemberAction, remote_id: str | None = None, **fields: Value) -> MemberChange:
    """Say what happens to a guest."""
    return MemberChange(
        address=address(club).member("guest", key),
        section="guests",
        action=action,
        remote_id=remote_id,
        fields=tuple(FieldChange(path=(name,), before=None, after=value) for name, value in fields.items()),
    )


def plan(*changes: Change) -> Plan:
    """Plan these changes, in this order."""
    organizations = {change.address.organization for change in changes}
    return Plan(scope=tuple(sorted(organizations)), shares=(), changes=changes)


def carry(
    changes: Plan, *providers: Clubs, in_flight: int = 5, stop: asyncio.Event | None = None
) -> AsyncGenerator[Event, None]:
    """Execute against one vendor, or one for every organization of the plan's scope in turn."""
    named: Mapping[str, Clubs] = dict(zip(changes.scope, providers, strict=True))
    return execute(changes, named, dict.fromkeys(named, in_flight), stop=stop)


async def collect(events: AsyncIterator[Event]) -> list[Event]:
    """Take every event but the single answers."""
    return [event for event in await collect_all(events) if not isinstance(event, Answered)]


async def collect_all(events: AsyncIterator[Event]) -> list[Event]:
    """Take every event."""
    return [event async for event in events]
