"""One change, from the fresh read to its ending."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from reconciler.live.provider import Write
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.event import Done, Event, Failed, Stale, Started, Unknown
from reconciler.model.resource import Observed
from tests.apply.provider import REFUSAL, Clubs, carry, collect, create, delete, member, plan, update
from tests.clock import run_virtual
from tests.values import guest, live_club

ROWING = live_club("ROW", name="Rowing", plan="gold", balance=0)


def run(clubs: Clubs, change: Change) -> list[Event]:
    """Carry out one change."""
    return run_virtual(collect(carry(plan(change), clubs)))


def test_a_create_is_read_announced_sent_and_read_back() -> None:
    """A change costs two reads, and its write is announced with what it does."""
    clubs = Clubs()
    change = create("ROW", name="Rowing")
    events = run(clubs, change)
    assert events == [
        Started(change=change, step=1, steps=1, attempt=1, summary="POST ROW"),
        Done(change=change, remote_id="r-ROW", found=clubs.objects["ROW"]),
    ]
    assert clubs.reads["ROW"] == 2


def test_every_step_is_counted() -> None:
    """A change of several writes announces each, by number."""
    clubs = Clubs(ROWING)
    events = run(clubs, update(ROWING, name="Rowers", plan="silver"))
    assert [(event.step, event.steps) for event in events if isinstance(event, Started)] == [(1, 2), (2, 2)]
    assert clubs.objects["ROW"].fields == {"name": "Rowers", "plan": "silver"}


def test_a_change_that_stands_already_is_done_without_a_write() -> None:
    """What an earlier apply of the same plan has done is not done again."""
    clubs = Clubs(live_club("ROW", name="Rowers", plan="gold"))
    (event,) = run(clubs, update(ROWING, name="Rowers"))
    assert event == Done(change=update(ROWING, name="Rowers"), remote_id="r-ROW", found=clubs.objects["ROW"])
    assert clubs.sent == []
    assert clubs.reads["ROW"] == 1


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(live_club("ROW", name="Edited", plan="gold"), id="a declared field was edited"),
        pytest.param(live_club("ROW", name="Rowing", plan="silver"), id="another writable field was edited"),
        pytest.param(None, id="it was deleted"),
    ],
)
def test_an_object_that_moved_is_left_alone(found: Observed | None) -> None:
    """What was reviewed is what happens: an update of an object that is no longer as judged writes nothing."""
    clubs = Clubs(*([found] if found else []))
    (event,) = run(clubs, update(ROWING, name="Rowers"))
    assert isinstance(event, Stale)
    assert event.problem.code == "object-moved"
    assert clubs.sent == []


def test_a_create_finds_the_place_taken() -> None:
    """Somebody created the object since the plan, otherwise than declared: it is not overwritten."""
    clubs = Clubs(live_club("ROW", name="Somebody's"))
    (event,) = run(clubs, create("ROW", name="Rowing"))
    assert isinstance(event, Stale)


def test_another_object_under_the_same_key_is_stale_even_if_nothing_remains() -> None:
    """An object deleted and made anew is not the one that was judged, even where its fields are as wanted."""
    clubs = Clubs(replace(ROWING, remote_id="r-other"))
    (event,) = run(clubs, update(ROWING, name="Rowing"))
    assert isinstance(event, Stale)


def test_a_delete_of_an_object_that_got_a_balance_is_stale() -> None:
    """A delete relies on the facts too."""
    clubs = Clubs(replace(ROWING, facts={"balance": 5}))
    (event,) = run(clubs, delete(ROWING))
    assert isinstance(event, Stale)
    assert "ROW" in clubs.objects


def test_a_change_of_fields_does_not_care_who_is_on_the_list() -> None:
    """Lists that the change does not touch are not part of what it relies on."""
    clubs = Clubs(replace(ROWING, members={"guests": [guest("G", "g@example.com", id="g-1")]}))
    assert isinstance(run(clubs, update(ROWING, name="Rowers"))[-1], Done)


def test_a_list_that_moved_makes_its_replacement_stale() -> None:
    """A replacement relies on the whole live list: somebody added since the plan is not removed unseen."""
    clubs = Clubs(replace(ROWING, members={"guests": [guest("G", "g@example.com", id="g-1")]}))
    guests = (member("ROW", "NEW", MemberAction.ADD, externalId="NEW", email="new@example.com"),)
    (event,) = run(clubs, update(ROWING, guests=guests))
    assert isinstance(event, Stale)


def test_lists_are_read_where_the_change_touches_them_and_not_elsewhere() -> None:
    """A vendor that sends lists apart is asked for them only by changes of a list."""
    clubs = Clubs(ROWING, lists_apart=True)
    guests = (member("ROW", "NEW", MemberAction.ADD, externalId="NEW", email="new@example.com"),)
    assert isinstance(run(clubs, update(ROWING, guests=guests))[-1], Done)
    assert clubs.list_reads["ROW"] == 2
    others = Clubs(ROWING, lists_apart=True)
    assert isinstance(run(others, update(ROWING, name="Rowers"))[-1], Done)
    assert others.list_reads["ROW"] == 0


@pytest.mark.parametrize("fault", ["rejected", "unavailable"])
def test_a_refused_write_fails_the_change_with_the_vendors_reason(fault: str) -> None:
    """The vendor's problem is told at the change's address; nothing was written."""
    clubs = Clubs()
    clubs.faults["ROW"] = [fault]
    change = create("ROW", name="Rowing")
    event = run(clubs, change)[-1]
    assert event == Failed(change=change, problem=replace(REFUSAL, where="acme/club/ROW"), written=False)
    assert clubs.methods == ["POST"]


def test_a_failure_after_a_first_step_says_that_something_was_written() -> None:
    """A change of two writes whose second is refused is written in part."""
    clubs = Clubs(ROWING)
    clubs.faults["ROW"] = ["", "rejected"]
    started, *_, event = run(clubs, update(ROWING, name="Rowers", plan="silver"))
    assert isinstance(started, Started) and isinstance(event, Failed)
    assert event.written
    told = f"Of this change stands already: {started.summary}. What is missing is in the next plan."
    assert event.problem.why.endswith(told)


def test_an_object_that_cannot_be_read_is_not_written() -> None:
    """Without a fresh read there is no write."""
    clubs = Clubs(ROWING)
    clubs.unreadable["ROW"] = {1}
    (event,) = run(clubs, update(ROWING, name="Rowers"))
    assert isinstance(event, Failed)
    assert event.problem.code == "read-failed"
    assert clubs.sent == []


def test_a_field_that_the_vendor_sets_back_is_named() -> None:
    """A change is done although the vendor has rules of its own, and says which field they hold."""
    clubs = Clubs(rewrites={"plan": "default"})
    change = create("ROW", name="Rowing", plan="gold")
    ending = run(clubs, change)[-1]
    assert ending == Done(change=change, remote_id="r-ROW", found=clubs.objects["ROW"], overridden=(("plan",),))


def test_a_read_back_that_fails_leaves_the_change_done() -> None:
    """The vendor accepted every write; not being able to look again does not make it doubtful."""
    clubs = Clubs(ROWING)
    clubs.unreadable["ROW"] = {2}
    assert isinstance(run(clubs, update(ROWING, name="Rowers"))[-1], Done)


def test_an_accepted_delete_that_does_not_show_is_unknown() -> None:
    """Done means that it stands: a deleted object that still reads is not done."""
    event = run(_Stubborn(ROWING), delete(ROWING))[-1]
    assert isinstance(event, Unknown)
    assert event.problem.code == "write-without-effect"


class _Stubborn(Clubs):
    """A vendor that accepts everything and does nothing."""

    async def send(self, write: Write) -> None:
        self.sent.append(write)


def test_a_lost_answer_of_a_write_that_took_effect_is_done() -> None:
    """The look-up finds the change standing, and serves as the read-back as well."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["lost-after"]
    assert isinstance(run(clubs, create("ROW", name="Rowing"))[-1], Done)
    assert clubs.created["ROW"] == 1
    assert clubs.reads["ROW"] == 2


