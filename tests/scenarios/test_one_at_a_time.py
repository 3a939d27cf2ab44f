"""Of one customer at most one write is under way, those of its contacts and of what makes its parent among them.

Counted in the sandbox's log, on virtual time, where every answer takes a second: what is sent side by side is seen to
overlap there, as other customers' writes do. A child that comes to a parent that is yet to be made waits for it, and a
parent that goes for its child; two that stay parent and child, and only change their names, wait for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from reconciler.cli.allowing import read_allowance
from reconciler.sandbox import Fault, LoggedRequest, add_fault, logged_requests
from reconciler.sandbox.values import JsonObject, decode_object, objects
from tests.company import Company
from tests.scenarios import two_vendors
from tests.scenarios.two_vendors import BILLABEX, UPFLOW

FAMILIES = range(4)
Pair = frozenset[str]
Declare = Callable[[Company], frozenset[Pair]]


def upflow(here: Company) -> frozenset[Pair]:
    """Change, make, unmake and re-hang families of customers, each with contacts; give who may not overlap."""
    live: list[JsonObject] = []
    declared: list[JsonObject] = []
    pairs = set()
    for number in FAMILIES:
        new, old, child, going, last = (f"{name}-{number}" for name in ("N", "O", "C", "X", "Y"))
        live += [_customer(old), {**_customer(child), "parent": old}]
        live += [_customer(going), {**_customer(last), "parent": going}]
        declared += [_changed(new), _changed(old), {**_changed(child), "parent": new}]
        pairs |= {frozenset((new, child)), frozenset((going, last))}
    rows = [row for row in live if "parent" not in row] + [row for row in live if "parent" in row]
    here.seed({"customers": [_hung(row) for row in rows]}, UPFLOW)
    two_vendors._write(here, "documents/all.yaml", "customers", live)
    here.manage()
    two_vendors._write(here, "documents/all.yaml", "customers", declared)
    ceilings = ("delete-ceiling=customer=8", "update-ceiling=customer=16", "delete-ceiling=contact=8")
    here.allowances = tuple(read_allowance(text) for text in ceilings)
    return frozenset(pairs)


def _customer(key: str) -> JsonObject:
    people: list[JsonObject] = [{"externalId": f"P-{key}-{one}", "email": f"{one}@{key}.example"} for one in "ab"]
    return {"externalId": key, "name": f"Customer {key}", "contacts": [*people]}


def _hung(row: JsonObject) -> JsonObject:
    return {**row, "parent": {"externalId": row["parent"]}} if "parent" in row else row


def _changed(key: str) -> JsonObject:
    people: list[JsonObject] = [{"externalId": f"P-{key}-{one}", "email": f"{one}@{key}.example"} for one in "ac"]
    return {"externalId": key, "name": f"Renamed {key}", "contacts": [*people]}


def billabex(here: Company) -> frozenset[Pair]:
    """Change and make accounts with several people each, every one of whom takes a request of its own."""
    old, every = range(6), range(12)
    accounts: list[JsonObject] = [
        {**two_vendors._account(number, "Account"), "contacts": [*_people(number)[:1]]} for number in old
    ]
    seed: JsonObject = {"vendor": "billabex", "organizationId": two_vendors.ORGANIZATION, "accounts": [*accounts]}
    here.seed(seed, BILLABEX)
    two_vendors._write(here, "accounts/all.yaml", "accounts", [_declared(number, "Account", 1) for number in old])
    here.manage()
    two_vendors._write(here, "accounts/all.yaml", "accounts", [_declared(number, "Renamed", 4) for number in every])
    return frozenset()


NAMES = ("Ada Lovelace", "Grace Hopper", "Mary Jackson", "Katherine Johnson")


def _people(number: int) -> list[JsonObject]:
    return [{"fullName": name, "email": f"{name[0]}@a{number}.example".lower(), "language": "en"} for name in NAMES]


def _declared(number: int, account: str, people: int) -> JsonObject:
    contacts = [{"key": f"k{place}", **person} for place, person in enumerate(_people(number)[:people])]
    return {**two_vendors._account(number, account), "contacts": [*contacts]}


def subject_of(row: LoggedRequest, keys: Mapping[str, str]) -> str:
    """Name the customer that a write is about; `keys` are those of remote ids."""
    _, *segments = row.path.split("/")
    if len(segments) > 1:
        return keys.get(segments[1], segments[1].removeprefix("external:"))
    body = decode_object(row.body)
    source = body.get("source")
    return str(source["sourceId"] if isinstance(source, dict) else body["externalId"])


def keys_of(here: Company, organization: str) -> Iterator[tuple[str, str]]:
    """Give the keys of what stands, by remote id."""
    section = "customers" if organization == UPFLOW else "accounts"
    for row in objects(here.shown(organization)[section]):
        source = row.get("source")
        yield str(row["id"]), str(source["sourceId"] if isinstance(source, dict) else row["externalId"])


def overlapping(rows: Sequence[LoggedRequest], keys: Mapping[str, str]) -> list[Pair]:
    """Give whose writes were under way at the same time, two by two; a pair of one is a customer beside itself."""
    return [
        frozenset((subject_of(one, keys), subject_of(other, keys)))
        for one, other in combinations(rows, 2)
        if one.started < other.ended and other.started < one.ended
    ]


@pytest.mark.parametrize(("organization", "declare"), [(UPFLOW, upflow), (BILLABEX, billabex)])
def test_of_one_customer_at_most_one_write_is_under_way(organization: str, declare: Declare, tmp_path: Path) -> None:
    """Several changes go side by side; none of one customer do, nor of a parent and whoever waits for it."""
    (tmp_path / "reconciler.yaml").write_text(two_vendors.CONFIGURATION)
    here = Company(tmp_path)
    for folder in ("documents", "accounts"):
        (tmp_path / folder).mkdir()
    apart = declare(here)
    keys = dict(keys_of(here, organization))
    with here.store() as store:
        add_fault(store, Fault(kind="slow", seconds=1.0, times=None))
    applied = here.apply((organization,))
    assert applied.code == 0, [blocked.problem for blocked in applied.plan.blocked]
    keys |= dict(keys_of(here, organization))
    with here.store() as store:
        writes = [row for row in logged_requests(store) if row.method != "GET"]
    found = overlapping(writes, keys)
    assert [pair for pair in found if len(pair) == 1 or pair in apart] == []
    assert len(writes) > len({subject_of(row, keys) for row in writes}), "some had several writes"
    assert len(found) > len(writes) / 2, "and writes did go side by side"
