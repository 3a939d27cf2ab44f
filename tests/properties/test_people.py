"""People at Billabex under every behaviour that its guide leaves open: a plan refuses, or is right to the last field.

After an apply every declared person is one object with exactly the declared fields, whoever the plan does not name is
as before, field by field, and the next plan is empty. Where people are plainly different nothing is refused. What is
counted on the way has to reach minimums, so that a plan that always refuses is no way to pass.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, seed, settings

from reconciler.errors import DesiredStateInvalid
from reconciler.model.change import MemberAction, MemberChange
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.sandbox.values import Json, JsonObject, objects
from tests.company import Company
from tests.properties.people_worlds import CONTACTS, REPRESENTATIVES, Human, PeopleWorld, people_worlds
from tests.properties.reviewer import overrides

LISTS = (CONTACTS, REPRESENTATIVES)
GUARDS = {"adopt-removes", "list-emptied", "main-removed", "delete-ceiling", "update-ceiling"}
ACCOUNT = "account/erp:A-1"
FIELDS = ("fullName", "email", "language", "role", "notes", "isPrimary")
AT_LEAST = {"applied": 0.3, "refused": 0.02, "created": 0.5, "updated": 0.05, "removed": 0.03, "by party": 0.1}
"""How many of each a campaign has to have, by round."""


Stand = dict[str, tuple[str, JsonObject]]


def stand_of(company: Company) -> Stand:
    """Give everybody on the account by id: the list, and the fields as the vendor keeps them."""
    (account,) = objects(company.shown()["accounts"])
    found: Stand = {}
    for section in LISTS:
        for row in objects(account.get(section)):
            email = row.get("email")
            kept: JsonObject = {name: row.get(name) for name in FIELDS if name != "email"}
            kept["email"] = email.get("address") if isinstance(email, dict) else email
            found[str(row["id"])] = (section, kept)
    return found


def same(field: str, one: Json, other: Json) -> bool:
    """Compare a value; addresses are the same in capitals, names with blanks around them."""
    if field == "email" and isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    if field == "fullName" and isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    return (one or None) == (other or None)


def reviewed(company: Company) -> Plan:
    """Plan, and let through what asks for a reviewer's word alone."""
    company.allowances = ()
    plan = company.plan()
    codes = {problem.code for one in plan.blocked for problem in (one.problem, *one.others)}
    if codes and codes <= GUARDS:
        company.allowances = tuple(overrides(plan))
        plan = company.plan()
    return plan


def play(world: PeopleWorld, counts: Counter[str]) -> None:
    """Live through both rounds of a world."""
    with tempfile.TemporaryDirectory() as folder:
        company = Company(Path(folder) / "company")
        (company.folder / "reconciler.yaml").write_text(world.configuration)
        company.seed(world.seed)
        for number, humans in enumerate(world.rounds):
            counts["rounds"] += 1
            counts["rounds of people apart"] += world.apart
            company.write({"all.yaml": world.document(number)})
            before = stand_of(company)
            try:
                plan = reviewed(company)
            except DesiredStateInvalid as error:
                assert not world.apart, [str(problem) for problem in error.problems]
                counts["refused"] += 1
                counts.update(f"refused: {problem.code}" for problem in error.problems)
                continue
            if plan.blocked:
                assert not world.apart, [one.problem for one in plan.blocked]
                counts["refused"] += 1
                counts.update({f"refused: {problem.code}" for one in plan.blocked for problem in (one.problem,)})
                continue
            counts["applied"] += 1
            check_applied(company, plan, humans, before, counts)


def check_applied(company: Company, plan: Plan, humans: Sequence[Human], before: Stand, counts: Counter[str]) -> None:
    """Apply a plan that refuses nothing, and look at everybody."""
    applied = company.carry_out(plan)
    company.allowances = ()
    problems = [getattr(event, "problem", None) for event in applied.events]
    assert applied.code == 0, [str(problem) for problem in problems if problem]
    assert [done.overridden for done in applied.summary.overridden] == []
    after = stand_of(company)
    said = {member.remote_id: member for change in plan.changes for member in change.members if member.remote_id}
    added = [one for change in plan.changes for one in change.touched(MemberAction.ADD)]
    check_untouched(before, after, said, plan)
    made = after.keys() - before.keys()
    assert len(made) == len(added)
    check_declared(company.inventory(), humans, after)
    counts["created"] += len(added)
    counts["updated"] += sum(one.action is MemberAction.CHANGE for one in said.values())
    counts["removed"] += sum(one.action is MemberAction.REMOVE for one in said.values())
    counts["by party"] += sum("party" in one.options for one in added)
    again = company.plan()
    assert again.empty and not again.blocked, (again.changes, again.blocked)


def check_untouched(before: Stand, after: Stand, said: dict[str, MemberChange], plan: Plan) -> None:
    """See that nobody changed of whom the plan does not say so, and nothing else of those who did."""
    moved = {mark.code for change in plan.changes for mark in change.marks} & {"primary-unverified"}
    for remote_id, (section, body) in before.items():
        member = said.get(remote_id)
        if member is not None and member.action is MemberAction.REMOVE:
            assert remote_id not in after
            continue
        assert remote_id in after, (remote_id, body)
        named = {row.path[0] for row in member.fields} if member is not None else set()
        stands = after[remote_id]
        assert stands[0] == section
        for field in FIELDS:
            if field not in named and not (field == "isPrimary" and moved):
                assert same(field, stands[1][field], body[field]), (remote_id, field, body, stands)


def check_declared(inventory: Inventory | None, humans: Sequence[Human], after: Stand) -> None:
    """See that everybody declared is one object of their own, with exactly the declared fields."""
    assert inventory is not None
    members = inventory.managed[ACCOUNT].members if ACCOUNT in inventory.managed else {}
    taken = set()
    for human in humans:
        remote_id = members[human.home][f"key:{human.key}"]
        taken.add(remote_id)
        section, body = after[remote_id]
        assert section == human.home
        for field, value in human.body.items():
            assert same(field, body[field], value), (human, body)
    assert len(taken) == len(humans)


def hold(examples: int, number: int) -> Counter[str]:
    """Try that many worlds, and hold the counts against the minimums; the counts stand in PEOPLE_COUNTS, if set."""
    counts: Counter[str] = Counter()
    place = os.environ.get("PEOPLE_COUNTS")

    @seed(number)
    @settings(max_examples=examples, deadline=None, database=None)
    @given(people_worlds())
    def holds(world: PeopleWorld) -> None:
        play(world, counts)
        counts["worlds"] += 1
        if place:
            Path(place).write_text(json.dumps(dict(sorted(counts.items())), indent=2))

    holds()
    for name, share in AT_LEAST.items():
        assert counts[name] >= share * counts["rounds"], (name, counts)
    return counts


def test_people_are_right_or_refused() -> None:
    """Three hundred worlds, always the same ones."""
    hold(300, 1)


@pytest.mark.long
def test_people_are_right_or_refused_in_a_campaign() -> None:
    """Five thousand worlds, or PEOPLE_WORLDS of them beginning with PEOPLE_SEED."""
    hold(int(os.environ.get("PEOPLE_WORLDS", "5000")), int(os.environ.get("PEOPLE_SEED", "2")))