def test_a_lost_answer_of_a_write_without_effect_is_sent_again() -> None:
    """The look-up finds the object as it was, so the write is announced and sent a second time."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["lost-before"]
    events = run(clubs, create("ROW", name="Rowing"))
    assert [event.attempt for event in events if isinstance(event, Started)] == [1, 2]
    assert isinstance(events[-1], Done)
    assert clubs.created["ROW"] == 1


def test_a_write_that_lands_late_is_not_doubled() -> None:
    """Each look-up waits longer than the last, so that a slow write is seen before it is sent again."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["lost-before", "lost-before", "late"]
    assert isinstance(run(clubs, create("ROW", name="Rowing"))[-1], Done)
    assert clubs.created["ROW"] == 1


def test_the_waits_between_repetitions_are_the_guides() -> None:
    """1, 2, 4 and 8 seconds pass before the look-ups, then the outcome is called unknown."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["lost-before"] * 9

    async def timed() -> tuple[list[Event], float]:
        events = await collect(carry(plan(create("ROW", name="Rowing")), clubs))
        return events, asyncio.get_running_loop().time()

    events, seconds = run_virtual(timed())
    assert isinstance(events[-1], Unknown)
    assert events[-1].problem.code == "outcome-unknown"
    assert len(clubs.sent) == 4
    assert seconds == pytest.approx(1 + 2 + 4 + 8 + 4 * 1 + 5 * 0.1)


def test_a_lost_answer_within_a_change_goes_on_with_the_rest() -> None:
    """The second of two writes follows when the look-up shows that the first took effect."""
    clubs = Clubs(ROWING)
    clubs.faults["ROW"] = ["lost-after"]
    events = run(clubs, update(ROWING, name="Rowers", plan="silver"))
    assert isinstance(events[-1], Done)
    assert [(event.step, event.attempt) for event in events if isinstance(event, Started)] == [(1, 1), (2, 1)]
    assert len(clubs.sent) == 2


def test_a_lost_second_step_is_sent_again() -> None:
    """After our own first step the object is no longer as planned, yet what remains is the same: send it again."""
    clubs = Clubs(ROWING)
    clubs.faults["ROW"] = ["", "lost-before"]
    events = run(clubs, update(ROWING, name="Rowers", plan="silver"))
    assert isinstance(events[-1], Done)
    assert [(event.step, event.attempt) for event in events if isinstance(event, Started)] == [(1, 1), (2, 1), (2, 2)]


def test_an_edit_beside_a_lost_answer_is_unknown() -> None:
    """If somebody edits while our answer is lost, nobody can say whose state this is, and nothing is sent again."""
    clubs = Clubs(ROWING)
    clubs.faults["ROW"] = ["lost-before"]
    clubs.on_send = lambda _write: clubs.edit("ROW", plan="theirs")
    event = run(clubs, update(ROWING, name="Rowers"))[-1]
    assert isinstance(event, Unknown)
    assert len(clubs.sent) == 1


def test_what_the_vendor_answered_stands_in_what_is_said_of_an_unknown_outcome() -> None:
    """Nobody reads that an answer was lost where one came: the provider's words go along."""
    clubs = Clubs(ROWING)
    clubs.faults["ROW"] = ["internal-error"]
    clubs.on_send = lambda _write: clubs.edit("ROW", plan="theirs")
    event = run(clubs, update(ROWING, name="Rowers"))[-1]
    assert isinstance(event, Unknown)
    assert event.problem.summary == "the outcome of a write is unknown"
    assert event.problem.why.startswith("The club was asked for a write: 500. The object changed")


