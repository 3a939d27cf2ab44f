"""The examples of the vendor's integration guide, field by field."""

from __future__ import annotations

from tests.sandbox.conftest import World
from tests.sandbox.wire import Wire

IMPORT: Wire = {
    "externalId": "1a2c3b",
    "name": "Upflow SAS",
    "address": {"address": "25 Passage Dubail", "zipcode": "75010", "city": "Paris", "country": "France"},
    "parent": {"externalId": "1a2c3c"},
    "contacts": [
        {
            "firstName": "John",
            "lastName": "Doe",
            "phone": "+33678059778",
            "email": "john@example.com",
            "position": "ACCOUNTING",
            "externalId": "1a2c3d",
            "isMain": True,
        }
    ],
}


def test_import_customer_example(world: World) -> None:
    """The guide's import makes a customer with exactly the fields that it sends, ids added."""
    world.send("POST", "/customers", {"externalId": "1a2c3c", "name": "Upflow Group"})
    response = world.send("POST", "/customers", IMPORT)
    customer = response.json()
    assert response.status_code == 200
    assert (customer["externalId"], customer["name"]) == ("1a2c3b", "Upflow SAS")
    assert customer["address"] == IMPORT["address"] | {"state": None}
    assert customer["parent"]["externalId"] == "1a2c3c"
    assert len(customer["id"]) == 36
    (contact,) = customer["contacts"]
    assert len(contact.pop("id")) == 36
    assert contact == IMPORT["contacts"][0]


def test_import_before_the_parent_is_refused(world: World) -> None:
    """A parent that does not exist yet is a 400 which says so, and nothing is created."""
    response = world.send("POST", "/customers", IMPORT)
    assert response.status_code == 400
    assert response.json() == {"message": "The parent customer does not exist."}
    assert world.send("GET", "/customers/external:1a2c3b").status_code == 404


def test_import_contact_example(world: World) -> None:
    """A contact can be imported alone, below a customer addressed by its external id."""
    body = IMPORT["contacts"][0] | {"externalId": "1a2b3c"}
    world.send("POST", "/customers", {"externalId": "123456", "name": "Someone"})
    response = world.send("POST", "/customers/external:123456/contacts", body)
    assert response.status_code == 200
    assert response.json() == body | {"id": response.json()["id"]}


def test_create_custom_field_example(world: World) -> None:
    """The guide's custom field is created with 201, its options not declared."""
    body = {
        "externalId": "123",
        "label": "Select Custom Field",
        "description": "custom field description",
        "dataType": "SELECT",
        "entityType": "CUSTOMER",
    }
    response = world.send("POST", "/custom_fields", body)
    assert response.status_code == 201
    assert response.json() == body | {"id": response.json()["id"]}


def test_set_select_values_example(world: World) -> None:
    """PUT creates the SELECT and MULTI_SELECT values and assigns them at once."""
    world.send(
        "PUT",
        "/customers/external:C-002",
        {
            "customFields": [
                {"externalId": "segment", "value": {"label": "One"}},
                {"externalId": "tags", "value": [{"label": "One"}, {"label": "Two"}]},
            ]
        },
    )
    values = {value["externalId"]: value["value"] for value in world.customer("C-002")["customFields"]}
    assert values == {"segment": {"label": "One"}, "tags": [{"label": "One"}, {"label": "Two"}]}


def test_filter_example(world: World) -> None:
    """A list filtered by a custom field's value holds the customers that have it, and no others."""
    (segment,) = [field for field in world.get("/custom_fields")["items"] if field["externalId"] == "segment"]
    world.send(
        "PUT",
        "/customers/external:C-002",
        {"customFields": [{"id": segment["id"], "value": {"label": "Huguenel Motorbikes Inc"}}]},
    )
    listing = world.get(f"/customers?customFieldsData_{segment['id']}.eq=Huguenel%20Motorbikes%20Inc")
    assert [row["externalId"] for row in listing["customers"]] == ["C-002"]
    assert listing["total"] == 1


def test_delete_example(world: World) -> None:
    """An empty customer is deleted by its external id."""
    assert world.send("DELETE", "/customers/external:C-002").status_code == 204
    assert world.send("GET", "/customers/external:C-002").status_code == 404
