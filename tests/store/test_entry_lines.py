"""Entries as they are read from an inventory's text, on their way into a plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reconciler.model.change import Action
from reconciler.plan.build import Part, build
from reconciler.store.inventory_text import inventory_text, parse_inventory
from reconciler.store.plan_file import read_plan, write_plan
from tests.values import club, desired, guest, inventory, live, live_club, organization


def test_a_plan_upon_what_was_read_is_the_same_and_can_be_written(tmp_path: Path) -> None:
    """What is updated, replaced, deleted and made anew carries nothing that only a store understands."""
    found = [
        live_club(key, name="Row", guests=[guest("P-1", "a@club.example", id="g-1")]) for key in ("A", "B", "C", "D")
    ]
    ours = inventory(*found, live_club("GONE"), live_club("NEW"))
    ours = replace(
        ours, managed={name: replace(entry, last_applied={"name": "Row"}) for name, entry in ours.managed.items()}
    )
    stored = parse_inventory(inventory_text(ours), "acme")
    wanted = desired(
        club("A", name="Row"),
        club("B", name="Rowing"),
        club("C", name="Row", guests=[guest("P-2", "b@club.example")]),
        club("NEW", name="New"),
    )
    plans = [
        build([Part(organization=organization(), desired=wanted, live=live(*found), inventory=one)])
        for one in (ours, stored)
    ]
    assert plans[0] == plans[1]
    changes = [*plans[1].changes, *(blocked.change for blocked in plans[1].blocked)]
    assert {change.action for change in changes} >= {Action.UPDATE, Action.REPLACE, Action.CREATE, Action.FORGET}
    write_plan(tmp_path / "plan", plans[1])
    assert read_plan(tmp_path / "plan") == plans[0]
