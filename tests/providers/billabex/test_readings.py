"""Documents of people as they are read: parties on their list, addresses in one spelling, and what is refused."""

from __future__ import annotations

import pytest

from reconciler.model.kind import Reading
from reconciler.model.resource import Value
from reconciler.providers.billabex.readings import read_account, read_settings
from reconciler.sandbox.values import Json

SETTINGS, _ = read_settings({"organizationId": "o-1", "emailDomains": ["ours.example"]})


def read(**lists: Value) -> Reading:
    """Read an account with these people."""
    return read_account({"source": {"connectionId": "erp", "sourceId": "A-1"}, **lists}, SETTINGS)


def person(key: str, email: str, **more: Json) -> dict[str, Value]:
    """Write somebody."""
    return {"key": key, "fullName": f"Somebody {key}", "email": email, "language": "en", **more}


@pytest.mark.parametrize(
    ("email", "home"),
    [
        ("alex@ours.example", "internalRepresentatives"),
        ("ALEX@OURS.example", "internalRepresentatives"),
        ("alex@example.com", "contacts"),
        ("alex@notours.example", "contacts"),
    ],
)
def test_the_domain_decides_about_a_party(email: str, home: str) -> None:
    """Guide, "Upsert Party": the organization's own domain makes an internal representative, any other a contact."""
    found = read(parties=[person("alex", email)])
    assert found.flaws == ()
    assert [row["key"] for row in found.members[home]] == ["alex"]
    assert home in found.only_add


def test_an_address_is_read_in_small_letters_and_a_name_without_blanks_around_it() -> None:
    """Capitals make no other address (guide, "Step 1"); whether the vendor keeps outer blanks is not known."""
    (row,) = read(contacts=[{"key": "john", "fullName": " John Smith ", "email": "John@ACME.com"}]).members["contacts"]
    assert (row["fullName"], row["email"]) == ("John Smith", "john@acme.com")


def test_a_party_at_a_subdomain_is_refused() -> None:
    """Whether a subdomain counts as the organization's own is not known."""
    (flaw,) = read(parties=[person("alex", "alex@mail.ours.example")]).flaws
    assert (flaw.code, flaw.path) == ("party-uncertain", ("parties", 0, "email"))


def test_one_primary_for_each_list_parties_included() -> None:
    """A party counts on the list that it is to stand on, and not on the other."""
    ours, client = person("a", "a@ours.example", isPrimary=True), person("b", "b@client.example", isPrimary=True)
    assert read(contacts=[client], parties=[ours]).flaws == ()
    (flaw,) = read(internalRepresentatives=[{**client, "key": "c"}], parties=[ours]).flaws
    assert (flaw.code, flaw.path) == ("primary-duplicate", ("parties", 0, "isPrimary"))


def test_one_address_for_one_person_across_all_lists() -> None:
    """The vendor would take the two for one, whatever the case."""
    (flaw,) = read(contacts=[person("a", "x@y.example")], parties=[person("b", "X@Y.example")]).flaws
    assert (flaw.code, flaw.path) == ("email-duplicate", ("parties", 0, "email"))


def test_two_addresses_that_are_one_in_capitals_are_refused_too() -> None:
    """People are paired by addresses folded so, and two declared ones would mean the same live person."""
    (flaw,) = read(contacts=[person("a", "vo\u00df@y.example"), person("b", "VOSS@y.example")]).flaws
    assert (flaw.code, flaw.path) == ("email-duplicate", ("contacts", 1, "email"))


@pytest.mark.parametrize("language", ["en-US", "EN", "xx", "eng"])
def test_a_language_is_one_of_iso_639_1(language: str) -> None:
    """Two small letters that are a language."""
    flaws = read(contacts=[{"key": "a", "fullName": "Ann Lee", "language": language}]).flaws
    assert {flaw.path for flaw in flaws} == {("contacts", 0, "language")}
    assert "language-unknown" in {flaw.code for flaw in flaws}


def test_a_key_alone_is_nobody() -> None:
    """Billabex knows people by name and address."""
    (flaw,) = read(contacts=[{"key": "a", "role": "CFO"}]).flaws
    assert (flaw.code, flaw.path) == ("person-unidentified", ("contacts", 0))


def test_an_email_cannot_be_cleared() -> None:
    """Whether null clears is not known (fact sheet R-PARTIAL), so it is refused at its line."""
    (flaw,) = read(contacts=[{"key": "a", "fullName": "Ann Lee", "email": None}]).flaws
    assert flaw.path == ("contacts", 0, "email")
