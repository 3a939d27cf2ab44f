"""Edits of one file, by example: what is written where, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.desired.edit import AddItem, AddKey, Edit, RemoveItem, SetScalar, edit
from reconciler.desired.edit_files import replace_document
from reconciler.errors import DesiredStateInvalid, Place
from reconciler.model.resource import Value


def set_to(text: str, value: Value, *path: str | int, document: int = 0) -> str:
    """Set one value in a text."""
    return edit(text.encode(), [SetScalar(document=document, path=path, value=value)], "f.yaml").decode()


def edited(text: str, *edits: Edit) -> str:
    """Make edits in a text."""
    return edit(text.encode(), edits, "f.yaml").decode()


def refused(text: str, one: Edit) -> tuple[str, str]:
    """Give the code and the place of the refusal."""
    with pytest.raises(DesiredStateInvalid) as caught:
        edited(text, one)
    problem = caught.value.problems[0]
    assert isinstance(problem.where, Place)
    return problem.code, str(problem.where)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a: Lyon # c\n", "Paris", "a: Paris # c\n"),
        ("a:   Lyon", "no", 'a:   "no"'),
        ("a: Lyon\n", "01000", 'a: "01000"\n'),
        ("a: Lyon\n", "https://x.example/#a", "a: https://x.example/#a\n"),
        ("a: Lyon\n", "a: b", 'a: "a: b"\n'),
        ("a: +33 1\n", "+33 2", "a: +33 2\n"),
        ("a: 'Lyon'\n", "l'Oréal", "a: 'l''Oréal'\n"),
        ("a: 'Lyon'\n", "a\nb", 'a: "a\\nb"\n'),
        ('a: "Lyon"\n', 'say "hi"', 'a: "say \\"hi\\""\n'),
        ("a: 'Lyon'\n", 12, "a: 12\n"),
        ("a: 12\n", "12", 'a: "12"\n'),
        ("a: Lyon # c\n", None, "a: null # c\n"),
        ("a: true\n", False, "a: false\n"),
        ("a:\n", "Lyon", "a: Lyon\n"),
        ("a:   # c\n", "Lyon", "a: Lyon   # c\n"),
        ("a:", "Lyon", "a: Lyon"),
        ("{a: , b: 1}\n", "Lyon, x", '{a: "Lyon, x" , b: 1}\n'),
        ("{b: 1, a: }\n", "Lyon", "{b: 1, a: Lyon }\n"),
        ("{b: 1,\ta}\n", "Lyon", "{b: 1,\ta: Lyon}\n"),
        ("{a:\tx,\tb: 1}\n", "Lyon", "{a:\tLyon,\tb: 1}\n"),
        ('{"a":}\n', "Lyon", '{"a": Lyon}\n'),
        ("a: one\n  two # c\nb: 1\n", "Lyon", "a: Lyon # c\nb: 1\n"),
        ("a: | # c\n  one\n  two\n# d\n", "three\nfour\n", "a: | # c\n  three\n  four\n# d\n"),
        ("a: |- # c\r\n  one\r\n\r\n  two\r\nb: 1\r\n", "x", "a: |- # c\r\n  x\r\nb: 1\r\n"),
        ("a: | # c\n  one\n\n# d\n", "three", 'a: "three" # c\n\n# d\n'),
        ("a: >-\n  one\n  two\nb: 1\n", "three", "a: >-\n  three\nb: 1\n"),
        ("a: |\n  one\nb: 1\n", 5, "a: 5\nb: 1\n"),
        ("a: !!str 12\n", "13", 'a: "13"\n'),
        ("a: null\n", ["x", "y, z"], 'a: [x, "y, z"]\n'),
        ("a: 1\n", 1.5, "a: 1.5\n"),
        ("a: 1\n", float("inf"), "a: .inf\n"),
    ],
)
def test_a_value_is_written_as_the_one_before(before: str, value: Value, after: str) -> None:
    """In its own quotes where they can hold it, and nothing else moves."""
    assert set_to(before, value, "a") == after


def test_the_same_value_leaves_the_file_as_it_is() -> None:
    """An odd spelling of the same value is nobody's to change."""
    text = 'a: "\\x41" # c\nb: 0x10\nc: ~\n'
    assert (
        edited(text, *[SetScalar(document=0, path=(k,), value=v) for k, v in (("a", "A"), ("b", 16), ("c", None))])
        == text
    )


