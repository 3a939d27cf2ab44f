"""Sections in parts of a bounded length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.markdown_sheets import Section, Sheets, first_fitting, fitting, length

ROOM = 200
LINES = st.lists(st.text("abc", max_size=40), max_size=30)


def section(number: int, lines: list[str]) -> Section:
    """Write a section between two fences."""
    return Section(title=f"# {number}", lines=[f"{number}{line}" for line in lines], opening=("<",), closing=(">",))


@given(st.lists(LINES, max_size=6))
def test_every_line_is_there_once_and_in_order_and_no_part_is_too_long(sections: list[list[str]]) -> None:
    """And whatever is opened in a part is closed in it, under the title that it belongs to."""
    sheets = Sheets(ROOM)
    for number, lines in enumerate(sections):
        sheets.add(section(number, lines))
    parts = sheets.parts
    assert all(len(part) <= ROOM for part in parts)
    told = [line for part in parts for line in part.splitlines() if line[:1].isdigit()]
    assert told == [f"{number}{line}" for number, lines in enumerate(sections) for line in lines]
    for part in parts:
        title, depth = "", 0
        for line in part.splitlines():
            title = line.removesuffix(" (continued)").removeprefix("# ") if line.startswith("#") else title
            depth += (line == "<") - (line == ">")
            assert depth in (0, 1)
            assert not line[:1].isdigit() or (line[0] == title and depth == 1)
        assert depth == 0


@given(st.lists(LINES.filter(bool), max_size=4))
def test_what_fits_stays_in_one_part(sections: list[list[str]]) -> None:
    """And what does not is not begun."""
    made = [section(number, lines) for number, lines in enumerate(sections)]
    found = fitting(made, ROOM)
    needed = sum(length([*one.head(again=False), *one.lines, *one.tail]) for one in made)
    assert (found is not None) == (needed <= ROOM)
    sheets = Sheets(ROOM)
    for one in found or ():
        sheets.add(one)
    assert len(sheets.parts) == 1


def test_the_first_choice_that_fits_is_taken() -> None:
    """None of them is also an answer."""
    long, short = section(1, ["a" * 300]), section(2, ["b"])
    assert [one.title for one in first_fitting([lambda: [long], lambda: [short]], ROOM)] == ["# 2"]
    assert first_fitting([lambda: [long]], ROOM) == []


def test_a_choice_is_not_read_beyond_the_room() -> None:
    """However long it is."""

    def endless() -> object:
        raise AssertionError("read too far")

    lines = (line if line else str(endless()) for line in ["x" * 150, "x" * 150, ""])
    assert fitting([Section(title="", lines=lines)], ROOM) is None
