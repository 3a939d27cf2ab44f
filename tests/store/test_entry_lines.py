"""Entries as they are read from an inventory's text, on their way into a plan."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import ReconcilerError
from reconciler.model.change import Action
from reconciler.plan.build import Part, build
from reconciler.plan.entries import entry_of
from reconciler.plan.fingerprint import whole_print
from reconciler.store.inventory_text import inventory_text, parse_inventory
from reconciler.store.plan_file import read_plan, write_plan
from tests.values import CLUB, SECRET, club, desired, guest, inventory, live, live_club, organization


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


def test_a_plan_reads_nothing_of_what_its_fingerprint_says_is_as_it_was() -> None:
    """Here it could not be read; without a fingerprint it has to be."""
    wanted, found = club("A", name="Row"), live_club("A", name="Row")
    entry = replace(entry_of(wanted, CLUB, SECRET, None), remote_id=found.remote_id)
    entry = replace(entry, fingerprint=whole_print(entry.fingerprint, found, CLUB, SECRET))
    text = inventory_text(replace(inventory(), managed={entry.name: entry}))
    assert text.count(b'"name":"Row"') == 1
    for stored, readable in (
        (text, True),
        (text.replace(b'"fingerprint":"%s",' % entry.fingerprint.encode(), b""), False),
    ):
        ours = parse_inventory(_resealed(stored.replace(b'"name":"Row"', b'"name":')), "acme")
        part = Part(organization=organization(), desired=desired(wanted), live=live(found), inventory=ours)
        if readable:
            assert build([part]).shares[0].applied == {}
        else:
            with pytest.raises(ReconcilerError):
                build([part])


def test_a_fingerprint_stands_beside_what_it_is_of() -> None:
    """What is kept is written as it was read, with it, without it, and with another one."""
    entry = replace(inventory(live_club("A")).managed["club/A"], last_applied={"name": "Row"}, members={})
    for one in (entry, replace(entry, last_applied={}), replace(entry, overridden={"name": "R"})):
        for fingerprint in ("", "ab12"):
            kept = replace(inventory(), managed={"club/A": replace(one, fingerprint=fingerprint)})
            text = inventory_text(kept)
            stored = parse_inventory(text, "acme")
            assert stored == kept
            assert inventory_text(stored) == text
            again = replace(stored.managed["club/A"], fingerprint="cd34")
            written = inventory_text(replace(stored, managed={"club/A": again}))
            assert parse_inventory(written, "acme").managed["club/A"] == replace(one, fingerprint="cd34")


def _resealed(text: bytes) -> bytes:
    """Give a text that was edited the checksum that it has now."""
    body = text.split(b"\n", 1)[1]
    return b'{"checksum":"%s",\n%s' % (hashlib.sha256(body).hexdigest().encode(), body)
