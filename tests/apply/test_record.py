"""Tests of reconciler.apply.record: each row of the table at the head of that module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from reconciler.apply.entries import Circumstances
from reconciler.apply.record import Record
from reconciler.errors import Problem
from reconciler.model.address import digest_key
from reconciler.model.change import Action, Change, Precondition
from reconciler.model.event import Answered, Done, Event, Failed, Reply, Skipped, Stale, Started, Unknown
from reconciler.model.inventory import Agreement, Intent, Inventory, Managed
from reconciler.model.kind import Kind
from reconciler.model.resource import Value
from reconciler.plan.digest import change_digest
from tests.apply.provider import create, delete, update
from tests.values import CLUB, guest, live_club

ROWING = live_club("ROW", name="Rowing", guests=[{"id": "g-1", **guest("G-1", "one@club.example")}])
PROBLEM = Problem(code="any", summary="any")
NOW = "2026-01-15T12:00:00Z"
DECLARED: dict[str, Value] = {"name": "Rowing", "guests/G-1/externalId": "G-1"}
EMPTY = Inventory(organization="acme", provider="", endpoint="", digest_key_id="")
ENTRY = Managed(
    kind="club", key="ROW", remote_id="", document="clubs.yaml", applied_at="", run="", last_applied=DECLARED
)
OURS = replace(EMPTY, digest_key_id="k", managed={"club/ROW": replace(ENTRY, remote_id=ROWING.remote_id, run="r0")})
CREATION = replace(create("ROW", name="Rowing"), entry=ENTRY)
UPDATE = replace(update(ROWING, name="Rowers"), entry=ENTRY)
AGREED = Agreement(plan="p", changes=("c", change_digest(UPDATE, "seal")))
LOST = Intent(kind="club", key="ROW", action="create", remote_id=None, run="r0")


def record(
    before: Inventory,
    changes: Sequence[Change],
    documents: Mapping[str, str] | None = None,
    *,
    kind: Kind = CLUB,
    **rest: Value,
) -> Record:
    """Begin to record a run."""
    circumstances = Circumstances(
        run="r1",
        provider="clubs",
        endpoint="here",
        digest_key="secret",
        digest_key_id="k",
        kinds={"club": kind},
        sizes={"club": 7},
        spends=("line",),
        agreement=AGREED if rest.get("agreed") else None,
        seal="seal",
        doubts=("doubt",),
        documents=documents or {},
    )
    return Record(before, changes, circumstances)


def after(before: Inventory, change: Change, *events: Event) -> Inventory:
    """Give what one change's events make of an inventory."""
    kept = record(before, [change])
    for event in events:
        kept.take(event, NOW)
    return kept.ended()


def began(change: Change) -> Started:
    """Announce a change's only write."""
    return Started(change=change, step=1, steps=1, attempt=1, summary="")


def intended(inventory: Inventory) -> list[str]:
    """Give the runs of the intents that stand."""
    return [intent.run for intent in inventory.intents]


def test_before_the_first_write_all_changes_are_intended() -> None:
    """The inventory that the lock is taken with says what the run sets out to do, and where."""
    first = record(EMPTY, [CREATION]).now()
    assert first.intents == (replace(LOST, run="r1"),)
    assert (first.provider, first.endpoint, first.digest_key_id) == ("clubs", "here", "k")
    assert (first.managed, first.spent) == ({}, ("doubt",))


def test_what_was_made_is_ours_as_it_was_read_back() -> None:
    """Remote id, time, run and the members' remote ids are filled in."""
    found = after(EMPTY, CREATION, began(CREATION), Done(change=CREATION, remote_id="r-ROW", found=ROWING))
    entry = found.managed["club/ROW"]
    assert (entry.remote_id, entry.applied_at, entry.run) == ("r-ROW", NOW, "r1")
    assert entry.members == {"guests": {"G-1": "g-1"}}
    assert (found.intents, found.sizes, found.spent) == ((), {"club": 8}, ("doubt", "line"))


@pytest.mark.parametrize("action", [Action.DELETE, Action.FORGET])
def test_what_is_gone_or_forgotten_leaves(action: Action) -> None:
    """A delete and a forget take the entry out."""
    change = replace(delete(ROWING), action=action)
    found = after(OURS, change, Done(change=change, remote_id="r-ROW"))
    assert (found.managed, found.intents) == ({}, ())


