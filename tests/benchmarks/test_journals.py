"""The journal that reading is measured on is one that every reader takes."""

from __future__ import annotations

from pathlib import Path

from benchmarks.journals import RUN, ways, written


def test_the_journal_has_so_many_changes_and_one_that_is_open(tmp_path: Path) -> None:
    """Each way of reading goes through."""
    journals = written(tmp_path, 2)
    assert [entry.open for entry in journals.read(RUN).entries] == [False, False, True]
    assert len([read() for _, read in ways(journals)]) == 4
