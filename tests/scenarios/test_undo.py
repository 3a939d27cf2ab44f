"""Runs undone: by kind of change, by what came later, and by what cannot come back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler.cli.allowing import read_allowance
from reconciler.errors import UsageInvalid
from reconciler.model.change import Action
from reconciler.model.journal import Settled
from reconciler.model.plan import Plan
from reconciler.sandbox import add, edit, remove
from reconciler.sandbox.values import Json, JsonObject
from tests.company import Company, error_codes
from tests.scenarios.undoing import as_values, journals, last_run, undo, undone

CUSTOMERS: tuple[JsonObject, ...] = tuple(
    {
        "externalId": f"C-{number}",
        "name": f"Customer {number}",
        "vatNumber": f"FR{number}",
        "address": {"city": "Lyon", "zipcode": f"6900{number}"},
        "contacts": [
            {"externalId": f"P-{number}", "email": f"p{number}@example.com", "firstName": "Ada", "isMain": True},
            {"email": f"q{number}@example.com", "firstName": "Grace", "isMain": False},
        ],
    }
    for number in range(5)
)


@pytest.fixture
def here(tmp_path: Path) -> Company:
    """Five managed customers, as declared."""
    company = Company(tmp_path / "company")
    company.seed({"customers": [*CUSTOMERS]})
    declare(company, *CUSTOMERS)
    company.manage()
    return company


def declare(here: Company, *customers: Mapping[str, Json]) -> None:
    """Let the documents say these customers and no others."""
    here.write({"customers.yaml": "customers:\n" + "".join(f"- {json.dumps(row)}\n" for row in customers)})


def changed(number: int, **fields: Json) -> JsonObject:
    """Give a customer with other values."""
    return {**CUSTOMERS[number], **fields}


def rest(*but: int) -> list[JsonObject]:
    """Give the customers as they are, but for these."""
    return [row for number, row in enumerate(CUSTOMERS) if number not in but]


def codes(plan: Plan) -> list[str]:
    """Give the codes of what is told beside the plan."""
    return [problem.code for problem in plan.warnings]


def actions(plan: Plan) -> list[tuple[str, Action]]:
    """Give what a plan does, by key."""
    return [(change.address.key, change.action) for change in plan.changes]


def test_changed_fields_go_back_and_no_others(here: Company) -> None:
    """Those of the run: what was set where nothing was goes again, and what somebody else set elsewhere stays."""
    before = values(here)
    declare(here, changed(0, name="Other", accountingRef="411", address={"city": "Paris"}), *rest(0))
    assert here.apply().code == 0
    plan = undo(here)
    (change,) = plan.changes
    assert [row.path for row in change.fields] == [("name",), ("accountingRef",), ("address", "city")]
    assert here.carry_out(plan).code == 0
    assert values(here) == before


def test_what_was_made_goes_again_and_what_went_is_made_again(here: Company) -> None:
    """With its people and all its values, but for ids; and both are said."""
    before = values(here)
    new: JsonObject = {"externalId": "C-9", "name": "New", "contacts": [{"email": "n@example.com"}]}
    declare(here, *rest(1), new)
    assert here.apply().code == 0
    plan = undo(here)
    assert sorted(actions(plan)) == [("C-1", Action.CREATE), ("C-9", Action.DELETE)]
    assert codes(plan) == ["undo-anew", "undo-documents"]
    assert here.carry_out(plan).code == 0
    assert values(here) == before


def test_lists_go_back(here: Company) -> None:
    """Who was added goes, who was removed is made again, who was changed has the values of before."""
    before = values(here)
    people: list[Json] = [
        {"externalId": "P-0", "email": "changed@example.com", "firstName": "Augusta", "isMain": False},
        {"externalId": "P-new", "email": "new@example.com", "isMain": True},
    ]
    declare(here, changed(0, contacts=people), *rest(0))
    assert here.apply().code == 0
    assert undone(here).code == 0
    assert values(here) == before


def test_undoing_twice_does_nothing_and_undoing_the_undoing_does_it_again(here: Company) -> None:
    """An undo is a run; its journal says which it undoes."""
    before = values(here)
    declare(here, changed(0, name="Other"), *rest(0, 1))
    assert here.apply().code == 0
    first, after = last_run(here), values(here)
    assert undone(here).code == 0
    second = last_run(here)
    assert journals(here).head(second).opening.undoes == first
    assert values(here) == before
    assert undo(here, first).empty
    assert undone(here, second).code == 0
    assert values(here) == after
    assert undo(here, second).empty


def test_the_next_plan_by_the_documents_wants_it_again(here: Company) -> None:
    """As the undo said: they still say it. Documents that are changed back have nothing left to do."""
    declare(here, changed(0, name="Other"), *rest(0, 1))
    assert here.apply().code == 0
    applied = here.apply().plan
    assert applied.empty
    assert undone(here).code == 0
    assert sorted(actions(here.plan())) == [("C-0", Action.UPDATE), ("C-1", Action.DELETE)]
    declare(here, *CUSTOMERS)
    assert here.plan().empty


def test_what_somebody_changed_since_is_refused_with_its_fields(here: Company) -> None:
    """In a field that the run changed; what they changed elsewhere is left to them."""
    declare(here, changed(0, name="Other"), changed(1, name="Other"), *rest(0, 1))
    assert here.apply().code == 0
    run = last_run(here)
    by_hand(here, "C-0", name="By hand")
    by_hand(here, "C-1", vatNumber="By hand")
    plan = undo(here, run)
    assert actions(plan) == [("C-1", Action.UPDATE)]
    assert refusals(plan) == [("C-0", "undo-overtaken")]
    assert "at: name." in plan.blocked[0].problem.detail
    assert here.carry_out(plan).summary.total.done == 1
    assert actions(undo(here, run)) == []


def test_what_a_later_run_changed_is_refused_and_that_run_named(here: Company) -> None:
    """It is to be undone first; then the earlier one can be."""
    before = values(here)
    declare(here, changed(0, name="Other"), *rest(0))
    assert here.apply().code == 0
    first = last_run(here)
    declare(here, changed(0, name="Third"), *rest(0))
    assert here.apply().code == 0
    later = last_run(here)
    (blocked,) = undo(here, first).blocked
    assert later in blocked.problem.detail
    assert blocked.problem.command == f"reconciler undo {later}"
    assert undone(here, later).code == 0
    assert undone(here, first).code == 0
    assert values(here) == before


def test_what_others_made_of_what_the_run_made_is_refused(here: Company) -> None:
    """Deleting it would throw their work away; and what was deleted by hand since is undone already."""
    new: list[JsonObject] = [{"externalId": f"N-{number}", "name": "New"} for number in range(3)]
    declare(here, *CUSTOMERS, *new)
    assert here.apply().code == 0
    by_hand(here, "N-0", accountingRef="411")
    with here.store() as store:
        remove(store, "acme", "customer/N-1")
    plan = undo(here)
    assert actions(plan) == [("N-2", Action.DELETE)]
    assert refusals(plan) == [("N-0", "undo-overtaken")]


def test_what_was_made_again_by_hand_is_left(here: Company) -> None:
    """Another object has the key: it is neither deleted, nor overwritten by what stood there before."""
    new: JsonObject = {"externalId": "N-0", "name": "New"}
    declare(here, *rest(1), new)
    assert here.apply().code == 0
    with here.store() as store:
        remove(store, "acme", "customer/N-0")
        add(store, "acme", "customer", {"externalId": "N-0", "name": "New"})
        add(store, "acme", "customer", {"externalId": "C-1", "name": "Somebody else"})
    plan = undo(here)
    assert actions(plan) == []
    assert refusals(plan) == [("C-1", "undo-overtaken")]
    assert "undo-impossible" in codes(plan)


def test_people_who_came_since_are_not_thrown_out(here: Company) -> None:
    """A list is put back whole, so it is refused where it is not the one that the run left; who is named by key."""
    declare(here, changed(0, contacts=[*people_of(0), {"externalId": "P-new", "email": "new@example.com"}]), *rest(0))
    assert here.apply().code == 0
    with here.store() as store:
        edit(store, "acme", "customer/C-0/contact/P-0", {"phone": "+33 9"})
    plan = undo(here)
    ((key, code),) = refusals(plan)
    assert (key, code) == ("C-0", "undo-overtaken")
    assert "at: contacts.P-0.phone." in plan.blocked[0].problem.detail


def test_what_was_adopted_is_forgotten_and_adopted_again_by_the_next_undo(here: Company) -> None:
    """Nothing is sent: it stays as it is, managed or not."""
    with here.store() as store:
        add(store, "acme", "customer", {"externalId": "A-0", "name": "Adopted"})
    declare(here, *CUSTOMERS, {"externalId": "A-0", "name": "Adopted"})
    assert actions(here.apply().plan) == [("A-0", Action.ADOPT)]
    plan = undo(here)
    assert actions(plan) == [("A-0", Action.FORGET)]
    assert here.carry_out(plan).code == 0
    assert "customer/A-0" not in managed(here)
    assert actions(undo(here)) == [("A-0", Action.ADOPT)]
    assert undone(here).code == 0
    assert "customer/A-0" in managed(here)


def test_what_was_adopted_and_changed_goes_back_and_stays_managed(here: Company) -> None:
    """And that is said."""
    with here.store() as store:
        add(store, "acme", "customer", {"externalId": "A-0", "name": "Theirs"})
    before = values(here)
    declare(here, *CUSTOMERS, {"externalId": "A-0", "name": "Ours"})
    assert here.apply().code == 0
    plan = undo(here)
    assert "undo-impossible" in codes(plan)
    assert here.carry_out(plan).code == 0
    assert values(here) == before
    assert "customer/A-0" in managed(here)


def test_parents_and_children_go_back_together(here: Company) -> None:
    """Whoever got another parent has the former one again, and the new one goes."""
    declare(here, *rest(1), changed(1, parent="C-0"))
    assert here.apply().code == 0
    before = values(here)
    declare(here, *rest(1), {"externalId": "N-0", "name": "Parent"}, changed(1, parent="N-0"))
    assert here.apply().code == 0
    assert undone(here).code == 0
    assert values(here) == before


def test_what_cannot_be_cleared_stays_and_is_said(here: Company) -> None:
    """Upflow has no way to unset a parent: so it stays, and a parent that was made with it is not deleted."""
    declare(here, *rest(1, 2), {"externalId": "N-0", "name": "Parent"}, changed(1, parent="N-0"), changed(2, name="X"))
    assert here.apply().code == 0
    plan = undo(here)
    assert actions(plan) == [("C-2", Action.UPDATE)]
    assert refusals(plan) == [("N-0", "child-of-deleted")]
    assert any(problem.detail.startswith("C-1: the run set a value") for problem in plan.warnings)


def test_who_named_a_parent_that_is_gone_is_refused_alone(here: Company) -> None:
    """The rest of the run is undone all the same."""
    declare(here, *rest(1), changed(1, parent="C-0"))
    assert here.apply().code == 0
    declare(here, *rest(1, 2), changed(1, parent="C-3"), changed(2, name="Other"))
    assert here.apply().code == 0
    with here.store() as store:
        remove(store, "acme", "customer/C-0")
    plan = undo(here)
    assert refusals(plan) == [("C-1", "undo-overtaken")]
    assert actions(plan) == [("C-2", Action.UPDATE)]


def test_values_of_custom_fields_go_back_and_new_options_stay(here: Company) -> None:
    """A definition that the run made stays too; both are said."""
    definition: JsonObject = {"externalId": "tier", "label": "Tier", "dataType": "SELECT", "entityType": "CUSTOMER"}
    here.write({"fields.yaml": f"customFields:\n- {json.dumps(definition)}\n"})
    declare(here, changed(0, customFields={"tier": "Gold"}, createOptions=True), *rest(0))
    assert here.apply().code == 0
    first = last_run(here)
    declare(here, changed(0, customFields={"tier": "Silver"}, createOptions=True), *rest(0))
    assert here.apply().code == 0
    assert undone(here).code == 0
    (row,) = [row for row in undo(here, first).changes if row.address.key == "C-0"]
    assert [(one.path, one.before, one.after) for one in row.fields] == [
        (("customFields", "tier"), {"label": "Gold"}, None)
    ]
    plan = undo(here, first)
    told = [problem.detail for problem in plan.warnings if problem.code == "undo-impossible"]
    assert any(text.startswith("tier: the run created it") for text in told)
    assert any(text.startswith("C-0: an option") for text in told)


def test_guards_speak_as_ever(here: Company) -> None:
    """Deleting what a run made is counted, and let through by the same option."""
    declare(here, *CUSTOMERS, *({"externalId": f"N-{number}", "name": f"New {number}"} for number in range(5)))
    assert here.apply().code == 0
    plan = undo(here)
    assert {code for _, code in refusals(plan)} == {"delete-ceiling"}
    here.allowances = (read_allowance("delete-ceiling=customer=5"),)
    assert len(undo(here).changes) == 5


def test_a_saved_undo_is_refused_where_the_object_moved_since(here: Company) -> None:
    """It is a plan like any other: what was reviewed is what happens."""
    declare(here, changed(0, name="Other"), changed(1, name="Other"), *rest(0, 1))
    assert here.apply().code == 0
    plan = undo(here)
    by_hand(here, "C-0", name="By hand")
    applied = here.carry_out(plan)
    assert (applied.summary.total.done, applied.summary.total.stale) == (1, 1)


def test_without_its_journal_a_run_is_not_undone(here: Company) -> None:
    """It is said where journals are."""
    with pytest.raises(UsageInvalid) as caught:
        undo(here, "20260101")
    assert error_codes(caught.value) == ["journal-missing"]


def test_masked_journals_bring_no_person_back(here: Company) -> None:
    """Fields that are not personal go back; of lists it is said that they do not."""
    file = here.folder / "reconciler.yaml"
    file.write_text(f"{file.read_text()}journal: {{personal: mask}}\n")
    declare(here, changed(0, name="Other", contacts=people_of(0)[:1]), *rest(0, 1))
    assert here.apply().code == 0
    plan = undo(here)
    assert sorted(actions(plan)) == [("C-0", Action.UPDATE), ("C-1", Action.CREATE)]
    assert all(not change.members for change in plan.changes)
    assert any(problem.detail.startswith("C-0, C-1: personal values") for problem in plan.warnings)
    assert here.carry_out(plan).code == 0


@pytest.mark.parametrize("lost", [{"ending", "end"}, {"ending", "end", "answer"}])
def test_what_a_killed_run_did_is_told_by_what_is_live(here: Company, lost: set[str]) -> None:
    """And by the plan that it had: all of it goes back, though no ending says that it stands."""
    before = values(here)
    new: JsonObject = {"externalId": "N-0", "name": "New"}
    people: list[Json] = [people_of(1)[0], {"externalId": "P-new", "email": "new@example.com", "isMain": False}]
    declare(here, changed(0, name="Other"), changed(1, contacts=people), *rest(0, 1, 2), new)
    assert here.apply().code == 0
    run = last_run(here)
    tear(here, run, lost)
    assert undone(here, run).code == 0
    assert values(here) == before
    assert undo(here, run).empty


def test_what_a_killed_run_never_did_is_left_alone(here: Company) -> None:
    """What is as it was needs nothing; what is neither as it was nor as meant is somebody's."""
    declare(here, changed(0, name="Other"), changed(1, name="Other"), *rest(0, 1))
    assert here.apply().code == 0
    run = last_run(here)
    tear(here, run, {"ending", "end", "answer"})
    by_hand(here, "C-0", name="Customer 0")
    by_hand(here, "C-1", name="By hand")
    plan = undo(here, run)
    assert actions(plan) == []
    assert refusals(plan) == [("C-1", "undo-overtaken")]


