"""Tests of reconciler.plan.check and reconciler.plan.digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from reconciler.plan.build import Part, build
from reconciler.plan.check import holds, precondition
from reconciler.plan.digest import change_digest, plan_digest
from reconciler.render.plan_json import plan_json
from tests.values import CLUB, club, desired, guest, live, live_club, organization

FOUND = live_club("A", name="A", founded=None, guests=[guest("P", "p@x", id="1"), guest("Q", "q@x", id="2")])


def test_absence_is_a_precondition_too() -> None:
    """What was judged absent must still be absent, and the other way round."""
    assert holds(precondition(None, CLUB), None, CLUB)
    assert not holds(precondition(None, CLUB), FOUND, CLUB)
    assert not holds(precondition(FOUND, CLUB), None, CLUB)


def test_a_writable_field_that_moved_breaks_it() -> None:
    """Every writable field counts, also one that the change does not touch."""
    assert not holds(precondition(FOUND, CLUB), replace(FOUND, fields={"name": "A", "plan": "x"}), CLUB)


def test_spelling_and_order_do_not_break_it() -> None:
    """Null, the empty string and a missing value read the same; so do rows in another order."""
    condition = precondition(FOUND, CLUB, ["guests"])
    rows = [guest("Q", "q@x", id="2", name=""), guest("P", "p@x", id="1", unknown="x")]
    assert holds(condition, replace(FOUND, fields={"name": "A", "founded": ""}, members={"guests": rows}), CLUB)


def test_a_list_counts_only_where_the_change_touches_it() -> None:
    """A member that came since breaks the precondition of a list change, and of no other."""
    rows = [guest("P", "p@x", id="1"), guest("Q", "q@x", id="2"), guest(None, "new@x", id="3")]
    grown = replace(FOUND, members={"guests": rows})
    assert not holds(precondition(FOUND, CLUB, ["guests"]), grown, CLUB)
    assert holds(precondition(FOUND, CLUB), grown, CLUB)


def test_a_balance_breaks_a_delete_and_nothing_else() -> None:
    """Read-only facts count for deletes only."""
    owing = replace(FOUND, facts={"balance": 5})
    assert not holds(precondition(FOUND, CLUB, facts=True), owing, CLUB)
    assert holds(precondition(FOUND, CLUB), owing, CLUB)


def test_another_object_under_the_same_key_breaks_it() -> None:
    """An object that was deleted and made anew is another one, however alike."""
    assert not holds(precondition(FOUND, CLUB), replace(FOUND, remote_id="r-new"), CLUB)


def test_the_digest_covers_what_happens_and_nothing_else() -> None:
    """Cost, counts and source lines leave the digest alone; a value, a precondition or the policy change it."""
    part = Part(organization=organization(), desired=desired(club("A", name="B")), live=live(FOUND))
    plan = build([part])
    share = plan.shares[0]
    change = plan.changes[0]
    same = replace(
        plan,
        shares=(replace(share, reads_made=99, cost=replace(share.cost, seconds=1.0)),),
        changes=(replace(change, source=None, cause="", unchanged=7),),
    )
    assert plan_digest(same) == plan.digest
    for other in (
        replace(plan, changes=(replace(change, protects=True),)),
        replace(plan, changes=(replace(change, remote_id="other"),)),
        replace(plan, changes=(replace(change, precondition=replace(change.precondition, digest="0")),)),
        replace(plan, changes=(replace(change, fields=(replace(change.fields[0], after="C"),)),)),
        replace(plan, shares=(replace(share, policy={"contactsMode": "add"}),)),
        replace(plan, scope=("acme", "other")),
    ):
        assert plan_digest(other) != plan.digest


def test_digests_are_keyed() -> None:
    """They are published: without the organization's key nobody can try values until one fits."""
    wanted = desired(club("A", name="A", guests=[guest("P", "jane@x")]))
    found = live(live_club("A", name="A", guests=[]))
    plans = [
        build([Part(organization=replace(organization(), digest_key=secret), desired=wanted, live=found)])
        for secret in ("one", "one", "two")
    ]
    assert plans[0].digest == plans[1].digest != plans[2].digest
    assert change_digest(plans[0].changes[0]) == change_digest(plans[2].changes[0])
    seals = [plan.shares[0].seal for plan in plans]
    digests = [change_digest(plan.changes[0], seal) for plan, seal in zip(plans, seals, strict=True)]
    assert digests[0] == digests[1] != digests[2]
    assert change_digest(plans[0].changes[0]) not in digests
    assert seals[0] not in plan_json(plans[0], datetime(2026, 1, 15, tzinfo=UTC))
