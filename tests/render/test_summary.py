"""How an apply is summed up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from reconciler.apply.summary import Summary, summarize
from reconciler.errors import Problem
from reconciler.model.change import Action, Blocked, Change, MemberAction
from reconciler.model.event import Done, Event, Failed, Skipped, Stale, Started, Unknown
from reconciler.render.summary_json import summary_json
from reconciler.render.summary_text import summary_text
from tests.render.plans import address, change, plan, replacement

CREATION, UPDATE, DELETION = (
    change("C-1", Action.CREATE),
    change("C-2", Action.UPDATE),
    change("C-3", Action.DELETE),
)
PROBLEM = Problem(code="vendor-rejected", summary="refused", where="acme-fr/customer/C-2", remedy="Correct it.")


def started(change: Change) -> Started:
    """Write that a change's only write goes out."""
    return Started(change=change, step=1, steps=1, attempt=1, summary="")


def all_done() -> Summary:
    """An apply in which everything worked."""
    listed = replacement()
    changes = (CREATION, listed)
    events: list[Event] = []
    for one in changes:
        events += [started(one), Done(change=one, remote_id="u")]
    return summarize(plan(*changes), events)


def nothing_right() -> Summary:
    """An apply in which everything else happened."""
    changes = [change(f"C-{number}", Action.UPDATE) for number in range(6)]
    events: list[Event] = [
        Stale(change=changes[0], problem=PROBLEM),
        Failed(change=changes[1], problem=PROBLEM),
        Skipped(change=changes[2], because=address("C-1")),
        Unknown(change=changes[3], problem=PROBLEM),
        started(changes[4]),
        Done(change=changes[4], remote_id="u", overridden=(("name",),)),
    ]
    return summarize(plan(*changes), events)


def test_a_complete_apply_reads_as_terraforms() -> None:
    """The sentence that scripts look for, word for word, then what became of the contacts."""
    assert summary_text(all_done()) == (
        "Apply complete! Resources: 1 added, 1 changed, 0 destroyed.\n"
        "Also: 1 contact list replaced, 1 contact added, 1 contact changed, 1 contact removed.\n"
    )


def test_what_was_refused_keeps_an_apply_from_being_complete() -> None:
    """An apply that did all it may is not called complete, in text and in JSON."""
    held = replace(plan(CREATION), blocked=(Blocked(change=UPDATE, problem=PROBLEM),))
    events: list[Event] = [started(CREATION), Done(change=CREATION, remote_id="u")]
    summary = summarize(held, events)
    assert summary_text(summary) == (
        "Apply incomplete. Resources: 1 added, 0 changed, 0 destroyed.\nAlso: 1 refused.\n"
    )
    line = summary_json(summary, datetime(2026, 1, 1, tzinfo=UTC))
    assert (line["refused"], line["@level"]) == (1, "error")


def test_an_incomplete_apply_says_so_and_names_everything() -> None:
    """No `complete` where anything is missing; each shortfall is counted and its problem told."""
    page = summary_text(nothing_right())
    assert "complete!" not in page
    assert (
        "Also: 1 skipped as stale, 1 failed, 1 skipped because another was not done, 1 with an unknown outcome, "
        "1 not tried, 1 overridden by the vendor in part." in page
    )
    assert page.count("[vendor-rejected]") == 3
    assert "acme-fr/customer/C-4: the vendor set name to something else than the documents say." in page


def test_the_last_line_for_programs_counts_the_same() -> None:
    """Terraform's `change_summary`, with the endings beside."""
    told = summary_json(nothing_right(), datetime(2026, 1, 1, tzinfo=UTC))
    assert told["type"] == "change_summary"
    assert told["changes"] == {"add": 0, "change": 1, "remove": 0, "import": 0, "operation": "apply"}
    assert told["not_tried"] == ["acme-fr/customer/C-5"]


def test_a_change_that_was_written_in_part_is_said_to_be() -> None:
    """What is there now is neither the old nor the new."""
    page = summary_text(summarize(plan(UPDATE), [Failed(change=UPDATE, problem=PROBLEM, written=True)]))
    assert "Also: 1 failed after a part was written." in page


def test_what_was_so_already_is_not_called_added() -> None:
    """A plan applied a second time wrote nothing, and says that."""
    events: list[Event] = [
        Done(change=CREATION, remote_id="u"),
        started(UPDATE),
        Done(change=UPDATE, remote_id="v"),
    ]
    page = summary_text(summarize(plan(CREATION, UPDATE), events))
    assert page == "Apply complete! Resources: 0 added, 1 changed, 0 destroyed.\nAlso: 1 already so.\n"


def test_a_list_that_stays_as_it_was_is_not_called_replaced() -> None:
    """It is stated beside one that is replaced; the plan counts likewise."""
    listed = replacement()
    kept = [
        replace(one, section="others", address=replace(one.address, kind="other"))
        for one in listed.members
        if one.action is MemberAction.KEEP
    ]
    assert kept
    both = replace(listed, members=(*listed.members, *kept))
    page = summary_text(summarize(plan(both), [started(both), Done(change=both, remote_id="u")]))
    assert "Also: 1 contact list replaced, 1 contact added, 1 contact changed, 1 contact removed." in page
