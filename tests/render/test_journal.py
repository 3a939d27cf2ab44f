"""Journals as text and JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from reconciler.model.change import Action
from reconciler.model.event import Reply
from reconciler.model.journal import Answer, Closed, Ended, Entry, Opening, Run, Settled, Site, Try, Wrote
from reconciler.model.masking import Tagger
from reconciler.model.resource import Observed
from reconciler.plan.masked_keys import Keys
from reconciler.render.journal_json import entry_json, run_json
from reconciler.render.journal_text import ending_of, entry_lines, run_line, run_page
from reconciler.render.paint import PLAIN
from tests.values import CLUB

AT = "2026-01-15T09:30:00.000Z"
OPENING = Opening(
    at=AT,
    run="20260115T093000Z-1f2e3d4c",
    who="claire",
    host="desk",
    command="reconciler apply",
    digest="d",
    sites=(Site(organization="acme", provider="clubs", endpoint="sandbox"),),
    commit="c0ffee",
    dirty=True,
)
CLOSED = Closed(at=AT, code=4, sums={"done": 1, "failed": 2, "stale": 0}, open=1)
SETTLED = Settled(at=AT, address="acme/club/A", action="update", took_effect=False, by="later", left=0)
BEFORE = Observed(kind="club", key="A", remote_id="r", fields={"name": "Rowing"}, members={"guests": []})
GUEST = {"id": "g-1", "externalId": "G", "email": "ada@example.com"}
AFTER = replace(BEFORE, fields={"name": "Rowers"}, members={"guests": [GUEST]})
WROTE = Wrote(
    at=AT,
    n=1,
    address="acme/club/A",
    action="update",
    step=1,
    steps=2,
    attempt=3,
    summary="update name",
    request="q-1",
    first=True,
    before=BEFORE,
)
ENTRY = Entry(
    address="acme/club/A",
    action=Action.UPDATE,
    tries=(Try(wrote=WROTE, answer=Answer(at=AT, n=1, reply=Reply.REFUSED, status=422)),),
    ended=Ended(at=AT, address="acme/club/A", action="update", outcome="done", remote_id="r", after=AFTER),
)


def keys() -> Keys:
    """Mask with a tag."""
    return Keys(tagger=Tagger(keys={"acme": "secret"}))


def text(entry: Entry, *, known: bool = True, personal: bool = False) -> str:
    """Tell a change."""
    return "\n".join(entry_lines(entry, CLUB if known else None, PLAIN, keys=None if personal else keys()))


def test_a_run_is_one_line_with_what_it_came_to() -> None:
    """Open writes are counted as of now; without an end nobody knows."""
    assert run_line(Run(opening=OPENING, closed=CLOSED)) == (
        "20260115T093000Z-1f2e3d4c  reconciler apply  acme  by claire: 1 done, 2 failed, exit code 4; 1 write open"
    )
    assert ending_of(Run(opening=OPENING, closed=CLOSED, settled=(SETTLED,))) == "1 done, 2 failed, exit code 4"
    undo = Run(opening=replace(OPENING, undoes="20260114T080000Z-0a1b2c3d"), closed=CLOSED)
    assert run_line(undo).endswith("; 1 write open; undoes 20260114T080000Z-0a1b2c3d")
    assert ending_of(Run(opening=OPENING)) == "no end: it was killed, or still runs"
    assert ending_of(Run(opening=OPENING, settled=(SETTLED,))) == "no end: it was killed; run later settled it"
    in_part = Run(opening=OPENING, settled=(replace(SETTLED, left=2),))
    assert ending_of(in_part) == "no end: it was killed; run later settled it; 2 writes open"


def test_a_run_page_says_who_what_and_from_which_documents() -> None:
    """What is empty has no row."""
    page = "\n".join(run_page(Run(opening=OPENING, closed=CLOSED)))
    assert "by         claire on desk\n" in page
    assert "documents  c0ffee and changes since\n" in page
    assert "at         acme (clubs, sandbox)" in page
    assert "undoes" not in page


def test_a_change_is_told_with_its_writes_and_differences() -> None:
    """People by their external ids; personal values stay hidden unless they are asked for."""
    assert text(ENTRY).splitlines()[:2] == [
        "~ acme/club/A: update done",
        f"    {AT} 1/2 update name (try 3): refused 422  q-1",
    ]
    assert '"Rowing" -> "Rowers"' in text(ENTRY)
    assert "guests.G.email" in text(ENTRY)
    assert "ada@example.com" not in text(ENTRY)
    assert keys().tagger.name("acme", "ada@example.com") in text(ENTRY)
    assert "ada@example.com" in text(ENTRY, personal=True)
    named = replace(AFTER, members={"guests": [{**GUEST, "externalId": "Ada@Example.com"}]})
    ended = replace(ENTRY.ended, after=named) if ENTRY.ended is not None else None
    assert "xample.com" not in text(replace(ENTRY, ended=ended))
    assert "xample.com" not in json.dumps(entry_json(replace(ENTRY, ended=ended), CLUB, keys=keys()))


def test_an_adoption_that_took_in_nothing_is_told_as_the_note_that_it_is() -> None:
    """As the sums of the apply call it."""
    end = Ended(at=AT, address="acme/club/A", action="adopt", outcome="done")
    entry = Entry(address="acme/club/A", action=Action.ADOPT, ended=end)
    assert text(entry) == "= acme/club/A: note done"
    assert text(replace(entry, ended=replace(end, adopts=True))) == "⇠ acme/club/A: adopt done"


def test_a_change_whose_every_write_had_no_effect_was_not_tried() -> None:
    """Turned away, and taken back when the run was stopped: nobody has to wonder what became of it."""
    answers = [Answer(at=AT, n=1, reply=reply) for reply in (Reply.THROTTLED, Reply.UNSENT, Reply.LOST)]
    tries = tuple(Try(wrote=WROTE, answer=one) for one in answers)
    entry = replace(ENTRY, ended=None, tries=tries[:2])
    assert text(entry).splitlines()[0] == "~ acme/club/A: update not tried"
    assert text(replace(entry, tries=tries)).splitlines()[0] == "~ acme/club/A: update unknown"


def test_of_a_kind_that_is_not_known_no_value_is_shown() -> None:
    """Nobody can say which of them are personal."""
    assert text(ENTRY, known=False, personal=True).count("\n") == 1
    told = json.dumps(entry_json(ENTRY, None, keys=None))
    assert "Rowing" not in told
    assert "ada@example.com" not in told


def test_what_was_found_out_later_is_told() -> None:
    """A write without an answer is told as such."""
    left_open = replace(ENTRY, tries=(Try(wrote=WROTE),), ended=None)
    assert text(left_open).splitlines()[0] == "~ acme/club/A: update unknown"
    assert "no answer" in text(left_open)
    assert "; run later found that it did not take effect" in text(replace(left_open, settled=SETTLED))
    gone = replace(SETTLED, took_effect=None, because="the object is gone")
    told = "; run later found that whether it took effect cannot be told any more: the object is gone"
    assert told in text(replace(left_open, settled=gone))


def test_json_has_both_images_and_hides_personal_values() -> None:
    """Their tags stand in their place, those of a plan, and what is not personal stands."""
    found = json.loads(json.dumps(entry_json(ENTRY, CLUB, keys=keys())))
    assert found["before"]["fields"]["name"] == "Rowing"
    assert found["after"]["members"]["guests"][0]["email"] == keys().tagger.text("acme", "ada@example.com")
    assert (found["writes"][0]["reply"], found["writes"][0]["status"]) == ("refused", 422)
    run = json.loads(json.dumps(run_json(Run(opening=OPENING, closed=CLOSED, settled=(SETTLED,)))))
    assert (run["exit_code"], run["open"], run["settled"][0]["by"]) == (4, 0, "later")
    assert run_json(Run(opening=OPENING))["open"] is None