def test_a_document_is_chosen_by_its_number() -> None:
    """The same keys in another document of the file stay."""
    text = "a: {b: 1}\n---\na: {b: 1}\n---\na: {b: 1}\n"
    assert set_to(text, 2, "a", "b", document=1) == "a: {b: 1}\n---\na: {b: 2}\n---\na: {b: 1}\n"


BLOCK = """\
rows: # all
  # first
  - a: 1 # one
    b: x
  # second

  - a: 2
    # inner
  -   a: 3
z: 1
"""


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        ([0], "rows: # all\n  # first\n  # second\n\n  - a: 2\n    # inner\n  -   a: 3\nz: 1\n"),
        ([1], "rows: # all\n  # first\n  - a: 1 # one\n    b: x\n  # second\n\n    # inner\n  -   a: 3\nz: 1\n"),
        ([2], BLOCK.replace("  -   a: 3\n", "")),
        ([0, 1, 2], "rows: [] # all\n  # first\n  # second\n\n    # inner\nz: 1\n"),
    ],
)
def test_an_item_in_lines_goes_with_its_lines(gone: list[int], left: str) -> None:
    """First, middle, last and all; comments on lines of their own stay."""
    assert edited(BLOCK, *[RemoveItem(document=0, path=("rows", index)) for index in gone]) == left


@pytest.mark.parametrize(
    ("before", "gone", "left"),
    [
        ("a: [1, 2, 3] # c\n", [0], "a: [2, 3] # c\n"),
        ("a: [1, 2, 3] # c\n", [1], "a: [1, 3] # c\n"),
        ("a: [1, 2, 3] # c\n", [2], "a: [1, 2] # c\n"),
        ("a: [1, 2, 3] # c\n", [1, 2], "a: [1] # c\n"),
        ("a: [1, 2, 3, ]\n", [0, 2], "a: [2, ]\n"),
        ("a: [ 1 ]\n", [0], "a: [  ]\n"),
        ("a: [\n  1, # one\n  2, # two\n]\n", [0], "a: [\n  2, # two\n]\n"),
        ("a: [\n  1, # one\n  2 # two\n]\n", [1], "a: [\n  1, # one\n]\n"),
        ("a:\n- 1\n- 2", [1], "a:\n- 1"),
    ],
)
def test_an_item_in_brackets_goes_with_its_comma(before: str, gone: list[int], left: str) -> None:
    """On one line and on several; a file without a final newline stays one."""
    assert edited(before, *[RemoveItem(document=0, path=("a", index)) for index in gone]) == left


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n- {n: 1}\n", "a:\n- {n: 1}\n- {n: 2}\n"),
        ("a:\n  - n: 1\n    # deep\n# c\nb: 1\n", "a:\n  - n: 1\n    # deep\n  - n: 2\n# c\nb: 1\n"),
        ("a:\r\n  - n: 1", "a:\r\n  - n: 1\r\n  - n: 2"),
        ("a: []\nb: 1\n", "a:\n  - n: 2\nb: 1\n"),
        ("a: # c\nb: 1\n", "a: # c\n  - n: 2\nb: 1\n"),
        ("a:\n", "a:\n  - n: 2\n"),
        ("{a: [], b: 1}\n", '{a: [{"n": 2}], b: 1}\n'),
        ("a: [{n: 1}]\n", 'a: [{n: 1}, {"n": 2}]\n'),
        ("a: [{n: 1},]\n", 'a: [{n: 1}, {"n": 2},]\n'),
        ("a: [\n  {n: 1} # c\n]\n", 'a: [\n  {n: 1}, # c\n  {"n": 2}\n]\n'),
        ("a: [\n  {n: 1}, # c\n]\n", 'a: [\n  {n: 1}, # c\n  {"n": 2},\n]\n'),
    ],
)
def test_an_item_is_added_as_its_neighbours_are(before: str, after: str) -> None:
    """In lines, in braces, in brackets; to an empty list and to none."""
    after = after.replace("{n: 2}", '{"n": 2}').replace("- n: 2", '- "n": 2')
    assert edited(before, AddItem(document=0, path=("a",), item={"n": 2})) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  x: 1 # c\n# d\n", "a:\n  x: 1 # c\n  k: v\n# d\n"),
        ("a: {x: 1}\n", "a: {x: 1, k: v}\n"),
        ("a: {}\n", "a:\n  k: v\n"),
        ("a:\nb: 1\n", "a:\n  k: v\nb: 1\n"),
        ("a: {\n  x: 1\n}\n", "a: {\n  x: 1,\n  k: v\n}\n"),
        ("a: {\n  x: 1 # c\n}\n", "a: {\n  x: 1, # c\n  k: v\n}\n"),
    ],
)
def test_a_key_is_added_at_the_end(before: str, after: str) -> None:
    """In lines or in braces, as the mapping is."""
    assert edited(before, AddKey(document=0, path=("a",), key="k", value="v")) == after