@pytest.mark.parametrize(
    "ending",
    [
        Failed(change=UPDATE, problem=PROBLEM),
        Stale(change=UPDATE, problem=PROBLEM),
        Skipped(change=UPDATE, because=UPDATE.address),
    ],
)
def test_what_was_not_done_leaves_the_entry(ending: Event) -> None:
    """Nothing is recorded of it, and nothing is intended any more."""
    found = after(OURS, UPDATE, ending)
    assert (found.managed, found.intents) == (OURS.managed, ())


@pytest.mark.parametrize(
    "events",
    [
        (Unknown(change=CREATION, problem=PROBLEM),),
        (began(CREATION), Failed(change=CREATION, problem=PROBLEM, written=True)),
        (began(CREATION), Done(change=CREATION, remote_id=None)),
        (began(CREATION),),
    ],
)
def test_what_may_have_been_done_stays_intended(events: Sequence[Event]) -> None:
    """The next run counts it as ours and looks it up."""
    found = after(EMPTY, CREATION, *events)
    assert (found.managed, intended(found)) == ({}, ["r1"])


def test_what_was_never_begun_is_not_intended_once_the_run_ends() -> None:
    """A stopped run leaves no intents of what it did not begin."""
    assert after(EMPTY, CREATION).intents == ()


def test_an_earlier_intent_outlives_a_change_that_failed() -> None:
    """What an earlier run may have made stays ours until it is recorded."""
    before = replace(EMPTY, intents=(LOST,))
    assert intended(after(before, UPDATE, Failed(change=UPDATE, problem=PROBLEM))) == ["r0"]
    assert after(before, UPDATE, Done(change=UPDATE, remote_id="r-ROW", found=ROWING)).intents == ()


def test_an_intent_of_what_is_recorded_is_dropped() -> None:
    """Beside an entry an intent of an earlier run says nothing more, unless it was to create another object."""
    changed = replace(LOST, action="update", remote_id=ROWING.remote_id)
    assert record(replace(OURS, intents=(changed,)), []).now().intents == ()
    assert record(replace(OURS, intents=(LOST,)), []).now().intents == (LOST,)


def test_digests_under_another_key_are_forgotten() -> None:
    """Under another key a digest is unknown, which must not read as a difference."""
    applied = {"name": "Rowing", "guests/G-1/email": "~abc", "guests/email:12ab/isMain": True}
    entry = replace(OURS.managed["club/ROW"], last_applied=applied)
    found = record(replace(OURS, digest_key_id="other", managed={"club/ROW": entry}), []).now()
    assert found.managed["club/ROW"].last_applied == {"name": "Rowing"}


def test_whoever_was_added_under_a_key_is_known_by_it() -> None:
    """A live row has no key: it is told by the digest of the e-mail that was sent, unless it is known already."""
    applied = {"guests/key:desk/email": f"~{digest_key('secret', 'desk@club.example')}", "guests/G-1/email": "~1"}
    entry = replace(ENTRY, last_applied=applied)
    desk = {"id": "g-2", "email": "Desk@club.example"}
    whole = replace(ROWING, members={"guests": [*(ROWING.members or {})["guests"], desk]})
    change = replace(CREATION, entry=entry)
    found = after(EMPTY, change, began(change), Done(change=change, remote_id="r-ROW", found=whole))
    assert found.managed["club/ROW"].members == {"guests": {"G-1": "g-1", "key:desk": "g-2"}}
    other = {"id": "g-3", "email": "new@club.example"}
    both = replace(whole, members={"guests": [desk, other]})
    change = replace(change, entry=replace(entry, members={"guests": {"key:desk": "g-3"}}))
    found = after(EMPTY, change, began(change), Done(change=change, remote_id="r-ROW", found=both))
    assert found.managed["club/ROW"].members == {"guests": {"key:desk": "g-3"}}


MOVE = Change(
    address=CREATION.address.member("guest", "key:new"),
    action=Action.MOVE,
    remote_id="g-1",
    precondition=Precondition(digest=None),
    former=CREATION.address.member("guest", "key:old"),
)
KNOWN = replace(OURS.managed["club/ROW"], members={"guests": {"key:old": "g-1"}}, last_applied={"guests/key:old/a": 1})


