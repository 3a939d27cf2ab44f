"""Which run came after which, and which is the last: whatever the clock did, and whatever cannot be read."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import ReconcilerError
from reconciler.model.journal import Closed, Opening
from reconciler.store.journal import Journals
from reconciler.store.journal_lines import line_text
from tests.company import error_codes
from tests.store.test_journal import AT, kept, opening

END = Closed(at=AT, code=0, sums={})
EARLY, LATE = "20260115T093000Z-bb", "20270115T093000Z-aa"


def older(folder: Path, one: Opening) -> None:
    """Leave the journal of an earlier version, which gave no serial."""
    path = Journals(folder).path(one.run)
    path.parent.mkdir(exist_ok=True)
    path.write_text(line_text(one) + line_text(END))


def test_a_run_comes_after_those_whose_journals_stood_when_it_began(tmp_path: Path) -> None:
    """Not after those of an earlier time: the clock was set back, or its id is older than a long prompt."""
    journals = kept(tmp_path, LATE, END)
    kept(tmp_path, EARLY, END)
    assert journals.runs() == (LATE, EARLY)
    assert journals.find("last") == EARLY
    assert [journals.opening(run).serial for run in journals.runs()] == [1, 2]


def test_what_an_earlier_version_wrote_comes_before_by_its_times(tmp_path: Path) -> None:
    """Those of one second by the time in the line."""
    older(tmp_path, opening("20260115T093000Z-bb", "2026-01-15T09:30:00.100Z"))
    older(tmp_path, opening("20260115T093000Z-aa", "2026-01-15T09:30:00.900Z"))
    older(tmp_path, opening("20260114T093000Z-cc"))
    journals = kept(tmp_path, "20200101T000000Z-dd", END)
    assert [run[-2:] for run in journals.runs()] == ["cc", "bb", "aa", "dd"]


def test_runs_that_took_the_same_serial_keep_their_places(tmp_path: Path) -> None:
    """They began at once, at different organizations."""
    for run, at in (("20260115T093000Z-bb", "T1"), ("20260115T093000Z-aa", "T2")):
        older(tmp_path, replace(opening(run, at), serial=7))
    assert Journals(tmp_path).runs() == ("20260115T093000Z-bb", "20260115T093000Z-aa")
    assert Journals(tmp_path).opening(kept(tmp_path, LATE).find(LATE)).serial == 8


def test_a_run_is_found_by_its_beginning(tmp_path: Path) -> None:
    """Where more than one begins so, or none does, that is said."""
    journals = kept(tmp_path, "20260115T093000Z-bb")
    kept(tmp_path, "20260115T093000Z-aa")
    assert journals.find("20260115T093000Z-b") == "20260115T093000Z-bb"
    for text, code in (("2026", "journal-ambiguous"), ("x", "journal-missing"), ("", "journal-missing")):
        with pytest.raises(ReconcilerError) as caught:
            journals.find(text)
        assert error_codes(caught.value) == [code]


@pytest.mark.parametrize("half", [b"", b'{"type": "run", "at"'])
def test_the_latest_is_not_one_that_died_over_its_first_line(half: bytes, tmp_path: Path) -> None:
    """It did nothing; `--resume last` and `undo last` mean the one before, and say so."""
    journals = kept(tmp_path, EARLY, END)
    journals.path(LATE).write_bytes(half)
    said: list[str] = []
    assert journals.find("last", said.append) == EARLY
    assert said == [f"Run {LATE} died before it wrote anything; `last` is the one before it."]


def test_the_latest_is_asked_for_in_vain_where_it_cannot_be_read(tmp_path: Path) -> None:
    """An earlier one is not taken for it; one that is known to be later is, and each can be named."""
    journals = kept(tmp_path, EARLY, END)
    journals.path(LATE).write_bytes(b"#\n")
    with pytest.raises(ReconcilerError) as caught:
        journals.find("last")
    assert error_codes(caught.value) == ["journal-unreadable"]
    assert journals.find(EARLY) == EARLY
    kept(tmp_path, "20280101T000000Z-cc", END)
    assert journals.find("last") == "20280101T000000Z-cc"


def test_a_run_does_not_prune_its_own_journal(tmp_path: Path) -> None:
    """Though more have begun since it did than are kept."""
    journals = kept(tmp_path, EARLY, END)
    kept(tmp_path, LATE, END)
    journals.prune(1, before=math.inf, own=EARLY)
    assert journals.runs() == (EARLY, LATE)
    journals.prune(1, before=math.inf)
    assert journals.runs() == (LATE,)


@pytest.mark.parametrize("dangling", [True, False])
def test_what_should_be_the_folder_and_is_none_is_a_problem(dangling: bool, tmp_path: Path) -> None:
    """Nothing there yet is none, and nothing is made by who looks."""
    journals = Journals(tmp_path / ".reconciler")
    assert journals.runs() == ()
    assert not (tmp_path / ".reconciler").exists()
    journals.folder.parent.mkdir()
    if dangling:
        journals.folder.symlink_to(tmp_path / "gone")
    else:
        journals.folder.write_text("")
    with pytest.raises(ReconcilerError) as caught:
        journals.runs()
    assert error_codes(caught.value) == ["journal-unreadable"]
