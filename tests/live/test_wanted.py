"""Which keys are read beside the declared ones because they are managed."""

from __future__ import annotations

from reconciler.live.wanted import MOST_LISTS, wanted_keys
from tests.values import CLUB, TAG, club, desired, inventory, live_club


def test_what_is_managed_and_not_declared_is_read_with_its_lists() -> None:
    """It goes or is forgotten, so it must be known; a declared one is read as the documents want it."""
    found = wanted_keys(desired(club("A", name="A")), (TAG, CLUB), inventory(live_club("A"), live_club("B")))
    assert found["club"].keys == {"A", "B"}
    assert found["club"].with_members == {"B"}


def test_a_kind_that_only_the_inventory_knows_is_read() -> None:
    """When the last document of a kind is gone its objects are read still."""
    assert wanted_keys(desired(), (TAG, CLUB), inventory(live_club("B")))["club"].keys == {"B"}


def test_lists_of_very_many_that_go_are_not_read() -> None:
    """The ceiling refuses so many anyway; their lists would only cost."""
    many = [live_club(f"B-{number}") for number in range(MOST_LISTS + 1)]
    found = wanted_keys(desired(), (TAG, CLUB), inventory(*many))
    assert (len(found["club"].keys), found["club"].with_members) == (MOST_LISTS + 1, set())


def test_without_an_inventory_only_what_is_declared_is_read() -> None:
    """On a first run nothing is managed."""
    assert set(wanted_keys(desired(club("A")), (TAG, CLUB))) == {"club"}