def test_what_a_killed_run_left_in_doubt_cannot_be_undone_without_its_plan(here: Company) -> None:
    """Nobody can say which of what stands is its doing."""
    declare(here, changed(0, name="Other"), *rest(0))
    assert here.apply().code == 0
    run = last_run(here)
    tear(here, run, {"ending", "end"})
    journals(here).plan_path(run).unlink()
    plan = undo(here, run)
    assert plan.empty
    assert codes(plan) == ["undo-impossible"]


def test_a_moved_key_moves_back_and_whoever_changed_with_it_changes_back(here: Company) -> None:
    """The inventory knows the person by the former key again."""
    grace: JsonObject = {"email": "q0@example.com", "firstName": "Grace", "isMain": False}
    keyed: list[Json] = [people_of(0)[0], {**grace, "key": "desk"}]
    declare(here, changed(0, contacts=keyed), *rest(0))
    assert here.apply().code == 0
    before = values(here)
    moved: list[Json] = [people_of(0)[0], {**grace, "key": "reception", "phone": "+33 5"}]
    here.write(
        {"moved.yaml": "moved:\n- {from: customer/C-0/contact/key:desk, to: customer/C-0/contact/key:reception}\n"}
    )
    declare(here, changed(0, contacts=moved), *rest(0))
    assert here.apply().code == 0
    plan = undo(here)
    assert [change.action for change in plan.changes] == [Action.MOVE, Action.REPLACE]
    assert here.carry_out(plan).code == 0
    assert values(here) == before
    inventory = here.inventory()
    assert inventory is not None
    assert set(inventory.managed["customer/C-0"].members["contacts"]) == {"P-0", "key:desk"}


