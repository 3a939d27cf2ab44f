"""Inventories, holders and a clock for the tests of both stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from reconciler.model.inventory import Holder, Intent, Inventory, Managed
from reconciler.model.resource import Value
from reconciler.store.lock import LeaseTerms

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBER = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUE: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
MANAGED = st.builds(
    Managed,
    kind=st.text("abc", min_size=1, max_size=3),
    key=TEXT,
    remote_id=TEXT,
    document=TEXT,
    applied_at=TEXT,
    run=TEXT,
    protected=st.booleans(),
    last_applied=st.dictionaries(TEXT, VALUE, max_size=3),
    members=st.dictionaries(TEXT, st.dictionaries(TEXT, TEXT, max_size=2), max_size=2),
)
INVENTORY = st.builds(
    Inventory,
    organization=st.just("acme"),
    provider=TEXT,
    endpoint=TEXT,
    digest_key_id=TEXT,
    serial=st.integers(0, 10**12),
    managed=st.lists(MANAGED, max_size=4).map(lambda entries: {entry.name: entry for entry in entries}),
    intents=st.lists(
        st.builds(Intent, kind=TEXT, key=TEXT, action=TEXT, remote_id=st.none() | TEXT, run=TEXT), max_size=2
    ).map(tuple),
    sizes=st.dictionaries(TEXT, st.integers(0, 10**6), max_size=2),
    spent=st.lists(TEXT, max_size=2).map(tuple),
)


class Clock:
    """A clock that moves only when somebody sleeps or says so."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Give the time."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let the time pass, and remember it."""
        self.slept.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let the time pass."""
        self.time += timedelta(seconds=seconds)

    @property
    def terms(self) -> LeaseTerms:
        """The usual terms by this clock."""
        return LeaseTerms(now=self.now, sleep=self.sleep)


def managed(key: str) -> Managed:
    """Give an entry."""
    return Managed(
        kind="club",
        key=key,
        remote_id=f"r-{key}",
        document="clubs.yaml",
        applied_at="2026-03-01T12:00:00Z",
        run="run-1",
    )


def inventory(*keys: str, serial: int = 0, organization: str = "acme") -> Inventory:
    """Give an inventory of clubs."""
    entries = [managed(key) for key in keys]
    return Inventory(
        organization=organization,
        provider="clubhouse",
        endpoint="https://clubs.example",
        digest_key_id="k-1",
        serial=serial,
        managed={entry.name: entry for entry in entries},
    )


def asking(name: str = "one") -> Holder:
    """Give somebody who wants the lock."""
    return Holder(id=f"lock-{name}", who=name, host="runner", command="reconciler apply", since="", until="")
