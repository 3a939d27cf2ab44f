"""Tests of reconciler.plan.pruning and .removals: every way in which something is ours, live and declared, or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import Place, Problem
from reconciler.model.change import Action, Change
from reconciler.model.inventory import Intent, Inventory
from reconciler.model.plan import Plan, Spared
from reconciler.model.resource import Removal
from reconciler.model.state import Absent, DesiredCertificate, DesiredState, LiveState
from reconciler.plan.build import Part, build
from reconciler.plan.digest import change_digest
from tests.values import club, desired, inventory, live, live_club, live_tag, organization, source, tag

FLAW = Problem(code="documents-incomplete", summary="not proven", where=Place(path="docs/a.bak", line=1, column=1))
OTHERS = tuple(live_club(f"Z{number}", name="Z") for number in range(4))
"""Enough that is declared, managed and live that no guard speaks."""


def plan(
    wanted: DesiredState, found: LiveState, ours: Inventory | None = None, policy: dict[str, object] | None = None
) -> Plan:
    """Plan one organization under an inventory and a policy; what the policy says of pruning comes as configured."""
    given_policy = policy or {}
    prune = given_policy.get("prune", "managed")
    one = replace(organization(), policy=given_policy, prune={"club": str(prune), "tag": "listed"})
    return build([Part(organization=one, desired=wanted, live=found, inventory=ours)])


def around(*declared: str) -> DesiredState:
    """Declare these, and the others."""
    return desired(*(club(key, name=key) for key in declared), *(club(str(one.key), name="Z") for one in OTHERS))


def removal(key: str = "A", remote_id: str | None = None, kind: str = "club", destroys: bool = False) -> Removal:
    """Ask for a removal."""
    return Removal(
        kind=kind,
        key=key,
        remote_id=remote_id,
        reason="left",
        until=date(2030, 1, 1),
        source=source(9),
        destroys=destroys,
    )


def intent(action: str, remote_id: str | None = None, key: str = "A") -> Intent:
    """Have a run set out to do something, and be killed."""
    return Intent(kind="club", key=key, action=action, remote_id=remote_id, run="run-0")


def all_of(made: Plan) -> list[Change]:
    """Give what the plan does or refuses."""
    return [*made.changes, *(one.change for one in made.blocked)]


def told(made: Plan) -> list[tuple[str, str]]:
    """Give what the plan does or refuses, as (action, key)."""
    return [(change.action.value, change.address.key) for change in all_of(made)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One combination: what the inventory holds and intends, what is live, whether it is declared."""

    entry: str | None
    intended: str | None
    there: str | None
    declared: bool

    @property
    def expected(self) -> tuple[str, ...]:
        """Work out, independently of the code, what must happen to A."""
        if self.declared:
            return self._declared()
        ours = self.entry is not None or self.intended is not None
        if not ours or self.there == "unread":
            return ()
        if self.there is None:
            return ("forget",)
        if self.there == self.entry or self.intended == "create":
            return ("delete",)
        return ("forget",)

    def _declared(self) -> tuple[str, ...]:
        if self.there == "unread":
            return ()
        if self.there is None:
            return ("create",)
        return () if self.there == self.entry else ("adopt",)

    @property
    def adopts(self) -> bool:
        """Say whether a declared one is somebody else's until now."""
        return self.declared and self.there not in (None, "unread", self.entry) and self.intended != "create"


