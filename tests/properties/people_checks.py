"""What has to hold of the people at Billabex after an apply: declared ones as declared, all others as before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reconciler.model.change import MemberAction, MemberChange
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.sandbox.values import Json, JsonObject, objects
from tests.properties.people_company import Done, PeopleCompany
from tests.properties.people_worlds import CONTACTS, REPRESENTATIVES, Human, PeopleWorld

ACCOUNT = "account/erp:A-1"
FIELDS = ("fullName", "email", "language", "role", "notes", "isPrimary")
Stand = dict[str, tuple[str, JsonObject]]
"""Everybody on the account by id: the list, and the fields."""


def stand_of(company: PeopleCompany) -> Stand:
    """Give everybody on the account by id: the list, and the fields as the vendor keeps them."""
    (account,) = objects(company.shown()["accounts"])
    found: Stand = {}
    for section in (CONTACTS, REPRESENTATIVES):
        for row in objects(account.get(section)):
            email = row.get("email")
            kept: JsonObject = {name: row.get(name) for name in FIELDS if name != "email"}
            kept["email"] = email.get("address") if isinstance(email, dict) else email
            kept["emailStatus"] = email.get("status") if isinstance(email, dict) else None
            found[str(row["id"])] = (section, kept)
    return found


def own_fields(company: PeopleCompany) -> JsonObject:
    """Give the account without its people."""
    (account,) = objects(company.shown()["accounts"])
    return {name: value for name, value in account.items() if name not in (CONTACTS, REPRESENTATIVES)}


def same(field: str, one: Json, other: Json) -> bool:
    """Compare a value; addresses are the same in capitals, names with blanks around them."""
    if field == "email" and isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    if field == "fullName" and isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    return (one or None) == (other or None)


def check_applied(
    company: PeopleCompany,
    done: Done,
    humans: Sequence[Human],
    before: Stand,
    of_account: JsonObject,
    counts: Counter[str],
) -> None:
    """Look at everybody after a plan was applied that refused nothing."""
    problems = [str(problem) for event in done.events or () if (problem := getattr(event, "problem", None))]
    assert (done.code, done.error) == (0, None), problems
    assert done.summary is not None
    assert [*done.summary.overridden] == []
    after, plan = stand_of(company), done.plan
    assert own_fields(company) == of_account, "nobody declared the account's own fields"
    said = {member.remote_id: member for change in plan.changes for member in change.members if member.remote_id}
    added = [one for change in plan.changes for one in change.touched(MemberAction.ADD)]
    check_untouched(before, after, said, plan)
    assert len(after.keys() - before.keys()) == len(added)
    check_declared(company.inventory(), humans, after)
    counts["created"] += len(added)
    counts["updated"] += sum(one.action is MemberAction.CHANGE for one in said.values())
    counts["removed"] += sum(one.action is MemberAction.REMOVE for one in said.values())
    counts["by party"] += sum("party" in one.options for one in added)
    again = company.run(company.plan())
    assert again.complete
    assert again.empty, again.changes
    assert not again.blocked, again.blocked


def strays(world: PeopleWorld, plan: Plan) -> bool:
    """Say whether the vendor puts a new party on the other list than the plan foresees."""
    return any(
        world.home(str(row.after)) != member.section
        for change in plan.changes
        for member in change.touched(MemberAction.ADD)
        if "party" in member.options
        for row in member.fields
        if row.path == ("email",)
    )


def check_strayed(company: PeopleCompany, done: Done, before: Stand) -> None:
    """Look at everybody after somebody new came on the other list: it is told, and nobody was hit for it."""
    codes = {problem.code for event in done.events or () if (problem := getattr(event, "problem", None))}
    assert done.code != 0
    assert codes == {"party-misplaced"}
    after, plan = stand_of(company), done.plan
    said = {member.remote_id: member for change in plan.changes for member in change.members if member.remote_id}
    added = [one for change in plan.changes for one in change.touched(MemberAction.ADD)]
    check_untouched(before, after, said, plan)
    assert len(after.keys() - before.keys()) == len(added)


def check_untouched(before: Stand, after: Stand, said: dict[str, MemberChange], plan: Plan) -> None:
    """See that nobody changed of whom the plan does not say so, and nothing else of those who did.

    Whoever is not written to stays to the letter, the status of the address with it; a write may spell an address or a
    name in another way that counts as the same. The mark of the primary person alone may leave somebody, if the plan
    says of that very list that it might.
    """
    doubted = doubted_lists(plan)
    for remote_id, (section, body) in before.items():
        member = said.get(remote_id)
        if member is not None and member.action is MemberAction.REMOVE:
            assert remote_id not in after
            continue
        assert remote_id in after, (remote_id, body)
        named = {row.path[0] for row in member.fields} if member is not None else set()
        written = bool(named)
        home, stands = after[remote_id]
        assert home == section
        if body["isPrimary"] is True and stands["isPrimary"] is False and section in doubted:
            named |= {"isPrimary"}
        if not written:
            assert {**stands, "isPrimary": None} == {**body, "isPrimary": None}, (remote_id, body, stands)
        for field in FIELDS:
            if field not in named:
                assert same(field, stands[field], body[field]), (remote_id, field, body, stands)


def doubted_lists(plan: Plan) -> set[str]:
    """Name the lists on which the plan says that the mark of the primary person might leave somebody."""
    if not any(mark.code == "primary-unverified" for change in plan.changes for mark in change.marks):
        return set()
    members = [one for change in plan.changes for one in change.members]
    return {
        one.section for one in members if any(row.path == ("isPrimary",) and row.after is True for row in one.fields)
    }


def check_declared(inventory: Inventory | None, humans: Sequence[Human], after: Stand) -> None:
    """See that everybody declared is one object of their own, with exactly the declared fields."""
    if not humans:
        return
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
