"""Paths lead to places, through aliases and merges, and to the closest thing above what is not there."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reconciler.desired.documents import read_tree
from reconciler.desired.positions import Steps, find_places, find_spots
from reconciler.desired.text import Text
from reconciler.errors import Place
from reconciler.model.resource import Source

CONTENT = """\
clubs:
  - externalId: A
    address: &home {city: Lyon, "zip": 01000}
    guests:
      - email: a@x
  - externalId: B
    address:
      <<: *home
      city: Paris
    other: *home
---
clubs:
- C
- [x, {y: z}]
"""
TEXT = Text(file="f", content=CONTENT)


def spot(*steps: str | int, document: int = 0) -> tuple[str, str, str | None, bool]:
    """Find one path: place of the value, place of the key, plain text, found."""
    found = find_spots(TEXT, [(document, steps)])[document, steps]
    value, key = (f"{place.line}:{place.column}" for place in (found.value, found.key))
    return value, key, found.plain, found.found


def test_values_and_keys() -> None:
    """A value and its key have each their place; a plain scalar keeps its text."""
    assert spot("clubs", 0, "externalId") == ("2:17", "2:5", "A", True)
    assert spot("clubs", 0, "address", "zip") == ("3:40", "3:33", "01000", True)
    assert spot("clubs", 0, "guests", 0, "email") == ("5:16", "5:9", "a@x", True)
    assert spot("clubs", 0) == ("2:5", "2:5", None, True)
    assert spot("clubs") == ("2:3", "1:1", None, True)
    assert spot() == ("1:1", "1:1", None, True)


def test_further_documents() -> None:
    """Documents of one file are counted from 0."""
    assert spot("clubs", 1, 1, "y", document=1) == ("14:11", "14:8", "z", True)


def test_through_aliases_and_merges() -> None:
    """A merged value stands where it was written; what overrides it stands at its own place."""
    assert spot("clubs", 1, "address", "zip") == ("3:40", "3:33", "01000", True)
    assert spot("clubs", 1, "address", "city") == ("9:13", "9:7", "Paris", True)
    assert spot("clubs", 1, "other", "city") == ("3:27", "3:21", "Lyon", True)
    assert spot("clubs", 1, "other") == ("10:12", "10:5", None, True)


def test_what_is_not_there() -> None:
    """A path that goes on where nothing stands ends at the closest thing above."""
    assert spot("clubs", 0, "address", "country") == ("3:14", "3:5", None, False)
    assert spot("nowhere", 1) == ("1:1", "1:1", None, False)
    assert find_spots(TEXT, [(7, ("clubs",))]) == {}


def test_a_broken_end_keeps_the_places_before() -> None:
    """A syntax error further down takes no place away."""
    text = Text(file="f", content=CONTENT + "x: [\n")
    assert find_spots(text, [(0, ("clubs", 1, "externalId"))])[0, ("clubs", 1, "externalId")].value.line == 6


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    """Where the file cannot be read any more the item's own place stands for what is in it."""
    source = Source(file="gone.yaml", line=4, column=2, path=("clubs", 0))
    found = find_places(tmp_path, [(source, ("name",))])[source, ("name",)]
    assert (found.value, found.found) == (Place(path="gone.yaml", line=4, column=2), False)


KEYS = st.sampled_from(["a", "b", "c d", "é"])
TREES = st.recursive(
    st.sampled_from(["x", "'q'", '"é"', "1"]),
    lambda below: st.lists(below, min_size=1, max_size=3) | st.dictionaries(KEYS, below, min_size=1, max_size=3),
    max_leaves=12,
)


def _flow(tree: object) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in tree.items()) + "}"
    return "[" + ", ".join(map(_flow, tree)) + "]" if isinstance(tree, list) else str(tree)


def _paths(tree: object, above: Steps = ()) -> list[Steps]:
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [above, *(path for step, below in pairs for path in _paths(below, (*above, step)))]


def _at(tree: object, step: str | int) -> object:
    if isinstance(tree, dict):
        return tree[step]
    return tree[step] if isinstance(tree, list) and isinstance(step, int) else None


@given(TREES)
def test_every_path_of_a_tree_has_its_place(tree: object) -> None:
    """At the place of every path there stands what the path leads to."""
    content = _flow(tree)
    documents, _ = read_tree(Text(file="f", content=content))
    paths = _paths(documents[0])
    spots = find_spots(Text(file="f", content=content), [(0, path) for path in paths])
    for path in paths:
        found, part = spots[0, path], tree
        for step in path:
            part = _at(part, step)
        assert found.found
        assert content[found.value.column - 1 :].startswith(_flow(part))
