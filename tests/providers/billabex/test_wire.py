"""Billabex's rows in the normal shape, whatever form of them it sends."""

from __future__ import annotations

import pytest

from reconciler.model.kind import MemberKind
from reconciler.model.resource import Value
from reconciler.providers.billabex.kinds import CONTACT, REPRESENTATIVE
from reconciler.providers.billabex.wire import RowError, account_of, created_account, person_of, personal_values

ACCOUNT: dict[str, Value] = {
    "id": "a-1",
    "fullName": "Acme",
    "currencyCode": "EUR",
    "billingAddress": {"street": "1 Road", "city": "", "country": "FR", "floor": "3"},
    "source": {"connectionId": "erp", "sourceId": "A-1", "connectorType": "Custom"},
}


def test_an_account_has_every_part_and_nothing_is_none() -> None:
    """A part that we do not know of stays: it is sent back with the others."""
    found = account_of(ACCOUNT)
    assert (found.kind, found.key, found.remote_id) == ("account", "erp:A-1", "a-1")
    address = {"street": "1 Road", "city": None, "postalCode": None, "stateOrProvince": None, "country": "FR"}
    assert found.fields == {"fullName": "Acme", "currencyCode": "EUR", "billingAddress": {**address, "floor": "3"}}
    assert found.members is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({"currencyCode": "EUR"}, "EUR"),
        ({"currency": {"code": "USD"}}, "USD"),
        ({"currencyCode": "EUR", "currency": {"code": "EUR"}}, "EUR"),
        ({"currency": "EUR"}, None),
        ({}, None),
    ],
)
def test_the_currency_is_understood_either_way(written: dict[str, Value], code: str | None) -> None:
    """As the connector sends it, and as its comments say that it comes back."""
    bare = {name: value for name, value in ACCOUNT.items() if name != "currencyCode"}
    assert account_of({**bare, **written}).fields["currencyCode"] == code


@pytest.mark.parametrize("source", [None, {}, {"connectionId": "erp"}, {"connectionId": 1, "sourceId": 2}])
def test_an_account_without_a_source_goes_by_its_id(source: Value) -> None:
    """As documents name it."""
    assert account_of({**ACCOUNT, "source": source}).key == "id:a-1"


@pytest.mark.parametrize("row", [None, [], {"source": None}, {"id": "a"}, {"id": 1, "source": None}])
def test_a_row_that_does_not_say_which_account_it_is_is_not_believed(row: Value) -> None:
    """Without id, or without a word of its source."""
    with pytest.raises(RowError):
        account_of(row)


@pytest.mark.parametrize(
    ("email", "address", "status"),
    [
        ({"address": "ada@acme.example", "status": "Bounced"}, "ada@acme.example", "Bounced"),
        ("ada@acme.example", "ada@acme.example", None),
        ({"address": "", "status": "Valid"}, None, "Valid"),
        ("", None, None),
        (None, None, None),
    ],
)
def test_an_address_is_understood_as_an_object_and_as_a_text(email: Value, address: Value, status: Value) -> None:
    """The guide shows the one, the connector reads the other."""
    person = person_of({"id": "p", "fullName": "Ada", "email": email, "language": "en"})
    assert (person["email"], person["emailStatus"]) == (address, status)


def test_what_a_generation_lacks_is_none() -> None:
    """Role, notes and the flag are gone from later ones."""
    person = person_of({"id": "p", "fullName": "Ada", "language": "en"})
    assert (person["role"], person["notes"], person["isPrimary"]) == (None, None, None)


def test_a_created_account_is_known_by_the_key_that_was_asked_for() -> None:
    """Its answer needs no more than the id."""
    (made,) = created_account({"id": "a-9"}, "erp:A-9")
    assert (made.key, made.remote_id) == ("erp:A-9", "a-9")


@pytest.mark.parametrize("answer", [None, [], {}, {"id": ""}, {"id": 3}])
def test_an_answer_without_an_id_tells_no_account(answer: Value) -> None:
    """It is looked for then."""
    assert list(created_account(answer, "erp:A-9")) == []


def test_personal_values_are_known_before_they_are_sent() -> None:
    """So that no error repeats them."""
    body: Value = {"fullName": "Ada", "email": "ada@x.example", "language": "en", "notes": "shy", "isPrimary": True}
    assert set(personal_values(body)) == {"Ada", "ada@x.example", "shy"}
    assert personal_values(None) == ()


@pytest.mark.parametrize("kind", [CONTACT, REPRESENTATIVE])
def test_errors_withhold_just_what_is_personal_elsewhere(kind: MemberKind) -> None:
    """What a plan shows needs no hiding in an error, and what it hides no error tells."""
    body: Value = {field.name: field.name for field in kind.fields}
    assert set(personal_values(body)) == {field.name for field in kind.fields if field.personal}
    assert personal_values({"billingAddress": {"street": "3 rue des Lilas", "city": "Lyon"}, "role": "CFO"}) == ()
