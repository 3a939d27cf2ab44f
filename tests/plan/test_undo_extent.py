"""Tests of reconciler.plan.undo_extent: what somebody did while a run was at work is not the run's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Action, Change, FieldChange, MemberAction, MemberChange, Precondition
from reconciler.model.event import Reply
from reconciler.model.journal import Answer, Ended, Entry, Try, Wrote
from reconciler.model.resource import Fields, Observed, Value
from reconciler.plan.undo_extent import Touched, set_paths, strangers, touched_by
from reconciler.providers.upflow.kinds import CUSTOMER

ADDRESS = Address(organization="acme", kind="customer", key="C-1")
ADA: Fields = {"id": "1", "externalId": "P-1", "email": "ada@x.example", "position": None, "isMain": True}
BOB: Fields = {"id": "2", "externalId": None, "email": "bob@x.example", "position": None, "isMain": False}
EVE: Fields = {"id": "9", "externalId": None, "email": "eve@x.example", "position": None, "isMain": False}


def customer(*people: Fields, **fields: Value) -> Observed:
    """Give a customer with these people."""
    return Observed(kind="customer", key="C-1", remote_id="c", fields=fields, members={"contacts": people})


def row(action: MemberAction, person: Fields, **after: Value) -> MemberChange:
    """Give what a change does to somebody; whom it adds it gives all that they have."""
    given = {name: value for name, value in person.items() if name != "id"} if action is MemberAction.ADD else after
    return MemberChange(
        address=Address(organization="acme", kind="contact", key=str(person["externalId"] or "k"), parent=ADDRESS),
        section="contacts",
        action=action,
        remote_id=None if action is MemberAction.ADD else str(person["id"]),
        fields=tuple(
            FieldChange(path=(name,), before=None if action is MemberAction.ADD else person.get(name), after=value)
            for name, value in given.items()
        ),
    )


def change(*members: MemberChange, action: Action = Action.REPLACE, **fields: tuple[Value, Value]) -> Change:
    """Give a change that sets these fields, and these people."""
    return Change(
        address=ADDRESS,
        action=action,
        remote_id="c",
        precondition=Precondition(digest=None),
        fields=tuple(FieldChange(path=(name,), before=old, after=new) for name, (old, new) in fields.items()),
        members=members,
    )


def entry(before: Observed, left: Observed, meant: Change, *overridden: tuple[str, ...]) -> Entry:
    """Give the journal of a change that is done."""
    wrote = Wrote(
        at="",
        n=1,
        address=str(ADDRESS),
        action=meant.action.value,
        step=1,
        steps=1,
        attempt=1,
        summary="",
        request="",
        first=True,
        before=before,
        sets=set_paths(meant),
    )
    ended = Ended(
        at="", address=str(ADDRESS), action=meant.action.value, outcome="done", overridden=overridden, after=left
    )
    answer = Answer(at="", n=1, reply=Reply.ACCEPTED)
    return Entry(address=str(ADDRESS), action=meant.action, tries=(Try(wrote=wrote, answer=answer),), ended=ended)


def touched(one: Entry, meant: Change | None) -> Touched:
    """Say what is the run's; there must be something."""
    found = touched_by(CUSTOMER, ADDRESS, one, meant, masked=False)
    assert found is not None
    return found


def people(found: Touched) -> Sequence[Value]:
    """Give the e-mails and flags of the list as it would be without the run."""
    return [(one["email"], one["isMain"]) for one in (found.stood.members or {})["contacts"]]


@pytest.mark.parametrize("kept", [True, False])
def test_a_field_that_the_change_did_not_set_is_somebodys(kept: bool) -> None:
    """Whether the plan tells what it set, or the journal alone; that it is left is said where it was noted."""
    meant = change(name=("One", "Two"), action=Action.UPDATE)
    before, left = customer(name="One", vatNumber="FR1"), customer(name="Two", vatNumber="SOMEBODY")
    found = touched(entry(before, left, meant, ("vatNumber",)), meant if kept else None)
    assert [(one.path, one.before, one.after) for one in found.fields] == [(("name",), "Two", "One")]
    assert [one.text.partition(" ")[0] for one in found.losses] == ["vatNumber"]


