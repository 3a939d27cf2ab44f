"""Claims about Upflow's table, and about reading items of documents through it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.kind import Reading
from reconciler.model.resource import Value
from reconciler.providers.table import VENDORS
from reconciler.providers.upflow.kinds import CUSTOM_FIELD, CUSTOMER, UPFLOW

DEFAULTS, _ = UPFLOW.read_settings({})


def read(settings: Mapping[str, Value] = DEFAULTS, **fields: Value) -> Reading:
    """Read a customer C-001 with these fields."""
    return CUSTOMER.read({"externalId": "C-001", **fields}, settings)


def codes(reading: Reading) -> list[tuple[str, tuple[str | int, ...]]]:
    """Give the flaws as code and path."""
    return [(flaw.code, flaw.path) for flaw in reading.flaws]


# The table


def test_the_vendor_is_in_the_table_by_its_name() -> None:
    """`provider: upflow` finds Upflow."""
    assert VENDORS["upflow"] is UPFLOW


def test_hosts_credentials_and_limits_are_the_documented_ones() -> None:
    """The guide names two hosts, a key and a secret, 600 requests a minute, 5 in flight and 10 at most."""
    assert UPFLOW.endpoints == {
        "production": "https://api.upflow.io/v1",
        "vendor-sandbox": "https://api.sandbox.upflow.io/v1",
    }
    assert UPFLOW.credentials == (("key", "secret"),)
    limits = UPFLOW.limits
    assert (limits.requests_per_minute, limits.in_flight, limits.in_flight_most) == (600, 5, 10)


def test_definitions_come_before_customers_and_cannot_be_changed() -> None:
    """A value needs its definition; no route changes one, and deleting one deletes values."""
    assert CUSTOM_FIELD.rank < CUSTOMER.rank
    assert (CUSTOM_FIELD.mutable, CUSTOM_FIELD.destroys, CUSTOM_FIELD.point_reads) == (False, True, False)


def test_names_addresses_and_phone_numbers_of_people_are_personal() -> None:
    """Exactly the personal fields of a contact are masked."""
    (contact,) = CUSTOMER.members
    assert {row.name for row in contact.fields if row.personal} == {"email", "firstName", "lastName", "phone"}


def test_every_field_of_a_kind_can_be_declared() -> None:
    """The table and the document models know the same fields."""
    for kind in UPFLOW.kinds:
        keys = set(_keys(kind.schema()))
        assert {row.name for row in kind.fields} | {kind.identity} <= keys
    contacts = _mapping(_mapping(CUSTOMER.schema()["properties"])["contacts"])
    (contact,) = CUSTOMER.members
    assert set(_keys(_mapping(contacts["items"]))) == {row.name for row in contact.fields} | {contact.key}


def test_importing_the_table_imports_nothing_heavy() -> None:
    """`--help` needs the table, and has a quarter of a second."""
    program = (
        "import sys, reconciler.providers.table; print(sorted({'pydantic', 'httpx', 'deepdiff'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _keys(schema: Mapping[str, Value]) -> Mapping[str, Value]:
    return _mapping(schema["properties"])


def _mapping(value: Value) -> Mapping[str, Value]:
    assert isinstance(value, dict)
    return value


# A customer


def test_a_customer_reads_into_key_fields_and_members() -> None:
    """The external id becomes the key, contacts become members, the rest fields."""
    contact = {"externalId": "P-1", "email": "a@example.com", "isMain": True}
    reading = read(name="Acme", parent="C-000", contacts=[contact])
    assert reading == Reading(
        key="C-001", fields={"name": "Acme", "parent": "C-000"}, members={"contacts": [contact]}, flaws=()
    )


def test_a_parent_in_upflows_own_spelling_is_its_external_id() -> None:
    """Both spellings of a parent read the same."""
    assert read(parent={"externalId": "C-000"}) == read(parent="C-000")


def test_absent_contacts_are_not_an_empty_list() -> None:
    """No key: untouched. []: none wanted."""
    assert read().members == {}
    assert read(contacts=[]).members == {"contacts": []}


def test_an_empty_text_is_nothing_there() -> None:
    """A declared "" equals null wherever null clears."""
    reading = read(
        vatNumber="",
        accountingRef="",
        dunningPlan="",
        address={"city": "", "state": None, "country": "France"},
        customFields={"note": ""},
        contacts=[{"externalId": "P-1", "email": "a@example.com", "firstName": "", "lastName": "", "phone": ""}],
    )
    assert reading.flaws == ()
    assert reading.fields == {
        "vatNumber": None,
        "accountingRef": None,
        "dunningPlan": None,
        "address": {"city": None, "state": None, "country": "France"},
        "customFields": {"note": None},
    }
    assert reading.members["contacts"] == [
        {"externalId": "P-1", "email": "a@example.com", "firstName": None, "lastName": None, "phone": None}
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"vatNumber": "  "},
        {"address": {"city": "\t"}},
        {"dunningPlan": " "},
        {"parent": {"externalId": " "}},
        {"contacts": [{"key": "a", "email": "a@b.example", "firstName": " "}]},
        {"customFields": {"tier": "  "}},
        {"customFields": {"tier": [" "]}},
    ],
)
def test_blanks_alone_are_refused_like_an_empty_text(fields: dict[str, Value]) -> None:
    """Blanks say nothing, and do not clear either: null does."""
    reading = CUSTOMER.read({"externalId": "C-001", **fields}, DEFAULTS)
    assert [flaw.code for flaw in reading.flaws] == ["value-empty"]


@pytest.mark.parametrize("fields", [{"name": ""}, {"parent": ""}, {"accountManager": ""}])
def test_an_empty_text_is_refused_where_nothing_can_be_cleared(fields: dict[str, Value]) -> None:
    """An empty name is a mistake, not a wish."""
    reading = CUSTOMER.read({"externalId": "C-001", **fields}, DEFAULTS)
    assert [flaw.code for flaw in reading.flaws] == ["value-empty"]


def test_a_mapped_position_is_what_the_organization_calls_it() -> None:
    """`ACCOUNTING` becomes `Comptabilité` where the organization says so; other positions stay."""
    settings, flaws = UPFLOW.read_settings({"positions": {"ACCOUNTING": "Comptabilité"}})
    assert flaws == ()
    contacts = [{"externalId": "1", "position": "ACCOUNTING"}, {"externalId": "2", "position": "PAYER"}]
    rows = read(settings, contacts=contacts).members["contacts"]
    assert [row["position"] for row in rows] == ["Comptabilité", "PAYER"]


def test_the_item_that_is_read_is_not_changed() -> None:
    """Reading builds anew: the tree of the document stays as it was."""
    contact: dict[str, Value] = {"externalId": "P-1", "email": "a@example.com", "phone": "", "position": "A"}
    item: dict[str, Value] = {"externalId": "C", "vatNumber": "", "parent": {"externalId": "R"}, "contacts": [contact]}
    CUSTOMER.read(item, {"positions": {"A": "B"}})
    assert item["vatNumber"] == "" and item["parent"] == {"externalId": "R"}
    assert (contact["phone"], contact["position"]) == ("", "A")


@pytest.mark.parametrize(
    ("policy", "item", "only_add"),
    [(None, None, False), (None, "add", True), ("add", None, True), ("add", "whole", False), ("whole", None, False)],
)
def test_contacts_mode_is_the_customers_else_the_organizations(
    policy: str | None, item: str | None, only_add: bool
) -> None:
    """The nearer word counts; without any, lists are whole."""
    settings, _ = UPFLOW.read_settings({"policy": {"contactsMode": policy}} if policy else {})
    fields: dict[str, Value] = {"contactsMode": item} if item else {}
    reading = CUSTOMER.read({"externalId": "C-001", **fields}, settings)
    assert reading.only_add == frozenset({"contacts"} if only_add else ())
    assert reading.fields == {}


@pytest.mark.parametrize(("policy", "item", "options"), [(None, True, True), (True, None, True), (True, False, False)])
def test_create_options_is_the_customers_else_the_organizations(
    policy: bool | None, item: bool | None, options: bool
) -> None:
    """`createOptions` goes into the options, which steer planning and are never sent."""
    settings, _ = UPFLOW.read_settings({} if policy is None else {"policy": {"createOptions": policy}})
    fields: dict[str, Value] = {} if item is None else {"createOptions": item}
    reading = CUSTOMER.read({"externalId": "C-001", **fields}, settings)
    assert reading.options == ({"createOptions": True} if options else {})


# Contacts of one customer

A: dict[str, Value] = {"externalId": "P-1", "email": "a@example.com"}
B: dict[str, Value] = {"externalId": "P-2", "email": "b@example.com"}


@pytest.mark.parametrize(
    ("contacts", "code", "path"),
    [
        ([A, {**B, "externalId": "P-1"}], "contact-duplicate", (1, "externalId")),
        ([A, B, {**B, "externalId": "P-3", "email": "A@Example.com"}], "email-duplicate", (2, "email")),
        ([{**A, "isMain": True}, {**B, "isMain": True}], "main-duplicate", (1, "isMain")),
        ([{**A, "key": "x"}, {**B, "key": "x"}], "key-duplicate", (1, "key")),
        ([A, {"key": "P-1", "email": "b@example.com"}], "key-duplicate", (1, "key")),
        ([{"key": "P-2", "email": "a@example.com"}, B], "key-duplicate", (1, "externalId")),
        ([A, {"firstName": "Zoe"}], "contact-unidentified", (1,)),
        ([A, {"key": "zoe"}], "contact-unidentified", (1,)),
    ],
)
def test_a_contact_is_once_in_a_customer(contacts: list[Value], code: str, path: tuple[str | int, ...]) -> None:
    """Who occurs twice, or cannot be known, is refused at the later place."""
    assert codes(read(contacts=contacts)) == [(code, ("contacts", *path))]


@pytest.mark.parametrize(
    "contacts",
    [
        [A, B],
        [{**A, "isMain": True}, {**B, "isMain": False}],
        [{**A, "key": "P-1"}, B],
        [{"externalId": "P-1"}, {"email": "b@example.com"}, {"key": "c", "email": "c@example.com"}],
    ],
)
def test_different_contacts_are_let_through(contacts: list[Value]) -> None:
    """An external id alone, an e-mail alone, a key beside an e-mail, a key equal to one's own id: all fine."""
    assert read(contacts=contacts).flaws == ()


