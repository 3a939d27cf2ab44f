"""Requests: how many an observation makes, beside the cheapest way known, and what one costs the client.

The cases differ in what the vendor sends with its rows and in how many of its customers the documents declare. The
cheapest way is worked out here by itself: one request for every catalogue that is named, and then the cheaper of the
listing (with a list of contacts for every declared customer where rows lack them) and one look-up for each customer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from benchmarks.answers import AnswerTransport
from benchmarks.company import Company, Item, customer_key
from benchmarks.rows import BASE, PAGE, catalogues, encode, row
from benchmarks.stations import TODAY, connected, organization_in
from reconciler.desired.load import load
from reconciler.live.observe import observe
from reconciler.model.state import DesiredState, LiveState

CATALOGUES = 3
LOOK_UPS = 2000
LIVE = Company(customers=3_000, contacts=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is declared of the live customers, how many beside, and where the vendor sends contacts."""

    title: str
    declared: int
    new: int = 0
    rows_carry: bool = True
    look_ups_carry: bool = True

    @property
    def cheapest(self) -> int:
        """Count the requests of the cheapest way."""
        listing = ceil(LIVE.customers / PAGE) + (0 if self.rows_carry else self.declared)
        looking_up = self.declared * (1 if self.look_ups_carry else 2) + self.new
        return CATALOGUES + min(listing, looking_up)


CASES = (
    Case(title="all declared, rows carry contacts", declared=3_000),
    Case(title="all declared, only look-ups carry contacts", declared=3_000, rows_carry=False),
    Case(title="all declared, nothing carries contacts", declared=3_000, rows_carry=False, look_ups_carry=False),
    Case(title="one declared", declared=1),
    Case(title="two declared", declared=2, rows_carry=False),
    Case(title="four declared", declared=4),
    Case(title="four declared, only look-ups carry contacts", declared=4, rows_carry=False),
    Case(title="ten declared, nothing carries contacts", declared=10, rows_carry=False, look_ups_carry=False),
    Case(title="half declared and as many new, rows carry contacts", declared=1_500, new=1_500),
    Case(title="half declared and as many new, only look-ups do", declared=1_500, new=1_500, rows_carry=False),
)


def count_requests(folder: Path) -> Mapping[str, float]:
    """Observe in every case; give the requests made, foreseen and needed, by the case's place."""
    desired = load(organization_in(folder), folder, TODAY)
    found: dict[str, float] = {}
    for place, case in enumerate(CASES):
        live = asyncio.run(_observed(folder, _cut(desired, case), _answers(case)))
        found |= {f"{place}.made": live.reads_made, f"{place}.foreseen": live.reads_foreseen}
    return found


def look_up_many(folder: Path) -> Mapping[str, float]:
    """Look customers up one by one; give the client's CPU milliseconds for each."""
    answers = _answers(Case(title="", declared=LOOK_UPS))
    return {"ms": asyncio.run(_look_up_many(folder, answers)) * 1000}


async def _look_up_many(folder: Path, answers: Mapping[str, bytes]) -> float:
    provider = connected(organization_in(folder), AnswerTransport(answers))
    await provider.get("customer", customer_key(0))
    start = time.process_time()
    for number in range(LOOK_UPS):
        await provider.get("customer", customer_key(number))
    spent = time.process_time() - start
    await provider.aclose()
    return spent / LOOK_UPS


async def _observed(folder: Path, desired: DesiredState, answers: Mapping[str, bytes]) -> LiveState:
    provider = connected(organization_in(folder), AnswerTransport(answers))
    try:
        return await observe(provider, desired)
    finally:
        await provider.aclose()


def _cut(desired: DesiredState, case: Case) -> DesiredState:
    """Keep the declared ones of a case: the last of the live customers, and the first beyond."""
    customers = [one for one in desired.declared if one.kind == "customer"]
    first = LIVE.customers - case.declared
    kept = tuple(customers[first : LIVE.customers + case.new])
    return DesiredState(organization=desired.organization, declared=kept)


def _answers(case: Case) -> dict[str, bytes]:
    return {**catalogues(), **dict(_pages(case)), **dict(_points(case))}


def _pages(case: Case) -> Iterator[tuple[str, bytes]]:
    for offset in range(0, LIVE.customers, PAGE):
        rows = [row(number, LIVE.contacts) for number in range(offset, min(offset + PAGE, LIVE.customers))]
        shown = rows if case.rows_carry else [_bare(one) for one in rows]
        body = {"offset": offset, "limit": PAGE, "total": LIVE.customers, "customers": shown}
        yield f"{BASE}/customers?offset={offset}&limit={PAGE}", encode(body)


def _points(case: Case) -> Iterator[tuple[str, bytes]]:
    for number in range(LIVE.customers):
        one = row(number, LIVE.contacts)
        yield f"{BASE}/customers/external:{one['externalId']}", encode(one if case.look_ups_carry else _bare(one))
        body = {"offset": 0, "limit": 200, "total": LIVE.contacts, "contacts": one["contacts"]}
        yield f"{BASE}/customers/{one['id']}/contacts?offset=0&limit=200", encode(body)


def _bare(one: Item) -> Item:
    return {name: value for name, value in one.items() if name != "contacts"}
