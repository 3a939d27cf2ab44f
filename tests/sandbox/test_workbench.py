"""The person at the vendor's web app, and the store underneath."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from reconciler.sandbox import (
    SandboxMisuse,
    SandboxTransport,
    Store,
    add,
    clear_requests,
    dump_state,
    edit,
    logged_requests,
    remove,
    reset,
    seed,
    show,
)
from reconciler.sandbox.values import objects
from tests.sandbox.conftest import BASE, CUSTOMERS, KEYS, SEED, World
from tests.sandbox.wire import shown


def test_seed_and_show(world: World) -> None:
    """What was seeded is shown, on the wire and on the workbench alike."""
    customers = shown(world.store, "acme")["customers"]
    assert [customer["externalId"] for customer in customers] == [
        "C-001",
        "C-002",
        "C-003",
    ]
    assert show(world.store, "acme", "customer/C-001") == world.customer()
    assert show(world.store, "acme", "customer/C-001/contact/P-1") == world.contacts()["P-1"]
    assert world.customer("C-002")["parent"]["externalId"] == "C-001"
    assert world.customer("C-003")["balance"] == 1200
    assert [contact["isMain"] for contact in world.customer()["contacts"]] == [True, False, False]


def test_seeding_again_starts_afresh(world: World) -> None:
    """The same seed gives the same ids; what was there before is gone, the keys stay."""
    before = show(world.store, "acme")
    add(world.store, "acme", "customer", {"name": "Extra"})
    seed(world.store, "acme", {name: value for name, value in SEED.items() if not name.startswith("api")})
    assert show(world.store, "acme") == before
    assert world.customer()["name"] == "Alpha"


def test_edit_sets_any_field(world: World) -> None:
    """A person changes what the API cannot: amounts, external ids, references by name; the rest stays."""
    before = world.customer()
    edit(
        world.store,
        "acme",
        "customer/C-001",
        {
            "name": "Renamed",
            "balance": 55,
            "dunningPlan": "Key accounts",
            "accountManager": "ada.brook@example.com",
            "address": {"city": "Nice"},
            "customFields": {"tags": ["A", "B"], "note": None},
            "contacts": [{"email": "extra@example.com"}],
        },
    )
    after = world.customer()
    assert (after["name"], after["balance"], after["address"]["city"]) == ("Renamed", 55, "Nice")
    assert after["address"]["country"] == "France"
    assert after["dunningPlanId"] == world.get("/dunning_plans")["items"][1]["id"]
    assert after["accountManagerId"] == world.get("/users")["users"][0]["id"]
    assert {value["externalId"]: value["value"] for value in after["customFields"]} == {
        "segment": {"label": "Retail"},
        "tags": [{"label": "A"}, {"label": "B"}],
        "note": None,
    }
    assert after["contacts"][:3] == before["contacts"]
    assert after["contacts"][3]["externalId"] is None
    edit(world.store, "acme", "customer/C-002", {"parent": None, "externalId": None})
    assert [row["externalId"] for row in world.get("/customers")["customers"]] == ["C-001", None, "C-003"]


def test_contacts_by_hand(world: World) -> None:
    """A person adds, edits and removes contacts, and the newest main contact is the only one."""
    added = add(world.store, "acme", "customer/C-001", {"email": "new@example.com", "isMain": True})
    assert (added["externalId"], added["isMain"]) == (None, True)
    assert [contact["email"] for contact in world.customer()["contacts"] if contact["isMain"]] == ["new@example.com"]
    edited = edit(world.store, "acme", "customer/C-001/contact/new@example.com", {"firstName": "Neo"})
    assert edited == added | {"firstName": "Neo"}
    remove(world.store, "acme", "customer/C-001/contact/new@example.com")
    assert len(world.customer()["contacts"]) == 3


def test_removing_by_hand_knows_no_rules(world: World) -> None:
    """A person deletes a parent with contacts; its child is left without one."""
    remove(world.store, "acme", "customer/C-001")
    remove(world.store, "acme", "customer/C-003")
    assert [row["parent"] for row in world.get("/customers")["customers"]] == [None]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda store: show(store, "nobody"),
        lambda store: show(store, "acme", "customer/none"),
        lambda store: show(store, "acme", "planet/C-001"),
        lambda store: show(store, "acme", "customer/C-001/contact/none"),
        lambda store: add(store, "acme", "customer", {"externalId": "C-001"}),
        lambda store: edit(store, "acme", "customer/C-002", {"externalId": "C-001"}),
        lambda store: edit(store, "acme", "customer/C-001", {"colour": "red"}),
        lambda store: edit(store, "acme", "customer/C-001", {"dunningPlan": "none"}),
        lambda store: edit(store, "acme", "customer/C-001", {"accountManager": "none"}),
        lambda store: edit(store, "acme", "customer/C-001", {"customFields": {"none": 1}}),
        lambda store: edit(store, "acme", "customer/C-001", {"customFields": []}),
        lambda store: edit(store, "acme", "customer/C-001", {"address": {"planet": "Earth"}}),
        lambda store: edit(store, "acme", "customer/C-001/contact/P-1", {"position": "NONE"}),
        lambda store: seed(store, "acme", {"planets": []}),
        lambda store: seed(store, "acme", {"customers": "x"}),
        lambda store: seed(store, "acme", {"customers": ["x"]}),
        lambda store: seed(store, "acme", {"positions": [1]}),
        lambda store: seed(store, "acme", {"positions": "x"}),
        lambda store: seed(store, "acme", {"settings": []}),
        lambda store: seed(store, "acme", {"customers": [{"externalId": "A", "name": "A", "parent": "none"}]}),
        lambda store: seed(store, "other", {"apiKey": "acme-key", "apiSecret": "x"}),
    ],
)
def test_misuse_is_told_and_changes_nothing(world: World, attempt: Callable[[Store], object]) -> None:
    """What does not exist is a problem with a sentence, and the store is as it was."""
    before = show(world.store, "acme")
    with pytest.raises(SandboxMisuse):
        attempt(world.store)
    assert show(world.store, "acme") == before


def test_dump_has_no_ids(world: World) -> None:
    """Two organizations that reached the same state in another order dump the same."""
    seed(world.store, "other", SEED | {"apiKey": "k", "apiSecret": "s", "customers": CUSTOMERS[::-1]})
    dump = dump_state(world.store, "acme")
    assert dump == dump_state(world.store, "other")
    assert world.customer()["id"] not in str(dump)
    customers = objects(dump["customers"])
    assert (customers[0]["dunningPlan"], customers[0]["customFields"]) == (
        "Standard",
        {"segment": {"label": "Retail"}, "note": "hello"},
    )
    assert [contact["externalId"] for contact in objects(customers[0]["contacts"])] == ["P-1", "P-2", None]
    edit(world.store, "acme", "customer/C-001", {"name": "Other"})
    assert dump_state(world.store, "acme") != dump


def test_an_empty_organization_dumps(world: World) -> None:
    """There is a dump of nothing."""
    seed(world.store, "empty", {})
    assert dump_state(world.store, "empty") == {"customFields": [], "customers": []}


def test_reset_forgets_everything(world: World) -> None:
    """After a reset there is no organization, fault or logged request."""
    world.fault("error-before", method="write")
    world.get("/users")
    reset(world.store)
    assert world.store.organizations() == []
    assert logged_requests(world.store) == []
    assert world.send("GET", "/users").status_code == 401


def test_the_log_can_be_cleared(world: World) -> None:
    """Clearing the log forgets the requests and nothing else."""
    world.get("/users")
    clear_requests(world.store)
    assert logged_requests(world.store) == []
    assert world.customer()["name"] == "Alpha"


def test_a_demo_survives_between_commands(tmp_path: Path) -> None:
    """What one command seeded in a file, the next reads over the transport, and a third sees edited."""
    path = tmp_path / "folder" / "sandbox.db"
    first = Store(path)
    seed(first, "acme", SEED | {"settings": {"created_status": 201}})
    first.close()

    async def write() -> int:
        async with httpx.AsyncClient(transport=SandboxTransport(path), base_url=BASE, headers=KEYS) as client:
            return (await client.post("/customers", json={"externalId": "N", "name": "N"})).status_code

    assert asyncio.run(write()) == 201
    third = Store(path)
    assert show(third, "acme", "customer/N")["name"] == "N"
    third.close()


def test_two_connections_write_one_file(tmp_path: Path) -> None:
    """A served sandbox and a command may write the same file at the same time; no write is lost."""
    stores = [Store(tmp_path / "sandbox.db") for _ in range(2)]
    seed(stores[0], "acme", SEED)

    def work(store: Store, name: str) -> None:
        for number in range(30):
            add(store, "acme", "customer", {"externalId": f"{name}-{number}", "name": name})

    threads = [threading.Thread(target=work, args=(store, str(place))) for place, store in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shown(stores[0], "acme")["customers"]) == 63
    for store in stores:
        store.close()
