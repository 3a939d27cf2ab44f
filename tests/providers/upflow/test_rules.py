"""Claims about names in customers: which catalogues they need, and what they resolve to."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.kind import Flaw
from reconciler.model.resource import Declared, Source, Value
from reconciler.model.state import Entry, Surroundings
from reconciler.providers.upflow.rules import needs, resolve

SOURCE = Source(file="customers.yaml", line=1, column=1)

PLANS = (
    Entry(id="plan-1", name="Standard"),
    Entry(id="plan-2", name="Gentle"),
    Entry(id="plan-3", name="Twice"),
    Entry(id="plan-4", name="Twice"),
    Entry(id="plan-5", name="plan-1-bis"),
    Entry(id="plan-6", name="plan-2"),
)
USERS = (
    Entry(id="user-1", name="Ann Marguerite", aliases=("Ann.Marguerite@example.com",)),
    Entry(id="user-2", name="Bob", aliases=("shared@example.com",)),
    Entry(id="user-3", name="Bea", aliases=("shared@example.com",)),
)


def definition(external_id: str, data_type: str | None, entity_type: str | None = "CUSTOMER", tag: str = "") -> Entry:
    """Give a live custom field definition as a catalogue entry."""
    fields = {"externalId": external_id, "dataType": data_type, "entityType": entity_type}
    return Entry(id=f"id-{external_id}{tag}", name="Label", aliases=(external_id,), fields=fields)


DEFINITIONS = (
    definition("tier", "SELECT"),
    definition("tags", "MULTI_SELECT"),
    definition("note", "TEXT"),
    definition("score", "NUMBER"),
    definition("plain", None, None),
    definition("po", "TEXT", "INVOICE"),
    definition("both", "TEXT", tag="-1"),
    definition("both", "TEXT", tag="-2"),
)
DECLARED_DEFINITION = Declared(
    kind="customField",
    key="new",
    fields={"label": "New", "dataType": "SELECT", "entityType": "CUSTOMER"},
    source=SOURCE,
)
SURROUNDINGS = Surroundings(
    catalogues={"dunningPlan": PLANS, "user": USERS, "customField": DEFINITIONS},
    seen={},
    listed=True,
    declared={"customField": {"new": DECLARED_DEFINITION}},
    settings={},
)


def customer(**fields: Value) -> Declared:
    """Declare a customer C-001 with these fields."""
    return Declared(kind="customer", key="C-001", fields=fields, source=SOURCE)


def resolved(name: str, value: Value) -> Value:
    """Resolve a customer with one field, without flaws, and give the field."""
    resolution = resolve(customer(**{name: value}), SURROUNDINGS)
    assert resolution.flaws == ()
    return resolution.declared.fields[name]


def flaw_of(name: str, value: Value) -> Flaw:
    """Resolve a customer with one field that has one flaw."""
    (flaw,) = resolve(customer(**{name: value}), SURROUNDINGS).flaws
    return flaw


@pytest.mark.parametrize(
    ("fields", "catalogues"),
    [
        ({"name": "Acme"}, set()),
        ({"dunningPlan": None, "customFields": {}}, {"dunningPlan"}),
        ({"dunningPlan": "Standard"}, {"dunningPlan"}),
        ({"accountManager": "ann@example.com"}, {"user"}),
        ({"customFields": {"tier": None}}, {"customField"}),
    ],
)
def test_only_the_catalogues_that_are_named_out_of_are_read(fields: dict[str, Value], catalogues: set[str]) -> None:
    """A plan that is taken away is read too, so that the plan shows its name; an empty mapping names nothing."""
    assert needs([customer(), customer(**fields)]) == catalogues


def test_needs_of_all_customers_are_one_set() -> None:
    """Every customer adds what it names."""
    every = [customer(dunningPlan="x"), customer(accountManager="y"), customer(customFields={"z": 1}), customer()]
    assert needs(every) == {"dunningPlan", "user", "customField"}


@pytest.mark.parametrize(
    "fields",
    [{"name": "Acme"}, {"dunningPlan": None}, {"dunningPlan": "plan-1"}, {"customFields": {"note": "x", "tier": None}}],
)
def test_without_a_name_to_replace_the_same_customer_comes_back(fields: dict[str, Value]) -> None:
    """No copy is made where there is nothing to do."""
    declared = customer(**fields)
    assert resolve(declared, SURROUNDINGS).declared is declared


def test_a_dunning_plan_is_known_by_name_or_id() -> None:
    """Both spellings give the id."""
    assert resolved("dunningPlan", "Standard") == "plan-1"
    assert resolved("dunningPlan", "plan-3") == "plan-3"


def test_an_unknown_plan_lists_the_candidates_and_suggests() -> None:
    """The nearest name is suggested, the names are listed."""
    flaw = flaw_of("dunningPlan", "standart")
    assert (flaw.code, flaw.path) == ("name-unknown", ("dunningPlan",))
    assert flaw.remedy == 'Did you mean "Standard"?'
    assert '"Gentle"' in flaw.detail and '"Twice"' in flaw.detail and "plan-3" not in flaw.detail


@pytest.mark.parametrize(("name", "ids"), [("Twice", ("plan-3", "plan-4")), ("plan-2", ("plan-2", "plan-6"))])
def test_a_plan_name_that_fits_several_lists_their_ids(name: str, ids: tuple[str, str]) -> None:
    """Two plans of one name, or a name that is another plan's id: neither is chosen."""
    flaw = flaw_of("dunningPlan", name)
    assert flaw.code == "name-ambiguous"
    assert all(f'"{one}"' in flaw.detail for one in ids)