def test_of_a_field_with_parts_those_that_were_set_go_back() -> None:
    """Though somebody else filled another one of them where nothing stood."""
    meant = Change(
        address=ADDRESS,
        action=Action.UPDATE,
        remote_id="c",
        precondition=Precondition(digest=None),
        fields=(FieldChange(path=("address", "city"), before=None, after="Lyon"),),
    )
    left = customer(address={"city": "Lyon", "zipcode": "69001"})
    found = touched(entry(customer(address=None), left, meant), meant)
    assert [(one.path, one.before, one.after) for one in found.fields] == [(("address", "city"), "Lyon", None)]


def test_who_came_while_the_run_was_at_work_stays() -> None:
    """A list that it did not set is not touched; one that it did goes back but for them."""
    renamed = change(name=("One", "Two"), action=Action.UPDATE)
    assert not touched(entry(customer(ADA), customer(ADA, EVE), renamed), renamed).lists
    meant = change(row(MemberAction.KEEP, ADA), row(MemberAction.ADD, BOB))
    found = touched(entry(customer(ADA), customer(ADA, BOB, EVE), meant), meant)
    assert [one.section for one in found.lists] == ["contacts"]
    assert people(found) == [("ada@x.example", True), ("eve@x.example", False)]


def test_who_went_or_was_changed_by_somebody_stays_so() -> None:
    """Only whom the run took off is there again, and only what it set is as before."""
    meant = change(row(MemberAction.CHANGE, ADA, position="CFO"), row(MemberAction.REMOVE, BOB))
    left = customer({**ADA, "position": "CFO", "email": "new@x.example"})
    found = touched(entry(customer(ADA, BOB, EVE), left, meant), meant)
    assert people(found) == [("new@x.example", True), ("bob@x.example", False)]
    assert (found.stood.members or {})["contacts"][0]["position"] is None


@pytest.mark.parametrize("taken", [False, True])
def test_the_flag_that_one_has_goes_back_unless_a_stranger_has_it(taken: bool) -> None:
    """The vendor takes it from who had it when the run gives it to another."""
    meant = change(row(MemberAction.KEEP, ADA), row(MemberAction.CHANGE, BOB, isMain=True))
    left = customer({**ADA, "isMain": False}, {**BOB, "isMain": not taken}, {**EVE, "isMain": taken})
    found = touched(entry(customer(ADA, BOB), left, meant), meant)
    assert people(found) == [("ada@x.example", not taken), ("bob@x.example", False), ("eve@x.example", taken)]


def test_a_flag_that_somebody_moved_on_to_one_who_was_there_stays() -> None:
    """The run gave it to Bob, somebody to Eve, before the run looked again."""
    before = customer(ADA, BOB, EVE)
    meant = change(row(MemberAction.CHANGE, ADA, isMain=False), row(MemberAction.CHANGE, BOB, isMain=True))
    left = customer({**ADA, "isMain": False}, BOB, {**EVE, "isMain": True})
    stood = touched(entry(before, left, meant), meant).stood
    assert [person["isMain"] for person in (stood.members or {})["contacts"]] == [False, False, True]


def test_without_the_plan_nobody_on_a_list_is_touched() -> None:
    """Nothing tells whom the run meant; that is said."""
    meant = change(row(MemberAction.ADD, BOB), name=("One", "Two"))
    found = touched(entry(customer(ADA, name="One"), customer(ADA, BOB, name="Two"), meant), None)
    assert (found.lists, [one.path for one in found.fields]) == ((), [("name",)])
    assert len(found.losses) == 1


def test_a_journal_that_names_no_paths_tells_nothing_without_its_plan() -> None:
    """One of an earlier version."""
    meant = change(action=Action.UPDATE)
    one = entry(customer(name="One"), customer(name="Two"), meant)
    assert touched_by(CUSTOMER, ADDRESS, one, None, masked=False) is None


@pytest.mark.parametrize("kept", [True, False])
def test_who_was_not_added_by_the_run_is_a_stranger_to_what_it_made(kept: bool) -> None:
    """Told by whom the plan names, or by how many the journal does."""
    meant = change(row(MemberAction.ADD, ADA), action=Action.CREATE)
    plan = meant if kept else None
    assert not strangers(customer(ADA), plan, set_paths(meant), CUSTOMER)
    assert strangers(customer(ADA, EVE), plan, set_paths(meant), CUSTOMER) == ("contacts",)
