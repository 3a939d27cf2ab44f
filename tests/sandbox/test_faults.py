"""Every kind of fault: what the client sees, and what became of the world."""

from __future__ import annotations

import asyncio
import json
from typing import get_args

import httpx
import pytest

from reconciler.sandbox import (
    SandboxMisuse,
    SandboxTransport,
    active_faults,
    add_fault,
    clear_faults,
    each_fault,
    fault_from,
    logged_requests,
    seed,
)
from reconciler.sandbox.faults import FaultKind
from reconciler.sandbox.values import JsonObject
from tests.clock import run_virtual
from tests.sandbox.conftest import BASE, KEYS, SEED, World
from tests.sandbox.wire import shown

CUSTOMER = "/customers/external:C-001"


def _put(world: World, name: str = "New") -> httpx.Response:
    return world.send("PUT", CUSTOMER, {"name": name})


def _rows(world: World, query: str = "") -> list[str | None]:
    return [row["externalId"] for row in world.get(f"/customers{query}")["customers"]]


@pytest.mark.parametrize(("lost_as", "error"), [("timeout", httpx.ReadTimeout), ("reset", httpx.ReadError)])
@pytest.mark.parametrize(("kind", "name"), [("lost-before", "Alpha"), ("lost-after", "New")])
def test_a_lost_answer(world: World, kind: str, name: str, lost_as: str, error: type[Exception]) -> None:
    """The client sees a timeout or a reset, before the write took effect or after it; the next request is answered."""
    world.fault(kind, method="write", lost_as=lost_as)
    with pytest.raises(error):
        _put(world)
    assert world.customer()["name"] == name
    lost = logged_requests(world.store)[0]
    assert (lost.effect, lost.loss, lost.faults) == (name == "New", lost_as, (kind,))


def test_a_refused_connection(world: World) -> None:
    """The connection is never made, and nothing happens."""
    world.fault("refused")
    with pytest.raises(httpx.ConnectError):
        _put(world)
    assert world.customer()["name"] == "Alpha"


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize(("kind", "name"), [("error-before", "Alpha"), ("error-after", "New")])
def test_an_error_status(world: World, kind: str, name: str, status: int) -> None:
    """An error comes before the write took effect or after it."""
    world.fault(kind, status=status)
    assert _put(world).status_code == status
    assert world.customer()["name"] == name


def test_a_burst_of_429(world: World) -> None:
    """As many requests as the fault says are turned away, with Retry-After if it has one."""
    world.fault("throttled", times=2, retry_after=7)
    answers = [_put(world) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert [answer.headers.get("retry-after") for answer in answers] == ["7", "7", None]


def test_a_slow_answer(world: World) -> None:
    """A slow answer takes its seconds; a client that does not wait times out, and the write has taken effect."""

    async def write(patience: float) -> tuple[int, float]:
        transport = SandboxTransport(world.store)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=KEYS, timeout=patience) as client:
            response = await client.put(CUSTOMER, json={"name": f"after {patience}"})
            return response.status_code, round(asyncio.get_running_loop().time(), 3)

    world.fault("slow", seconds=20, times=2)
    assert run_virtual(write(30)) == (200, 20)
    with pytest.raises(httpx.ReadTimeout):
        run_virtual(write(10))
    clear_faults(world.store)
    assert world.customer()["name"] == "after 10"


def test_a_garbled_answer(world: World) -> None:
    """The write took effect, and its answer is no JSON."""
    world.fault("garbled")
    with pytest.raises(json.JSONDecodeError):
        _put(world).json()
    assert world.customer()["name"] == "New"


def test_a_redirect(world: World) -> None:
    """The answer points to another host."""
    world.fault("redirected")
    response = _put(world)
    assert response.status_code == 307
    assert response.headers["location"].startswith("https://elsewhere.example/")


def test_a_page_that_fails_in_the_middle(world: World) -> None:
    """The first page is answered, the second fails, a retry of it is answered."""
    world.fault("page-fails", path="/customers", first=2, status=503)
    statuses = [world.send("GET", f"/customers?limit=2&offset={offset}").status_code for offset in (0, 2, 2)]
    assert statuses == [200, 503, 200]


@pytest.mark.parametrize(
    ("kind", "shape", "pages", "total"),
    [
        ("page-truncated", {}, ["C-001", "C-002"], 3),
        ("page-empty", {"first": 1, "times": 2}, [], 0),
        ("total-lies", {"first": 1, "times": 2, "count": -1}, ["C-001", "C-002", "C-003"], 2),
        ("rows-skipped", {"first": 1}, ["C-002", "C-003", "C-003"], 3),
        ("rows-repeated", {}, ["C-001", "C-002", "C-002", "C-003"], 3),
        ("rows-reordered", {}, ["C-001", "C-002", "C-002"], 3),
        ("row-deleted", {}, ["C-001", "C-002"], 2),
        ("row-inserted", {}, ["C-001", "C-002", "C-002", "C-003"], 4),
    ],
)
def test_listings_that_mislead(world: World, kind: str, shape: JsonObject, pages: list[str], total: int) -> None:
    """Two pages of two rows, the second struck unless said otherwise: the rows that they give, and the last total."""
    world.fault(kind, **{"path": "/customers", "first": 2, **shape})
    first, second = world.get("/customers?limit=2"), world.get("/customers?limit=2&offset=2")
    assert [row["externalId"] for row in first["customers"] + second["customers"]] == pages
    assert (second["offset"], second["limit"], second["total"]) == (2, 2, total)