def test_one_run_reports_flaws_of_values_and_between_values() -> None:
    """A broken field elsewhere does not hide that a contact occurs twice, nor a misshapen custom field."""
    reading = read(zip="x", customFields={"tier": {"label": "Gold"}}, contacts=[A, {**A, "phone": 33}, None])
    assert {flaw.code for flaw in reading.flaws} == {
        "key-unknown",
        "string-expected",
        "type-wrong",
        "contact-duplicate",
        "email-duplicate",
    }
    assert ("type-wrong", ("customFields", "tier")) in codes(reading)
    assert reading.key == "C-001"


def test_no_flaw_of_a_contact_repeats_its_values() -> None:
    """E-mail addresses, names and phone numbers are in no text."""
    person: dict[str, Value] = {"email": "Marguerite@example.com", "firstName": "Marguerite", "phone": 7}
    reading = read(contacts=[person, person, {"firstName": "Marguerite"}])
    assert len(reading.flaws) >= 3
    assert "arguerite" not in "".join(f"{flaw.summary}{flaw.detail}{flaw.why}{flaw.remedy}" for flaw in reading.flaws)


@pytest.mark.parametrize("value", [{"label": "Gold"}, float("nan"), float("inf")])
def test_a_custom_field_value_is_a_scalar_or_a_list_of_texts(value: Value) -> None:
    """A wrapped label or a number that is none is refused."""
    assert codes(read(customFields={"tier": value})) == [("type-wrong", ("customFields", "tier"))]


