"""Reviewed lines where there is no inventory: what may have been used lets nothing through, now or later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from reconciler.model.plan import Plan
from reconciler.model.resource import Removal
from reconciler.model.state import Allowance, DesiredState, LiveState
from reconciler.plan.build import Part, build
from tests.company import Company
from tests.plan.guarding import clubs, declared, refused, warned
from tests.scenarios.test_ownership import customer, live_keys
from tests.scenarios.words import document
from tests.scenarios.words import refused as held_back
from tests.values import club, desired, guest, inventory, live, live_club, organization, source

LINE = Allowance(
    guard="delete-ceiling",
    target="club",
    count=5,
    reason="they left",
    until=date(2030, 1, 1),
    source=source(2),
    id="line-1",
)
SOME = clubs(9)
GOING = tuple(
    Removal(
        kind="club",
        key=str(one.key),
        remote_id=one.remote_id,
        reason="left",
        until=date(2030, 1, 1),
        source=source(number),
    )
    for number, one in enumerate(SOME[:5])
)


def first(wanted: DesiredState, found: LiveState, *lines: Allowance, options: tuple[Allowance, ...] = ()) -> Plan:
    """Plan where nothing is known of before."""
    wanted = replace(wanted, allowances=lines)
    return build([Part(organization=organization(), desired=wanted, live=found, allowances=options)])


def test_without_an_inventory_a_line_lets_nothing_through() -> None:
    """It may have been used before the inventory was lost; the plan says so, and an option does instead."""
    wanted = replace(desired(*declared(SOME[5:])), removals=GOING)
    held = first(wanted, live(*SOME), LINE)
    assert len(refused(held)) == 5
    assert warned(held) == ["allowance-doubted"]
    assert (held.shares[0].doubts, held.shares[0].spends) == (("line-1",), ())
    option = replace(LINE, id="", source=None, until=None)
    assert first(wanted, live(*SOME), LINE, options=(option,)).blocked == ()


def test_what_adoption_does_to_a_list_is_allowed_by_a_line() -> None:
    """There is no managing before it."""
    hand = guest("H", "h@x", id="1")
    wanted, found = desired(club("A", guests=[guest("P", "p@x")])), live(live_club("A", guests=[hand]))
    line = replace(LINE, guard="adopt-removes", target="acme/club/A/guest/H", count=None)
    assert list(refused(first(wanted, found))) == ["A"]
    allowed = first(wanted, found, line)
    assert (allowed.blocked, allowed.shares[0].doubts, allowed.shares[0].spends) == ((), (), ("line-1",))
    assert allowed.shares[0].until == "2030-01-01"


def test_with_an_inventory_nothing_is_in_doubt() -> None:
    """A line that it does not call used is not."""
    wanted = replace(desired(*declared(SOME[5:])), removals=GOING, allowances=(LINE,))
    made = build([Part(organization=organization(), desired=wanted, live=live(*SOME), inventory=inventory(*SOME))])
    assert (made.blocked, made.shares[0].doubts, made.shares[0].spends) == ((), (), ("line-1",))


def test_a_used_line_does_not_come_back_with_a_lost_inventory(tmp_path: Path) -> None:
    """Neither by the apply that begins a new one nor by `adopt`: what it would let through stays refused."""
    here, keys = Company(tmp_path / "company"), [f"C-{number}" for number in range(12)]
    here.seed({"customers": [customer(key) for key in keys]})
    line = "allow: [{guard: delete-ceiling, kind: customer, count: 5, reason: r, until: 2026-02-15}]\n"
    here.write({"a.yaml": document(*keys)})
    here.apply()
    here.write({"a.yaml": document(*keys[5:]) + line})
    assert here.apply().code == 0
    assert len(live_keys(here)) == 7
    for begin in (here.apply, here.manage):
        here.lose_inventory()
        begin()
        here.write({"a.yaml": document(*keys[9:]) + line})
        assert {code for code, _ in held_back(here.plan())} == {"delete-ceiling"}
        here.write({"a.yaml": document(*keys[5:]) + line})