def test_what_somebody_made_of_what_a_killed_run_made_is_refused(here: Company) -> None:
    """Nobody read it back, so whatever the plan did not set must be empty: a field, a part of one, or a person."""
    new: list[JsonObject] = [
        {
            "externalId": f"N-{number}",
            "name": "New",
            "address": {"city": "Lyon"},
            "contacts": [{"email": f"n{number}@example.com"}],
        }
        for number in range(6)
    ]
    declare(here, *CUSTOMERS, *new)
    assert here.apply().code == 0
    run = last_run(here)
    tear(here, run, {"ending", "end"})
    by_hand(here, "N-0", accountingRef="411")
    by_hand(here, "N-1", address={"city": "Lyon", "zipcode": "69001"})
    with here.store() as store:
        add(store, "acme", "customer/N-2", {"email": "theirs@example.com"})
        add(store, "acme", "customer/N-3", {"email": "n3@example.com", "phone": "+33 9"})
        remove(store, "acme", "customer/N-4")
    plan = undo(here, run)
    assert actions(plan) == [("N-5", Action.DELETE)]
    assert refusals(plan) == [(f"N-{number}", "undo-overtaken") for number in range(4)]
    details = [blocked.problem.detail for blocked in plan.blocked]
    assert [detail.partition("at: ")[2] for detail in details] == [
        "accountingRef.",
        "address.zipcode.",
        "contacts.",
        "contacts.",
    ]


