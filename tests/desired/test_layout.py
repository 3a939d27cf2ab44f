"""The canonical layout: what becomes of a file, and what can never happen to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from reconciler.desired.layout import lay_out
from reconciler.errors import DesiredStateInvalid
from tests.desired.layouts import files
from tests.desired.test_edit_properties import trees_of

EXAMPLES = Path(__file__).parents[2] / "examples" / "desired-state"


def laid(text: str) -> str:
    """Lay a text out."""
    return lay_out(text.encode(), "f.yaml").decode()


@given(files())
@settings(max_examples=100, deadline=None)
def test_nothing_is_lost_and_once_is_enough(raw: bytes) -> None:
    """Values, comments, byte order mark and breaks are those that were; laid out again, it stays as it is."""
    once = lay_out(raw, "f.yaml")
    assert trees_of(once) == trees_of(raw)
    for word in (b"# beside", b"# own line", b"# deep", b"# two", b"# tab", b"# 'odd"):
        assert once.count(word) == raw.count(word)
    assert once.startswith(b"\xef\xbb\xbf") == raw.startswith(b"\xef\xbb\xbf")
    assert (b"\r\n" in once) == (b"\r\n" in raw)
    assert lay_out(once, "f.yaml") == once


def test_a_file_is_laid_out() -> None:
    """Indentation, signs, quotes, blank lines and comments, in one picture."""
    before = (
        "\n\n# head\ncustomers :\n# first\n-   externalId :   C-1   \n    # about the name\n    name:  'One'  # n\n"
        "    address: {city:Lyon , zipcode:  01 000,  country: no}\n\n\n\n    contacts:\n    -   email: a@b.example\n"
        "        phone: +33 1 42\n        # left\n    # none\n    - {email: c@d.example}\n"
        "    notes: |   # text\n        one\n          two\n    tall: [\n            1,\n          ]\n# end\n\n\n"
    ).replace("city:Lyon", "city:  Lyon")
    assert laid(before) == (
        "# head\ncustomers:\n  # first\n  - externalId: C-1\n    # about the name\n    name: 'One'  # n\n"
        '    address: {city: Lyon, zipcode: "01 000", country: "no"}\n\n    contacts:\n      - email: a@b.example\n'
        '        phone: "+33 1 42"\n        # left\n      # none\n      - {email: c@d.example}\n'
        "    notes: |   # text\n      one\n        two\n    tall: [\n            1,\n          ]\n# end\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("\n", ""),
        ("# only\n\n", "# only\n"),
        ("a: 1", "a: 1\n"),
        ("a: 1\r\nb: 2\n", "a: 1\r\nb: 2\r\n"),
        (
            "a: on\nb: 12:30\nc: 1_000\nd: 2024-01-31\ne: 0x1_f\n",
            'a: "on"\nb: "12:30"\nc: "1_000"\nd: "2024-01-31"\ne: "0x1_f"\n',
        ),
        ("a: 12\nb: true\nc: ~\nd: null\ne: 1.5\nf: Lyon 2\n", "a: 12\nb: true\nc: ~\nd: null\ne: 1.5\nf: Lyon 2\n"),
        ("a: &x no\nb: *x\n", 'a: &x "no"\nb: *x\n'),
        ("a: [1 ,2,  {b :  3 } ]\n", "a: [1, 2, {b: 3}]\n"),
        ("a: 1,000\n", 'a: "1,000"\n'),
        ("b: [ a:  1 , b ]\n", "b: [a: 1, b]\n"),
        ("b: [x,  a: { c : 1} ]\n", "b: [x, a: {c: 1}]\n"),
        ("a: { b: , c:  }\n", "a: {b: , c: }\n"),
        ("a:\n      long\n      text\n", "a:\n  long\n  text\n"),
        ('a: "one  \n    two"   \n', 'a: "one  \n    two"\n'),
        ("a: |2\n    one\n", "a: |2\n    one\n"),
        ("-   - a\n    - b\n", "- - a\n  - b\n"),
        ("a: |\n    one", "a: |\n  one"),
        ("a: &x\n    b: 1\nc:   *x\n", "a: &x\n  b: 1\nc: *x\n"),
        ("---\na: 1\n...\n---   \nb: 1\n", "---\na: 1\n...\n---\nb: 1\n"),
        ("a: |+\n    one\n\n\n\nb: 1\n", "a: |+\n  one\n\n\n\nb: 1\n"),
    ],
)
def test_what_becomes_of_a_layout(before: str, after: str) -> None:
    """One thing at a time."""
    assert laid(before) == after
    assert laid(after) == after


@pytest.mark.parametrize("text", ["? a\n: 1\n", "a: 1\rb: 2\n", "a: 'x\u2028y'\n", "a:\t\n\n  ? b\n  : 1\n"])
def test_what_is_unusual_is_left_alone(text: str) -> None:
    """A problem says so, with the file."""
    with pytest.raises(DesiredStateInvalid) as caught:
        laid(text)
    assert [problem.code for problem in caught.value.problems] in (["layout-unusual"], ["yaml-syntax"])


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_examples_are_laid_out(path: Path) -> None:
    """What is shown to people is in the layout that they get."""
    assert lay_out(path.read_bytes(), path.name) == path.read_bytes()


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: 1\n# one\n? b\n: 2\n", 3, 1),
        ("a:\n  - c: 1\n  - ? b\n    : 2\n", 3, 5),
        ("a: 1\r\nb: 2\rc: 3\r\n", 2, 5),
    ],
)
def test_what_is_unusual_is_named_by_its_place(text: str, line: int, column: int) -> None:
    """The line that is meant, and no way out by which the file would declare nothing."""
    with pytest.raises(DesiredStateInvalid) as caught:
        laid(text)
    (problem,) = caught.value.problems
    assert (str(problem.where), problem.code) == (f"f.yaml:{line}:{column}", "layout-unusual")
    assert "ignore" not in problem.remedy
    assert "# fmt: off" in problem.remedy


@pytest.mark.parametrize("head", ["# fmt: off\n", "\ufeff\n# ours\r\n#fmt: off \r\n", "# fmt:off"])
def test_a_file_that_asks_for_it_is_left_as_it_is(head: str) -> None:
    """By a comment at its head, before anything else."""
    text = head + "\n? a\n:   1\n"
    assert laid(text) == text


@pytest.mark.parametrize("head", ["a: 1\n# fmt: off\n", "# do not write fmt: off here\n"])
def test_a_comment_elsewhere_asks_for_nothing(head: str) -> None:
    """Behind the first key it is a comment like any, and so are words about it."""
    assert laid(head + "b:   1\n").endswith("b: 1\n")