@pytest.mark.parametrize("turned", [False, True])
def test_a_move_gives_a_member_its_new_key_beside_whatever_else_happens(turned: bool) -> None:
    """It needs no intent, and comes to the same before and after another change of the resource."""
    before = replace(OURS, managed={"club/ROW": KNOWN})
    entry = replace(ENTRY, members={"guests": {"key:new": "g-1"}}, last_applied={"guests/key:new/a": 2})
    change = replace(UPDATE, entry=entry)
    kept = record(before, [MOVE, change])
    assert [intent.action for intent in kept.now().intents] == ["update"]
    events = [Done(change=MOVE, remote_id="g-1"), Done(change=change, remote_id="r-ROW")]
    for event in reversed(events) if turned else events:
        kept.take(event, NOW)
    ended = kept.ended()
    assert ended.managed["club/ROW"].members == {"guests": {"key:new": "g-1"}}
    assert ended.managed["club/ROW"].last_applied == {"guests/key:new/a": 2}
    assert ended.intents == ()


def test_a_move_that_was_not_come_to_leaves_the_entry() -> None:
    """A run that was stopped before it has recorded nothing of it; an entry that is gone has nobody to know."""
    before = replace(OURS, managed={"club/ROW": KNOWN})
    assert record(before, [MOVE]).ended().managed == before.managed
    assert after(EMPTY, MOVE, Done(change=MOVE, remote_id="g-1")).managed == {}


def test_what_stands_in_another_file_is_said_to_stand_there() -> None:
    """Whenever the inventory is written, unchanged entries get the file that the documents have them in now."""
    assert record(OURS, [], documents={"club/ROW": "other.yaml", "club/NONE": "x"}).now().managed == {
        "club/ROW": replace(OURS.managed["club/ROW"], document="other.yaml")
    }


def test_what_we_delete_ourselves_is_no_shrinking() -> None:
    """The size that the next listing is held against knows of our own deletes."""
    change = delete(ROWING)
    assert after(OURS, change, began(change), Done(change=change, remote_id="r-ROW")).sizes == {"club": 6}


def test_a_plan_that_is_gone_on_with_keeps_the_sizes_that_count_its_first_part() -> None:
    """Those of its reading are older than what was done of it; those of another plan's are not."""
    begun = replace(OURS, agreement=AGREED, sizes={"club": 2})
    assert record(begun, [UPDATE], agreed=True).now().sizes == {"club": 2}
    other = replace(begun, agreement=replace(AGREED, serial=AGREED.serial + 1))
    assert record(other, [UPDATE], agreed=True).now().sizes == {"club": 7}


def test_sizes_of_an_older_plan_say_nothing_against_later_ones() -> None:
    """A listing since, or what was made and deleted since, is nearer to what the next one should find."""
    later = replace(OURS, serial=3, sizes={"club": 2})
    assert record(later, [UPDATE]).now().sizes == {"club": 2}
    assert record(replace(later, sizes={}), [UPDATE]).now().sizes == {"club": 7}


def test_an_agreement_is_recorded_with_the_intents() -> None:
    """What was agreed on stands before the first write."""
    assert record(EMPTY, [CREATION], agreed=True).now().agreement == AGREED


def test_what_is_done_is_not_left_to_be_done() -> None:
    """Applied again, the same plan goes on with the rest; a run of something else ends the agreement."""
    kept = record(OURS, [UPDATE], agreed=True)
    assert kept.now().agreement == AGREED
    kept.take(Done(change=UPDATE, remote_id=ROWING.remote_id, found=ROWING), NOW)
    assert kept.now().agreement == replace(AGREED, changes=("c",))
    begun = replace(OURS, agreement=AGREED)
    other = record(begun, [UPDATE])
    assert other.now().agreement == AGREED
    other.take(began(UPDATE), NOW)
    assert other.now().agreement is None


