"""What is written is read back by every reader of YAML, as what it was."""

from __future__ import annotations

import io

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.desired.documents import read_tree
from reconciler.desired.text import Text
from reconciler.desired.writing import write_document, write_scalar
from reconciler.model.resource import Value

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    [
        "no",
        "On",
        "null",
        "~",
        "1_000",
        "12:30",
        "2024-01-31",
        "0o7",
        "0x1F",
        ".inf",
        "<<",
        "=",
        "- a",
        "a #b",
        "a: b",
        "%",
    ]
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | _texts,
    lambda inner: st.lists(_texts | st.integers(0, 9), max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)
_items = st.lists(st.dictionaries(_texts, _values, min_size=1, max_size=4), min_size=1, max_size=3)


@given(_items)
@settings(max_examples=300, deadline=None)
def test_three_readers_agree(items: list[dict[str, Value]]) -> None:
    """Our own reader, a reader of YAML 1.1 and another of 1.2 all give back what was written."""
    text = write_document({"rows": items}, "a comment")
    trees, problems = read_tree(Text(file="f", content=text))
    assert (trees, problems) == ([{"rows": items}], [])
    assert yaml.safe_load(text) == {"rows": items}
    assert YAML(typ="safe", pure=True).load(io.StringIO(text)) == {"rows": items}


def test_quotes_only_where_needed() -> None:
    """Names, e-mail addresses and keys are plain; what some reader takes for something else is not."""
    plain = ["Société d'Éclairage & Fils", "a.b@c.example", "C-001", "FR00", "x, y (z)", "Zoë"]
    assert [write_scalar(text) for text in plain] == plain
    for text in ("", "01000", "+33 1", "yes", "N", "a: b", "a #b", " a", "a ", "*a", "2024-01-31", "@a", "é\n"):
        assert write_scalar(text).startswith('"')
