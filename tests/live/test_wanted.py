"""Which keys are read beside the declared ones because they are managed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reconciler.live.wanted import MOST_LISTS, wanted_keys
from reconciler.model.inventory import Intent
from reconciler.model.resource import Removal
from tests.values import CLUB, TAG, club, desired, inventory, live_club, live_tag, source


def test_what_is_managed_and_not_declared_is_read_with_its_lists() -> None:
    """It goes or is forgotten, so it must be known; a declared one is read as the documents want it."""
    found = wanted_keys(desired(club("A", name="A")), (TAG, CLUB), inventory(live_club("A"), live_club("B")))
    assert found["club"].keys == {"A", "B"}
    assert found["club"].with_members == {"B"}


def test_a_parent_that_goes_is_read_with_its_lists_though_a_child_that_stays_names_it() -> None:
    """To be named is not to be declared: it goes like any other, and whoever else belongs to it must be known."""
    found = wanted_keys(desired(club("A", parent="B")), (TAG, CLUB), inventory(live_club("A"), live_club("B")))
    assert found["club"].keys == {"A", "B"}
    assert (found["club"].with_members, found["club"].whole) == ({"B"}, True)


def test_a_kind_that_only_the_inventory_knows_is_read() -> None:
    """When the last document of a kind is gone its objects are read still."""
    assert wanted_keys(desired(), (TAG, CLUB), inventory(live_club("B")))["club"].keys == {"B"}


def test_lists_of_very_many_that_go_are_not_read() -> None:
    """The ceiling refuses so many anyway; their lists would only cost."""
    many = [live_club(f"B-{number}") for number in range(MOST_LISTS + 1)]
    found = wanted_keys(desired(), (TAG, CLUB), inventory(*many))
    assert (len(found["club"].keys), found["club"].with_members) == (MOST_LISTS + 1, set())


def test_what_a_killed_run_intended_is_read_like_what_is_managed() -> None:
    """It counts as ours, declared or not."""
    intents = [Intent(kind="club", key=key, action="create", remote_id=None, run="run-0") for key in ("A", "B")]
    found = wanted_keys(desired(club("A", name="A")), (TAG, CLUB), inventory(intents=intents))
    assert (found["club"].keys, found["club"].with_members) == ({"A", "B"}, {"B"})


def test_what_a_killed_run_was_told_that_it_made_is_asked_for_by_that_id() -> None:
    """A list may lack it still; an id that a change of another sort was about says nothing new."""
    made = Intent(kind="club", key="A", action="create", remote_id="r-new", run="run-0")
    changed = Intent(kind="club", key="B", action="update", remote_id="r-old", run="run-0")
    found = wanted_keys(desired(), (TAG, CLUB), inventory(intents=[made, changed]))
    assert found["club"].remote_ids == {"A": "r-new"}


def test_who_may_lose_a_value_is_listed_to_the_end() -> None:
    """A removal that takes values of others with it is counted, and counting needs them all."""
    removal = Removal(
        kind="tag", key="T", remote_id="r-T", reason="x", until=date(2030, 1, 1), source=source(1), destroys=True
    )
    found = wanted_keys(replace(desired(), removals=(removal,)), (TAG, CLUB))
    assert (found["club"].whole, found["tag"].whole) == (True, False)


def test_without_an_inventory_only_what_is_declared_is_read() -> None:
    """On a first run nothing is managed."""
    assert set(wanted_keys(desired(club("A")), (TAG, CLUB))) == {"club"}


def test_where_a_parent_may_go_everybody_is_read() -> None:
    """A look-up of the one that goes shows nobody who belongs to it."""
    clubs, tags = (live_club("A"), live_club("B")), live_tag("T")
    assert wanted_keys(desired(club("A")), (TAG, CLUB), inventory(*clubs))["club"].whole
    assert not wanted_keys(desired(club("A"), club("B")), (TAG, CLUB), inventory(*clubs))["club"].whole
    assert not wanted_keys(desired(), (TAG, CLUB), inventory(tags))["tag"].whole
    removal = Removal(kind="club", key="B", remote_id="r", reason="left", until=date(2030, 1, 1), source=source(9))
    assert wanted_keys(replace(desired(), removals=(removal,)), (TAG, CLUB))["club"].whole
