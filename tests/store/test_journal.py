"""Journals as files: what is written stands, is read back, is found, settled, and pruned."""

from __future__ import annotations

import math
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import ReconcilerError
from reconciler.model.change import Action
from reconciler.model.event import Reply
from reconciler.model.journal import (
    DONE,
    UNKNOWN,
    Answer,
    Closed,
    Ended,
    Line,
    Opening,
    Settled,
    Site,
    Wrote,
)
from reconciler.model.resource import Observed
from reconciler.store.journal import Journals
from reconciler.store.journal_file import JournalFile
from reconciler.store.journal_lines import line_text, parse_line
from reconciler.store.journal_problems import unwritable
from tests.company import error_codes

AT = "2026-01-15T09:30:00.000Z"
BEFORE = Observed(kind="club", key="A", remote_id="r-A", fields={"name": "Rowing"}, members={"guests": [{"id": "g-1"}]})


def opening(run: str, at: str = AT) -> Opening:
    """Begin a run."""
    site = Site(organization="acme", provider="clubs", endpoint="sandbox")
    return Opening(at=at, run=run, who="me", host="here", command="reconciler apply", digest="d", sites=(site,))


def wrote(n: int, key: str = "A", *, first: bool = True, before: Observed | None = None) -> Wrote:
    """Announce a write."""
    return Wrote(
        at=AT,
        n=n,
        address=f"acme/club/{key}",
        action="update",
        step=1,
        steps=1,
        attempt=1,
        summary="update name",
        request=f"q-{n}",
        first=first,
        before=before,
    )


def answer(n: int, reply: Reply = Reply.ACCEPTED) -> Answer:
    """Answer a write."""
    return Answer(at=AT, n=n, reply=reply)


def ended(key: str = "A", outcome: str = DONE) -> Ended:
    """End a change."""
    return Ended(at=AT, address=f"acme/club/{key}", action="update", outcome=outcome, remote_id=f"r-{key}")


def settled(key: str = "A", left: int = 0) -> Settled:
    """Settle a change."""
    return Settled(at=AT, address=f"acme/club/{key}", action="update", took_effect=True, by="later", left=left)


def kept(folder: Path, run: str, *lines: Line, at: str = AT) -> Journals:
    """Keep a journal of these lines."""
    journals = Journals(folder)
    file = journals.begin(opening(run, at))
    for line in lines:
        file.write(line)
    file.close()
    return journals


ALL: tuple[Line, ...] = (
    opening("r-1"),
    wrote(1),
    wrote(2, before=BEFORE),
    wrote(3, first=False),
    answer(1, Reply.THROTTLED),
    replace(ended(), overridden=(("name",),), after=BEFORE, former="acme/club/Z"),
    Closed(at=AT, code=4, sums={"done": 1}, open=2),
    Closed(at=AT, code=0, sums={}),
    replace(opening("r-2"), who="", digest="", sites=()),
    settled(left=1),
    replace(settled(), took_effect=None, because="the object is gone"),
)


@pytest.mark.parametrize("line", ALL, ids=lambda line: type(line).__name__)
def test_a_line_read_back_equals_the_one_written(line: Line) -> None:
    """Whatever its sort."""
    text = line_text(line)
    assert text.endswith("\n")
    assert text.count("\n") == 1
    assert parse_line(text.encode()) == line


def test_only_the_first_write_of_a_change_carries_what_stood_before() -> None:
    """Absence is said there, too; later writes say nothing of it."""
    assert '"before":null' in line_text(wrote(1))
    assert '"before"' not in line_text(wrote(2, first=False))


