"""Which requests an account itself takes; those of its people are laid out by `sequence`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.live.provider import Remaining
from reconciler.model.address import Address
from reconciler.model.change import Action, Change, FieldChange, MemberAction, MemberChange
from reconciler.model.resource import Observed, Value
from reconciler.plan.check import precondition
from reconciler.providers.billabex.kinds import ACCOUNT
from reconciler.providers.billabex.wire import account_of
from reconciler.providers.billabex.writes import key_of_creation, remaining

ADDRESS = Address(organization="acme", kind="account", key="erp:A-1")
SETTINGS: dict[str, Value] = {"organizationId": "o-1", "generation": "people", "personUpdate": "put"}
FOUND = replace(
    account_of(
        {
            "id": "a 1",
            "fullName": "Acme",
            "currencyCode": "EUR",
            "billingAddress": {"city": "Paris", "country": "FR"},
            "source": {"connectionId": "erp", "sourceId": "A-1"},
        }
    ),
    members={"contacts": (), "internalRepresentatives": ()},
)
ADA = MemberChange(
    address=ADDRESS.member("contact", "ada"),
    section="contacts",
    action=MemberAction.ADD,
    fields=tuple(
        FieldChange(path=(name,), before=None, after=value)
        for name, value in (("fullName", "Ada"), ("email", "ada@x.example"), ("language", "en"))
    ),
)


def change(action: Action, *members: MemberChange, key: str = "erp:A-1", **fields: Value) -> Change:
    """Plan something; a field's underscore leads into a mapping."""
    found = None if action is Action.CREATE else FOUND
    return Change(
        address=replace(ADDRESS, key=key),
        action=action,
        remote_id=found.remote_id if found else None,
        precondition=precondition(found, ACCOUNT),
        fields=tuple(
            FieldChange(path=tuple(name.split("_")), before=None, after=value) for name, value in fields.items()
        ),
        members=members,
    )


def bodies(left: Remaining) -> list[tuple[str, str, Value]]:
    """Give what would be sent."""
    return [(write.method, write.path, write.body) for write in left.writes]


@pytest.mark.parametrize(("generation", "lists"), [("people", 2), ("contacts", 1)])
def test_an_account_is_made_with_its_source_and_never_twice(generation: str, lists: int) -> None:
    """Its people follow once it is there: only a look tells its id."""
    made = change(Action.CREATE, ADA, fullName="Acme", currencyCode="EUR")
    left = remaining(made, None, {**SETTINGS, "generation": generation})
    ((method, path, body),) = bodies(left)
    assert (method, path) == ("POST", "/accounts")
    assert isinstance(body, dict)
    assert body["source"] == {"connectionId": "erp", "sourceId": "A-1"}
    assert body["organizationId"] == "o-1"
    assert [value for value in body.values() if value == []] == [[]] * lists
    assert left.continues
    assert not left.writes[0].repeatable
    assert key_of_creation(left.writes[0]) == "erp:A-1"


def test_an_account_without_people_is_one_request() -> None:
    """Nothing follows."""
    assert not remaining(change(Action.CREATE, fullName="A", currencyCode="EUR"), None, SETTINGS).continues


def test_an_account_known_by_id_is_never_made() -> None:
    """The vendor gives ids."""
    assert remaining(change(Action.CREATE, key="id:a-1", fullName="A"), None, SETTINGS).conflict


def test_an_update_sends_back_what_stands() -> None:
    """Whether PUT merges is not known: the declared city, and the country and the currency that are there."""
    ((method, path, body),) = bodies(remaining(change(Action.UPDATE, billingAddress_city="Lyon"), FOUND, SETTINGS))
    assert (method, path) == ("PUT", "/accounts/a%201")
    assert isinstance(body, dict)
    assert (body["fullName"], body["currencyCode"]) == ("Acme", "EUR")
    address = body["billingAddress"]
    assert isinstance(address, dict)
    assert {name: value for name, value in address.items() if value} == {"city": "Lyon", "country": "FR"}


@pytest.mark.parametrize("action", [Action.UPDATE, Action.CREATE])
def test_what_stands_already_takes_no_request(action: Action) -> None:
    """After a lost answer, or a run that was ended."""
    assert remaining(change(action, fullName="Acme"), FOUND, SETTINGS) == Remaining()


def test_people_are_written_after_the_account_and_their_hits_are_foreseen() -> None:
    """A new person hits nobody who was there."""
    left = remaining(change(Action.UPDATE, ADA, fullName="Beta"), FOUND, SETTINGS)
    assert [write.path for write in left.writes] == ["/accounts/a%201", "/accounts/a%201/contacts/upsert"]
    assert (left.writes[1].hits, left.writes[1].known) == (None, {})
    assert left.writes[1].repeatable


def test_everybody_whom_the_plan_or_the_account_knows_is_named() -> None:
    """By address; whoever no document names, by list and id. Nothing of it is personal."""
    rows = ({"id": "p-1", "fullName": "Bob Stone", "email": "bob@x.example"}, {"id": "p-2", "fullName": "Eve Adams"})
    found = replace(FOUND, members={"contacts": rows, "internalRepresentatives": ()})
    gone = MemberChange(
        address=ADDRESS.member("contact", "key:gone"), section="contacts", action=MemberAction.REMOVE, remote_id="p-0"
    )
    bob = replace(gone, address=ADDRESS.member("contact", "key:bob"), action=MemberAction.KEEP, remote_id="p-1")
    (write,) = remaining(change(Action.UPDATE, ADA, bob, gone), found, SETTINGS).writes
    assert write.subject == "acme/account/erp:A-1/contact/ada"
    assert write.known == {
        "p-0": "acme/account/erp:A-1/contact/key:gone",
        "p-1": "acme/account/erp:A-1/contact/key:bob",
        "p-2": "contacts id:p-2",
    }


@pytest.mark.parametrize(
    ("action", "found"),
    [(Action.UPDATE, None), (Action.CREATE, replace(FOUND, fields={**FOUND.fields, "fullName": "Theirs"}))],
)
def test_another_state_than_was_planned_for_is_a_conflict(action: Action, found: Observed | None) -> None:
    """Gone, or there under the key of one that is to be made."""
    assert remaining(change(action, fullName="Acme"), found, SETTINGS).conflict


def test_a_delete_is_one_request_and_nothing_once_it_is_gone() -> None:
    """People go with the account."""
    assert bodies(remaining(change(Action.DELETE), FOUND, SETTINGS)) == [("DELETE", "/accounts/a%201", None)]
    assert remaining(change(Action.DELETE), None, SETTINGS) == Remaining()


def test_no_other_write_makes_an_account() -> None:
    """An upsert carries no source."""
    left = remaining(change(Action.UPDATE, ADA, fullName="Beta"), FOUND, SETTINGS)
    assert [key_of_creation(write) for write in left.writes] == [None, None]