@pytest.mark.parametrize("policy", ["", "journal: {personal: mask}\n"])
def test_what_was_made_and_neither_read_back_nor_kept_as_a_plan_stays(here: Company, policy: str) -> None:
    """Nothing tells whether somebody worked on it since; and that it stays is said."""
    file = here.folder / "reconciler.yaml"
    file.write_text(f"{file.read_text()}{policy}")
    declare(here, *CUSTOMERS, {"externalId": "N-0", "name": "New"})
    assert here.apply().code == 0
    run = last_run(here)
    tear(here, run, {"ending", "end"})
    journals(here).plan_path(run).unlink(missing_ok=True)
    plan = undo(here, run)
    assert plan.empty
    assert codes(plan) == ["undo-impossible"]
    assert plan.warnings[0].detail.startswith("N-0: the run created it")
    with here.store() as store:
        remove(store, "acme", "customer/N-0")
    assert codes(undo(here, run)) == []


def test_people_who_came_to_what_was_read_back_without_people_are_not_deleted(here: Company) -> None:
    """A look-up that shows no lists leaves none in the journal: they are read, and hold nobody but the run's."""
    here.turn({"get_customer_contacts": False})
    declare(here, *CUSTOMERS, *({"externalId": f"N-{number}", "name": "New"} for number in range(2)))
    assert here.apply().code == 0
    (entry, _) = journals(here).entries(last_run(here))
    assert entry.after is not None
    assert entry.after.members is None
    with here.store() as store:
        add(store, "acme", "customer/N-0", {"email": "theirs@example.com"})
    plan = undo(here)
    assert actions(plan) == [("N-1", Action.DELETE)]
    assert refusals(plan) == [("N-0", "undo-overtaken")]


