"""The examples of the vendor's upsert guide, word for word: requests, answers, the table of outcomes, the names."""

from __future__ import annotations

import pytest

from reconciler.sandbox.values import JsonObject
from tests.sandbox.billabex.world import World, as_wire

GUIDE_PERSON: JsonObject = {
    "fullName": "John Smith",
    "email": "john.smith@acme.com",
    "language": "en",
    "role": "Billing Manager",
    "notes": "Primary contact for invoices",
    "isPrimary": True,
}


def test_upsert_a_contact(billabex: World) -> None:
    """The guide's request gives the guide's answer, field by field; notes that were never set are null."""
    body = {name: value for name, value in GUIDE_PERSON.items() if name != "notes"}
    response = billabex.upsert(body, source_id="A-002")
    answer = response.json()
    assert response.status_code == 200
    assert list(answer) == ["id", "fullName", "email", "language", "role", "notes", "isPrimary"]
    assert answer == {
        "id": answer["id"],
        "fullName": "John Smith",
        "email": {"address": "john.smith@acme.com", "status": "Valid"},
        "language": "en",
        "role": "Billing Manager",
        "notes": None,
        "isPrimary": True,
    }
    assert [len(part) for part in answer["id"].split("-")] == [8, 4, 4, 4, 12]


def test_every_field_of_the_request_format(billabex: World) -> None:
    """All six fields of the format are taken."""
    answer = billabex.upsert(GUIDE_PERSON, source_id="A-002").json()
    assert (answer["notes"], answer["isPrimary"]) == ("Primary contact for invoices", True)


def test_upsert_an_internal_representative(billabex: World) -> None:
    """The guide's Sarah becomes a representative, with the fields that she was not given at their defaults."""
    body = {
        "fullName": "Sarah Johnson",
        "email": "sarah@yourcompany.com",
        "language": "en",
        "role": "Account Manager",
    }
    answer = billabex.upsert(body, to="internal-representatives", source_id="A-002").json()
    assert (answer["role"], answer["notes"], answer["isPrimary"]) == ("Account Manager", None, False)
    assert [person["fullName"] for person in billabex.representatives("A-002")] == ["Sarah Johnson"]
    assert billabex.contacts("A-002") == []


@pytest.mark.parametrize(("domain", "representative"), [("example.com", True), ("other.com", False)])
def test_upsert_a_party(billabex: World, domain: str, representative: bool) -> None:
    """Alex is a representative where the domain of the address is the organization's own, otherwise a contact."""
    billabex.turn(email_domains=[domain])
    body = {"fullName": "Alex Brown", "email": "alex@example.com", "language": "en"}
    assert billabex.upsert(body, to="party", source_id="A-002").status_code == 200
    assert (len(billabex.representatives("A-002")), len(billabex.contacts("A-002"))) == (
        (1, 0) if representative else (0, 1)
    )


def test_john_at_acme_in_capitals(billabex: World) -> None:
    """`John@ACME.com` is `john@acme.com`: no second John."""
    before = billabex.contacts()
    answer = billabex.upsert({"email": "John@ACME.com", "fullName": "John Smith"}).json()
    assert answer["id"] == before[0]["id"]
    assert len(billabex.contacts()) == len(before)


@pytest.mark.parametrize(
    ("name", "matches"),
    [("john smith", True), ("John Smth", True), ("Jon Smith", True), ("Jonathan Smith", False), ("J. Smith", False)],
)
def test_the_names_of_the_guide(billabex: World, name: str, matches: bool) -> None:
    """Three names match "John Smith" and two do not, an unknown address or none beside them."""
    john = billabex.contacts()[0]["id"]
    for body in ({"fullName": name, "language": "en"}, {"fullName": name, "language": "en", "email": "new@acme.com"}):
        assert (billabex.upsert(body).json()["id"] == john) == matches
        billabex.edit(f"account/A-001/contact/{john}", fullName="John Smith")
    assert len(billabex.contacts()) == (2 if matches else 3)


def test_row_1_the_email_matches(billabex: World) -> None:
    """Email matches existing record: update that record, whatever its name."""
    john, mary = billabex.contacts()
    answer = as_wire(billabex.upsert({"email": "john@acme.com", "fullName": "Mary Jones"}).content)
    assert answer["id"] == john["id"]
    assert billabex.contacts() == [john | {"fullName": "Mary Jones"}, mary]


def test_row_2_the_name_matches(billabex: World) -> None:
    """Name matches existing record, no e-mail match: update that record, its address overwritten."""
    john, mary = billabex.contacts()
    answer = as_wire(billabex.upsert({"email": "j.smith@acme.com", "fullName": "Jon Smith"}).content)
    assert answer["id"] == john["id"]
    changed = {"fullName": "Jon Smith", "email": {"address": "j.smith@acme.com", "status": "Valid"}}
    assert billabex.contacts() == [{**john, **changed}, mary]


def test_row_3_nobody_matches(billabex: World) -> None:
    """No match found, fullName and language provided: create."""
    before = billabex.contacts()
    answer = as_wire(billabex.upsert({"fullName": "Zoe", "language": "en"}).content)
    assert answer["email"] is None
    assert billabex.contacts() == [*before, answer]


@pytest.mark.parametrize(
    "body",
    [
        {"fullName": "Zoe"},
        {"language": "en"},
        {"email": "zoe@acme.com"},
        {"email": "zoe@acme.com", "language": "en"},
        {"email": "zoe@acme.com", "fullName": "Zoe"},
        {},
    ],
)
def test_row_4_nobody_matches_and_something_is_missing(billabex: World, body: JsonObject) -> None:
    """No match found, fullName or language missing: 400, and nothing is created."""
    before = billabex.contacts()
    for list_name in ("contacts", "party"):
        assert billabex.upsert(body, to=list_name).status_code == 400
    assert billabex.contacts() == before


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ({"email": "john@acme.com"}, {}),
        ({"fullName": "Jon Smith"}, {"fullName": "Jon Smith"}),
        ({"email": "john@acme.com", "role": "CEO"}, {"role": "CEO"}),
        ({"email": "john@acme.com", "isPrimary": False}, {"isPrimary": False}),
        ({"email": "john@acme.com", "role": None, "notes": None}, {"role": None, "notes": None}),
    ],
)
def test_only_provided_fields_are_modified(billabex: World, body: JsonObject, changed: JsonObject) -> None:
    """When updating all fields are optional, and those that are not there stay as they are."""
    john = billabex.contacts()[0]
    assert billabex.upsert(body).status_code == 200
    assert billabex.contacts()[0] == {**john, **changed}


def test_the_same_request_again_gives_the_same_result(billabex: World) -> None:
    """An upsert is idempotent: one person, one answer."""
    first = billabex.upsert(GUIDE_PERSON, source_id="A-002").json()
    assert billabex.upsert(GUIDE_PERSON, source_id="A-002").json() == first
    assert len(billabex.contacts("A-002")) == 1


def test_an_email_beats_a_name(billabex: World) -> None:
    """Where the address is Mary's and the name John's, Mary is updated and John untouched (R-CONFLICT)."""
    john, mary = billabex.contacts()
    assert as_wire(billabex.upsert({"email": "MARY@acme.com", "fullName": "John Smith"}).content)["id"] == mary["id"]
    assert billabex.contacts()[0] == john
