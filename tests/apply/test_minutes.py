"""What an apply says about itself in its journal."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.apply.minutes import Minutes, masked_image, masking, plain_image
from reconciler.apply.summary import summarize
from reconciler.apply.telling import reply_of
from reconciler.live.provider import NotProcessed
from reconciler.model.event import Answered, Event, Reply, Started
from reconciler.model.journal import Answer, Ended, Line, Wrote
from reconciler.model.plan import Plan
from reconciler.model.resource import Observed
from tests.apply.provider import REFUSAL, Clubs, carry, collect_all, create, delete, plan, throttled, update
from tests.apply.test_lagging import Answering
from tests.clock import run_virtual
from tests.values import CLUB

AT = "2026-01-15T09:30:00.000Z"
ROWING = Observed(
    kind="club", key="ROW", remote_id="r-ROW", fields={"name": "Rowing"}, members={"guests": []}, facts={"dues": 3}
)


def told(clubs: Clubs, changes: Plan) -> tuple[Sequence[Event], Sequence[Line]]:
    """Carry changes out, and put down what happened."""
    events = run_virtual(collect_all(carry(changes, clubs)))
    minutes = Minutes(plain_image)
    return events, [said(minutes, event) for event in events]


def said(minutes: Minutes, event: Event) -> Line:
    """Put an event down, and have its line stand."""
    line = minutes.line(event, AT)
    minutes.count(event)
    return line


def test_every_try_is_announced_and_answered_under_one_number() -> None:
    """A throttled try, a lost one, and the one that was taken."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["throttled", "lost-before"]
    events, lines = told(clubs, plan(create("ROW", name="Rowing")))
    assert [type(line) for line in lines] == [Wrote, Answer, Wrote, Answer, Wrote, Answer, Ended]
    answers = [line for line in lines if isinstance(line, Answer)]
    assert [(one.n, one.reply) for one in answers] == [(1, Reply.THROTTLED), (2, Reply.LOST), (3, Reply.ACCEPTED)]
    requests = [event.request for event in events if isinstance(event, Started | Answered)]
    assert requests[::2] == requests[1::2]
    assert len(set(requests)) == 3


def test_what_was_held_back_for_throttling_did_not_go_out() -> None:
    """Only what a vendor answered was throttled by it; the journal tells the two apart."""
    assert reply_of(throttled()) is Reply.THROTTLED
    assert reply_of(NotProcessed(REFUSAL, throttled=True)) is Reply.UNSENT
    assert reply_of(NotProcessed(REFUSAL)) is Reply.UNSENT


def test_the_first_write_carries_the_object_as_it_was_and_the_ending_as_it_is() -> None:
    """Without its facts; a create says that nothing was there."""
    _, lines = told(Clubs(ROWING), plan(update(ROWING, name="Rowers")))
    wrote, ended = lines[0], lines[-1]
    assert isinstance(wrote, Wrote)
    assert isinstance(ended, Ended)
    assert wrote.first
    assert wrote.before is not None
    assert (wrote.before.fields, wrote.before.facts) == ({"name": "Rowing"}, {})
    assert ended.after is not None
    assert ended.after.fields == {"name": "Rowers"}
    _, lines = told(Clubs(), plan(create("NEW", name="New")))
    assert isinstance(lines[0], Wrote)
    assert (lines[0].first, lines[0].before) == (True, None)


def test_what_a_create_was_answered_with_stands_in_its_answer_and_its_ending() -> None:
    """Where it never shows, it is all that is known of what was made."""
    clubs = Answering()
    clubs.behind = 99
    _, lines = told(clubs, plan(create("NEW", name="New")))
    answered, ended = lines[-2:]
    assert isinstance(answered, Answer)
    assert isinstance(ended, Ended)
    assert (ended.outcome, ended.problem) == ("unknown", "write-without-effect")
    assert ended.remote_id == answered.made == "r-NEW"


def test_only_the_first_write_of_several_carries_it() -> None:
    """A large object is not written down once a step."""
    _, lines = told(Clubs(ROWING), plan(update(ROWING, name="Rowers", city="Lyon")))
    assert [line.first for line in lines if isinstance(line, Wrote)] == [True, False]
    assert [line.before is None for line in lines if isinstance(line, Wrote)] == [False, True]


def test_a_change_that_is_skipped_has_an_ending_and_no_write() -> None:
    """And says why by its problem's code alone."""
    clubs = Clubs()
    _, lines = told(clubs, plan(delete(ROWING), update(ROWING, name="Rowers")))
    assert all(isinstance(line, Ended) for line in lines)
    assert {line.problem for line in lines if isinstance(line, Ended)} == {"", "object-moved"}


def test_the_close_counts_what_is_open() -> None:
    """A lost answer that nobody could settle, and a write without any answer."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["lost-before"] * 4
    changes = plan(create("ROW", name="Rowing"), create("NEW", name="New"))
    events = run_virtual(collect_all(carry(changes, clubs)))
    minutes = Minutes(plain_image)
    for event in events:
        if not isinstance(event, Answered) or event.change.address.key == "ROW":
            said(minutes, event)
    closed = minutes.close(summarize(changes, events), 4, AT)
    assert (closed.open, closed.code) == (1, 4)
    assert (closed.sums["done"], closed.sums["unknown"]) == (1, 1)


def test_what_could_not_be_written_down_is_not_counted() -> None:
    """A write whose line does not stand is not sent; where its ending does not, nobody is told what became of it."""
    clubs = Clubs()
    clubs.faults["ROW"] = ["lost-after"]
    changes = plan(create("ROW", name="Rowing"))
    began, answered, *_, ended = run_virtual(collect_all(carry(changes, clubs)))
    minutes, nothing = Minutes(plain_image), summarize(changes, ())
    for _ in range(2):
        line = minutes.line(began, AT)
        assert isinstance(line, Wrote)
        assert (line.n, minutes.close(nothing, 4, AT).open) == (1, 0)
    for event in (began, answered):
        said(minutes, event)
    minutes.line(ended, AT)
    assert minutes.close(nothing, 4, AT).open == 1
    minutes.count(ended)
    assert minutes.close(nothing, 4, AT).open == 0


def test_a_masked_image_tells_alike_from_unlike_and_nothing_else() -> None:
    """Personal values are digests under the organization's key; what no table knows is left out."""
    member = CLUB.members[0]
    personal = next(row.name for row in member.fields if row.personal)
    row = {member.remote: "g-1", personal: "ada@example.com", "unheard": "of"}
    found = Observed(kind="club", key="A", remote_id="r", fields={"name": "A", "x": 1}, members={member.section: [row]})
    image = masked_image(found, CLUB, "secret")
    assert "ada@example.com" not in str(image)
    assert image.members is not None
    assert image.members[member.section][0][member.remote] == "g-1"
    assert "unheard" not in image.members[member.section][0]
    assert image.fields == {"name": "A"}
    assert masking({"acme": {"club": CLUB}}, {"acme": "secret"})("acme", found) == image
    assert masked_image(found, CLUB, "another") != image
