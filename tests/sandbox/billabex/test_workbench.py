"""What a person does with a Billabex organization: seed, show, edit, add, remove, and compare end states."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from reconciler.sandbox import (
    SandboxMisuse,
    SandboxServer,
    Store,
    add,
    dump_state,
    edit,
    ensure_organization,
    remove,
    reset,
    seed,
    set_positions,
    show,
    turn_knobs,
)
from reconciler.sandbox.values import objects
from tests.sandbox.billabex.world import ACCOUNTS, JOHN, SEED, World


def test_a_seed_comes_to_life(billabex: World) -> None:
    """Accounts and people are there in order, over the wire and in the workbench alike."""
    shown = billabex.shown()
    assert [account["fullName"] for account in shown["accounts"]] == ["Acme", "Beta", "Gamma", "Delta"]
    assert (shown["vendor"], shown["accounts"][2]["invoices"], shown["accounts"][2]["creditNotes"]) == (
        "billabex",
        3,
        1,
    )
    assert billabex.send("GET", billabex.account_path()).json()["fullName"] == "Acme"
    john = billabex.contacts()[0]
    assert john == {**JOHN, "id": john["id"], "email": {"address": "john@acme.com", "status": "Valid"}}
    for name in ("john@acme.com", "John Smith", john["id"]):
        assert billabex.shown(f"account/A-001/contact/{name}") == john
    assert billabex.shown("account/Acme") == billabex.shown(f"account/{shown['accounts'][0]['id']}")


def test_an_organization_stays_with_its_vendor(billabex: World) -> None:
    """A seed with accounts is Billabex's, any other Upflow's; `vendor` says so outright; nothing changes sides."""
    seed(billabex.store, "up", {})
    seed(billabex.store, "bill", {"vendor": "billabex"})
    assert "customers" in show(billabex.store, "up")
    assert show(billabex.store, "bill")["accounts"] == []
    with pytest.raises(SandboxMisuse):
        seed(billabex.store, "up", {"vendor": "billabex"})
    with pytest.raises(SandboxMisuse):
        seed(billabex.store, "up", {"accounts": []})
    with pytest.raises(SandboxMisuse):
        seed(billabex.store, "new", {"vendor": "nobody"})
    ensure_organization(billabex.store, "made", "billabex")
    assert show(billabex.store, "made")["vendor"] == "billabex"


def test_seeding_again_starts_afresh(billabex: World) -> None:
    """The same seed gives the same ids; what was there before is gone."""
    before = billabex.shown()
    add(billabex.store, "acme", "account", {"fullName": "Extra"})
    seed(billabex.store, "acme", SEED)
    assert billabex.shown() == before


def test_edit_sets_any_field(billabex: World) -> None:
    """A person changes what the API cannot: counts, the reason, the kind of source; people are added."""
    edit(
        billabex.store,
        "acme",
        "account/A-001",
        {
            "invoices": 7,
            "readOnlyReason": "so",
            "billingAddress": {"city": "Nice"},
            "source": {"connectorType": "Xero"},
            "contacts": [{"fullName": "Extra"}],
            "internalRepresentatives": [{"fullName": "Rep"}],
        },
    )
    after = billabex.shown("account/A-001")
    source = after["source"]
    assert source is not None
    assert (after["invoices"], source["sourceId"], source["connectorType"]) == (7, "A-001", "Xero")
    assert (after["billingAddress"]["city"], after["billingAddress"]["street"]) == ("Nice", "1 Road")
    assert (len(after["contacts"]), len(after["internalRepresentatives"])) == (3, 2)
    billabex.edit("account/A-001", source=None)
    assert billabex.shown("account/Acme")["source"] is None


@pytest.mark.parametrize("status", ["Bounced", "Complained", "Valid"])
def test_the_status_of_an_address_is_set_by_hand(billabex: World, status: str) -> None:
    """Mail to an address bounces, or its reader complains: both ways of writing it are taken."""
    target = "account/A-001/contact/john@acme.com"
    billabex.edit(target, emailStatus=status)
    assert billabex.contacts()[0]["email"] == {"address": "john@acme.com", "status": status}
    billabex.edit(target, email={"address": "j@acme.com", "status": status})
    assert billabex.contacts()[0]["email"] == {"address": "j@acme.com", "status": status}
    billabex.edit("account/A-001/contact/j@acme.com", email="k@acme.com")
    assert billabex.contacts()[0]["email"] == {"address": "k@acme.com", "status": "Valid"}


def test_people_by_hand(billabex: World) -> None:
    """A person adds and removes contacts and representatives; nothing is merged."""
    for target in ("account/A-001", "account/A-001/contact", "account/A-001/representative"):
        added = add(billabex.store, "acme", target, {"fullName": "John Smith", "email": "john@acme.com"})
        assert (added["fullName"], added["language"]) == ("John Smith", "en")
    assert (len(billabex.contacts()), len(billabex.representatives())) == (4, 2)
    remove(billabex.store, "acme", "account/A-001/representative/Sarah Johnson")
    assert [person["fullName"] for person in billabex.representatives()] == ["John Smith"]
    remove(billabex.store, "acme", "account/A-001")
    assert len(billabex.shown()["accounts"]) == 3


@pytest.mark.parametrize(
    "attempt",
    [
        lambda store: show(store, "acme", "account/none"),
        lambda store: show(store, "acme", "customer/A-001"),
        lambda store: show(store, "acme", "account/A-001/contact/none"),
        lambda store: show(store, "acme", "account/A-001/contact/Sarah Johnson"),
        lambda store: edit(store, "acme", "account/A-001", {"colour": "red"}),
        lambda store: edit(store, "acme", "account/A-001", {"source": {"colour": "red"}}),
        lambda store: edit(store, "acme", "account/A-001/contact/John Smith", {"colour": "red"}),
        lambda store: edit(store, "acme", "account/A-001/contact/John Smith", {"emailStatus": "Lost"}),
        lambda store: edit(store, "acme", "account/A-001/contact/John Smith", {"email": {"colour": "red"}}),
        lambda store: add(store, "acme", "planet", {}),
        lambda store: seed(store, "acme", {"accounts": "x"}),
        lambda store: seed(store, "acme", {"accounts": [{"customers": []}]}),
        lambda store: seed(store, "acme", {"accounts": [], "settings": []}),
        lambda store: seed(store, "acme", {"customers": []}),
        lambda store: seed(store, "other", {"accounts": [], "clientId": "client", "clientSecret": "x"}),
        lambda store: turn_knobs(store, "acme", {"list_rows_contacts": True}),
        lambda store: set_positions(store, "acme", ["ACCOUNTING"]),
    ],
)
def test_misuse_is_told_and_changes_nothing(billabex: World, attempt: Callable[[Store], object]) -> None:
    """What does not exist is a problem with a sentence, and the store is as it was."""
    before = billabex.shown()
    with pytest.raises(SandboxMisuse):
        attempt(billabex.store)
    assert billabex.shown() == before


def test_dump_has_no_ids(billabex: World) -> None:
    """Two organizations that reached the same state in another order dump the same; a change shows."""
    seed(billabex.store, "other", {"accounts": ACCOUNTS[::-1], "settings": {"generation": "contacts"}})
    dump = dump_state(billabex.store, "acme")
    assert dump == dump_state(billabex.store, "other")
    assert str(billabex.shown()["accounts"][0]["id"]) not in str(dump)
    acme = next(account for account in objects(dump["accounts"]) if account["fullName"] == "Acme")
    assert [person["email"] for person in objects(acme["contacts"])] == ["john@acme.com", "mary@acme.com"]
    billabex.edit("account/A-001/contact/john@acme.com", emailStatus="Bounced")
    assert dump_state(billabex.store, "acme") != dump


def test_reset_forgets_both_vendors(billabex: World) -> None:
    """After a reset there is no organization, and a plain token opens nothing."""
    seed(billabex.store, "up", {})
    reset(billabex.store)
    assert billabex.store.organizations() == []
    assert billabex.send("GET", "/organizations").status_code == 401


def test_a_file_of_an_earlier_release_is_upflow_s(tmp_path: Path) -> None:
    """Organizations that were stored before there were two vendors are Upflow's."""
    path = tmp_path / "sandbox.db"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE organizations (organization INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
        " api_key TEXT UNIQUE, api_secret TEXT, counter INTEGER NOT NULL DEFAULT 0, settings TEXT NOT NULL);"
        "INSERT INTO organizations (name, settings) VALUES ('old', '{}');"
    )
    connection.close()
    for _ in range(2):
        store = Store(path)
        assert [organization.vendor for organization in store.organizations()] == ["upflow"]
        assert show(store, "old")["customers"] == []
        store.close()


@pytest.mark.enable_socket
def test_one_port_serves_both(billabex: World) -> None:
    """Over a real socket Billabex lies below /api, Upflow below /v1; PATCH and an empty 204 pass."""
    seed(billabex.store, "up", {"apiKey": "k", "apiSecret": "s"})
    billabex.turn(update_verb="patch")
    with SandboxServer(billabex.store) as server, httpx.Client(base_url=server.origin) as client:
        bearer = {"Authorization": "Bearer sandbox-acme"}
        path = f"/api/public/v1{billabex.account_path()}/contacts"
        john = client.get(path, headers=bearer).json()[0]["id"]
        assert client.patch(f"{path}/{john}", json={"role": "CEO"}, headers=bearer).json()["role"] == "CEO"
        assert client.delete(f"{path}/{john}", headers=bearer).status_code == 204
        assert client.get(f"{server.url}/users", headers={"X-Api-Key": "k", "X-Api-Secret": "s"}).is_success
        assert client.post("/api/oauth/token", data={"grant_type": "refresh_token"}).status_code == 400
