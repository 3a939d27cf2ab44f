"""Tests of reconciler.plan.destruction: what goes with the deletion of something that others hold a value of."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.model.state import LiveState
from reconciler.plan.digest import change_digest
from reconciler.render.change_json import change_json
from reconciler.render.plan_text import plan_text
from tests.plan.test_pruning import plan, removal
from tests.values import club, desired, inventory, live, live_club, live_tag

HOLDERS = (
    live_club("A", tags={"T": {"label": "Gold"}}),
    live_club("B", tags={"T": 0}),
    live_club("C", tags={"T": None, "S": "x"}),
    live_club("D", tags={"T": ""}),
    live_club("E"),
    live_club("F", tags={"id:r-T": "known by remote id"}),
)


def destroying(found: LiveState) -> Plan:
    """Ask for the removal of the tag T."""
    wanted = replace(desired(club("A")), removals=(removal("T", "r-T", "tag", destroys=True),))
    return plan(wanted, found, inventory())


def only(made: Plan) -> Change:
    """Give the change of the tag."""
    return next(one for one in made.changes if one.address.kind == "tag")


def test_every_object_that_holds_a_value_is_counted() -> None:
    """Zero is a value, nothing is none; those without external id count too."""
    found = live(live_tag("T"), *HOLDERS)
    keyless = replace(live_club("X", tags={"T": "x"}), key=None)
    assert only(destroying(found)).takes == {"club": 3}
    assert only(destroying(replace(found, keyless={"club": (keyless,)}))).takes == {"club": 4}
    assert only(destroying(live(live_tag("T"), HOLDERS[4]))).takes == {"club": 0}


def test_the_plan_shows_the_count_and_it_belongs_to_what_was_reviewed() -> None:
    """It stands beside the cause and in JSON; another count is another plan."""
    made = destroying(live(live_tag("T"), *HOLDERS))
    assert "# (takes the values of 3 clubs with it)" in plan_text(made)
    assert change_json(only(made), "clubs")["takes"] == {"club": 3}
    assert change_digest(only(made)) != change_digest(replace(only(made), takes={"club": 4}))


def test_what_nobody_counted_is_refused() -> None:
    """Without a complete listing of those who may hold a value the deletion waits."""
    made = destroying(replace(live(live_tag("T"), *HOLDERS), certificates=live().certificates[:1]))
    (blocked,) = [one for one in made.blocked if one.change.address.kind == "tag"]
    assert blocked.problem.code == "destroys-uncounted"
    assert blocked.problem.command == "reconciler plan --allow destroys-uncounted=acme/tag/T"


def test_a_listing_that_shrank_counts_nothing() -> None:
    """An empty answer would make the deletion look harmless."""
    wanted = replace(desired(club("A")), removals=(removal("T", "r-T", "tag", destroys=True),))
    for size, codes in ((7, []), (8, ["destroys-uncounted"])):
        made = plan(wanted, live(live_tag("T"), *HOLDERS), inventory(sizes={"club": size}))
        assert [one.problem.code for one in made.blocked if one.change.address.kind == "tag"] == codes


def test_other_deletions_take_nothing_of_others() -> None:
    """Only kinds whose deletion takes others with it are counted."""
    made = plan(desired(club("B")), live(*HOLDERS[:2]), inventory(*HOLDERS[:2]))
    assert [one.takes for one in made.changes] == [{}]