CASES = [
    Case(entry=entry, intended=intended, there=there, declared=declared)
    for entry, intended, there, declared in product(
        (None, "r-A", "r-old"), (None, "create", "adopt"), (None, "r-A", "r-new", "unread"), (False, True)
    )
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_combination(case: Case) -> None:
    """Entry, intent, live object and declaration together say what happens; nothing else is ever done."""
    entries = [replace(live_club("A"), remote_id=case.entry)] if case.entry else []
    intents = [intent(case.intended, None if case.intended == "create" else "r-A")] if case.intended else []
    found = live(*OTHERS)
    if case.there == "unread":
        found = replace(found, certificates=())  # only looked up, and this one was not
    elif case.there is None:
        found = replace(found, absent={"club": {"A": Absent(evidence="404")}})
    else:
        found = live(*OTHERS, replace(live_club("A", name="A"), remote_id=case.there))
    wanted = around("A") if case.declared else around()
    made = plan(wanted, found, inventory(*OTHERS, *entries, intents=intents))
    changes = [change for change in all_of(made) if change.address.key == "A"]
    assert tuple(change.action.value for change in changes) == case.expected
    assert made.blocked == ()
    for change in changes:
        assert change.adopts is case.adopts
        if change.action is Action.DELETE:
            assert change.remote_id == case.there, "the live one's id, and no other"


def test_what_a_killed_run_made_is_pruned_with_a_word_on_it() -> None:
    """The cause names the run: the inventory holds no entry that could say where it was declared."""
    made = plan(around(), live(*OTHERS, live_club("A")), inventory(*OTHERS, intents=[intent("create")]))
    (change,) = made.changes
    assert "run-0" in change.cause and change.document == ""
    assert made.shares[0].unmanaged == {}


def test_what_a_killed_run_meant_to_adopt_is_forgotten() -> None:
    """It was there before us, so it stays and counts as nobody's."""
    made = plan(around(), live(*OTHERS, live_club("A")), inventory(*OTHERS, intents=[intent("adopt", "r-A")]))
    (change,) = made.changes
    assert (change.action, made.shares[0].unmanaged) == (Action.FORGET, {"club": 1})
    assert "meant to adopt" in change.cause


def test_what_a_killed_run_meant_to_adopt_is_adopted_by_the_next_with_the_same_care() -> None:
    """It is the very change that was reviewed: marked as an adoption, which removes nobody."""
    found = live(*OTHERS, live_club("A", name="Another"))
    first = plan(around("A"), found, inventory(*OTHERS))
    again = plan(around("A"), found, inventory(*OTHERS, intents=[intent("update", "r-A")]))
    assert [change_digest(one) for one in again.changes] == [change_digest(one) for one in first.changes]
    assert all(one.adopts for one in again.changes)


@pytest.mark.parametrize(
    ("policy", "certificate", "expected"),
    [
        ({"prune": "off"}, None, Spared(kind="club", reason="off", count=1, keys=("A",))),
        ({"prune": "listed"}, None, Spared(kind="club", reason="listed", count=1, keys=("A",))),
        (
            {},
            DesiredCertificate(files=1, flaw=FLAW),
            Spared(kind="club", reason="documents-incomplete", count=1, keys=("A",), where="docs/a.bak:1:1"),
        ),
    ],
)
@pytest.mark.parametrize("ours", ["entry", "intent"])
def test_what_would_go_is_counted_and_named(
    policy: dict[str, object], certificate: DesiredCertificate | None, expected: Spared, ours: str
) -> None:
    """Policy or missing evidence hold it back, and the plan says how much, which, why and where."""
    wanted = around() if certificate is None else replace(around(), certificate=certificate)
    known = inventory(*OTHERS, live_club("A")) if ours == "entry" else inventory(*OTHERS, intents=[intent("create")])
    made = plan(wanted, live(*OTHERS, live_club("A")), known, policy)
    assert all_of(made) == []
    assert made.shares[0].spared == (expected,)


def test_a_kind_that_takes_others_with_it_is_left_for_a_removal() -> None:
    """Whatever one word for all kinds says, a definition goes only by an entry."""
    made = plan(desired(tag("S")), live(live_tag("T"), live_tag("S")), inventory(live_tag("T"), live_tag("S")))
    assert made.changes == ()
    assert made.shares[0].spared == (Spared(kind="tag", reason="listed", count=1, keys=("T",)),)


def test_without_an_inventory_the_plan_counts_what_stays() -> None:
    """Where a listing was made it says how many; where only look-ups were, that nobody counted."""
    made = plan(around(), live(*OTHERS, live_club("A"), live_club("B")))
    assert made.shares[0].spared == (Spared(kind="club", reason="no-inventory", count=2),)
    looked_up = replace(live(*OTHERS), certificates=())
    assert plan(around(), looked_up).shares[0].spared == (Spared(kind="club", reason="no-inventory", count=None),)
    assert plan(around(), live(*OTHERS)).shares[0].spared == ()


@pytest.mark.parametrize(
    ("named", "held", "there", "expected", "warned"),
    [
        (None, "r-A", "r-A", [("delete", "A")], []),
        ("r-A", None, "r-A", [("delete", "A")], []),
        ("r-A", "r-A", "r-A", [("delete", "A")], []),
        ("r-A", "r-old", "r-A", [("delete", "A")], []),
        ("r-other", "r-A", "r-A", [], ["removal-other-object"]),
        ("r-other", None, "r-A", [], ["removal-other-object"]),
        (None, "r-old", "r-A", [("forget", "A")], ["removal-other-object"]),
        (None, None, "r-A", [], ["removal-unidentified"]),
        (None, None, None, [], []),
        (None, "r-A", None, [("forget", "A")], []),
        ("r-A", "r-A", None, [("forget", "A")], []),
    ],
)
def test_a_removal_deletes_the_object_that_it_means_and_no_other(
    named: str | None, held: str | None, there: str | None, expected: list[tuple[str, str]], warned: list[str]
) -> None:
    """The remote id of the entry counts, without it the inventory's, else none; what is gone is forgotten."""
    wanted = replace(around(), removals=(removal(remote_id=named),))
    entries = [replace(live_club("A"), remote_id=held)] if held else []
    objects = [replace(live_club("A"), remote_id=there)] if there else []
    made = plan(wanted, live(*OTHERS, *objects), inventory(*OTHERS, *entries))
    assert told(made) == expected
    assert [problem.code for problem in made.warnings] == warned


@pytest.mark.parametrize(("action", "expected"), [("create", []), ("adopt", [("forget", "A")])])
def test_an_intent_is_no_remote_id_for_a_removal(action: str, expected: list[tuple[str, str]]) -> None:
    """What a killed run made is not named by an address alone: the entry must say which object it means."""
    wanted = replace(around(), removals=(removal(),))
    ours = inventory(*OTHERS, intents=[intent(action, "r-A" if action == "adopt" else None)])
    made = plan(wanted, live(*OTHERS, live_club("A")), ours)
    assert (told(made), [one.code for one in made.warnings]) == (expected, ["removal-unidentified"])


@pytest.mark.parametrize(
    ("policy", "flaw", "reason"),
    [("off", None, "off"), ("managed", FLAW, "documents-incomplete"), ("listed", None, ""), ("managed", None, "")],
)
def test_a_removal_waits_for_policy_and_evidence(policy: str, flaw: Problem | None, reason: str) -> None:
    """Under `off` nothing is deleted, and no delete goes by documents that may not be all."""
    wanted = replace(around(), removals=(removal(remote_id="r-A"),), certificate=DesiredCertificate(files=1, flaw=flaw))
    made = plan(wanted, live(*OTHERS, live_club("A")), inventory(*OTHERS), {"prune": policy})
    assert told(made) == ([] if reason else [("delete", "A")])
    assert [one.reason for one in made.shares[0].spared] == ([reason] if reason else [])


KEYS = ["A", "B", "C"]
SOME = st.sets(st.sampled_from(KEYS))


@given(
    declared=SOME,
    ours=SOME,
    there=SOME,
    intended=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["create", "adopt", "update", "delete"])),
    prune=st.sampled_from(["managed", "listed", "off"]),
    proven=st.booleans(),
    first=st.booleans(),
)
def test_only_what_is_ours_is_ever_deleted(
    declared: set[str],
    ours: set[str],
    there: set[str],
    intended: dict[str, str],
    prune: str,
    proven: bool,
    first: bool,
) -> None:
    """Whatever comes together: a prune needs an entry or an intent to create, the policy, the evidence, the object."""
    wanted = desired(*(club(key, name=key) for key in sorted(declared)))
    wanted = replace(wanted, certificate=DesiredCertificate(files=1, flaw=None if proven else FLAW))
    found = live(*(live_club(key, name=key) for key in sorted(there)))
    intents = [intent(action, None if action == "create" else f"r-{key}", key) for key, action in intended.items()]
    known = None if first else inventory(*(live_club(key) for key in sorted(ours)), intents=intents)
    made = plan(wanted, found, known, {"prune": prune})
    mine = set() if first else ours | {key for key, action in intended.items() if action == "create"}
    due = (mine & there) - declared
    deleted = {change.address.key for change in all_of(made) if change.action is Action.DELETE}
    spared = {key for one in made.shares[0].spared for key in one.keys}
    assert (deleted, spared) == ((due, set()) if prune == "managed" and proven else (set(), due))
