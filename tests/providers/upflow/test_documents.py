"""Claims about what a document may say of Upflow's customers, and about the JSON Schemas made from the same models."""

from __future__ import annotations

from collections.abc import Mapping

import jsonschema
import pytest

from reconciler.model.resource import Value
from reconciler.providers.upflow.documents import CUSTOM_FIELDS, CUSTOMERS, SETTINGS

FULL: dict[str, Value] = {
    "externalId": "C-001",
    "name": "Acme",
    "vatNumber": "FR12345678901",
    "accountingRef": "411ACME",
    "address": {"address": "1 rue", "zipcode": "01000", "city": "Paris", "state": None, "country": "France"},
    "parent": "C-000",
    "dunningPlan": "Standard",
    "accountManager": "ann@example.com",
    "paymentMethods": {
        "card": {"enabled": True},
        "check": {"enabled": False},
        "achDebit": {"enabled": False},
        "sepaDebit": {"enabled": True},
        "goCardless": {"enabled": False},
        "wireTransfer": {"enabled": True, "bankAccount": {"id": "b-1"}, "bankAccounts": [{"id": "b-1"}]},
    },
    "customFields": {"tier": "Gold", "tags": ["a", "b"], "score": 7, "vip": True, "note": None},
    "contacts": [
        {
            "externalId": "P-1",
            "key": "boss",
            "email": "jean.dupont@example.com",
            "firstName": "Jean",
            "lastName": None,
            "phone": "+33102030405",
            "position": "ACCOUNTING",
            "isMain": True,
        }
    ],
    "contactsMode": "whole",
    "createOptions": True,
}


def test_every_writable_field_may_be_written() -> None:
    """A customer with all fields of the fact sheet passes, and comes out equal."""
    assert CUSTOMERS.check(FULL) == (FULL, ())


@pytest.mark.parametrize("parent", ["C-000", {"externalId": "C-000"}])
def test_the_schema_takes_what_the_model_takes(parent: Value) -> None:
    """Both ways to write a parent, and everything else, are valid for an editor too."""
    item = {**FULL, "parent": parent}
    schema = CUSTOMERS.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(item, schema)
    assert CUSTOMERS.check(item)[1] == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"nam": "Acme"},
        {"parent": None},
        {"parent": {"id": "x"}},
        {"contacts": None},
        {"contactsMode": "append"},
        {"address": {"zipcode": 1000}},
        {"contacts": [{"email": "..@example"}]},
        {"customFields": {"tier": {"label": "Gold"}}},
    ],
)
def test_the_schema_refuses_what_reading_refuses(wrong: dict[str, Value]) -> None:
    """An editor marks the same mistakes."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**FULL, **wrong}, CUSTOMERS.schema())


@pytest.mark.parametrize("schema", [CUSTOMERS.schema(), CUSTOM_FIELDS.schema(), SETTINGS.schema()])
def test_every_field_of_a_schema_is_described(schema: Mapping[str, Value]) -> None:
    """Hovering over any key in an editor says what it is."""
    _described(schema)


def _described(node: Value) -> None:
    if isinstance(node, list):
        for part in node:
            _described(part)
    if isinstance(node, dict):
        properties = node.get("properties")
        for name, part in properties.items() if isinstance(properties, dict) else ():
            assert isinstance(part, dict) and part.get("description"), name
        for part in node.values():
            _described(part)


@pytest.mark.parametrize(
    "email",
    [
        "jean@example.com",
        "jean.dupont+billing@sub.example.co.uk",
        "o'neill_j-r@example.com",
        "1@2.fr",
        "JEAN@EXAMPLE.COM",
        "a-b@xn--caf-dma.fr",
    ],
)
def test_addresses_that_upflow_takes_pass(email: str) -> None:
    """Letters, digits and + _ ' . - before the @, and a domain with a dot."""
    assert CUSTOMERS.check({"externalId": "C", "contacts": [{"email": email}]})[1] == ()


@pytest.mark.parametrize(
    "email",
    [
        "",
        "jean",
        "@example.com",
        "jean@",
        "jean@localhost",
        ".jean@example.com",
        "jean.@example.com",
        "je..an@example.com",
        "jean@example..com",
        "jean@.example.com",
        "jean@example.com.",
        "jean@-example.com",
        "jean dupont@example.com",
        "jean@example.com ",
        "jean@example.com\n",
        "jean@@example.com",
        "jean/x@example.com",
        "jéan@example.com",
        "Jean <jean@example.com>",
    ],
)
def test_broken_addresses_are_refused(email: str) -> None:
    """Anything else is `email-invalid`, at the address."""
    flaws = CUSTOMERS.check({"externalId": "C", "contacts": [{"email": email}]})[1]
    assert [(flaw.code, flaw.path) for flaw in flaws] == [("email-invalid", ("contacts", 0, "email"))]


@pytest.mark.parametrize(
    "wrong",
    [
        {"externalId": None},
        {"name": None},
        {"parent": None},
        {"accountManager": None},
        {"address": None},
        {"paymentMethods": None},
        {"paymentMethods": {"card": None}},
        {"paymentMethods": {"card": {"enabled": None}}},
        {"customFields": None},
        {"contacts": None},
        {"contactsMode": None},
        {"contacts": [{"email": None}]},
        {"contacts": [{"position": None}]},
        {"contacts": [{"isMain": None}]},
        {"contacts": [{"externalId": None}]},
    ],
)
def test_null_is_refused_where_upflow_cannot_clear(wrong: dict[str, Value]) -> None:
    """Null means to clear; where no way to clear is documented it is an error."""
    flaws = CUSTOMERS.check({"externalId": "C", **wrong})[1]
    assert [flaw.code for flaw in flaws] == ["null-not-clearable"]


@pytest.mark.parametrize(
    "cleared",
    [
        {"vatNumber": None},
        {"accountingRef": None},
        {"dunningPlan": None},
        {"address": dict.fromkeys(("address", "zipcode", "city", "state", "country"))},
        {"customFields": {"tier": None}},
        {"contacts": [{"externalId": "P", "firstName": None, "lastName": None, "phone": None}]},
    ],
)
def test_null_clears_where_upflow_has_a_way(cleared: dict[str, Value]) -> None:
    """These fields can be cleared."""
    assert CUSTOMERS.check({"externalId": "C", **cleared})[1] == ()


def test_contacts_null_says_that_an_empty_list_means_none() -> None:
    """The remedy for `contacts: null` names both things that may have been meant."""
    (flaw,) = CUSTOMERS.check({"externalId": "C", "contacts": None})[1]
    assert flaw.remedy == "Write [] for no contacts at all, or leave the key out to leave them alone."
