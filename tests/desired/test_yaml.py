"""Texts become the values that they mean; what cannot is a problem at its place, and the rest is read."""

from __future__ import annotations

import pytest

from reconciler.desired.documents import read_tree
from reconciler.desired.text import Text


def read(content: str) -> tuple[object, list[str]]:
    """Read a text: its documents, and its problems as `line:column code`."""
    documents, problems = read_tree(Text(file="f", content=content))
    return documents, [f"{str(problem.where).removeprefix('f:')} {problem.code}" for problem in problems]


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("a: 1\nb: [x, 'y', \"z\"]\n", {"a": 1, "b": ["x", "y", "z"]}),
        ("a:\n- b\n- c: d\n  e: |\n    text\n", {"a": ["b", {"c": "d", "e": "text\n"}]}),
        ("on: no\nat: 12:30\n", {"on": "no", "at": "12:30"}),
        ("a: '1'\nb: !!str 1\nc: ! 1\nd: \"\"\n", {"a": "1", "b": "1", "c": "1", "d": ""}),
        ("a: !!map {}\nb: !!seq []\n", {"a": {}, "b": []}),
        ("'true': 1\n? b\n: 2\n", {"true": 1, "b": 2}),
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("&k a: 1\nb: *k\n", {"a": 1, "b": "a"}),
        ("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}\n", {"a": {"b": 1, "c": 2}, "d": {"c": 2, "b": 3}}),
        ("a: &x {b: 1}\nc: &y {b: 2, d: 4}\ne: {<<: [*x, *y]}\n", None),
        ("a: {'<<': 1}\n", {"a": {"<<": 1}}),
    ],
)
def test_values(content: str, value: object) -> None:
    """Scalars, collections, anchors, aliases and merge keys mean what YAML 1.2 says."""
    value = value or {"a": {"b": 1}, "c": {"b": 2, "d": 4}, "e": {"b": 1, "d": 4}}
    assert read(content) == ([value], [])


def test_several_documents() -> None:
    """Documents are read one after another; an empty one is None."""
    assert read("a: 1\n---\n---\n- b\n...\n") == ([{"a": 1}, None, ["b"]], [])


def test_a_byte_order_mark_inside_is_no_content() -> None:
    """Non-ASCII text counts columns in characters, not bytes."""
    assert read("é: 1\nà: {é: 2, é: 3}\n")[1] == ["2:11 duplicate-key"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1 duplicate-key"),
        ("a: {b: 1, 'b': 2}\n", "1:11 duplicate-key"),
        ("x: &x {}\na:\n  <<: *x\n  <<: *x\n", "4:3 duplicate-key"),
        ("a:\n\tb: 1\n", "2:1 tab"),
        ("a:\n  b: 1\n \tc: 2\n", "3:2 tab"),
        ("a: b\n  - c: d\n", "2:6 yaml-syntax"),
        ("a: [1, 2\n", "2:1 yaml-syntax"),
        ("a:\n<<<<<<< HEAD\n  - b\n=======\n  - c\n>>>>>>> other\n", "2:1 merge-conflict"),
        ("a:\n  - b\n=======\n  - c\n>>>>>>> other\n", "3:1 merge-conflict"),
        ("a: [1,\n# =======\n2\n", "4:1 yaml-syntax"),
        ("a: 'x\n", "2:1 yaml-syntax"),
        ("a: @x\n", "1:4 yaml-syntax"),
        ("a: {b: ${C}}\n", "1:9 yaml-syntax"),
        ("a: *x\n", "1:4 alias-unknown"),
        ("a: &x 1\n---\nb: *x\n", "3:4 alias-unknown"),
        ("a: &x [*x]\n", "1:8 alias-recursive"),
        ("a: &x {b: {<<: *x}}\n", "1:16 alias-recursive"),
        ("1: a\n", "1:1 key-not-string"),
        ("a: {~: 1}\n", "1:5 key-not-string"),
        ("? [a, b]\n: 1\n", "1:3 key-not-string"),
        ("a: !mine 1\n", "1:4 tag-unknown"),
        ("a: !!set {b}\n", "1:4 tag-unknown"),
        ("a: !!timestamp 2024-01-31\n", "1:4 tag-unknown"),
        ("a: !!int x\n", "1:4 tag-mismatch"),
        ("a: {<<: 1}\n", "1:9 merge-not-mapping"),
        ("a: x\0y\n", "1:5 character-forbidden"),
        ("a: 1\nb: \x07\n", "2:4 character-forbidden"),
        ("a: " + "[" * 100 + "]" * 100 + "\n", "1:63 too-deep"),
    ],
)
def test_problems(content: str, problem: str) -> None:
    """Each thing that YAML itself can have wrong has its code, line and column."""
    assert read(content)[1] == [problem]


def test_what_is_no_syntax_does_not_stop() -> None:
    """After a problem that is none of syntax the rest is read, and its problems are found too."""
    values, problems = read("a: 1\na: 2\nb: *x\nc: !t 1\nd: 4\n")
    assert values == [{"a": 1, "b": None, "c": None, "d": 4}]
    assert problems == ["2:1 duplicate-key", "3:4 alias-unknown", "4:4 tag-unknown"]


def test_the_first_of_two_keys_is_kept() -> None:
    """What stands behind a repeated key is left out, however deep it is."""
    assert read("a: 1\na: {b: [c, {d: e}]}\nf: 2\n")[0] == [{"a": 1, "f": 2}]


def test_an_alias_bomb_is_stopped() -> None:
    """Aliases of aliases are counted without being expanded."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert read("\n".join(lines))[1] == ["5:45 alias-bomb"]


def test_many_aliases_of_small_values_are_no_bomb() -> None:
    """A template used by ten thousand items is what aliases are for."""
    items = "".join(f"- {{name: n{n}, address: *a}}\n" for n in range(10_000))
    assert read(f"- &a {{city: Lyon, country: France, zipcode: '69000'}}\n{items}")[1] == []


def test_an_alias_did_you_mean() -> None:
    """A misspelt alias is met with the anchor that is close."""
    _, problems = read_tree(Text(file="f", content="a: &paris 1\nb: *pariss\n"))
    assert problems[0].remedy == 'Did you mean "*paris"?'


def test_syntax_errors_repeat_no_content() -> None:
    """What the parser says of a broken text holds nothing out of it."""
    _, problems = read_tree(Text(file="f", content='mail: "someone@example.com\n'))
    assert "example" not in str(problems[0])
