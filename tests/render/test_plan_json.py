"""The plan for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import jsonschema

from reconciler.model.change import Action
from reconciler.render.plan_json import plan_json
from tests.render.plans import change, everything, field, plan, transfer

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

TERRAFORM = {
    "type": "object",
    "required": [
        "format_version", "resource_changes", "resource_drift", "timestamp", "applyable", "complete", "errored",
    ],
    "properties": {
        "format_version": {"type": "string", "pattern": r"^1\.\d+$"},
        "timestamp": {"type": "string"},
        "applyable": {"type": "boolean"},
        "complete": {"type": "boolean"},
        "errored": {"type": "boolean"},
        "resource_drift": {"type": "array"},
        "resource_changes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["address", "mode", "type", "name", "provider_name", "change"],
                "properties": {
                    "address": {"type": "string"},
                    "change": {
                        "type": "object",
                        "required": [
                            "actions", "before", "after", "after_unknown", "before_sensitive", "after_sensitive",
                        ],
                        "properties": {
                            "actions": {
                                "type": "array",
                                "items": {"enum": ["no-op", "create", "read", "update", "delete", "forget"]},
                            },
                            "before": {"type": ["object", "null"]},
                            "after": {"type": ["object", "null"]},
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip


def written() -> dict[str, object]:
    """Give the fullest plan as a program reads it."""
    read: dict[str, object] = json.loads(plan_json(everything(), NOON))
    return read


def entry(address: str) -> dict[str, object]:
    """Find the entry of one address."""
    changes = written()["resource_changes"]
    assert isinstance(changes, list)
    found: Iterator[dict[str, object]] = (row for row in changes if row["address"] == address)
    return next(found)


def part(value: object, *names: str) -> object:
    """Follow keys into objects."""
    for name in names:
        assert isinstance(value, dict)
        value = value[name]
    return value


def test_the_plan_has_terraforms_shape() -> None:
    """What Terraform's own reader demands is there."""
    jsonschema.validate(written(), TERRAFORM)


def test_a_removed_contact_is_a_delete_of_kind_contact() -> None:
    """A policy that forbids deletes sees the contact that a list replacement removes."""
    removed = entry("acme-fr/customer/C-001/contact/P-4")
    assert part(removed, "change", "actions") == ["delete"]
    assert part(removed, "change", "after") is None
    assert removed["type"] == "contact"


def test_personal_fields_are_told_to_be_sensitive() -> None:
    """Viewers written for Terraform hide them by these marks."""
    changed = entry("acme-fr/customer/C-001/contact/P-2")
    assert part(changed, "change", "before_sensitive") == {"phone": True}
    assert part(changed, "change", "after_sensitive") == {"phone": True}


def test_values_stand_nested_at_their_paths() -> None:
    """`address.city` is `city` inside `address`."""
    assert part(entry("acme-fr/customer/C-001"), "change", "after", "address") == {"city": "Lyon"}


def test_a_create_has_no_before_and_an_id_to_come() -> None:
    """The vendor chooses the id, so it is unknown until then."""
    created = entry("acme-fr/customer/C-002")
    assert part(created, "change", "before") is None
    assert part(created, "change", "after_unknown") == {"id": True}


def test_an_adoption_is_an_import_that_changes_nothing() -> None:
    """Terraform's word for it is `importing`."""
    assert part(entry("acme-fr/customer/C-003"), "change", "importing") == {"id": "remote-C-003"}


def test_a_move_names_the_former_address_and_changes_nothing() -> None:
    """Terraform's word for it is `previous_address`."""
    moved = entry("acme-fr/customer/C-004/contact/key:desk")
    assert moved["previous_address"] == "acme-fr/customer/C-004/contact/key:reception"
    assert (part(moved, "change", "actions"), moved["action"]) == (["no-op"], "move")


def test_who_changes_places_names_the_other_place() -> None:
    """The addition names where somebody comes from, the removal where the same one goes."""
    read = json.loads(plan_json(transfer(), NOON))
    told = {(row["address"], row["action"]): row["elsewhere"] for row in read["resource_changes"] if "elsewhere" in row}
    assert told == {
        ("acme-fr/customer/C-001/contact/P-1", "add"): "acme-fr/customer/C-002",
        ("acme-fr/customer/C-002/contact/P-1", "remove"): "acme-fr/customer/C-001",
    }


def test_our_own_keys_stand_beside() -> None:
    """Where it is declared, why, what it relies on and waits for."""
    created = entry("acme-fr/customer/C-002")
    assert created["source"] == {"file": "customers/acme.yaml", "line": 3, "column": 5}
    assert part(created, "precondition", "digest") is None
    assert created["depends_on"] == ["acme-fr/customField/tier"]


def test_the_time_alone_varies() -> None:
    """Two writings of one plan differ in nothing but the timestamp."""
    later = plan_json(everything(), datetime(2027, 1, 1, tzinfo=UTC))
    assert plan_json(everything(), NOON).replace("2026-03-01T12:00:00", "2027-01-01T00:00:00") == later


def test_an_empty_plan_is_not_applyable() -> None:
    """There is nothing to apply, and nothing went wrong."""
    read = json.loads(plan_json(plan(), NOON))
    assert (read["applyable"], read["complete"], read["errored"]) == (False, True, False)
    assert json.loads(plan_json(plan(change("C-1", Action.UPDATE, field("name", "a", "b"))), NOON))["applyable"]