def test_an_account_manager_is_known_by_email_in_any_case_or_by_id() -> None:
    """Addresses are compared without case."""
    assert resolved("accountManager", "ann.MARGUERITE@example.com") == "user-1"
    assert resolved("accountManager", "user-2") == "user-2"


def test_an_unknown_account_manager_is_told_by_ids_alone() -> None:
    """Addresses and names of users are personal: the remedy is an id that can be pasted."""
    flaw = flaw_of("accountManager", "ann.margerite@example.com")
    assert (flaw.code, flaw.path) == ("name-unknown", ("accountManager",))
    assert flaw.remedy == 'Did you mean the user with the id "user-1"?'
    assert "arg" not in f"{flaw.summary}{flaw.detail}{flaw.why}{flaw.remedy}"


def test_an_address_that_two_users_share_is_ambiguous() -> None:
    """Their ids are listed, the address is not repeated."""
    flaw = flaw_of("accountManager", "shared@example.com")
    assert flaw.code == "name-ambiguous"
    assert '"user-2", "user-3"' in flaw.detail and "shared@" not in flaw.detail


@pytest.mark.parametrize(
    ("name", "value", "wire"),
    [
        ("tier", "Gold", {"label": "Gold"}),
        ("new", "Gold", {"label": "Gold"}),
        ("tags", ["b", "a", "b"], [{"label": "a"}, {"label": "b"}]),
        ("tags", [], None),
        ("note", "x", "x"),
        ("score", 7, 7),
        ("score", "7", "7"),
        ("plain", True, True),
        ("tier", None, None),
        ("tags", None, None),
    ],
)
def test_values_take_the_shape_of_their_definition(name: str, value: Value, wire: Value) -> None:
    """Labels are wrapped, several of them sorted and once each; an empty list is nothing there."""
    assert resolved("customFields", {name: value}) == {name: wire}


@pytest.mark.parametrize(
    ("name", "value"), [("tier", 1), ("tier", ["Gold"]), ("tags", "a"), ("note", 7), ("score", ["7"]), ("plain", ["x"])]
)
def test_a_value_of_another_shape_is_refused(name: str, value: Value) -> None:
    """A number is no label, one label is no list, a list is no text."""
    flaw = flaw_of("customFields", {name: value})
    assert (flaw.code, flaw.path) == ("custom-field-shape", ("customFields", name))


def test_an_unknown_custom_field_is_refused_at_its_key() -> None:
    """Neither live nor declared: the nearest external id is suggested, those of other entities are not."""
    flaw = flaw_of("customFields", {"teir": "Gold"})
    assert (flaw.code, flaw.path, flaw.on_key) == ("custom-field-unknown", ("customFields", "teir"), True)
    assert flaw.remedy == 'Did you mean "tier"?'
    assert '"new"' in flaw.detail and '"po"' not in flaw.detail


def test_a_field_of_another_entity_is_refused() -> None:
    """A customer has no value for a field of invoices."""
    assert flaw_of("customFields", {"po": "x"}).code == "custom-field-entity"


def test_an_external_id_that_two_definitions_share_is_ambiguous() -> None:
    """Upflow's guide warns of external ids that are not unique."""
    assert flaw_of("customFields", {"both": "x"}).code == "name-ambiguous"


def test_every_flaw_of_a_customer_is_reported_and_nothing_is_half_resolved() -> None:
    """Flaws come together, and the customer stays as declared."""
    declared = customer(dunningPlan="nope", accountManager="nobody", customFields={"tier": "Gold", "x": 1})
    resolution = resolve(declared, SURROUNDINGS)
    assert [flaw.code for flaw in resolution.flaws] == ["name-unknown", "name-unknown", "custom-field-unknown"]
    assert resolution.declared is declared


def test_other_fields_stay_as_they_are() -> None:
    """Resolving replaces names and touches nothing else."""
    declared = customer(name="Acme", dunningPlan="Standard", customFields={"tier": "Gold", "note": "x"})
    assert resolve(declared, SURROUNDINGS).declared.fields == {
        "name": "Acme",
        "dunningPlan": "plan-1",
        "customFields": {"tier": {"label": "Gold"}, "note": "x"},
    }


def test_a_resolved_customer_keeps_everything_else() -> None:
    """Whatever a declared resource holds beside its fields goes over; this fails when `Declared` grows a field."""
    declared = Declared(
        kind="customer",
        key="C-001",
        fields={"dunningPlan": "Standard"},
        source=SOURCE,
        members={"contacts": [{"externalId": "P-1"}]},
        options={"createOptions": True},
        only_add=frozenset({"contacts"}),
        members_only=True,
    )
    assert {row.name for row in dataclasses.fields(Declared)} == {
        *("kind", "key", "fields", "source", "members", "options", "only_add", "protected", "members_only")
    }
    expected = dataclasses.replace(declared, fields={"dunningPlan": "plan-1"})
    assert resolve(declared, SURROUNDINGS).declared == expected


LABELS = st.lists(st.text(min_size=1, max_size=4), max_size=5)


@given(LABELS)
def test_the_order_of_labels_does_not_matter_and_resolving_twice_changes_nothing(labels: list[str]) -> None:
    """Lists of labels are sets; resolved values resolve to themselves."""
    once = resolve(customer(customFields={"tags": labels}), SURROUNDINGS).declared
    turned = resolve(customer(customFields={"tags": labels[::-1]}), SURROUNDINGS).declared
    assert once == turned
    assert resolve(once, SURROUNDINGS).declared is once
