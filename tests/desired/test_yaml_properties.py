"""Two readers of YAML 1.2, ours and ruamel.yaml, give the same data for the same text."""

from __future__ import annotations

import random
import warnings
from io import StringIO

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.desired.documents import read_tree
from reconciler.desired.text import Text

PLAIN = st.sampled_from(
    [
        "no",
        "on",
        "yes",
        "off",
        "12:30",
        "a b",
        "null",
        "~",
        "true",
        "False",
        "1",
        "-7",
        "+33",
        "1.5",
        "0x1F",
        "0o17",
        ".inf",
        "-.INF",
        "x-y",
        "Société",
        "a#b",
        "a:b",
        "http://x/y",
        "1e3",
        ".5",
        "y",
        "n",
        "Null",
        "TRUE",
    ]
)
TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12)
LEAVES = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6, width=32) | TEXTS
TREES = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4), max_leaves=25
)


def by_ruamel(content: str) -> list[object]:
    """Read every document of a text by ruamel.yaml."""
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(reader.load_all(content))


def by_us(content: str) -> list[object]:
    """Read every document of a text by our reader, without a problem."""
    documents, problems = read_tree(Text(file="f", content=content))
    assert problems == []
    return documents


def same(first: object, second: object) -> bool:
    """Compare values and their types: `1` is neither `True` nor `1.0`."""
    return repr(first) == repr(second)


@settings(max_examples=300, deadline=None)
@given(st.lists(TREES, min_size=1, max_size=3))
def test_dumped_documents_read_back(documents: list[object]) -> None:
    """What ruamel.yaml writes, block style and quotes of its choice, both read back alike."""
    stream = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.dump_all(documents, stream)
    assert same(by_us(stream.getvalue()), by_ruamel(stream.getvalue()))


@st.composite
def written(draw: st.DrawFn) -> str:
    """Write a document by hand: plain and quoted scalars, flow and block, anchors, aliases, merges."""
    lines: list[str] = [
        "base: &base {city: Lyon, zip: '69000', n: 1}",
        "other: &other",
        "  n: 2",
        "  deep: [a, {b: c}]",
    ]
    for number in range(draw(st.integers(1, 8))):
        plain = draw(PLAIN)
        quoted = draw(TEXTS.filter(lambda text: "'" not in text and '"' not in text and "\\" not in text))
        lines += draw(
            st.sampled_from(
                [
                    [f"k{number}: {plain}"],
                    [f"k{number}:", f"  - {plain}", f"  - '{quoted}'", f'  - "{quoted}"', "  - *base"],
                    [f"k{number}: {{<<: *base, n: 3}}"],
                    [f"k{number}:", "  <<: [*other, *base]", f"  own: {plain}"],
                    [f"k{number}: |", f"  {quoted}x", "   more", f"f{number}: >-", "  folded", "  text"],
                    [f"k{number}: [{plain}, [], {{}}, '{quoted}']", f"e{number}:"],
                    [f"k{number}: !!str {plain}", f"'q{number}': *other  # why"],
                ]
            )
        )
    return "\n".join(lines) + "\n"


@settings(max_examples=300, deadline=None)
@given(written())
def test_written_documents_read_alike(content: str) -> None:
    """Hand-written YAML with everything that documents may use reads the same."""
    ours, theirs = by_us(content), by_ruamel(content)
    assert ours == theirs
    assert _types(ours) == _types(theirs)


def _types(value: object) -> object:
    """Give the same tree with the type in the place of each scalar; the order of keys is not compared."""
    if isinstance(value, dict):
        return {key: _types(below) for key, below in value.items()}
    return [_types(below) for below in value] if isinstance(value, list) else type(value)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | TEXTS.map(str.encode), st.integers(0, 10**6))
def test_no_text_breaks_the_reader(raw: bytes, seed: int) -> None:
    """Whatever the text, the reader ends with values and problems, never with an exception."""
    marks = list("{}[]:-&*!|>'\"#%@`\t\n ,?ab1~") * 2
    random.Random(seed).shuffle(marks)
    read_tree(Text(file="f", content="".join(marks[:30])))
    read_tree(Text(file="f", content=raw.decode("utf-8", "replace")))