def test_the_folder_and_the_files_are_their_owners_alone(tmp_path: Path) -> None:
    """From the first byte on, whatever the umask."""
    before = os.umask(0)
    try:
        journals = kept(tmp_path, "r-1")
    finally:
        os.umask(before)
    assert stat.S_IMODE(journals.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(journals.path("r-1").stat().st_mode) == 0o600


def test_a_run_is_not_begun_twice(tmp_path: Path) -> None:
    """A journal that stands is never overwritten."""
    journals = kept(tmp_path, "r-1")
    with pytest.raises(ReconcilerError) as caught:
        journals.begin(opening("r-1"))
    assert error_codes(caught.value) == ["journal-unwritable"]


def test_the_lines_of_a_change_add_up_to_an_entry(tmp_path: Path) -> None:
    """Though those of others stand between them; in the order of their endings."""
    journals = kept(
        tmp_path,
        "r-1",
        wrote(1, "A", before=BEFORE),
        wrote(2, "B"),
        answer(2),
        answer(1, Reply.LOST),
        ended("B"),
        wrote(3, "A", first=False),
        answer(3),
        replace(ended("A"), after=BEFORE),
        Closed(at=AT, code=0, sums={"done": 2}),
    )
    run = journals.read("r-1")
    assert [entry.address for entry in run.entries] == ["acme/club/B", "acme/club/A"]
    entry = run.entries[1]
    assert (entry.action, entry.outcome, entry.before, entry.after) == (Action.UPDATE, DONE, BEFORE, BEFORE)
    assert [one.answer.reply for one in entry.tries if one.answer] == [Reply.LOST, Reply.ACCEPTED]
    assert not run.open
    assert run.closed is not None


@pytest.mark.parametrize(
    ("lines", "open_now"),
    [
        ((wrote(1),), True),
        ((wrote(1), answer(1)), False),
        ((wrote(1), answer(1, Reply.LOST)), True),
        ((wrote(1), answer(1, Reply.REFUSED)), False),
        ((wrote(1), answer(1, Reply.LOST), ended()), False),
        ((wrote(1), answer(1, Reply.LOST), ended(outcome=UNKNOWN)), True),
        ((wrote(1), answer(1), ended(outcome=UNKNOWN)), False),
        ((wrote(1), settled()), False),
    ],
)
def test_a_write_is_open_while_nobody_knows_what_became_of_it(
    lines: tuple[Line, ...], open_now: bool, tmp_path: Path
) -> None:
    """No answer or a lost one, and no ending that tells; until it is settled."""
    journals = kept(tmp_path, "r-1", *lines)
    assert bool(journals.open_entries("r-1")) is open_now


@pytest.mark.parametrize("torn", [b'{"type":"answer","at":"2026', b'{"type":"answer"}\n', b"\n"])
def test_a_torn_last_line_is_read_as_none(torn: bytes, tmp_path: Path) -> None:
    """The run died over it; so it does not count, even after the run was settled."""
    journals = kept(tmp_path, "r-1", wrote(1))
    with journals.path("r-1").open("ab") as file:
        file.write(torn)
    assert len(journals.open_entries("r-1")) == 1
    with journals.path("r-1").open("ab") as file:
        file.write(b'{"type":"settl')
    journals.settle("r-1", [settled()])
    assert not journals.open_entries("r-1")
    assert journals.unsettled() == ()


def test_a_torn_line_amid_others_is_damage(tmp_path: Path) -> None:
    """Nothing is made of a journal that says who knows what."""
    journals = kept(tmp_path, "r-1", wrote(1))
    with journals.path("r-1").open("ab") as file:
        file.write(b"half\n")
        file.write(line_text(answer(1)).encode())
    with pytest.raises(ReconcilerError) as caught:
        journals.read("r-1")
    assert error_codes(caught.value) == ["journal-unreadable"]


def test_a_journal_of_a_later_format_is_not_read(tmp_path: Path) -> None:
    """It may mean something else by the same words."""
    journals = Journals(tmp_path)
    journals.begin(replace(opening("r-1"), format_version=99)).close()
    with pytest.raises(ReconcilerError) as caught:
        journals.head("r-1")
    assert error_codes(caught.value) == ["journal-newer"]


def test_a_run_that_died_over_its_first_line_left_nothing_open(tmp_path: Path) -> None:
    """Nothing was sent before that line stood."""
    journals = kept(tmp_path, "r-1")
    journals.path("r-2").write_bytes(b'{"type":"run","at":')
    assert "r-2" not in journals.unsettled()


def test_pruning_keeps_the_latest_and_whatever_is_open(tmp_path: Path) -> None:
    """The plan goes with its journal; a run that was killed long ago and left nothing open may go."""
    end = Closed(at=AT, code=0, sums={})
    kept(tmp_path, "20260110T000000Z-killed", wrote(1), answer(1))
    for number in range(5):
        journals = kept(tmp_path, f"2026011{number}T000000Z-a", *((wrote(1),) if number == 1 else (end,)))
        journals.plan_path(f"2026011{number}T000000Z-a").write_text("a plan")
    journals.prune(2, before=0)
    assert "20260110T000000Z-killed" in journals.runs()  # it may still run
    journals.prune(2, before=math.inf)
    left = ("20260111T000000Z-a", "20260113T000000Z-a", "20260114T000000Z-a")
    assert journals.runs() == left
    assert sorted(path.stem for path in journals.folder.glob("*.plan")) == list(left)
    journals.settle(left[0], [settled()])
    journals.prune(2, before=0)
    assert journals.runs() == left[1:]


def test_a_run_that_cannot_be_read_is_not_taken_for_settled(tmp_path: Path) -> None:
    """A damaged first line hides that something is open; so it is told, and never pruned."""
    journals = kept(tmp_path, "r-1", wrote(1))
    path = journals.path("r-1")
    path.write_bytes(b"#" + path.read_bytes()[1:] + b'{"type":"wri')
    assert journals.unsettled() == ("r-1",)
    journals.prune(0, before=math.inf)
    assert journals.runs() == ("r-1",)


def test_a_run_that_is_gone_since_it_was_listed_left_nothing_open(tmp_path: Path) -> None:
    """Another run of the folder may have pruned it just now; a link to nothing is listed and cannot be opened."""
    journals = kept(tmp_path, "r-1")
    journals.path("r-0").symlink_to(tmp_path / "gone")
    assert journals.unsettled() == ("r-1",)
    assert journals.find("last") == "r-1"
    journals.prune(1, before=math.inf)


def test_what_is_no_regular_file_is_no_journal(tmp_path: Path) -> None:
    """To open a FIFO or a device may wait for ever; a folder and a link to nothing cannot be read at all."""
    journals = kept(tmp_path, "r-1", wrote(1), answer(1))
    for name, target in (("r-3", tmp_path / "gone"), ("r-4", Path("/dev/zero"))):
        journals.path(name).symlink_to(target)
    journals.path("r-5").mkdir()
    os.mkfifo(journals.path("r-2"))
    os.mkfifo(tmp_path / "kept")
    journals.path("r-6").symlink_to(tmp_path / "kept")
    assert journals.runs() == ("r-1",)
    assert journals.unsettled() == ("r-1",)
    assert not journals.has("r-2")
    journals.prune(0, before=0)


def test_a_killed_run_that_left_nothing_open_is_read_once(tmp_path: Path) -> None:
    """What was seen of it holds as long as nothing is added to it, be it by one that was not dead after all."""
    journals = kept(tmp_path, "r-1", wrote(1), answer(1))
    kept(tmp_path, "r-2", wrote(1))
    assert journals.unsettled() == ("r-1", "r-2")
    assert [len(journals.examined(run).entries) for run in ("r-1", "r-2")] == [0, 1]
    assert journals.unsettled() == ("r-2",)
    assert len(journals.open_entries("r-2")) == 1
    with journals.path("r-1").open("ab") as file:
        file.write(line_text(wrote(2, "B")).encode())
    assert journals.unsettled() == ("r-1", "r-2")
    assert [path.name for path in journals.folder.iterdir() if path.stat().st_mode & 0o077] == []


def test_what_was_noted_of_a_run_goes_with_its_journal(tmp_path: Path) -> None:
    """And a note that is none says nothing."""
    journals = kept(tmp_path, "r-1", wrote(1), answer(1))
    journals.examined("r-1")
    (note,) = (path for path in journals.folder.iterdir() if path != journals.path("r-1"))
    note.write_text("")
    assert journals.unsettled() == ("r-1",)
    journals.prune(0, before=math.inf)
    assert [*journals.folder.iterdir()] == []


def test_a_journal_that_another_run_is_just_beginning_is_not_pruned(tmp_path: Path) -> None:
    """It has a name before it has a line; a day later it is one whose run died."""
    journals = kept(tmp_path, "20260115T000000Z-a")
    journals.path("20260114T000000Z-a").touch()
    journals.prune(1, before=journals.path("20260114T000000Z-a").stat().st_mtime)
    assert "20260114T000000Z-a" in journals.runs()
    journals.prune(1, before=math.inf)
    assert journals.runs() == ("20260115T000000Z-a",)


def test_half_a_line_is_taken_back_and_further_ones_follow(tmp_path: Path) -> None:
    """A disk that is full takes a part of a line; once there is room again, the journal goes on as if it had not."""
    journals = Journals(tmp_path)
    file = journals.begin(opening("r-1"))
    file.write(wrote(1))
    whole = journals.path("r-1").read_bytes()
    with room_for(len(whole) + 10), pytest.raises(ReconcilerError) as caught:
        file.write(wrote(2, "B"))
    assert error_codes(caught.value) == ["journal-unwritable"]
    assert journals.path("r-1").read_bytes() == whole
    file.write(answer(1))
    file.close()
    assert not journals.open_entries("r-1")


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_line_that_cannot_be_taken_back_is_the_last(tmp_path: Path) -> None:
    """A pipe takes a line, but neither keeps it safe nor gives it back; nothing may follow what may be half a line."""
    reading, writing = os.pipe()
    file = JournalFile(tmp_path / "r-1.jsonl", writing)
    for line in (wrote(1), answer(1)):
        with pytest.raises(ReconcilerError) as caught:
            file.write(line)
        assert error_codes(caught.value) == ["journal-unwritable"]
    file.close()
    with os.fdopen(reading, "rb") as end:
        assert parse_line(end.read()) == wrote(1)


def test_the_folders_of_a_first_run_survive_a_power_cut(tmp_path: Path) -> None:
    """Each new name stands in the folder above it: that of the journal, of its folder, and of the private one."""
    kept_safe: list[Path] = []
    journals = Journals(tmp_path / ".reconciler")
    JournalFile.begun(journals.path("r-1"), opening("r-1"), kept_safe.append).close()
    assert kept_safe == [journals.folder, tmp_path / ".reconciler", tmp_path]
    assert stat.S_IMODE((tmp_path / ".reconciler").stat().st_mode) == 0o700


def test_the_head_of_a_run_is_read_from_its_ends(tmp_path: Path) -> None:
    """What lies between is not looked at, damage included; who reads the changes is told of that."""
    journals = kept(tmp_path, "r-1", wrote(1), answer(1), ended(), Closed(at=AT, code=0, sums={"done": 1}))
    path = journals.path("r-1")
    path.write_bytes(path.read_bytes().replace(b'{"type":"answer"', b'["type":"answer"'))
    head = journals.head("r-1")
    assert (head.closed, head.entries) == (Closed(at=AT, code=0, sums={"done": 1}), ())
    with pytest.raises(ReconcilerError) as caught:
        list(journals.entries("r-1"))
    assert error_codes(caught.value) == ["journal-unreadable"]


def test_what_settled_a_run_that_went_on_is_found_wherever_it_stands(tmp_path: Path) -> None:
    """It was taken for dead over one write, and sent another afterwards."""
    journals = kept(tmp_path, "r-1", wrote(1), settled(), wrote(2, "B"), Closed(at=AT, code=4, sums={}, open=2))
    head = journals.head("r-1")
    assert (head.closed is not None, head.settled) == (True, (settled(),))
    assert [entry.address for entry in journals.left_open("r-1").entries] == ["acme/club/B"]


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b'{"type":"unheard of"}',
        b'{"type":"answer","at":"x","n":"1","reply":"lost"}',
        b'{"type":"answer","at":"x","n":1,"reply":"unheard of"}',
        b'{"type":"settled","at":"x","address":"a","action":"b","took_effect":1,"by":"r","left":0}',
        b'{"type":"end","at":"x","code":0,"sums":[]}',
        b'{"type":"ending","at":"x","address":"a","action":"b","outcome":"done","overridden":[1]}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_says_something_else_is_none(text: bytes) -> None:
    """Nothing is guessed from it."""
    assert parse_line(text) is None


def test_a_journal_that_cannot_be_begun_is_closed(tmp_path: Path) -> None:
    """Its first line did not stand, so nobody has anything to close."""
    closed: list[bool] = []

    class Full(JournalFile):
        """A journal on a full disk."""

        def _write(self, content: bytes) -> None:
            raise unwritable("r-1", f"There is no room for {len(content)} bytes.")

        def close(self) -> None:
            """Let go of the file."""
            closed.append(True)
            super().close()

    with pytest.raises(ReconcilerError):
        Full.begun(tmp_path / "r-1.jsonl", opening("r-1"))
    assert closed == [True]
