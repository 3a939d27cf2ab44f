"""Every setting at every value: a probe does one thing that the documents leave open and reports what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields

import pytest

from reconciler.sandbox import Request, Sandbox, SandboxMisuse, Settings, edit, settings_from
from reconciler.sandbox.values import Json, JsonObject
from tests.sandbox.conftest import KEYS, World

CUSTOMER = "/customers/external:C-001"
ONE = {"externalId": "P-1", "email": "one@example.com"}


def _status(world: World, method: str, path: str, body: object = None) -> int:
    return world.send(method, path, body).status_code


def _put(world: World, **body: object) -> int:
    return _status(world, "PUT", CUSTOMER, body)


def _post(world: World, **body: object) -> int:
    return _status(world, "POST", "/customers", {"externalId": "C-001", "name": "Alpha", **body})


def created_status(world: World) -> object:
    """POST of a new customer."""
    return _post(world, externalId="NEW")


def delete_answer(world: World) -> object:
    """DELETE of a customer: status, and whether there is a body."""
    response = world.send("DELETE", "/customers/external:C-002")
    return response.status_code, bool(response.content)


def error_body(world: World) -> object:
    """The body of a 404."""
    response = world.send("GET", "/customers/none")
    return response.headers["content-type"], response.text


def retry_after(world: World) -> object:
    """Whether a 429 says when to come back."""
    world.turn(requests_per_minute=1)
    sandbox = Sandbox(world.store, clock=lambda: 0.0)
    request = Request(method="GET", path="/v1/users", headers={name.lower(): value for name, value in KEYS.items()})
    answers = [sandbox.handle(request).response for _ in range(2)]
    return answers[1].status, answers[1].headers.get("retry-after")


def default_limit(world: World) -> object:
    """The limit of a listing that names none."""
    return world.get("/customers")["limit"]


def limit_above_cap(world: World) -> object:
    """A limit of 5000: what the answer says."""
    response = world.send("GET", "/customers?limit=5000")
    return response.status_code, response.json().get("limit")


def list_rows_contacts(world: World) -> object:
    """Whether a row of the customer listing has contacts."""
    return "contacts" in world.get("/customers")["customers"][0]


def get_customer_contacts(world: World) -> object:
    """Whether GET of a customer has contacts."""
    return "contacts" in world.customer()


def contacts_list_key(world: World) -> object:
    """The key of the contacts in their listing."""
    return list(world.get(f"{CUSTOMER}/contacts"))[-1]


def custom_fields_list_key(world: World) -> object:
    """The key of the custom fields in their listing."""
    return list(world.get("/custom_fields"))[-1]


def bank_accounts_list_key(world: World) -> object:
    """The key of the bank accounts in their listing."""
    return list(world.get("/bank_accounts"))[-1]


def definitions_carry_options(world: World) -> object:
    """Whether a custom field tells its options."""
    rows = list(world.get("/custom_fields").values())[-1]
    assert isinstance(rows, list)
    return [option["label"] for option in rows[0]["options"]] if "options" in rows[0] else None


def post_absent_fields(world: World) -> object:
    """The VAT number and the values after a POST without them."""
    _post(world)
    customer = world.customer()
    return customer["vatNumber"], len(customer["customFields"])


def member_absent_fields(world: World) -> object:
    """First name and position of a list member that names neither."""
    _post(world, contacts=[ONE])
    contact = world.contacts()["P-1"]
    return contact["firstName"], contact["position"]


def contact_put_absent_fields(world: World) -> object:
    """First name and e-mail after a PUT that names neither."""
    path = f"{CUSTOMER}/contacts/external:P-1"
    world.send("PUT", path, {"phone": "+331"})
    contact = world.get(path)
    return contact["firstName"], contact["email"], contact["phone"]


def address_absent_parts(world: World) -> object:
    """The country after a PUT of the city alone."""
    _put(world, address={"city": "Lyon"})
    address = world.customer()["address"]
    return address["city"], address["country"]


def payment_methods_absent(world: World) -> object:
    """The payment methods after a PUT of another one."""
    _put(world, paymentMethods={"check": {"enabled": True}})
    return sorted(world.customer()["paymentMethods"])


def custom_fields_absent(world: World) -> object:
    """The values after a PUT of one of them."""
    _put(world, customFields=[{"externalId": "note", "value": "bye"}])
    return [value["externalId"] for value in world.customer()["customFields"]]


def unknown_body_field(world: World) -> object:
    """Fields that there are not: on a customer, in an address, on a contact."""
    return (
        _put(world, colour="red"),
        _put(world, address={"planet": "Earth"}),
        _status(world, "PUT", f"{CUSTOMER}/contacts/external:P-1", {"colour": "red"}),
    )


def unknown_dunning_plan(world: World) -> object:
    """A plan that does not exist: status, and whether the old one is still there."""
    before = world.customer()["dunningPlanId"]
    return _put(world, dunningPlanId="none"), world.customer()["dunningPlanId"] == before


def unknown_account_manager(world: World) -> object:
    """A user who does not exist: status, and what is stored."""
    return _put(world, accountManagerId="none"), world.customer()["accountManagerId"]


def unknown_custom_field(world: World) -> object:
    """A field that does not exist."""
    return _put(world, customFields=[{"externalId": "none", "value": "x"}])


def null_address_part(world: World) -> object:
    """Null and "" in an address."""
    return _put(world, address={"state": None}), _put(world, address={"state": ""})


def put_contacts(world: World) -> object:
    """The contacts after a PUT of the customer with a list."""
    _put(world, contacts=[ONE])
    return len(world.contacts())


def parent_null(world: World) -> object:
    """A parent set to null: status, and whether it is still there."""
    status = _status(world, "PUT", "/customers/external:C-002", {"parent": None})
    return status, world.customer("C-002")["parent"] is None


def external_id_change(world: World) -> object:
    """Another externalId on a customer and on a contact: the statuses, and what they are called after."""
    statuses = (
        _status(world, "PUT", "/customers/external:C-002", {"externalId": "C-020"}),
        _status(world, "PUT", f"{CUSTOMER}/contacts/external:P-1", {"externalId": "P-10"}),
    )
    names = [row["externalId"] for row in world.get("/customers")["customers"]]
    return statuses, "C-020" in names, "P-10" in world.contacts()


def custom_field_post_existing(world: World) -> object:
    """A definition posted again: status, and how many there are of it."""
    body = {"externalId": "note", "label": "New", "dataType": "TEXT", "entityType": "CUSTOMER"}
    status = _status(world, "POST", "/custom_fields", body)
    return status, [row["label"] for row in world.get("/custom_fields")["items"] if row["externalId"] == "note"]


def email_scope(world: World) -> object:
    """An e-mail of another customer: under another external id, and under the same."""
    stranger = {"externalId": "P-8", "email": "one@example.com"}
    return _post(world, externalId="C-002", contacts=[stranger]), _post(world, externalId="C-002", contacts=[ONE])


def email_case(world: World) -> object:
    """An e-mail of the same customer in another case."""
    return _status(world, "POST", f"{CUSTOMER}/contacts", {"externalId": "P-8", "email": "ONE@example.com"})


def hand_made_on_import(world: World) -> object:
    """Whether a contact made by hand outlives a list without it."""
    _post(world, contacts=[ONE])
    return None in world.contacts()


def hand_made_email_taken(world: World) -> object:
    """A list member with the e-mail of a contact made by hand: status, and whether the id is the same."""
    by_hand = world.contacts()[None]["id"]
    status = _post(world, contacts=[{"externalId": "P-8", "email": "hand@example.com"}])
    return status, world.contacts().get("P-8", {}).get("id") == by_hand


def contact_post_existing(world: World) -> object:
    """A contact posted again with a new e-mail: status, and how many there are of it."""
    status = _status(world, "POST", f"{CUSTOMER}/contacts", ONE | {"email": "uno@example.com"})
    return status, [row["email"] for row in world.customer()["contacts"] if row["externalId"] == "P-1"]


def first_contact(world: World) -> object:
    """Whether the first contact of a customer is its main one."""
    _post(world, externalId="C-002", contacts=[ONE])
    return world.contacts("C-002")["P-1"]["isMain"]


def main_removed(world: World) -> object:
    """Who is main after the main contact was deleted."""
    world.send("DELETE", f"{CUSTOMER}/contacts/external:P-1")
    return [name for name, contact in world.contacts().items() if contact["isMain"]]


def delete_non_empty(world: World) -> object:
    """DELETE of a customer with invoices."""
    return _status(world, "DELETE", "/customers/external:C-003")


def delete_parent(world: World) -> object:
    """DELETE of a customer with a child: status, and whether the child has a parent."""
    status = _status(world, "DELETE", CUSTOMER)
    return status, world.customer("C-002")["parent"] is None


def default_dunning_plan(world: World) -> object:
    """Whether a new customer has the first plan."""
    _post(world, externalId="NEW")
    return world.customer("NEW")["dunningPlanId"] == world.get("/dunning_plans")["items"][0]["id"]


def smart_rule(world: World) -> object:
    """Whether a write ends on the last plan, whatever it asked for."""
    plans = [plan["id"] for plan in world.get("/dunning_plans")["items"]]
    answer = world.send("PUT", CUSTOMER, {"dunningPlanId": plans[0]}).json()
    assert answer["dunningPlanId"] == plans[0], "the answer to the write does not show it yet"
    return world.customer()["dunningPlanId"] == plans[-1]


PROBES: dict[Callable[[World], object], dict[object, object]] = {
    created_status: {200: 200, 201: 201},
    delete_answer: {"empty": (204, False), "body": (200, True)},
    error_body: {
        "message": ("application/json", '{"message":"The customer does not exist."}'),
        "error": ("application/json", '{"error":"The customer does not exist."}'),
        "text": ("text/plain", "The customer does not exist."),
        "html": ("text/html", "<html><body><h1>404 Not Found</h1></body></html>"),
    },
    retry_after: {False: (429, None), True: (429, "60")},
    default_limit: {100: 100, 50: 50, 500: 500},
    limit_above_cap: {"clamped": (200, 1000), "rejected": (400, None)},
    list_rows_contacts: {False: False, True: True},
    get_customer_contacts: {True: True, False: False},
    contacts_list_key: {"contacts": "contacts", "items": "items"},
    custom_fields_list_key: {"items": "items", "customFields": "customFields"},
    bank_accounts_list_key: {"items": "items", "bankAccounts": "bankAccounts"},
    definitions_carry_options: {False: None, True: ["Retail"]},
    post_absent_fields: {"kept": ("FR1", 2), "cleared": (None, 0)},
    member_absent_fields: {"kept": ("One", "ACCOUNTING"), "cleared": (None, None)},
    contact_put_absent_fields: {
        "kept": ("One", "one@example.com", "+331"),
        "cleared": (None, "one@example.com", "+331"),
    },
    address_absent_parts: {"kept": ("Lyon", "France"), "cleared": ("Lyon", None)},
    payment_methods_absent: {"kept": ["card", "check"], "cleared": ["check"]},
    custom_fields_absent: {"kept": ["segment", "note"], "cleared": ["note"]},
    unknown_body_field: {"ignored": (200, 200, 200), "rejected": (400, 400, 400)},
    unknown_dunning_plan: {"rejected": (400, True), "not-found": (404, True), "ignored": (200, True)},
    unknown_account_manager: {
        "rejected": (400, None),
        "not-found": (404, None),
        "ignored": (200, None),
        "stored": (200, "none"),
    },
    unknown_custom_field: {"rejected": 400, "not-found": 404, "ignored": 200},
    null_address_part: {"accepted": (200, 200), "rejected": (400, 200)},
    put_contacts: {"ignored": 3, "replaces": 2},
    parent_null: {"clears": (200, True), "ignored": (200, False), "rejected": (400, False)},
    external_id_change: {
        "rejected": ((400, 400), False, False),
        "ignored": ((200, 200), False, False),
        "changes": ((200, 200), True, True),
    },
    custom_field_post_existing: {
        "rejected": (400, ["Note"]),
        "updated": (200, ["New"]),
        "duplicated": (201, ["Note", "New"]),
    },
    email_scope: {"customer": (200, 200), "organization": (400, 200)},
    email_case: {"sensitive": 200, "insensitive": 400},
    hand_made_on_import: {"kept": True, "removed": False},
    hand_made_email_taken: {"rejected": (400, False), "adopted": (200, True)},
    contact_post_existing: {
        "updated": (200, ["uno@example.com"]),
        "rejected": (400, ["one@example.com"]),
        "duplicated": (200, ["one@example.com", "uno@example.com"]),
    },
    first_contact: {"main": True, "plain": False},
    main_removed: {"oldest": ["P-2"], "none": []},
    delete_non_empty: {"rejected": 400, "conflict": 409, "deleted": 204},
    delete_parent: {"rejected": (400, False), "detaches": (204, True)},
    default_dunning_plan: {"none": False, "first": True},
    smart_rule: {"none": False, "last-plan": True},
}
CASES = [(probe, value, seen) for probe, outcomes in PROBES.items() for value, seen in outcomes.items()]


@pytest.mark.parametrize(("probe", "value", "seen"), CASES, ids=[f"{case[0].__name__}={case[1]}" for case in CASES])
def test_a_setting_decides_what_it_says(
    world: World, probe: Callable[[World], object], value: Json, seen: object
) -> None:
    """Under each value of each setting the probe sees what that value promises."""
    world.turn(**{probe.__name__: value})
    assert probe(world) == seen


def test_every_value_of_every_setting_is_probed() -> None:
    """The table above has each setting that has alternatives, its default first, at all its values."""
    declared = {knob.name: [knob.default, *knob.metadata["alternatives"]] for knob in fields(Settings) if knob.metadata}
    assert {probe.__name__: list(outcomes) for probe, outcomes in PROBES.items()} == declared


def test_flips_turn_one_knob_each() -> None:
    """`flips` yields every alternative once, each differing from the original in one setting."""
    flips = list(Settings().flips())
    assert len(flips) == sum(len(outcomes) - 1 for outcomes in PROBES.values())
    assert len({name for name, _ in flips}) == len(flips)
    for _, flipped in flips:
        assert len(set(flipped.to_json().items()) - set(Settings().to_json().items())) == 1


def test_settings_survive_writing_and_reading() -> None:
    """Settings written as JSON and read back are the same; what is left out is at its default."""
    for _, flipped in Settings().flips():
        assert settings_from(json.loads(json.dumps(flipped.to_json()))) == flipped
    assert settings_from({}) == Settings()


@pytest.mark.parametrize(
    "values",
    [{"colour": 1}, {"email_scope": "planet"}, {"default_limit": 0}, {"retry_after": 1}, {"created_status": 204}],
)
def test_unknown_settings_are_refused(values: JsonObject) -> None:
    """A setting or value that there is not is a problem, never ignored."""
    with pytest.raises(SandboxMisuse):
        settings_from(values)


def test_settings_stay_with_the_organization(world: World) -> None:
    """A turned knob stays turned, and turning another one leaves it so."""
    world.turn(error_body="text")
    world.turn(created_status=201)
    settings = world.store.organization("acme").settings
    told = settings.to_json()
    assert (told["error_body"], told["created_status"]) == ("text", 201)
    edit(world.store, "acme", "customer/C-001", {"name": "x"})
    assert world.store.organization("acme").settings == settings