def test_a_deleted_and_an_inserted_row_are_real(world: World) -> None:
    """These two faults change the world: a named customer goes, another one comes."""
    world.fault("row-deleted", target="customer/C-003")
    world.fault("row-inserted", fields={"name": "Newcomer"})
    assert _rows(world) == [None, "C-001", "C-002"]


def test_a_field_that_the_vendor_rewrites(world: World) -> None:
    """After each write the customer has the vendor's value, which the answer to the write did not show."""
    world.fault("rewritten", times=None, fields={"dunningPlan": "Key accounts", "accountingRef": "RULE"})
    for _ in range(2):
        answer = world.send("PUT", CUSTOMER, {"accountingRef": "MINE"}).json()
        assert (answer["accountingRef"], world.customer()["accountingRef"]) == ("MINE", "RULE")
    assert world.customer()["dunningPlanId"] == world.get("/dunning_plans")["items"][1]["id"]
    world.send("POST", f"{CUSTOMER}/contacts", {"externalId": "P-4", "email": "four@example.com"})
    assert world.customer()["accountingRef"] == "RULE"


def test_another_actor_edits_just_before_a_write(world: World) -> None:
    """The nth write finds the object changed; reads do not count."""
    world.fault("edited-before", first=2, target="customer/C-001/contact/P-1", fields={"firstName": "Una"})
    _put(world)
    assert world.contacts()["P-1"]["firstName"] == "One"
    _put(world)
    assert world.contacts()["P-1"]["firstName"] == "Una"


def test_another_actor_deletes_just_before_a_write(world: World) -> None:
    """The write finds nothing; a second strike on what is gone does nothing."""
    world.fault("deleted-before", target="customer/C-001", times=2)
    assert [_put(world).status_code, _put(world).status_code] == [404, 404]


def test_another_actor_adds_just_before_a_write(world: World) -> None:
    """A create finds that somebody else created the same meanwhile."""
    world.fault("added-before", target="customer", fields={"externalId": "NEW", "name": "Theirs"})
    world.send("POST", "/customers", {"externalId": "NEW", "name": "Ours"})
    assert _rows(world).count("NEW") == 1
    world.fault("added-before", target="customer/C-002", fields={"email": "hand@example.com"})
    world.send("PUT", "/customers/external:C-002", {"name": "x"})
    assert set(world.contacts("C-002")) == {None}


def test_a_fault_meets_what_it_is_told_to(world: World) -> None:
    """Method, path and organization narrow a fault; it counts only what it meets."""
    seed(world.store, "other", {"apiKey": "k", "apiSecret": "s"})
    world.fault("error-before", method="PUT", path="/customers/external:C-00[13]", organization="acme", first=2)
    assert world.send("GET", CUSTOMER).status_code == 200
    assert world.send("PUT", "/customers/external:C-002", {"name": "x"}).status_code == 200
    assert world.send("PUT", CUSTOMER, {}, headers={"X-Api-Key": "k", "X-Api-Secret": "s"}).status_code == 404
    assert [_put(world).status_code for _ in range(3)] == [200, 500, 200]


def test_several_faults_at_once(world: World) -> None:
    """Faults add up: an edit by another person, the write, and the loss of its answer."""
    world.fault("edited-before", target="customer/C-001", fields={"vatNumber": "THEIRS"})
    world.fault("lost-after")
    with pytest.raises(httpx.ReadTimeout):
        _put(world)
    assert (world.customer()["name"], world.customer()["vatNumber"]) == ("New", "THEIRS")


def test_faults_are_kept_and_cleared(world: World) -> None:
    """A fault is what it was after being stored; clearing switches all off."""
    examples = dict(each_fault())
    for fault in examples.values():
        add_fault(world.store, fault)
    assert active_faults(world.store) == list(examples.values())
    assert len(shown(world.store, "acme")["faults"]) == len(examples)
    clear_faults(world.store)
    assert active_faults(world.store) == []


def test_there_is_an_example_of_every_kind() -> None:
    """`each_fault` leaves no kind out, and its names are unique."""
    examples = list(each_fault())
    assert {fault.kind for _, fault in examples} == set(get_args(FaultKind))
    assert len({name for name, _ in examples}) == len(examples)


@pytest.mark.parametrize("name", [name for name, _ in each_fault()])
def test_every_example_strikes(world: World, name: str) -> None:
    """Each example meets some request of an ordinary read and write, and the sandbox goes on working after it."""
    add_fault(world.store, dict(each_fault())[name])
    for _ in range(2):
        for method, path, body in (("GET", "/customers", None), ("PUT", CUSTOMER, {"name": "x"})):
            try:
                world.send(method, path, body)
            except httpx.TransportError:
                continue
    assert any(request.faults for request in logged_requests(world.store))
    clear_faults(world.store)
    seed(world.store, "acme", SEED)
    assert _put(world).status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"kind": "none"},
        {"kind": "slow", "colour": 1},
        {"kind": "slow", "seconds": "x"},
        {"kind": "lost-after", "lost_as": "x"},
    ],
)
def test_unknown_faults_are_refused(values: JsonObject) -> None:
    """A fault with an unknown kind, field or value is a problem, never ignored."""
    with pytest.raises(SandboxMisuse):
        fault_from(values)
