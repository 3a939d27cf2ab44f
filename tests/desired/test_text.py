"""Bytes become text, or a problem that says where they are none."""

from __future__ import annotations

from pathlib import Path

from reconciler.desired.text import Text, decode, read_text
from reconciler.errors import Place, Problem


def test_a_byte_order_mark_is_dropped() -> None:
    """UTF-8 with and without its mark is the same text."""
    assert decode("a: é".encode("utf-8-sig"), "f") == Text(file="f", content="a: é")


def test_other_encodings_are_refused_where_they_show() -> None:
    """The place of the first wrong byte is given, counted in characters."""
    problem = decode("a: 1\né: ".encode() + "é".encode("latin-1") + b"\n", "f")
    assert isinstance(problem, Problem)
    assert problem.code == "encoding"
    assert problem.where == Place(path="f", line=2, column=4)


def test_utf_16_is_refused() -> None:
    """A text of two bytes a character is not UTF-8."""
    problem = decode("a: 1".encode("utf-16"), "f")
    assert isinstance(problem, Problem)
    assert problem.code == "encoding"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file is a problem, not a crash."""
    problem = read_text(tmp_path / "gone.yaml", "gone.yaml")
    assert isinstance(problem, Problem)
    assert problem.code == "file-unreadable"


def test_lines_are_counted_from_one() -> None:
    """A line past the end is empty."""
    text = Text(file="f", content="a\nb")
    assert [text.line(n) for n in (1, 2, 3)] == ["a", "b", ""]
