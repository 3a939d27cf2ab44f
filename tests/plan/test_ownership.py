"""Tests of reconciler.plan.ownership: each row of the table at the head of that module."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reconciler.errors import Problem
from reconciler.model.change import Action, Change
from reconciler.model.inventory import Intent, Inventory
from reconciler.model.plan import Plan
from reconciler.model.resource import Removal
from reconciler.model.state import DesiredCertificate, DesiredState, LiveState
from reconciler.plan.build import Part, build
from tests.values import club, desired, guest, inventory, live, live_club, live_tag, organization, source, tag


def plan(
    wanted: DesiredState, found: LiveState, ours: Inventory | None = None, policy: dict[str, object] | None = None
) -> Plan:
    """Plan one organization under an inventory and a policy."""
    one = replace(organization(), policy=policy or {})
    return build([Part(organization=one, desired=wanted, live=found, inventory=ours)])


def told(made: Plan) -> list[tuple[str, str]]:
    """Give what the plan does, as (action, key)."""
    return [(change.action.value, change.address.key) for change in made.changes]


def only(made: Plan) -> Change:
    """Give the one change."""
    (change,) = made.changes
    return change


def test_without_an_inventory_what_matches_is_adopted_and_nothing_is_deleted() -> None:
    """A first run takes in what is declared and leaves everything else alone."""
    made = plan(desired(club("A", name="A")), live(live_club("A", name="A"), live_club("B")))
    assert told(made) == [("adopt", "A")]
    assert only(made).adopts and only(made).fields == ()
    assert made.shares[0].unmanaged == {"club": 1}


def test_an_adoption_that_differs_is_an_update_marked_as_one() -> None:
    """What would change at an adopted object is shown with it."""
    change = only(plan(desired(club("A", name="A")), live(live_club("A", name="B"))))
    assert (change.action, change.adopts) == (Action.UPDATE, True)
    assert change.entry is not None and change.entry.last_applied == {"name": "A"}


@pytest.mark.parametrize(
    ("policy", "name", "code"),
    [("never", "A", "adopt-refused"), ("identical", "B", "adopt-refused"), ("identical", "A", "")],
)
def test_the_policy_says_what_is_adopted(policy: str, name: str, code: str) -> None:
    """`never` takes nothing in, `identical` only what already is as declared."""
    made = plan(desired(club("A", name="A")), live(live_club("A", name=name)), policy={"adopt": policy})
    assert [one.problem.code for one in made.blocked] == ([code] if code else [])
    assert bool(made.changes) is not bool(code)


def test_what_is_ours_and_as_declared_is_no_change() -> None:
    """A managed object is not adopted again."""
    object_ = live_club("A", name="A")
    assert plan(desired(club("A", name="A")), live(object_), inventory(object_)).empty


def test_an_intent_counts_as_ours() -> None:
    """What a killed run set out to create is not taken for somebody else's; that it is there is noted."""
    intent = Intent(kind="club", key="A", action="create", remote_id=None, run="run-0")
    ours = inventory(intents=(intent,))
    change = only(plan(desired(club("A", name="A")), live(live_club("A", name="A")), ours))
    assert (change.action, change.adopts) == (Action.ADOPT, False)


def test_another_object_under_our_name_is_adopted_not_updated() -> None:
    """An object that was deleted and made anew is another one."""
    new, other = replace(live_club("A", name="A"), remote_id="r-new"), live_club("B")
    made = plan(desired(club("A", name="A"), club("B")), live(new, other), inventory(live_club("A"), other))
    assert told(made) == [("adopt", "A")]


def test_what_is_no_longer_declared_is_pruned_if_it_is_ours() -> None:
    """The delete names the object's remote id, and the file that it was in."""
    object_ = live_club("A", name="A")
    change = only(
        plan(desired(club("B")), live(object_, live_club("B"), live_club("C")), inventory(object_, live_club("B")))
    )
    assert (change.action, change.remote_id) == (Action.DELETE, "r-A")
    assert "clubs.yaml" in change.cause


@pytest.mark.parametrize("policy", ["off", "listed"])
def test_pruning_can_be_switched_off(policy: str) -> None:
    """Under `off` and `listed` nothing is deleted for not being declared."""
    objects = (live_club("A"), live_club("B"))
    assert plan(desired(club("B")), live(*objects), inventory(*objects), {"prune": policy}).empty
    assert plan(desired(club("B")), live(*objects), inventory(*objects), {"prune": {"club": policy}}).empty


def test_a_kind_whose_deletion_takes_others_with_it_is_never_pruned() -> None:
    """Definitions go only by a `removed:` entry."""
    assert plan(desired(tag("S")), live(live_tag("T"), live_tag("S")), inventory(live_tag("T"), live_tag("S"))).empty


@pytest.mark.parametrize("certificate", [None, DesiredCertificate(files=1, flaw=Problem(code="x", summary="y"))])
def test_nothing_is_pruned_without_proof_that_all_documents_were_read(certificate: DesiredCertificate | None) -> None:
    """A file that was not read is not a removal."""
    objects = (live_club("A"), live_club("B"))
    wanted = replace(desired(club("B")), certificate=certificate)
    assert plan(wanted, live(*objects), inventory(*objects)).empty


def test_what_is_gone_or_another_is_forgotten() -> None:
    """An entry without its object leaves the inventory, and nothing is deleted."""
    other = replace(live_club("B"), remote_id="r-new")
    made = plan(
        desired(club("C")), live(other, live_club("C")), inventory(live_club("A"), live_club("B"), live_club("C"))
    )
    assert told(made) == [("forget", "A"), ("forget", "B")]


def test_nothing_is_concluded_from_what_was_not_read() -> None:
    """An incomplete listing neither prunes nor forgets."""
    made = plan(desired(club("B")), live(flaw="a page failed"), inventory(live_club("A"), live_club("B")))
    assert made.changes == ()


def test_a_removal_without_a_remote_id_means_the_inventorys() -> None:
    """`removed:` deletes only the object that the entry names or the inventory holds."""
    removal = Removal(kind="club", key="A", remote_id=None, reason="left", until=date(2030, 1, 1), source=source(9))
    wanted = replace(desired(), removals=(removal,))
    object_ = live_club("A")
    assert told(plan(wanted, live(object_), inventory(object_))) == [("delete", "A")]
    assert plan(wanted, live(object_)).changes == ()


def test_a_protection_is_recorded_without_a_write() -> None:
    """Declaring and taking back `protected:` changes the inventory alone."""
    object_ = live_club("A", name="A")
    on = replace(club("A", name="A"), protected=True)
    change = only(plan(desired(on), live(object_), inventory(object_)))
    assert change.action is Action.ADOPT and change.entry is not None and change.entry.protected
    assert plan(desired(on), live(object_), inventory(object_, protected=["A"])).empty
    off = replace(on, protected=False)
    change = only(plan(desired(off), live(object_), inventory(object_, protected=["A"])))
    assert change.entry is not None and not change.entry.protected


def test_an_entry_holds_no_personal_value() -> None:
    """Members' e-mails and names stand in the inventory as digests, and clear values as they are."""
    wanted = club("A", name="A", guests=[guest("P", "ann@x.fr", name="Ann")])
    change = only(plan(desired(wanted), live()))
    assert change.entry is not None
    assert change.entry.last_applied["name"] == "A"
    assert "ann" not in str(change.entry.last_applied).casefold()
