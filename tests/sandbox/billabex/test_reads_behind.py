"""Reads that are behind the writes, and idempotency keys: what a client meets that asks again."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from reconciler.sandbox import SandboxTransport
from reconciler.sandbox.values import JsonObject
from tests.clock import run_virtual
from tests.sandbox.billabex.world import BASE, TOKEN, ZOE, World, as_rows, as_wire


def _names(billabex: World) -> list[str]:
    return [row["fullName"] for row in billabex.listed()["nodes"]]


def test_a_new_account_appears_after_some_reads(billabex: World) -> None:
    """The list and the account itself show it late; its people can be written at once."""
    billabex.turn(reads_behind=3)
    body = {"organizationId": billabex.shown()["id"], "fullName": "New"}
    account = as_wire(billabex.send("POST", "/accounts", body).content)
    path = f"/accounts/{account['id']}"
    assert billabex.send("GET", path).status_code == 404
    assert billabex.send("PUT", f"{path}/contacts/upsert", ZOE).status_code == 200
    assert "New" not in _names(billabex)
    assert [billabex.send("GET", path).status_code for _ in range(3)] == [404, 404, 200]
    assert "New" in _names(billabex)


def test_a_deleted_account_goes_after_some_reads(billabex: World) -> None:
    """The list and the account itself show it for a while, its people too; a write finds nothing."""
    billabex.turn(reads_behind=3)
    path = billabex.account_path()
    assert billabex.send("DELETE", path).status_code == 204
    assert _names(billabex)[0] == "Acme"
    assert len(as_rows(billabex.send("GET", f"{path}/contacts").content)) == 2
    assert billabex.send("PUT", f"{path}/contacts/upsert", ZOE).status_code == 404
    assert [billabex.send("GET", path).status_code for _ in range(2)] == [200, 404]
    assert _names(billabex)[0] == "Beta"


def test_pages_of_an_old_view(billabex: World) -> None:
    """A list that is behind has pages as any other."""
    billabex.turn(reads_behind=100)
    billabex.send("PUT", billabex.account_path("A-002"), {"fullName": "Changed"})
    billabex.send("DELETE", billabex.account_path())
    first = billabex.listed(first="3")
    second = billabex.listed(first="3", after=first["pageInfo"]["endCursor"] or "")
    rows = [row["fullName"] for row in first["nodes"] + second["nodes"]]
    assert rows == ["Acme", "Beta", "Gamma", "Delta"]


def test_the_matching_is_never_behind(billabex: World) -> None:
    """A second upsert of a person that no read shows yet hits that person."""
    billabex.turn(reads_behind=100)
    first, second = (billabex.upsert(ZOE).json() for _ in range(2))
    assert first == second


def test_a_refused_write_leaves_nothing_behind(billabex: World) -> None:
    """Where a write was turned down there is no old state to show."""
    billabex.turn(reads_behind=1)
    assert billabex.upsert({"fullName": "Zoe Quill"}).status_code == 400
    billabex.edit("account/A-001/contact/john@acme.com", role="CEO")
    rows = as_rows(billabex.send("GET", f"{billabex.account_path()}/contacts").content)
    assert rows[0]["role"] == "CEO"


def test_reads_are_counted_whatever_the_clock_says(billabex: World) -> None:
    """One program wrote when its own clock said much more; the reads of the next one catch up all the same."""
    billabex.turn(reads_behind=1)

    async def delete() -> int:
        transport = SandboxTransport(billabex.store, clock=lambda: 1e9)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            return (await client.delete(billabex.account_path())).status_code

    assert run_virtual(delete()) == 204
    assert [_names(billabex)[0] for _ in range(2)] == ["Acme", "Beta"]


def test_seconds_pass(billabex: World) -> None:
    """With `seconds_behind` time alone brings reads up to date, however many there are."""
    billabex.turn(seconds_behind=5)
    path = f"{billabex.account_path()}/contacts"

    async def read() -> list[int]:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        transport = SandboxTransport(billabex.store, epoch=0)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            await client.put(f"{path}/upsert", json=ZOE)
            found: list[int] = []
            for wait in (0, 4, 2):
                await asyncio.sleep(wait)
                found.append(len(as_rows((await client.get(path)).content)))
            return found

    assert run_virtual(read()) == [2, 2, 3]


KEY = {"Idempotency-Key": "key-1"}


def test_a_key_brings_the_first_answer_again(billabex: World) -> None:
    """The same create twice under one key is one account and one answer; under another key it is a second one."""
    billabex.turn(idempotency_keys="honoured")
    body = {"organizationId": billabex.shown()["id"], "fullName": "New"}
    first, second = (billabex.send("POST", "/accounts", body, headers=KEY) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert billabex.send("POST", "/accounts", body, headers={"Idempotency-Key": "key-2"}).content != first.content
    assert _names(billabex).count("New") == 2


def test_a_lost_answer_comes_with_the_key(billabex: World) -> None:
    """After the loss of an answer the same request under the same key gives it."""
    billabex.turn(idempotency_keys="honoured")
    body = {"organizationId": billabex.shown()["id"], "fullName": "New"}
    billabex.fault("lost-after")
    with pytest.raises(httpx.ReadTimeout):
        billabex.send("POST", "/accounts", body, headers=KEY)
    assert billabex.send("POST", "/accounts", body, headers=KEY).status_code == 201
    assert _names(billabex).count("New") == 1


@pytest.mark.parametrize("body", [{"fullName": "Other"}, {"fullName": "New", "currencyCode": None}])
def test_a_refused_request_leaves_its_key(billabex: World, body: JsonObject) -> None:
    """What was turned down may be made again, and made right, under its key."""
    billabex.turn(idempotency_keys="honoured")
    wrong = billabex.send("POST", "/accounts", body, headers=KEY)
    right = {"organizationId": billabex.shown()["id"], "fullName": "New"}
    assert wrong.status_code == 400
    assert billabex.send("POST", "/accounts", right, headers=KEY).status_code == 201


def test_a_delete_under_a_key(billabex: World) -> None:
    """A repeated delete under its key is 204 again, without a key 404."""
    billabex.turn(idempotency_keys="honoured")
    path = billabex.account_path()
    assert [billabex.send("DELETE", path, headers=KEY).status_code for _ in range(2)] == [204, 204]
    assert billabex.send("DELETE", path).status_code == 404


def test_a_key_is_forgotten(billabex: World) -> None:
    """After its time a key is as good as new."""
    billabex.turn(idempotency_keys="honoured", idempotency_seconds=60)
    path = f"{billabex.account_path('A-002')}/contacts"

    async def create() -> list[str]:
        headers = {"Authorization": f"Bearer {TOKEN}", **KEY}
        transport = SandboxTransport(billabex.store, epoch=0)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            found: list[str] = []
            for wait in (0, 59, 2):
                await asyncio.sleep(wait)
                found.append(as_wire((await client.post(path, json=ZOE)).content)["id"])
            return found

    first, second, third = run_virtual(create())
    assert first == second != third
