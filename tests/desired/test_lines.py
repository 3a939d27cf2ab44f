"""Reading by lines is reading by the parser, sooner: the same items at the same places, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.desired.documents import parse_items, read_items
from reconciler.desired.item import Item
from reconciler.desired.lines import Unusual, read_lines
from reconciler.desired.text import Text
from reconciler.errors import Problem

SECTIONS = ("people", "clubs")
START = "people:\n"
PLAIN = """\
# yaml-language-server: $schema=clubs.json

people:
- name: L'Oréal & fils, 12 rue "du" Port
  number: 12
  zipcode: "01000"
  since: 'of old: no # here'
  active: true
  gone: null
  nothing:
  # a remark
  address:
      city: Nice
      country: France
  mails: []
  contacts:
  - key: A
    main: False
  - key: B
    deep:
      list:
        - one: 1.5
  last: x
clubs:
    - name: "no"
    -  name: far
"""


def by_lines(content: str) -> list[Item]:
    """Read by lines alone."""
    return list(read_lines(Text(file="f.yaml", content=content), SECTIONS))


def by_parser(content: str) -> tuple[list[Item], list[Problem]]:
    """Read by the parser alone."""
    problems: list[Problem] = []
    return list(parse_items(Text(file="f.yaml", content=content), SECTIONS, problems)), problems


def as_read(content: str) -> tuple[list[Item], list[Problem]]:
    """Read as the program does."""
    problems: list[Problem] = []
    return list(read_items(Text(file="f.yaml", content=content), SECTIONS, problems)), problems


def check_same(content: str) -> None:
    """Hold what the program reads to what the parser reads; before a syntax error lines may see further."""
    items, problems = as_read(content)
    parsed, found = by_parser(content)
    assert problems == found
    if any(problem.code in ("yaml-syntax", "merge-conflict", "tab", "character-forbidden") for problem in problems):
        items = items[: len(parsed)]
    assert repr(items) == repr(parsed)


def is_plain(content: str) -> bool:
    """Say whether lines suffice."""
    try:
        by_lines(content)
    except Unusual:
        return False
    return True


def test_plain_lines_are_read_without_the_parser() -> None:
    """Every sort of plain line gives what the parser gives, line and column of the items included."""
    content = PLAIN.replace("-  name: far\n", "- name: near\n")
    items = by_lines(content)
    assert (items, []) == by_parser(content)
    assert [(item.section, item.source.line, item.source.column) for item in items] == [
        ("people", 4, 3),
        ("clubs", 25, 7),
        ("clubs", 26, 7),
    ]
    assert items[0].fields["since"] == "of old: no # here"
    assert items[0].fields["contacts"] == [{"key": "A", "main": False}, {"key": "B", "deep": {"list": [{"one": 1.5}]}}]


def test_the_parser_goes_on_where_lines_end() -> None:
    """Items before the unusual line are given once, those behind it too, and all places are right."""
    assert not is_plain(PLAIN)
    items, problems = as_read(PLAIN)
    assert (items, problems) == by_parser(PLAIN)
    assert len(items) == 3


UNUSUAL = {
    "a colon in a value": "- a: 12:30\n",
    "a number sign in a value": "- a: b #c\n",
    "a space at the end": "- a: b \n",
    "a space behind the colon": "- a: \n",
    "an escape": '- a: "b\\n"\n',
    "a doubled quote": "- a: 'b''c'\n",
    "a value that goes on": "- a: b\n   c\n",
    "a value that goes on like a key": "- a: b\n    c: d\n",
    "a quoted value that goes on": '- a: "b\n    c"\n',
    "a block text": "- a: |\n    b\n",
    "a flow mapping": "- a: {b: c}\n",
    "a flow list": "- a: [b]\n",
    "an anchor": "- a: &b c\n",
    "an alias": "- a: *b\n",
    "a tag": "- a: !!str 1\n",
    "a merge": "- a: 1\n  <<: b\n",
    "a sign in front": "- a: -1\n",
    "a dash as value": "- a: - b\n",
    "a key twice": "- a: b\n  a: c\n",
    "a key that is no text": "- null: b\n",
    "a key in quotes": '- "a": b\n',
    "a list of texts": "- a:\n  - b\n",
    "a list in a list": "- - a: b\n",
    "an item that is no mapping": "- a\n",
    "two spaces behind the dash": "-  a: b\n",
    "a column between two": "-   a: b\n  c: d\n",
    "a key left of its item": "  - a: b\n c: d\n",
    "a dash left of its list": "  - a: b\n - a: b\n",
    "a dash among keys": "- a: b\n  - c: d\n",
    "a tab": "- a:\tb\n",
    "a carriage return": "- a: b\r\n",
    "a line break of another sort": "- a: b\u2028c\n",
    "a character that is forbidden": "- a: b\x01\n",
    "a byte order mark inside": "- a: b\ufeff\n",
    "no line break at the end": "- a: b",
    "a second document": "- a: b\n---\npeople:\n- a: c\n",
    "an end of the document": "- a: b\n...\n",
    "an unknown section": "- a: b\npersons:\n- a: b\n",
    "a section twice": "- a: b\npeople:\n- a: b\n",
    "a section without a list": "- a: b\nclubs:\n",
    "a section that is a mapping": "- a: b\nclubs:\n  a: b\n",
    "a section that is a text": "- a: b\nclubs: c\n",
    "too deep for lines": "- a:\n" + "".join(f"{'  ' * deep}a:\n" for deep in range(2, 50)),
}


@pytest.mark.parametrize("lines", UNUSUAL.values(), ids=UNUSUAL)
def test_whatever_is_unusual_is_left_to_the_parser(lines: str) -> None:
    """Lines refuse it, and what is read then is what the parser reads."""
    assert not is_plain(START + lines)
    check_same(START + lines)


VALUES = st.sampled_from(
    [
        "",
        " b",
        " 1",
        " null",
        " true",
        " '01'",
        ' "x: y"',
        " []",
        " b c",
        " b:c",
        " b #",
        " {}",
        " -",
        " é",
        " 1.5",
        " 'a'b",
    ]
)
ODD_LINES = st.sampled_from(
    [
        "\n",
        "# c\n",
        "  # c\n",
        "---\n",
        "...\n",
        "- b\n",
        "    more\n",
        "  ? a\n",
        "\t\n",
        "people:\n",
        "clubs:\n",
        "clubs: []\n",
    ]
)
KEY_LINES = st.builds(
    lambda spaces, dash, key, value: f"{' ' * spaces}{dash}{key}:{value}\n",
    st.integers(0, 6),
    st.sampled_from(["", "", "- ", "- ", "-  "]),
    st.sampled_from(["a", "b", "c", "d", "null", "n"]),
    VALUES,
)
STEPS = st.tuples(st.sampled_from([-4, -2, 0, 0, 0, 2]), st.sampled_from(["", "", "- "]), VALUES)


@given(st.lists(KEY_LINES | KEY_LINES | KEY_LINES | ODD_LINES, max_size=12))
def test_any_lines_read_as_the_parser_reads_them(lines: list[str]) -> None:
    """Whatever stands together, right or wrong."""
    check_same(START + "".join(lines))


@given(st.lists(STEPS, max_size=14))
def test_nested_lines_read_as_the_parser_reads_them(steps: Iterable[tuple[int, str, str]]) -> None:
    """Lines that mostly stand where they may: deeper below a key, back under another."""
    column, lines = 2, ["- a:\n"]
    for number, (step, dash, value) in enumerate(steps):
        column = max(0, column + step)
        lines.append(f"{' ' * column}{dash}k{number}:{value}\n")
        column += len(dash)
    check_same(START + "".join(lines))


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=8)


@given(TEXTS, TEXTS)
@example("'", '"')
@example("a\x85", "\xa0a")
@example("0o7", "a\ufffe")
@example("😀", "\U0010ffff")
def test_any_text_as_a_value_reads_as_the_parser_reads_it(first: str, second: str) -> None:
    """Whatever characters a value holds, plain and in both quotes."""
    check_same(f"{START}- a: {first}\n  b: \"{second}\"\n  c: '{first}'\n  d: x{second}\n")


@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 3), TEXTS)
def test_any_edit_of_plain_lines_reads_as_the_parser_reads_it(at: int, length: int, inserted: str) -> None:
    """Wherever something is typed into a plain document, or taken out of it."""
    check_same(PLAIN[:at] + inserted + PLAIN[at + length :])


TREES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | st.from_regex(r"[A-Za-z0-9é' ]{1,8}", fullmatch=True),
    lambda below: (
        st.lists(st.dictionaries(st.from_regex("[a-z]{3}", fullmatch=True), below, min_size=1), max_size=3)
        | st.dictionaries(st.from_regex("[a-z]{3}", fullmatch=True), below, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


def written(value: object, column: int, width: int) -> str:
    """Write a value behind its key as an export does; `width` is how far lists are indented."""
    if isinstance(value, dict):
        return "\n" + "".join(
            f"{' ' * column}{key}:{written(below, column + 2, width)}" for key, below in value.items()
        )
    if isinstance(value, list) and value:
        at = column - 2 + width
        entries = [written(entry, at + 2, width)[1:].replace(" " * (at + 2), " " * at + "- ", 1) for entry in value]
        return "\n" + "".join(entries)
    text = (
        {None: "null", True: "true", False: "false"}.get(value)
        if value is None or value is True or value is False
        else None
    )
    return (
        f" {text or ('[]' if value == [] else value if isinstance(value, int) else chr(34) + str(value) + chr(34))}\n"
    )


@given(
    st.lists(st.dictionaries(st.sampled_from(["abc", "abd"]), TREES, min_size=1), min_size=1, max_size=2),
    st.sampled_from([0, 2]),
)
def test_exports_need_no_parser(items: list[dict[str, object]], width: int) -> None:
    """Whatever data an export writes in block style is plain, and comes back as it was."""
    content = f"people:{written(items, 2, width)}"
    assert [item.fields for item in by_lines(content)] == items
    check_same(content)
