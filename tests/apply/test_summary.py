"""What an apply came to."""

from __future__ import annotations

from dataclasses import replace

from reconciler.apply.summary import Summary, Tally, left_open, summarize
from reconciler.errors import Problem
from reconciler.model.change import Action, Change
from reconciler.model.event import Answered, Done, Failed, Reply, Skipped, Stale, Started, Unknown
from tests.apply.provider import address, create, delete, plan, update
from tests.values import live_club

PROBLEM = Problem(code="some-problem", summary="something happened")
A, B, C, D = (create(key, name=key) for key in "ABCD")
E = update(live_club("E", name="old"), name="new")
F = delete(live_club("F"))
ALL = plan(A, B, C, D, E, F)


def started(change: Change) -> Started:
    """Announce a write."""
    return Started(change=change, step=1, steps=1, attempt=1, summary="POST")


def answered(change: Change, reply: Reply) -> Answered:
    """Answer its latest write."""
    return Answered(change=change, step=1, attempt=1, request="", reply=reply)


def test_every_ending_is_counted_under_its_action() -> None:
    """The rows stand in the order of the actions, and what has no ending was not tried."""
    summary = summarize(
        ALL,
        [
            started(E),
            Done(change=E, remote_id="r-E", overridden=(("plan",),)),
            Failed(change=B, problem=PROBLEM),
            started(A),
            Skipped(change=C, because=address("B")),
            Unknown(change=A, problem=PROBLEM),
            Stale(change=F, problem=PROBLEM),
        ],
    )
    assert summary.by_action == {
        Action.CREATE: Tally(failed=1, skipped=1, unknown=1, not_tried=1),
        Action.UPDATE: Tally(done=1, overridden=1),
        Action.DELETE: Tally(stale=1),
    }
    assert list(summary.by_action) == [Action.CREATE, Action.UPDATE, Action.DELETE]
    assert summary.total == Tally(done=1, overridden=1, failed=1, skipped=1, unknown=1, stale=1, not_tried=1)
    assert summary.total.tried == 5
    assert [ending.change for ending in summary.unfinished] == [A, B, C, F]
    assert [ending.change for ending in summary.overridden] == [E]
    assert summary.not_tried == (D.address,)


def test_the_order_of_events_does_not_show() -> None:
    """A summary follows the plan, not the race of its changes."""
    events = [Done(change=change, remote_id=None) for change in (D, B, A, C)]
    assert summarize(ALL, events) == summarize(ALL, [*reversed(events)])
    assert summarize(ALL, events).standing == (A, B, C, D)
    assert summarize(ALL, [*map(started, (D, B, A, C)), *events]).done == (A, B, C, D)


def test_totals_count_what_was_done_alone() -> None:
    """Two of four creates done read as two added, and nothing else."""
    done = [Done(change=A, remote_id="1"), Done(change=B, remote_id="2")]
    totals = summarize(ALL, [started(A), started(B), *done]).totals
    assert (totals.add, totals.change, totals.destroy) == (2, 0, 0)


def test_what_stood_already_is_neither_added_nor_changed_nor_destroyed() -> None:
    """A plan that is applied a second time writes nothing, and the summary does not say that it did."""
    again = [Done(change=change, remote_id="1") for change in (A, E, F)]
    summary = summarize(plan(A, E, F), again)
    assert (summary.totals.add, summary.totals.change, summary.totals.destroy) == (0, 0, 0)
    assert summary.done == ()
    assert summary.standing == (A, E, F)
    assert summary.total == Tally(done=3, standing=3)
    assert summary.by_action[Action.CREATE] == Tally(done=1, standing=1)


def test_an_adoption_takes_no_write_and_is_done_all_the_same() -> None:
    """What only the inventory learns did not stand before."""
    adopted = replace(E, action=Action.ADOPT, adopts=True)
    summary = summarize(plan(adopted), [Done(change=adopted, remote_id="r-E")])
    assert (summary.totals.adopt, summary.standing) == (1, ())


def test_nothing_is_written_by_a_change_that_stood_already() -> None:
    """Done without an announcement took no write."""
    assert not summarize(ALL, [Done(change=A, remote_id="1")]).written
    assert summarize(ALL, [started(A), Done(change=A, remote_id="1")]).written


def test_a_failure_is_written_if_a_step_took_effect() -> None:
    """An announced write that was refused wrote nothing; one after a first step did."""
    refused = Failed(change=A, problem=PROBLEM)
    assert not summarize(ALL, [started(A), refused]).written
    assert summarize(ALL, [started(A), replace(refused, written=True)]).written


def test_no_events_of_no_plan_is_an_empty_summary() -> None:
    """The zero is the default value."""
    assert summarize(plan(), []) == Summary()


def test_a_change_that_was_cut_off_is_open_only_if_something_of_it_may_stand() -> None:
    """Of what was turned away, refused or not sent it is known that nothing does; a second try tells for itself."""
    events = [
        *(one for change in (A, B, C, D) for one in (started(change), answered(change, Reply.THROTTLED))),
        started(A),
        started(B),
        answered(B, Reply.UNSENT),
        started(C),
        answered(C, Reply.LOST),
    ]
    assert [ending.change for ending in left_open(events)] == [A, C]
    summary = summarize(plan(A, B, C, D), events)
    assert (summary.total.unknown, summary.not_tried, summary.written) == (2, (B.address, D.address), False)
