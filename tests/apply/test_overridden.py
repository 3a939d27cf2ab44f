"""What the vendor sets back stands in the inventory, under the paths that drift looks for."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.change import Action
from reconciler.model.event import Done
from reconciler.store.inventory_text import inventory_text, parse_inventory
from tests.apply.test_record import EMPTY, OURS, ROWING, UPDATE, after, began

PATHS = (("name",), ("guests", "G-1", "email"), ("guests", "G-1"), ("guests",), ("guests", "G-9", "email"))


def test_what_the_vendor_made_of_it_is_kept_by_path() -> None:
    """A personal value as a digest; a path that leads to no single value is left out."""
    done = Done(change=UPDATE, remote_id="r-ROW", found=ROWING, overridden=PATHS)
    kept = after(OURS, UPDATE, began(UPDATE), done)
    found = kept.managed["club/ROW"].overridden
    assert found.keys() == {"name", "guests/G-1/email"}
    assert found["name"] == "Rowing"
    assert str(found["guests/G-1/email"]).startswith("~")
    stored = parse_inventory(inventory_text(kept), "acme")
    assert dict(stored.managed["club/ROW"].overridden) == found
    assert inventory_text(stored) == inventory_text(kept)
    again = replace(stored, managed={"club/ROW": replace(stored.managed["club/ROW"], overridden={})})
    assert b"overridden" not in inventory_text(again)


def test_the_next_write_says_anew_what_was_set_back() -> None:
    """What the vendor takes is no longer overridden, and where nobody read the object back nothing is known."""
    entry = replace(OURS.managed["club/ROW"], overridden={"name": "V"})
    before = replace(OURS, managed={"club/ROW": entry})
    for found in (ROWING, None):
        kept = after(before, UPDATE, began(UPDATE), Done(change=UPDATE, remote_id="r-ROW", found=found))
        assert kept.managed["club/ROW"].overridden == {}


def test_what_is_only_noted_leaves_it() -> None:
    """Nothing was written, so the vendor made nothing of anything."""
    before = replace(OURS, managed={"club/ROW": replace(OURS.managed["club/ROW"], overridden={"name": "V"})})
    note = replace(UPDATE, action=Action.ADOPT)
    kept = after(before, note, Done(change=note, remote_id="r-ROW", found=ROWING))
    assert kept.managed["club/ROW"].overridden == {"name": "V"}


def test_digests_under_another_key_are_dropped() -> None:
    """They say nothing any more; other values do."""
    entry = replace(OURS.managed["club/ROW"], overridden={"name": "V", "guests/G-1/email": "~0123"})
    before = replace(OURS, digest_key_id="another", managed={"club/ROW": entry})
    kept = after(before, replace(UPDATE, entry=None))
    assert kept.managed["club/ROW"].overridden == {"name": "V"}
    assert EMPTY.managed == {}
