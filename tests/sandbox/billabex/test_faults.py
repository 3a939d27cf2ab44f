"""Every kind of fault strikes Billabex too: what the client sees, and what became of the world."""

from __future__ import annotations

from typing import get_args

import httpx
import pytest

from reconciler.sandbox import add_fault, clear_faults, each_fault, logged_requests, seed
from reconciler.sandbox.faults import FaultKind
from reconciler.sandbox.values import JsonObject
from tests.sandbox.billabex.world import SEED, ZOE, World, as_rows, as_wire


def _names(billabex: World, query: dict[str, str]) -> list[str]:
    return [row["fullName"] for row in billabex.listed(**query)["nodes"]]


def _people(billabex: World) -> list[str]:
    response = billabex.send("GET", f"{billabex.account_path()}/contacts")
    return [row["fullName"] for row in as_rows(response.content)]


@pytest.mark.parametrize(("kind", "created"), [("lost-before", False), ("lost-after", True)])
def test_a_lost_answer_to_an_upsert(billabex: World, kind: str, created: bool) -> None:
    """The client sees a timeout, before the person was made or after it; the next request is answered."""
    billabex.fault(kind, method="write")
    with pytest.raises(httpx.ReadTimeout):
        billabex.upsert(ZOE)
    assert (len(billabex.contacts()) == 3) == created
    assert [request.effect for request in logged_requests(billabex.store)] == [created]
    assert billabex.upsert(ZOE).status_code == 200
    assert len(billabex.contacts()) == 3


@pytest.mark.parametrize(("kind", "status"), [("error-before", 503), ("error-after", 502)])
def test_an_error_status(billabex: World, kind: str, status: int) -> None:
    """An error comes in the vendor's own shape, before the write took effect or after it."""
    billabex.fault(kind, status=status)
    response = billabex.upsert(ZOE)
    assert (response.status_code, response.json()["statusCode"]) == (status, status)
    assert (len(billabex.contacts()) == 3) == (kind == "error-after")