def test_what_was_made_and_its_id_not_read_is_undone(here: Company) -> None:
    """The next run finds out which object it is; until then the intent says that it is ours."""
    before = values(here)
    declare(here, *CUSTOMERS, {"externalId": "N-0", "name": "New"})
    assert here.apply().code == 0
    run = last_run(here)
    forget_read_back(here, run)
    assert undone(here, run).code == 0
    assert values(here) == before


def test_a_write_that_was_found_without_effect_is_not_undone_and_not_kept_quiet(here: Company) -> None:
    """Somebody may have edited the object before that look, and a later run may have done the same since."""
    declare(here, changed(0, name="Other"), *rest(0))
    assert here.apply().code == 0
    run = last_run(here)
    tear(here, run, {"ending", "end", "answer"})
    journals(here).settle(
        run,
        [Settled(at="x", address="acme/customer/C-0", action="update", took_effect=False, by="another", left=0)],
    )
    plan = undo(here, run)
    assert plan.empty
    assert codes(plan) == ["undo-impossible"]
    assert plan.warnings[0].detail.startswith("C-0: the run wrote to it")


def test_of_what_is_gone_nobody_says_what_became_of_a_write(here: Company) -> None:
    """That it cannot be told is the verdict, so nothing stays open; an undo refuses it, and does not make it again."""
    declare(here, changed(0, name="Other"), *rest(0))
    assert here.apply().code == 0
    run = last_run(here)
    tear(here, run, {"ending", "end", "answer"})
    with here.store() as store:
        remove(store, "acme", "customer/C-0")
    declare(here, *rest(0))
    here.apply()
    (entry,) = journals(here).read(run).entries
    assert entry.settled is not None
    assert (entry.settled.took_effect, entry.settled.because) == (None, "the object is gone")
    assert run not in journals(here).unsettled()
    assert refusals(undo(here, run)) == [("C-0", "undo-overtaken")]


