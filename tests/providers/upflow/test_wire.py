"""Upflow's rows become the normal shape, whatever they leave out."""

from __future__ import annotations

import pytest

from reconciler.live.provider import RemoteId
from reconciler.model.resource import Fields, Value
from reconciler.model.state import Entry
from reconciler.providers.upflow.wire import (
    RowError,
    contacts_of,
    custom_field_of,
    customer_of,
    entry_of,
    personal_values,
)

NOTHING: Fields = {
    "name": None,
    "vatNumber": None,
    "accountingRef": None,
    "address": {"address": None, "zipcode": None, "city": None, "state": None, "country": None},
    "parent": None,
    "dunningPlan": None,
    "accountManager": None,
    "paymentMethods": None,
    "customFields": {},
}


@pytest.mark.parametrize(
    "row",
    [
        {"id": "u"},
        {"id": "u", "externalId": "", "name": "", "vatNumber": "", "address": {"city": ""}, "parent": {}},
        {"id": "u", "address": None, "parent": None, "customFields": None, "dunningPlanId": None, "contacts": None},
    ],
)
def test_missing_null_and_empty_are_one(row: Value) -> None:
    """Whatever way nothing is there, it is None; contacts that did not come are unread, not an empty list."""
    found = customer_of(row)
    assert (found.key, found.remote_id, found.fields, found.members) == (None, "u", NOTHING, None)


def test_a_full_row_comes_out_whole() -> None:
    """Every writable field and every fact of the fact sheet has its place."""
    contact = {"id": "c", "email": "a@example.com", "firstName": ""}
    found = customer_of(
        {
            "id": "u",
            "externalId": "C-1",
            "name": "Acme",
            "address": {"city": "Paris", "district": "10e"},
            "parent": {"id": "p", "externalId": "C-0"},
            "dunningPlanId": "d",
            "accountManagerId": "m",
            "paymentMethods": {"card": {"enabled": True}},
            "customFields": [
                {"id": "f1", "externalId": "tier", "value": {"id": "o", "label": "Gold"}, "source": "USER_DEFINED"},
                {"id": "f2", "externalId": "tags", "value": [{"label": "b"}, {"label": "a"}]},
                {"id": "f3", "externalId": None, "value": ""},
            ],
            "contacts": [contact],
            "balance": 12,
        }
    )
    assert found.key == "C-1"
    assert found.fields["address"] == {
        **dict.fromkeys(("address", "zipcode", "state", "country")),
        "city": "Paris",
        "district": "10e",
    }
    assert (found.fields["parent"], found.fields["dunningPlan"], found.fields["accountManager"]) == ("C-0", "d", "m")
    assert found.fields["customFields"] == {
        "tier": {"label": "Gold"},
        "tags": [{"label": "a"}, {"label": "b"}],
        "id:f3": None,
    }
    assert found.members == {"contacts": [contact]}
    assert found.facts["balance"] == 12


def test_a_parent_known_by_remote_id_alone_says_so() -> None:
    """It is not taken for an external id that looks like one."""
    parent = customer_of({"id": "u", "parent": {"id": "p"}}).fields["parent"]
    assert isinstance(parent, RemoteId)
    assert parent.remote_id == "p"
    assert customer_of({"id": "u", "parent": {"externalId": "C-0"}}).fields["parent"] == "C-0"


def test_plan_and_manager_may_be_nested() -> None:
    """An id is found where the row nests the object that it names."""
    fields = customer_of({"id": "u", "dunningPlan": {"id": "d"}, "accountManager": {"id": "m"}}).fields
    assert (fields["dunningPlan"], fields["accountManager"]) == ("d", "m")


def test_contacts_given_in_part_are_unread() -> None:
    """Rows that hold no more than ids do not say what a contact is."""
    assert customer_of({"id": "u", "contacts": [{"id": "c", "externalId": "P-1"}]}).members is None
    with pytest.raises(RowError, match="e-mail"):
        contacts_of([{"id": "c"}])


@pytest.mark.parametrize(
    "row",
    [None, "row", [], {}, {"id": ""}, {"id": 5}, {"id": "u", "address": "Paris"}, {"id": "u", "contacts": {}},
     {"id": "u", "contacts": ["c"]}, {"id": "u", "contacts": [{"email": "a@example.com"}]},
     {"id": "u", "customFields": {"tier": 1}}, {"id": "u", "customFields": [{"value": 1}]}],
)  # fmt: skip
def test_a_row_of_another_shape_is_not_believed(row: Value) -> None:
    """It is an error, never an object that is half understood."""
    with pytest.raises(RowError):
        customer_of(row)


def test_definitions_and_entries() -> None:
    """Definitions are objects; what documents may only name is an entry with its other spellings."""
    row = {"id": "f", "externalId": "tier", "label": "Tier", "description": "", "dataType": "SELECT"}
    assert custom_field_of(row).fields == {
        "label": "Tier", "description": None, "dataType": "SELECT", "entityType": None
    }  # fmt: skip
    user = {"id": "m", "firstName": "Ada", "lastName": "Brook", "email": "ada@example.com"}
    assert entry_of("user", user) == Entry(id="m", name="Ada Brook", aliases=("ada@example.com",))
    assert entry_of("dunningPlan", {"id": "d", "name": "Std"}) == Entry(id="d", name="Std")
    options = [{"label": "Gold"}]
    assert entry_of("customField", {**row, "options": options}) == Entry(
        id="f", name="Tier", aliases=("tier",), fields={"externalId": "tier", "dataType": "SELECT", "options": options}
    )
    for catalogue in ("user", "dunningPlan"):
        with pytest.raises(RowError):
            entry_of(catalogue, {"name": "no id"})


def test_personal_values_of_a_body_are_found() -> None:
    """Those of a contact and those of a list of contacts; a customer's name is none."""
    person = {"email": "a@example.com", "firstName": "Ada", "lastName": "", "position": "PAYER"}
    assert personal_values(person) == ("a@example.com", "Ada")
    assert personal_values({"name": "Acme", "contacts": [person]}) == ("a@example.com", "Ada")
    assert personal_values(None) == ()


def test_bank_accounts_are_their_ids() -> None:
    """What else a vendor sends with an account is no difference; other parts of a way to pay stay as they came."""
    sent = {
        "card": {"enabled": True},
        "wireTransfer": {
            "enabled": True,
            "bankAccount": {"id": "b1", "iban": "FR76"},
            "bankAccounts": [{"id": "b1", "iban": "FR76"}, {"id": "b2", "name": "Other"}],
        },
    }
    assert customer_of({"id": "u", "paymentMethods": sent}).fields["paymentMethods"] == {
        "card": {"enabled": True},
        "wireTransfer": {"enabled": True, "bankAccount": {"id": "b1"}, "bankAccounts": [{"id": "b1"}, {"id": "b2"}]},
    }


@pytest.mark.parametrize("methods", [{"wireTransfer": None}, {"wireTransfer": {"bankAccount": None}}, {"card": {}}])
def test_ways_to_pay_without_accounts_stay_as_they_came(methods: Value) -> None:
    """Nothing is made up."""
    assert customer_of({"id": "u", "paymentMethods": methods}).fields["paymentMethods"] == methods