def test_protection_stands_before_the_first_write() -> None:
    """Of the very object that is ours, and however its change ends; of what is to be made it stands in the intent."""
    giving = replace(UPDATE, protects=True, entry=replace(ENTRY, protected=True))
    assert record(OURS, [giving]).now().managed["club/ROW"].protected
    failed = after(OURS, giving, Stale(change=giving, problem=PROBLEM))
    assert failed.managed["club/ROW"].protected
    other = replace(giving, remote_id="another")
    assert not record(OURS, [other]).now().managed["club/ROW"].protected
    making = replace(CREATION, protects=True, entry=replace(ENTRY, protected=True))
    assert record(EMPTY, [making]).now().intents == (replace(LOST, run="r1", protected=True),)
    killed = replace(EMPTY, intents=(LOST,))
    assert record(killed, [making]).now().intents == (replace(LOST, run="r1", protected=True),)


def test_lines_in_doubt_count_as_used_at_once() -> None:
    """Before anything is done, since that there is an inventory is enough for them to count again."""
    assert record(EMPTY, [CREATION]).now().spent == ("doubt",)


@pytest.mark.parametrize("before", [EMPTY, replace(OURS, managed={"club/ROW": replace(ENTRY, remote_id="r-old")})])
def test_that_a_killed_run_made_it_is_known_until_it_is_settled(before: Inventory) -> None:
    """Whatever a later run sets out to do, and whatever entry there was: only an ending takes the claim away."""
    begun = record(replace(before, intents=(LOST,)), [UPDATE])
    begun.take(began(UPDATE), NOW)
    assert begun.now().intents == (LOST,)
    assert after(replace(before, intents=(LOST,)), UPDATE, Stale(change=UPDATE, problem=PROBLEM)).intents == (LOST,)
    done = after(replace(before, intents=(LOST,)), UPDATE, began(UPDATE), Done(change=UPDATE, remote_id="r-ROW"))
    assert (done.intents, done.managed["club/ROW"].remote_id) == ((), "r-ROW")


LAGGING = replace(CLUB, reads_lag=True)
"""Of a vendor whose reads lag."""


def lagging(before: Inventory, *changes: Change) -> Record:
    """Begin to record a run at a vendor whose reads lag."""
    return record(before, changes, kind=LAGGING)


def test_the_time_of_a_create_is_that_of_the_latest_checkpoint_until_it_has_ended() -> None:
    """A killed run may have sent it right after that; where it ended unknown, that is its time."""
    kept = lagging(EMPTY, CREATION)
    assert [intent.at for intent in kept.now("1").intents] == ["1"]
    assert [intent.at for intent in kept.now("2").intents] == ["2"]
    kept.take(began(CREATION), "3")
    kept.take(Unknown(change=CREATION, problem=PROBLEM, made="r-ROW"), "4")
    (left,) = kept.now("5").intents
    assert (left.at, left.remote_id) == ("4", "r-ROW")
    assert kept.ended().intents == (left,)


def test_an_earlier_create_that_is_tried_again_has_the_time_of_that() -> None:
    """It is one intent, of the last run that may have sent it; untried, it is the earlier run's with its old time."""
    before = replace(EMPTY, intents=(replace(LOST, at="0"),))
    tried, untried = lagging(before, CREATION), lagging(before, CREATION)
    tried.take(began(CREATION), "3")
    assert [(one.run, one.at) for one in tried.now("4").intents] == [("r1", "4")]
    assert [one.at for one in untried.now("4").intents] == ["4"]
    assert untried.ended().intents == before.intents


def test_where_reads_do_not_lag_no_time_is_noted() -> None:
    """Nobody asks for it there, nor of anything but a create."""
    assert record(EMPTY, [CREATION]).now("1").intents == (replace(LOST, run="r1"),)
    assert [one.at for one in lagging(OURS, UPDATE).now("1").intents] == [""]


@pytest.mark.parametrize(("reply", "stays"), [(Reply.UNSENT, 0), (Reply.THROTTLED, 0), (Reply.LOST, 1)])
def test_a_write_that_had_no_effect_for_certain_is_not_intended_once_the_run_ends(reply: Reply, stays: int) -> None:
    """Announced and then cut off, it leaves nothing to be looked up: nobody has to wait until it shows."""
    told = Answered(change=CREATION, step=1, attempt=1, request="", reply=reply)
    assert len(intended(after(EMPTY, CREATION, began(CREATION), told))) == stays
