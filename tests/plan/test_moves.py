"""Tests of reconciler.plan.moves: each row of the table at the head of that module."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.diff.members import member_key
from reconciler.model.address import Address
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.model.resource import Fields
from reconciler.model.state import Move
from reconciler.plan.build import Part, build
from reconciler.plan.check import canonical_digest
from reconciler.plan.moves import carry_moves, rekeyed
from tests.values import CLUB, GUEST, SECRET, club, desired, guest, inventory, live, live_club, organization, source

ROW = guest(None, "p@x", id="1")
HERE = live_club("A", guests=[ROW])
MOVE = Move(kind="club", before="A/guest/key:old", after="A/guest/key:new", source=source(7))


def known(**ids: str) -> Inventory:
    """Manage club A and know its guests by these keys."""
    ours = inventory(HERE)
    entry = ours.managed["club/A"]
    members = {"guests": {f"key:{key}": remote_id for key, remote_id in ids.items()}}
    applied = {"name": "A", "guests/key:old/email": "~1", "guests/key:older/email": "~2"}
    made = {"name": "B", "guests/key:old/email": "~3"}
    return replace(ours, managed={"club/A": replace(entry, members=members, last_applied=applied, overridden=made)})


def person(key: str, email: str = "p@x") -> Fields:
    """Declare a guest by key."""
    return guest(None, email, key=key)


def moved(ours: Inventory, *guests: Fields, move: Move = MOVE) -> tuple[tuple[Change, ...], dict[str, str]]:
    """Carry one move out over these guests; give the changes, and whom the inventory knows then."""
    result = carry_moves(ours, replace(desired(club("A", guests=guests)), moves=(move,)), (CLUB,), SECRET)
    return result.changes, dict(result.inventory.managed["club/A"].members["guests"])


def plan(ours: Inventory, *guests: Fields, moves: tuple[Move, ...] = (MOVE,), endpoint: str = "sandbox") -> Plan:
    """Plan club A."""
    one = replace(organization(), endpoint=endpoint)
    wanted = replace(desired(club("A", guests=guests)), moves=moves)
    return build([Part(organization=one, desired=wanted, live=live(HERE), inventory=ours)])


def test_a_key_that_was_renamed_knows_the_same_person() -> None:
    """The remote id, what was last applied and what became of it stand under the new key, and nobody else's does."""
    (change,), ids = moved(known(old="1"), person("new"))
    assert ids == {"key:new": "1"}
    assert (change.action, change.remote_id, change.source) == (Action.MOVE, "1", source(7))
    assert (str(change.address), str(change.former)) == ("acme/club/A/guest/key:new", "acme/club/A/guest/key:old")
    after = rekeyed(known(old="1").managed["club/A"], change, CLUB)
    assert after.last_applied == {"name": "A", "guests/key:new/email": "~1", "guests/key:older/email": "~2"}
    assert after.overridden == {"name": "B", "guests/key:new/email": "~3"}
    assert rekeyed(after, change, CLUB) == after


@pytest.mark.parametrize(
    ("ids", "declared"),
    [
        ({"old": "1"}, ["old"]),
        ({"old": "1"}, ["old", "new"]),
        ({"old": "1"}, []),
        ({"old": "1", "new": "2"}, ["new"]),
        ({"new": "1"}, ["new"]),
        ({}, ["new"]),
    ],
)
def test_what_does_not_move(ids: dict[str, str], declared: list[str]) -> None:
    """A move that was done, whose key somebody else has now, or that nobody answers to, does nothing."""
    ours = known(**ids)
    changes, after = moved(ours, *(person(key, f"{key}@x") for key in declared))
    assert (changes, after) == ((), {f"key:{key}": value for key, value in ids.items()})


@pytest.mark.parametrize(
    "move", [replace(MOVE, after="B/guest/key:new"), replace(MOVE, kind="tag"), replace(MOVE, kind="none")]
)
def test_a_move_of_what_is_not_there(move: Move) -> None:
    """A resource or a kind that nobody manages moves nothing."""
    assert moved(known(old="1"), person("new"), move=move)[0] == ()


