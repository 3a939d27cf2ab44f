"""What the vendor sets back stands in the inventory, under the paths that drift looks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.apply.readback import overridden_paths
from reconciler.diff.remembered import remembered
from reconciler.model.change import Action, Change, FieldChange, MemberAction
from reconciler.model.event import Done
from reconciler.model.resource import Fields, Value
from reconciler.store.inventory_text import inventory_text, parse_inventory
from tests.apply.provider import member
from tests.apply.test_record import EMPTY, ENTRY, OURS, ROWING, UPDATE, after, began
from tests.plan.test_overridden import planned
from tests.values import CLUB, club, guest, live_club

PATHS = (("name",), ("guests", "G-1", "email"), ("guests", "G-1"), ("guests",), ("guests", "G-9", "email"))


def test_what_the_vendor_made_of_it_is_kept_by_path() -> None:
    """A personal value as a digest; a path that leads to no single value is left out."""
    change = replace(UPDATE, members=(member("ROW", "G-1", MemberAction.CHANGE, "g-1", email="z@x"),))
    kept = after(OURS, change, began(change), Done(change=change, remote_id="r-ROW", found=ROWING, overridden=PATHS))
    found = kept.managed["club/ROW"].overridden
    assert found.keys() == {"name", "guests/G-1/email"}
    assert found["name"] == "Rowing"
    assert str(found["guests/G-1/email"]).startswith("~")
    stored = parse_inventory(inventory_text(kept), "acme")
    assert dict(stored.managed["club/ROW"].overridden) == found
    assert inventory_text(stored) == inventory_text(kept)
    again = replace(stored, managed={"club/ROW": replace(stored.managed["club/ROW"], overridden={})})
    assert b"overridden" not in inventory_text(again)


@pytest.mark.parametrize(
    ("found", "noted"),
    [
        ({"card": {"enabled": False, "limit": 3, "brand": "V"}}, {"payment.card.enabled": False}),
        ({"card": {"limit": 2}}, {"payment.card.enabled": None, "payment.card.limit": 2}),
        ({"card": {"enabled": True, "limit": 3, "brand": "V"}}, {}),
        ({"card": {}, "cash": True}, {"payment.card.enabled": None, "payment.card.limit": None}),
        ({"cash": True}, {"payment.card": None}),
        (None, {"payment.card": None}),
    ],
)
def test_of_a_mapping_that_was_sent_whole_what_differs_is_kept(found: Value, noted: Fields) -> None:
    """Under the paths that the next plan asks for, so that it finds it there and is empty."""
    wanted = club("ROW", name="Rowers", payment={"card": {"enabled": True, "limit": 3}})
    live = live_club("ROW", name="Rowers", payment=found)
    row = FieldChange(path=("payment", "card"), before=None, after={"enabled": True, "limit": 3})
    change = replace(UPDATE, fields=(row,))
    done = Done(change=change, remote_id="r-ROW", found=live, overridden=(row.path,))
    kept = after(OURS, change, began(change), done).managed["club/ROW"].overridden
    assert kept == noted
    made = planned(wanted, live, kept)
    assert (made.empty, len(made.overridden)) == (True, len(noted))


def test_what_only_stood_is_not_remembered() -> None:
    """Somebody may have moved it just before the write: the next plan is to ask for it again."""
    paths = (("name",), ("plan",), ("guests", "G-1", "email"))
    change = replace(UPDATE, members=(member("ROW", "G-1", MemberAction.KEEP, "g-1"),))
    done = Done(
        change=change, remote_id="r-ROW", found=replace(ROWING, fields={"name": "V", "plan": "p"}), overridden=paths
    )
    assert after(OURS, change, began(change), done).managed["club/ROW"].overridden == {"name": "V"}


def test_the_next_write_says_anew_what_was_set_back() -> None:
    """What the vendor takes is no longer overridden, and where nobody read the object back nothing is known."""
    entry = replace(OURS.managed["club/ROW"], overridden={"name": "V"})
    before = replace(OURS, managed={"club/ROW": entry})
    for found in (ROWING, None):
        kept = after(before, UPDATE, began(UPDATE), Done(change=UPDATE, remote_id="r-ROW", found=found))
        assert kept.managed["club/ROW"].overridden == {}


def test_what_is_only_noted_leaves_it() -> None:
    """Nothing was written, so the vendor made nothing of anything; but what is seen to stand no more is forgotten."""
    before = replace(OURS, managed={"club/ROW": replace(OURS.managed["club/ROW"], overridden={"name": "V"})})
    note = replace(UPDATE, action=Action.ADOPT, fields=())
    for name, left in (("V", {"name": "V"}), ("Rowing", {})):
        kept = after(before, note, Done(change=note, remote_id="r-ROW", found=live_club("ROW", name=name)))
        assert kept.managed["club/ROW"].overridden == left


def test_digests_under_another_key_are_dropped() -> None:
    """They say nothing any more; other values do."""
    entry = replace(OURS.managed["club/ROW"], overridden={"name": "V", "guests/G-1/email": "~0123"})
    before = replace(OURS, digest_key_id="another", managed={"club/ROW": entry})
    kept = after(before, replace(UPDATE, entry=None))
    assert kept.managed["club/ROW"].overridden == {"name": "V"}
    assert EMPTY.managed == {}


LEFT = (FieldChange(path=("plan",), before="p-1", after="p-2"),)
HERS = (FieldChange(path=("name",), before="Ann", after="Anna", personal=True),)
PLANNED = {"plan": "p-1", "guests/G-1/name": remembered("Ann", "secret", personal=True), "guests/G-9/name": "~9"}


def leaving() -> Change:
    """Change a name, and leave a dunning plan and somebody's name as the vendor has them."""
    kept = replace(member("ROW", "G-1", MemberAction.KEEP, "g-1"), left=HERS)
    entry = replace(ENTRY, overridden=PLANNED)
    return replace(UPDATE, entry=entry, left=LEFT, members=(kept,))


