"""Contacts: the whole-list rule, the routes of their own, e-mails, positions, and the main contact."""

from __future__ import annotations

import pytest

from reconciler.sandbox import set_positions
from reconciler.sandbox.values import JsonObject
from tests.sandbox.conftest import World

ONE: JsonObject = {"externalId": "P-1", "email": "one@example.com"}
TWO: JsonObject = {"externalId": "P-2", "email": "two@example.com"}
CUSTOMER = "/customers/external:C-001"


def _import(world: World, *contacts: JsonObject, external_id: str = "C-001") -> int:
    body = {"externalId": external_id, "name": "Name", "contacts": list(contacts)}
    return world.send("POST", "/customers", body).status_code


def test_a_list_is_the_whole_list(world: World) -> None:
    """Who is not in the list goes, who stays keeps id and other fields, who is new comes; hand-made contacts stay."""
    before = world.contacts()
    new: JsonObject = {"externalId": "P-9", "email": "nine@example.com", "position": "PAYER"}
    assert _import(world, ONE | {"firstName": "Uno"}, new) == 200
    after = world.contacts()
    assert set(after) == {"P-1", "P-9", None}
    assert after["P-1"] == before["P-1"] | {"firstName": "Uno"}
    assert after[None] == before[None]
    assert after["P-9"]["position"] == "PAYER"


def test_an_empty_list_removes_the_imported(world: World) -> None:
    """`contacts: []` wants none; a contact without external id stays."""
    assert _import(world) == 200
    assert set(world.contacts()) == {None}


def test_one_external_id_on_two_customers(world: World) -> None:
    """The same contact on several customers has an id on each, and each is changed alone."""
    _import(world, ONE | {"firstName": "There"}, external_id="C-002")
    here, there = world.contacts()["P-1"], world.contacts("C-002")["P-1"]
    assert here["id"] != there["id"]
    assert (here["firstName"], there["firstName"]) == ("One", "There")
    assert world.get("/customers/external:C-002/contacts/external:P-1") == there


@pytest.mark.parametrize(
    "contacts",
    [
        [{"externalId": "P-1"}],
        [{"externalId": "P-1", "email": ""}],
        [{"externalId": "P-1", "email": "nobody"}],
        [ONE | {"position": "NONE"}],
        [ONE | {"isMain": "yes"}],
        [ONE | {"phone": 33}],
        [ONE, ONE | {"email": "x@example.com"}],
        [ONE, TWO | {"email": "one@example.com"}],
        [ONE | {"email": "hand@example.com"}],
    ],
)
def test_an_invalid_list_is_400_and_changes_nothing(world: World, contacts: list[JsonObject]) -> None:
    """E-mails are mandatory and unique, positions must exist, nobody is in the list twice."""
    before = world.customer()
    assert _import(world, *contacts) == 400
    assert world.customer() == before


def test_positions_follow_the_language(world: World) -> None:
    """The request that was good in English is a 400 once the organization speaks French."""
    assert _import(world, ONE | {"position": "ACCOUNTING"}) == 200
    set_positions(world.store, "acme", ["Comptabilité", "Payeur"])
    assert _import(world, ONE | {"position": "ACCOUNTING"}) == 400
    assert _import(world, ONE | {"position": "Comptabilité"}) == 200


def test_e_mails_may_change_hands_within_one_list(world: World) -> None:
    """E-mails are judged on the list as it ends up, so two contacts can swap theirs."""
    assert _import(world, ONE | {"email": "two@example.com"}, TWO | {"email": "one@example.com"}) == 200
    assert world.contacts()["P-1"]["email"] == "two@example.com"


def test_the_last_main_wins(world: World) -> None:
    """There is one main contact; of several that a list names the last is it."""
    assert _import(world, ONE | {"isMain": True}, TWO | {"isMain": True}) == 200
    assert {name: contact["isMain"] for name, contact in world.contacts().items()} == {
        "P-1": False,
        "P-2": True,
        None: False,
    }
    contact = world.contacts()["P-1"]
    world.send("PUT", f"{CUSTOMER}/contacts/{contact['id']}", {"isMain": True})
    assert [name for name, contact in world.contacts().items() if contact["isMain"]] == ["P-1"]


def test_contact_routes(world: World) -> None:
    """A contact is listed, created, read, updated and deleted below its customer."""
    created = world.send("POST", f"{CUSTOMER}/contacts", {"externalId": "P-5", "email": "five@example.com"}).json()
    path = f"{CUSTOMER}/contacts/external:P-5"
    assert world.get(path) == created
    changed = world.send("PUT", path, {"phone": "+331"}).json()
    assert changed == created | {"phone": "+331"}
    listing = world.get(f"{CUSTOMER}/contacts?limit=2&offset=2")
    assert (listing["total"], [row["externalId"] for row in listing["contacts"]]) == (4, [None, "P-5"])
    assert world.send("DELETE", path).status_code == 204
    assert world.send("GET", path).status_code == 404
    assert world.send("GET", "/customers/external:C-002/contacts/external:P-1").status_code == 404


def test_a_contact_made_by_hand_can_be_given_an_external_id(world: World) -> None:
    """PUT on the id of a contact without external id names it; a name that is taken is a 400."""
    path = f"{CUSTOMER}/contacts/{world.contacts()[None]['id']}"
    assert world.send("PUT", path, {"externalId": "P-1"}).status_code == 400
    assert world.send("PUT", path, {"externalId": "P-7"}).json()["externalId"] == "P-7"


def test_a_contact_posted_twice_without_external_id_is_refused(world: World) -> None:
    """Without an external id a second POST of the same e-mail is not unique: 400, not a second contact."""
    body = {"email": "new@example.com"}
    statuses = [world.send("POST", f"{CUSTOMER}/contacts", body).status_code for _ in range(2)]
    assert statuses == [200, 400]


def test_deleting_a_customer_takes_its_contacts(world: World) -> None:
    """After a delete, a new customer of the same external id starts with no contacts."""
    _import(world, ONE, external_id="C-002")
    world.send("DELETE", "/customers/external:C-002")
    created = world.send("POST", "/customers", {"externalId": "C-002", "name": "Again"}).json()
    assert created["contacts"] == []