def test_a_chain_of_moves_ends_at_its_end() -> None:
    """Entries may be left standing one after the other: who was renamed twice is known by the last key."""
    chain = (MOVE, replace(MOVE, before="A/guest/key:new", after="A/guest/key:last"))
    wanted = replace(desired(club("A", guests=[person("last")])), moves=chain)
    for ours in (known(new="1"), known(old="1")):
        result = carry_moves(ours, wanted, (CLUB,), SECRET)
        assert [change.address.key for change in result.changes] == ["key:last"]
        assert result.inventory.managed["club/A"].members == {"guests": {"key:last": "1"}}


def test_moves_in_a_circle_move_nobody_out_of_it() -> None:
    """Two renames that undo each other: whoever is declared under one of the keys keeps it."""
    back = replace(MOVE, before="A/guest/key:new", after="A/guest/key:old")
    for key in ("old", "new"):
        wanted = replace(desired(club("A", guests=[person(key)])), moves=(MOVE, back))
        result = carry_moves(known(**{key: "1"}), wanted, (CLUB,), SECRET)
        assert result.changes == ()


def test_a_member_by_email_gets_a_key_or_an_external_id() -> None:
    """A move from a digest, and one to an external id, which is then given to that very person."""
    digest = member_key(guest(None, "p@x"), GUEST, SECRET)
    ours = known()
    entry = ours.managed["club/A"]
    ours = replace(ours, managed={"club/A": replace(entry, members={"guests": {digest: "1"}})})
    move = replace(MOVE, before=f"A/guest/{digest}", after="A/guest/P")
    changed = plan(ours, guest("P", "new@x"), moves=(move,)).changes
    assert [one.action for one in changed] == [Action.MOVE, Action.REPLACE]
    assert [(one.action, one.remote_id) for one in changed[1].members] == [(MemberAction.CHANGE, "1")]


def test_a_move_alone_is_a_plan_that_costs_nothing() -> None:
    """Nothing is asked of the vendor for it, and it belongs to what a digest says of a plan."""
    made = plan(known(old="1"), person("new"))
    assert [one.action for one in made.changes] == [Action.MOVE]
    assert (made.shares[0].cost.reads, made.shares[0].cost.writes, made.totals.change) == (0, 0, 0)
    assert made.shares[0].unchanged == {"club": 1}
    assert made.digest != plan(known(new="1"), person("new")).digest
    other = plan(known(older="1"), person("new"), moves=(replace(MOVE, before="A/guest/key:older"),))
    assert other.digest != made.digest and canonical_digest("") not in (made.digest, other.digest)


def test_a_key_and_an_email_may_be_renamed_at_once() -> None:
    """With the move it is a change of the same person, after the move; without it one goes and another comes."""
    move, change = plan(known(old="1"), person("new", "q@x")).changes
    assert (move.action, change.action) == (Action.MOVE, Action.REPLACE)
    assert [(one.action, one.remote_id, one.address.key) for one in change.members] == [
        (MemberAction.CHANGE, "1", "key:new")
    ]
    assert change.entry is not None and change.entry.members == {"guests": {"key:new": "1"}}
    (blocked,) = (*plan(known(old="1"), person("new", "q@x"), moves=()).changes,)
    assert {one.action for one in blocked.members} == {MemberAction.ADD, MemberAction.REMOVE}


def test_a_key_that_the_inventory_does_not_know_is_noted() -> None:
    """Whoever is given a key is known by it from then on, so that a later e-mail is a change of that person."""
    (noted,) = plan(known(), person("desk"), moves=()).changes
    assert (noted.action, noted.adopts) == (Action.ADOPT, False)
    assert plan(known(desk="1"), person("desk"), moves=()).empty


def test_another_organization_under_the_name_holds_a_move_back() -> None:
    """An inventory is not written anew while it may be another organization's."""
    made = plan(known(old="1"), person("new"), endpoint="production")
    assert made.changes == ()
    assert [(one.change.address, one.problem.code) for one in made.blocked] == [
        (Address(organization="acme", kind="club", key="A").member("guest", "key:new"), "organization-changed")
    ]


def test_an_organization_has_moved_until_its_inventory_was_written() -> None:
    """The former name is told as long as the inventory is the former one's."""
    rename = Move(kind="", before="", after="", source=source(), organization="old")
    assert plan(replace(known(), serial=0), moves=(rename,)).shares[0].former == "old"
    assert plan(known(), moves=(rename,)).shares[0].former == ""