def test_a_deletion_beside_a_lost_answer_does_not_create_it_again() -> None:
    """An update whose object went away ends unknown; it never becomes a create."""
    clubs = Clubs(ROWING)
    clubs.faults["ROW"] = ["lost-before"]
    clubs.on_send = lambda _write: clubs.objects.clear()
    assert isinstance(run(clubs, update(ROWING, name="Rowers"))[-1], Unknown)
    assert clubs.objects == {}


def test_a_lost_answer_that_cannot_be_looked_up_is_unknown() -> None:
    """Without a look-up there is no second try."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["lost-after"]
    clubs.unreadable["ROW"] = {2}
    assert isinstance(run(clubs, create("ROW", name="Rowing"))[-1], Unknown)
    assert len(clubs.sent) == 1


def test_a_repetition_refused_because_the_first_try_landed_is_done() -> None:
    """A second try may be refused as a double; the look-up after it shows that the change stands."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["late", "rejected"]
    assert isinstance(run(clubs, create("ROW", name="Rowing"))[-1], Done)
    assert clubs.created["ROW"] == 1


def test_a_repetition_refused_on_an_unchanged_object_is_a_failure() -> None:
    """A refusal after a lost answer tells the vendor's reason, once it is seen that nothing took effect."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["lost-before", "rejected"]
    event = run(clubs, create("ROW", name="Rowing"))[-1]
    assert isinstance(event, Failed)
    assert not event.written


def adopting(found: Observed) -> Change:
    """Adopt an object as it is."""
    return replace(update(found), action=Action.ADOPT, fields=(), adopts=True)


def test_an_adoption_is_one_read_and_no_write() -> None:
    """What still is as judged is taken in as it was read."""
    clubs = Clubs(ROWING)
    (event,) = run(clubs, adopting(ROWING))
    assert event == Done(change=adopting(ROWING), remote_id="r-ROW", found=ROWING)
    assert (clubs.sent, clubs.reads["ROW"]) == ([], 1)


@pytest.mark.parametrize("now", [None, live_club("ROW", name="Rowers", plan="gold", balance=0)])
def test_an_adoption_of_what_moved_is_stale(now: Observed | None) -> None:
    """An object that went, or was edited, is not taken in."""
    clubs = Clubs(*([now] if now else []))
    (event,) = run(clubs, adopting(ROWING))
    assert isinstance(event, Stale)


@pytest.mark.parametrize("action", [Action.FORGET, Action.MOVE])
def test_what_concerns_the_inventory_alone_sends_nothing(action: Action) -> None:
    """Forgetting and moving cost no request at all."""
    clubs = Clubs(ROWING)
    (event,) = run(clubs, replace(adopting(ROWING), action=action))
    assert isinstance(event, Done)
    assert (clubs.sent, clubs.reads["ROW"]) == ([], 0)