def test_the_labels_of_a_list_are_texts() -> None:
    """An unquoted number or an empty text among labels is found at its place."""
    assert codes(read(customFields={"tags": ["a", 1]})) == [("string-expected", ("customFields", "tags", 1))]
    assert codes(read(customFields={"tags": ["", "a"]})) == [("value-empty", ("customFields", "tags", 0))]


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 99999999999999999999999])
def test_a_number_beyond_64_bits_is_refused(value: int) -> None:
    """It could not be sent as what it is, and says so before anything is sent."""
    assert codes(read(customFields={"num": value})) == [("value-out-of-range", ("customFields", "num"))]


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), 0])
def test_a_number_of_64_bits_is_read(value: int) -> None:
    """The largest and the smallest that fit."""
    assert codes(read(customFields={"num": value})) == []


# A custom field definition


def test_a_definition_reads_into_fields() -> None:
    """Label, description, type and what it belongs to; an empty description is nothing there."""
    fields = {"label": "Tier", "description": "", "dataType": "SELECT", "entityType": "CUSTOMER"}
    reading = CUSTOM_FIELD.read({"externalId": "tier", **fields}, DEFAULTS)
    assert reading == Reading(key="tier", fields={**fields, "description": None})


def test_a_constant_that_is_not_documented_is_only_a_warning() -> None:
    """Upflow has more types than it documents: a typo is pointed out, a real one is not refused."""
    item = {"externalId": "x", "label": "X", "dataType": "SELEKT", "entityType": "INVOICE"}
    reading = CUSTOM_FIELD.read(item, DEFAULTS)
    assert [(flaw.code, flaw.path, flaw.warning) for flaw in reading.flaws] == [
        ("constant-undocumented", ("dataType",), True),
        ("constant-undocumented", ("entityType",), True),
    ]
    assert reading.flaws[0].remedy == 'Did you mean "SELECT"?'
    assert reading.fields["dataType"] == "SELEKT"