def test_one_comes_and_another_goes() -> None:
    """Paths are those of the file as it is given; an inner list and its item end at the same place."""
    text = "c:\n  - id: 1\n    p:\n      - {e: a}\n"
    edits: list[Edit] = [
        RemoveItem(document=0, path=("c", 0, "p", 0)),
        AddItem(document=0, path=("c", 0, "p"), item={"e": "b"}),
        AddKey(document=0, path=("c", 0), key="k", value={"x": ["z"]}),
        AddItem(document=0, path=("c",), item={"id": 2}),
        SetScalar(document=0, path=("c", 0, "id"), value=3),
    ]
    assert edited(text, *edits) == ("c:\n  - id: 3\n    p:\n      - {e: b}\n    k:\n      x:\n        - z\n  - id: 2\n")


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ("a: &x Lyon\nb: *x\n", ("b",), "f.yaml:2:4"),
        ("a: &x Lyon\nb: *x\n", ("a",), "f.yaml:1:4"),
        ("a: &x {c: 1}\nb: *x\n", ("b", "c"), "f.yaml:2:4"),
        ("a: &x {c: 1}\nb: *x\n", ("a", "c"), "f.yaml:1:4"),
        ("a: &x {c: 1}\nb:\n  <<: *x\n  d: 1\n", ("b", "c"), "f.yaml:3:3"),
    ],
)
def test_what_stands_in_several_places_is_refused(text: str, path: tuple[str, ...], place: str) -> None:
    """An anchor, an alias, what is inside them, and what a merge key brings in, each with its place."""
    assert refused(text, SetScalar(document=0, path=path, value="x")) == ("edit-aliased", place)


def test_a_key_beside_a_merge_is_edited() -> None:
    """What is written out beside a merge key is the mapping's own."""
    text = "a: &x {c: 1}\nb:\n  <<: *x\n  c: 2\n"
    assert set_to(text, 3, "b", "c") == text.replace("c: 2", "c: 3")


def test_what_cannot_be_edited_is_refused() -> None:
    """What is gone, what is no scalar, no list, or shares its line."""
    assert refused("a: 1\n", SetScalar(document=0, path=("b",), value=1)) == ("edit-missing", "f.yaml:1:1")
    assert refused("a: 1\n", SetScalar(document=3, path=("b",), value=1))[0] == "edit-missing"
    assert refused("a: [1]\n", SetScalar(document=0, path=("a",), value=1)) == ("edit-unfit", "f.yaml:1:4")
    assert refused("a: 1\n", AddItem(document=0, path=("a",), item=1))[0] == "edit-unfit"
    assert refused("a: 1\n", AddKey(document=0, path=("a",), key="x", value=1))[0] == "edit-unfit"
    assert refused("- - 1\n  - 2\n", RemoveItem(document=0, path=(0, 0)))[0] == "edit-unfit"
    assert refused("? a\nb: 1\n", SetScalar(document=0, path=("a",), value=1)) == ("edit-unfit", "f.yaml:1:1")
    assert refused("a: [b: 1, c]\n", AddKey(document=0, path=("a", 0), key="x", value=1))[0] == "edit-unfit"
    assert refused("a: [1\n", SetScalar(document=0, path=("a",), value=1))[0] == "yaml-syntax"
    assert refused("a: 1\na: 2\n", SetScalar(document=0, path=("a",), value=1))[0] == "duplicate-key"


def test_a_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    """It is replaced whole; a link goes on leading to it, and nothing is left beside it."""
    real, link = tmp_path / "a.yaml", tmp_path / "b.yaml"
    real.write_bytes(b"a: 1\n")
    real.chmod(0o640)
    link.symlink_to(real)
    replace_document(link, b"a: 2\n")
    assert (real.read_bytes(), real.stat().st_mode & 0o777, link.is_symlink()) == (b"a: 2\n", 0o640, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


def test_the_last_item_takes_a_whole_line_break_with_it() -> None:
    """Where breaks are of two signs and the file ends without one, no half of one is left."""
    raw = b"clubs:\r\n  - {name: a}\r\n  - {name: b}"
    assert edit(raw, [RemoveItem(document=0, path=("clubs", 1))]) == b"clubs:\r\n  - {name: a}"
