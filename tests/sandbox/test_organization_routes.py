"""Custom fields, catalogues, and the envelopes and pages of all lists."""

from __future__ import annotations

import pytest

from reconciler.sandbox import seed
from reconciler.sandbox.values import Json, JsonObject
from tests.sandbox.conftest import SEED, World
from tests.sandbox.wire import shown


def _options(world: World, external_id: str) -> list[str]:
    return next(
        field["options"] for field in shown(world.store, "acme")["customFields"] if field["externalId"] == external_id
    )


def _set(world: World, *values: JsonObject) -> int:
    return world.send("PUT", "/customers/external:C-001", {"customFields": list(values)}).status_code


def test_labels_have_case(world: World) -> None:
    """A label in another case is another option, and each option is made once."""
    for label in ("One", "one", "One", "Retail"):
        assert _set(world, {"externalId": "segment", "value": {"label": label}}) == 200
    assert _options(world, "segment") == ["Retail", "One", "one"]


def test_the_import_makes_options_too(world: World) -> None:
    """POST /customers creates options on the fly as PUT does."""
    body = {"externalId": "N", "name": "N", "customFields": [{"externalId": "tags", "value": [{"label": "A"}]}]}
    world.send("POST", "/customers", body)
    assert _options(world, "tags") == ["A"]


def test_a_refused_request_leaves_no_option_behind(world: World) -> None:
    """An option is made with the write or not at all."""
    body = {"customFields": [{"externalId": "tags", "value": [{"label": "A"}]}], "parent": {"externalId": "none"}}
    assert world.send("PUT", "/customers/external:C-001", body).status_code == 400
    assert _options(world, "tags") == []


def test_values_read_back(world: World) -> None:
    """A value shows both ids and its source; null is a value; a subset leaves the others."""
    assert _set(world, {"externalId": "note", "value": None}) == 200
    values = world.customer()["customFields"]
    assert [(value["externalId"], value["value"]) for value in values] == [
        ("segment", {"label": "Retail"}),
        ("note", None),
    ]
    assert {value["source"] for value in values} == {"USER_DEFINED"}


@pytest.mark.parametrize(
    "value",
    [
        {"value": "no reference"},
        {"externalId": "segment"},
        {"externalId": "segment", "value": "One"},
        {"externalId": "segment", "value": {"label": ""}},
        {"externalId": "segment", "id": "another", "value": {"label": "One"}},
        {"externalId": "tags", "value": {"label": "One"}},
        {"externalId": "note", "value": {"label": "One"}},
    ],
)
def test_an_ill_shaped_value_is_400(world: World, value: JsonObject) -> None:
    """A value needs a reference and the shape of its field's type."""
    assert _set(world, value) == 400


def test_a_custom_field_goes_with_its_values(world: World) -> None:
    """DELETE removes the definition, its options, and what customers held."""
    assert world.send("DELETE", "/custom_fields/external:segment").status_code == 204
    assert world.send("DELETE", "/custom_fields/external:segment").status_code == 404
    assert [field["externalId"] for field in world.get("/custom_fields")["items"]] == ["tags", "note"]
    assert [value["externalId"] for value in world.customer()["customFields"]] == ["note"]


@pytest.mark.parametrize("change", [{"dataType": "COLOUR"}, {"entityType": "PLANET"}, {"label": ""}, {"externalId": 1}])
def test_an_invalid_definition_is_400(world: World, change: JsonObject) -> None:
    """Types and label are checked."""
    body = {"externalId": "x", "label": "X", "dataType": "TEXT", "entityType": "CUSTOMER"}
    assert world.send("POST", "/custom_fields", body | change).status_code == 400


def test_a_field_of_another_entity_is_not_a_customers(world: World) -> None:
    """A PAYMENT field can be defined, and no customer can hold a value of it."""
    world.send("POST", "/custom_fields", {"externalId": "p", "label": "P", "dataType": "TEXT", "entityType": "PAYMENT"})
    assert _set(world, {"externalId": "p", "value": "x"}) == 400


def test_envelopes(world: World) -> None:
    """Lists have offset, limit, total and rows; users come alone."""
    assert set(world.get("/users")) == {"users"}
    assert set(world.get("/users")["users"][0]) == {"id", "firstName", "lastName", "email", "position"}
    plans = world.get("/dunning_plans?limit=200")
    assert {name: plans[name] for name in ("offset", "limit", "total")} == {"offset": 0, "limit": 200, "total": 2}
    assert set(plans["items"][0]) == {"id", "name", "mode", "entity"}
    assert set(world.get("/customers")) == {"offset", "limit", "total", "customers"}


def test_pages_follow_the_order_of_birth(world: World) -> None:
    """Pages by offset and limit put together are the whole list; past its end there is an empty page."""
    customers: list[Json] = [{"externalId": f"N-{number}", "name": "N"} for number in range(25)]
    seed(world.store, "acme", SEED | {"customers": customers})
    pages = [world.get(f"/customers?limit=10&offset={offset}") for offset in (0, 10, 20, 30)]
    assert [len(page["customers"]) for page in pages] == [10, 10, 5, 0]
    assert [row["externalId"] for page in pages for row in page["customers"]] == [f"N-{number}" for number in range(25)]
    assert {page["total"] for page in pages} == {25}


def test_unknown_query_keys_are_ignored(world: World) -> None:
    """A filter that Upflow does not have filters nothing, without a word."""
    assert world.get("/customers?status=OVERDUE&externalId=C-001&name=Alpha&page=2")["total"] == 3


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1", "limit=-5"])
def test_a_page_must_be_numbers(world: World, query: str) -> None:
    """A limit or offset that is no number is a 400."""
    assert world.send("GET", f"/customers?{query}").status_code == 400