def forget_read_back(here: Company, run: str) -> None:
    """Let a journal say that changes stand, of which objects nobody could read."""
    path = journals(here).path(run)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    kept = [{**line, "remote_id": None, "after": None} if line["type"] == "ending" else line for line in lines]
    path.write_text("".join(json.dumps(line) + "\n" for line in kept))


def tear(here: Company, run: str, types: set[str]) -> None:
    """Take lines out of a journal, as if the run had died before it wrote them."""
    path = journals(here).path(run)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if json.loads(line)["type"] not in types))


def people_of(number: int) -> list[Json]:
    """Give the people of a customer."""
    people = CUSTOMERS[number]["contacts"]
    assert isinstance(people, list)
    return people


def refusals(plan: Plan) -> list[tuple[str, str]]:
    """Give what is refused, by key, and the codes."""
    return [(blocked.change.address.key, blocked.problem.code) for blocked in plan.blocked]


def managed(here: Company) -> set[str]:
    """Give what is managed."""
    inventory = here.inventory()
    assert inventory is not None
    return set(inventory.managed)


def values(here: Company) -> Json:
    """Give what the sandbox holds."""
    return as_values(here.state())


def by_hand(here: Company, key: str, **fields: Json) -> None:
    """Change a customer as another person does in the web app."""
    with here.store() as store:
        edit(store, "acme", f"customer/{key}", fields)