def test_a_burst_of_429(billabex: World) -> None:
    """As many requests as the fault says are turned away."""
    billabex.fault("throttled", times=2, retry_after=7)
    answers = [billabex.upsert(ZOE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert [answer.headers.get("retry-after") for answer in answers] == ["7", "7", None]


def test_the_token_endpoint_can_be_struck(billabex: World) -> None:
    """A fault may meet the token endpoint, by its whole path."""
    billabex.fault("error-before", path="/api/oauth/token", status=503)
    assert [billabex.token().status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(
    ("kind", "shape", "rows", "ended"),
    [
        ("page-truncated", {}, ["Acme", "Beta", "Gamma"], False),
        ("page-empty", {"first": 1, "times": 2}, [], True),
        ("total-lies", {"first": 1, "times": 2}, ["Acme", "Beta", "Gamma", "Delta"], False),
        ("rows-skipped", {"first": 1}, ["Beta", "Gamma", "Gamma", "Delta"], False),
        ("rows-repeated", {}, ["Acme", "Beta", "Beta", "Gamma"], False),
        ("rows-reordered", {}, ["Acme", "Beta", "Beta", "Gamma"], False),
        ("row-deleted", {}, ["Acme", "Beta", "Gamma", "Delta"], False),
    ],
)
def test_listings_that_mislead(billabex: World, kind: str, shape: JsonObject, rows: list[str], ended: bool) -> None:
    """Two pages of two accounts, the second struck unless said otherwise: the rows, and whether a cursor is left."""
    billabex.fault(kind, **{"path": "/accounts", "first": 2, **shape})
    first = billabex.listed(first="2")
    cursor = first["pageInfo"]["endCursor"]
    second = billabex.listed(first="2", **({"after": cursor} if cursor else {}))
    assert [row["fullName"] for row in first["nodes"] + second["nodes"]] == rows
    assert (second["pageInfo"]["endCursor"] is None) == ended


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("page-truncated", ["John Smith"]),
        ("page-empty", []),
        ("rows-skipped", ["Mary Jones"]),
        ("rows-repeated", ["John Smith", "Mary Jones"]),
    ],
)
def test_people_that_mislead(billabex: World, kind: str, rows: list[str]) -> None:
    """A bare list of people can be cut, emptied and begun late; earlier than its beginning it cannot begin."""
    billabex.fault(kind, path="/accounts/*/contacts")
    assert _people(billabex) == rows
    assert _people(billabex) == ["John Smith", "Mary Jones"]


def test_a_deleted_and_an_inserted_row_are_real(billabex: World) -> None:
    """These two faults change the world: a named account goes, another one comes and sorts first."""
    billabex.fault("row-deleted", target="account/A-002")
    billabex.fault("row-inserted", fields={"fullName": "Newcomer"})
    assert _names(billabex, {}) == ["Newcomer", "Acme", "Gamma", "Delta"]


def test_another_actor_edits_between_read_and_write(billabex: World) -> None:
    """John was renamed just before the upsert by his old name: a second John is made."""
    billabex.fault("edited-before", target="account/A-001/contact/john@acme.com", fields={"fullName": "Somebody Else"})
    billabex.upsert({"fullName": "John Smith", "language": "en"})
    assert [person["fullName"] for person in billabex.contacts()] == ["Somebody Else", "Mary Jones", "John Smith"]


def test_another_actor_adds_before_an_upsert(billabex: World) -> None:
    """Somebody adds a near name just before: the upsert hits that one."""
    billabex.fault("added-before", target="account/A-001", fields={"fullName": "Zoe Quil", "email": "z@elsewhere.com"})
    billabex.upsert(ZOE)
    assert [person["fullName"] for person in billabex.contacts()] == ["John Smith", "Mary Jones", "Zoe Quill"]


def test_another_actor_deletes_before_a_write(billabex: World) -> None:
    """The person is gone when the change by id comes."""
    path = f"{billabex.account_path()}/contacts/{billabex.contacts()[0]['id']}"
    billabex.fault("deleted-before", target="account/A-001/contact/john@acme.com", times=2)
    assert [billabex.send("PUT", path, {"role": "x"}).status_code for _ in range(2)] == [404, 404]


def test_a_field_that_the_vendor_rewrites(billabex: World) -> None:
    """After a write the person, or the account, has the vendor's value, which the answer did not show."""
    billabex.fault("rewritten", path="/accounts/*/contacts/upsert", times=None, fields={"language": "de"})
    assert as_wire(billabex.upsert(ZOE).content)["language"] == "en"
    assert billabex.contacts()[2]["language"] == "de"
    clear_faults(billabex.store)
    billabex.fault("rewritten", times=None, fields={"fullName": "Renamed"})
    billabex.send("PUT", billabex.account_path("A-002"), {"currencyCode": "GBP"})
    assert billabex.shown("account/A-002")["fullName"] == "Renamed"


def test_a_fault_without_a_target_meets_the_oldest_account(billabex: World) -> None:
    """Where nobody is named, the first account is edited, or gets another contact."""
    billabex.fault("edited-before", fields={"fullName": "Edited"})
    billabex.fault("added-before", fields={"fullName": "Added"})
    billabex.send("PUT", billabex.account_path("A-002"), {"currencyCode": "GBP"})
    assert billabex.shown("account/A-001")["fullName"] == "Edited"
    assert [person["fullName"] for person in billabex.contacts()][-1] == "Added"


def test_there_is_an_example_of_every_kind() -> None:
    """`each_fault` leaves no kind out for Billabex either, and its names are unique."""
    examples = list(each_fault(vendor="billabex"))
    assert {fault.kind for _, fault in examples} == set(get_args(FaultKind))
    assert len({name for name, _ in examples}) == len(examples)
    assert {name for name, _ in each_fault()} < {name for name, _ in examples}


@pytest.mark.parametrize("name", [name for name, _ in each_fault(vendor="billabex")])
def test_every_example_strikes(billabex: World, name: str) -> None:
    """Each example meets some request of an ordinary read and write, and the sandbox goes on working after it."""
    account = billabex.account_path()
    add_fault(billabex.store, dict(each_fault(vendor="billabex"))[name])
    for _ in range(2):
        for method, path, body in (
            ("GET", billabex.list_path(), None),
            ("GET", f"{account}/contacts", None),
            ("PUT", f"{account}/contacts/upsert", ZOE),
        ):
            try:
                billabex.send(method, path, body)
            except httpx.TransportError:
                continue
    assert any(request.faults for request in logged_requests(billabex.store))
    clear_faults(billabex.store)
    seed(billabex.store, "acme", SEED)
    assert billabex.upsert(ZOE).status_code == 200
