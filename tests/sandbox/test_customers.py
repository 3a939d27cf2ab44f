"""Customers: upsert, merge, parents, references, deletes."""

from __future__ import annotations

import pytest

from reconciler.sandbox import edit, logged_requests
from reconciler.sandbox.values import JsonObject
from tests.sandbox.conftest import World


def test_upsert_keeps_the_id(world: World) -> None:
    """POST with a known externalId updates that customer and leaves absent fields and contacts alone."""
    before = world.customer()
    after = world.send("POST", "/customers", {"externalId": "C-001", "name": "Alpha 2"}).json()
    assert after == before | {"name": "Alpha 2"}


def test_external_ids_have_case(world: World) -> None:
    """An externalId in another case is another customer."""
    created = world.send("POST", "/customers", {"externalId": "c-001", "name": "Low"}).json()
    assert created["id"] != world.customer()["id"]


def test_external_id_may_be_percent_encoded(world: World) -> None:
    """`external:` works encoded, and so do ids with a slash, a space or a sign in them."""
    world.send("POST", "/customers", {"externalId": "A/B c%", "name": "Odd"})
    assert world.get("/customers/external%3AA%2FB%20c%25")["name"] == "Odd"
    assert world.get("/customers/external:C-001") == world.get("/customers/external%3AC-001")
    assert world.get(f"/customers/{world.customer()['id']}") == world.customer()


@pytest.mark.parametrize(
    "body",
    [
        {"name": "No id"},
        {"externalId": "", "name": "Empty id"},
        {"externalId": 12, "name": "Number"},
        {"externalId": "N-1"},
        {"externalId": "N-1", "name": ""},
        {"externalId": "N-1", "name": None},
        {"externalId": "N-1", "name": "N", "vatNumber": 5},
        {"externalId": "N-1", "name": "N", "address": "here"},
        {"externalId": "N-1", "name": "N", "address": {"city": 1}},
        {"externalId": "N-1", "name": "N", "contacts": None},
        {"externalId": "N-1", "name": "N", "contacts": ["x"]},
        {"externalId": "N-1", "name": "N", "parent": {}},
        {"externalId": "N-1", "name": "N", "parent": {"externalId": "none"}},
        {"externalId": "N-1", "name": "N", "parent": {"id": "none"}},
        {"externalId": "N-1", "name": "N", "paymentMethods": {"wireTransfer": {"bankAccount": {"id": "none"}}}},
        {"externalId": "N-1", "name": "N", "paymentMethods": {"wireTransfer": {"bankAccounts": [{"id": "none"}]}}},
    ],
)
def test_an_invalid_import_is_400_and_creates_nothing(world: World, body: JsonObject) -> None:
    """Required fields, types and references are checked before anything is stored."""
    assert world.send("POST", "/customers", body).status_code == 400
    assert world.get("/customers")["total"] == 3
    assert not logged_requests(world.store)[0].effect


def test_put_merges_at_the_top_level(world: World) -> None:
    """PUT changes the named fields only; null clears a plan, a text, an address, payment methods."""
    before = world.customer()
    cleared = {"dunningPlanId": None, "vatNumber": None, "address": None, "paymentMethods": None}
    after = world.send("PUT", "/customers/external:C-001", cleared).json()
    assert (after["dunningPlanId"], after["vatNumber"], after["paymentMethods"]) == (None, None, {})
    assert set(after["address"].values()) == {None}
    assert {name: value for name, value in after.items() if name not in cleared} == {
        name: value for name, value in before.items() if name not in cleared
    }


def test_read_only_fields_have_no_effect(world: World) -> None:
    """A client cannot set amounts, ids or links."""
    before = world.customer("C-003")
    after = world.send("PUT", "/customers/external:C-003", {"balance": 0, "id": "x", "directUrl": "y"}).json()
    assert after == before


def test_payment_methods_and_manager_take_real_references(world: World) -> None:
    """A bank account and a user that exist can be named."""
    account = world.get("/bank_accounts")["items"][0]["id"]
    user = world.get("/users")["users"][1]["id"]
    methods = {"wireTransfer": {"enabled": True, "bankAccount": {"id": account}, "bankAccounts": [{"id": account}]}}
    body = {"paymentMethods": methods, "accountManagerId": user}
    after = world.send("PUT", "/customers/external:C-002", body).json()
    assert (after["paymentMethods"], after["accountManagerId"]) == (methods, user)


def test_a_parent_has_no_parent(world: World) -> None:
    """Hierarchies have one level: a child is no parent, a parent gets no parent, nobody is its own parent."""
    refused = [
        {"externalId": "C-003", "parent": {"externalId": "C-002"}},
        {"externalId": "C-001", "parent": {"externalId": "C-003"}},
        {"externalId": "C-003", "parent": {"externalId": "C-003"}},
    ]
    assert [world.send("POST", "/customers", body).status_code for body in refused] == [400, 400, 400]
    moved = world.send("PUT", "/customers/external:C-002", {"parent": {"id": world.customer("C-003")["id"]}}).json()
    assert moved["parent"] == {"id": world.customer("C-003")["id"], "externalId": "C-003"}


def test_unknown_objects_are_404(world: World) -> None:
    """Reading, changing or deleting what is not there is a 404, by id and by external id."""
    for path in ("/customers/external:none", "/customers/none", "/customers/C-001"):
        for method in ("GET", "DELETE"):
            assert world.send(method, path).status_code == 404
        assert world.send("PUT", path, {"name": "x"}).status_code == 404


def test_documents_that_no_amount_shows_keep_a_customer(world: World) -> None:
    """A customer whose invoices are all paid reads as zeros and still is not empty."""
    edit(world.store, "acme", "customer/C-002", {"documents": 3})
    assert world.customer("C-002")["balance"] == 0
    assert world.send("DELETE", "/customers/external:C-002").status_code == 400


def test_ids_come_from_a_counter() -> None:
    """The same requests in the same order give the same ids."""
    worlds = [World(), World()]
    for opened in worlds:
        opened.send("POST", "/customers", {"externalId": "N-1", "name": "N", "contacts": [{"email": "n@x.com"}]})
    assert worlds[0].customer("N-1") == worlds[1].customer("N-1")
    for opened in worlds:
        opened.store.close()