def test_what_is_left_stays_in_mind() -> None:
    """While it stands so; what the look at the end did not see, and where there was none, is as it was."""
    change = leaving()
    seen = live_club("ROW", name="Rowers", plan="p-1", guests=[{"id": "g-1", **guest("G-1", "a@x", name="Ann")}])
    kept = after(OURS, change, began(change), Done(change=change, remote_id="r-ROW", found=seen))
    assert kept.managed["club/ROW"].overridden == PLANNED
    kept = after(OURS, change, began(change), Done(change=change, remote_id="r-ROW", found=None))
    assert kept.managed["club/ROW"].overridden == PLANNED


@pytest.mark.parametrize(("plan", "name"), [("p-2", "Anna"), ("p-3", "Anne")])
def test_what_moved_meanwhile_is_left_no_more(plan: str, name: str) -> None:
    """It is as declared, so the next difference is news; or in a third way, and that is no answer to what was sent."""
    change = leaving()
    seen = live_club("ROW", name="Rowers", plan=plan, guests=[{"id": "g-1", **guest("G-1", "a@x", name=name)}])
    kept = after(OURS, change, began(change), Done(change=change, remote_id="r-ROW", found=seen))
    assert kept.managed["club/ROW"].overridden == {"guests/G-9/name": "~9"}


def test_what_is_left_is_named_where_it_stands_in_a_third_way() -> None:
    """As it was it is no news, and as declared it is none of the vendor's making."""
    change = leaving()
    for plan, name, expected in (
        ("p-1", "Ann", ()),
        ("p-2", "Anna", ()),
        ("p-3", "Anne", (("plan",), ("guests", "G-1", "name"))),
    ):
        seen = live_club("ROW", name="Rowers", plan=plan, guests=[{"id": "g-1", **guest("G-1", "a@x", name=name)}])
        assert overridden_paths(change, seen, CLUB, settled=True) == expected