def test_a_constant_in_small_letters_is_refused() -> None:
    """Upflow's constants are capitals with underscores."""
    item = {"externalId": "x", "label": "X", "dataType": "select", "entityType": "CUSTOMER"}
    reading = CUSTOM_FIELD.read(item, DEFAULTS)
    assert codes(reading) == [("value-invalid", ("dataType",))]
    assert reading.flaws[0].remedy == 'Did you mean "SELECT"?'


# Settings


def test_settings_left_out_have_defaults() -> None:
    """Whole lists, no options out of typos, no mapped positions."""
    expected = {"positions": {}, "policy": {"contactsMode": "whole", "createOptions": False}}
    assert UPFLOW.read_settings({}) == (expected, ())


def test_a_mistake_in_the_settings_is_a_flaw() -> None:
    """An unknown key gets its suggestion, a number its quotes; the defaults come back beside them."""
    settings, flaws = UPFLOW.read_settings({"postions": {}, "policy": {"contactsMode": "some"}})
    assert sorted(flaw.code for flaw in flaws) == ["key-unknown", "value-unknown"]
    assert settings == DEFAULTS
    assert "positions" in _keys(UPFLOW.settings_schema())


# Any input

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = st.text(max_size=4) | st.sampled_from(
    ["externalId", "contacts", "email", "key", "address", "customFields", "parent", "isMain", "phone", "paymentMethods"]
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(KEYS, TREES, max_size=6))
def test_reading_never_raises(item: dict[str, Value]) -> None:
    """Any tree of JSON-like values is read into a reading; without a key, a flaw says why."""
    for kind in UPFLOW.kinds:
        reading = kind.read(item, DEFAULTS)
        assert reading.key is not None or reading.flaws
    UPFLOW.read_settings(item)


TEXTS = st.text(min_size=1, max_size=6).filter(lambda text: not text.isspace())
CLEARABLE = st.none() | st.just("") | TEXTS
CONTACTS = st.fixed_dictionaries(
    {"externalId": TEXTS},
    optional={"firstName": CLEARABLE, "phone": CLEARABLE, "position": TEXTS, "isMain": st.just(False)},
)
CUSTOMERS = st.fixed_dictionaries(
    {"externalId": TEXTS},
    optional={
        "name": TEXTS,
        "vatNumber": CLEARABLE,
        "address": st.dictionaries(st.sampled_from(["city", "zipcode", "country"]), CLEARABLE),
        "parent": TEXTS,
        "customFields": st.dictionaries(
            TEXTS, CLEARABLE | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.lists(TEXTS)
        ),
        "contacts": st.lists(CONTACTS, max_size=4, unique_by=lambda contact: contact["externalId"]),
    },
)


@given(CUSTOMERS)
def test_a_reading_holds_what_was_declared_and_nothing_else(item: dict[str, Value]) -> None:
    """Valid items have no flaws; every declared field and no other is in the reading, at every level."""
    reading = CUSTOMER.read(item, DEFAULTS)
    assert reading.flaws == ()
    assert reading.key == item["externalId"]
    assert set(reading.fields) == set(item) - {"externalId", "contacts"}
    for name, value in reading.fields.items():
        declared = item[name]
        assert value == (None if declared == "" else declared) or isinstance(declared, dict)
        if isinstance(declared, dict):
            assert value == {key: None if part == "" else part for key, part in declared.items()}
    contacts = item.get("contacts")
    rows = reading.members.get("contacts", ())
    assert [set(row) for row in rows] == [set(contact) for contact in (contacts if isinstance(contacts, list) else [])]
