"""Tests of reconciler.diff.compare."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.diff.compare import agree, equal_fields, field_changes
from reconciler.model.kind import Field
from tests.values import CLUB

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("abc", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", max_size=2), inner, max_size=3),
    max_leaves=12,
)
FIELDS = st.dictionaries(st.sampled_from(["flat", "one", "deep"]), JSON)
ROWS = (Field(name="flat"), Field(name="one", depth=1), Field(name="deep", depth=9))


def test_an_undeclared_field_is_no_difference() -> None:
    """What a document leaves out is not compared, on any level."""
    live = {"name": "Old", "founded": "1900", "address": {"city": "Paris", "zip": "75002"}}
    assert agree({"address": {"city": "Paris"}}, live)
    assert field_changes({"address": {"city": "Lyon"}}, live, CLUB.fields)[0].path == ("address", "city")


def test_nothing_has_two_spellings() -> None:
    """A declared None agrees with a live empty string, and with a missing value."""
    assert agree({"name": None, "plan": None}, {"name": ""})
    assert field_changes({"name": None, "plan": None}, {"name": ""}, CLUB.fields) == ()


def test_a_deep_field_yields_the_paths_that_differ() -> None:
    """Inside a nesting field only the differing paths are found, a list is one value."""
    live = {"payment": {"card": {"enabled": True}, "banks": ["a", "b"], "other": 1}}
    declared = {"payment": {"card": {"enabled": False}, "banks": ["a"]}}
    found = [(change.path, change.before, change.after) for change in field_changes(declared, live, CLUB.fields)]
    assert found == [
        (("payment", "banks"), ["a", "b"], ["a"]),
        (("payment", "card", "enabled"), True, False),
    ]


def test_a_mapping_over_a_scalar_is_a_change() -> None:
    """Where the live side holds no mapping, every declared key of it is new."""
    paths = [
        change.path for change in field_changes({"address": {"city": "X", "zip": "1"}}, {"address": None}, CLUB.fields)
    ]
    assert paths == [("address", "city"), ("address", "zip")]


@example(declared={"deep": {"": None, "x": None}}, live={"deep": {}})
@given(declared=FIELDS, live=FIELDS)
def test_agreement_and_the_fine_diff_say_the_same(declared: dict[str, object], live: dict[str, object]) -> None:
    """If the quick comparison finds two sides equal, the fine one finds no change."""
    if agree(declared, live):
        assert field_changes(declared, live, ROWS) == ()


@given(fields=FIELDS)
def test_a_side_equals_itself(fields: dict[str, object]) -> None:
    """Comparing a value with itself finds nothing, and counts all of it as equal."""
    assert agree(fields, fields)
    assert field_changes(fields, fields, ROWS) == ()


def test_equal_leaves_are_counted() -> None:
    """What already stands is given leaf by leaf of a mapping."""
    declared = {"name": "A", "address": {"city": "Paris", "zip": "75002"}}
    found = equal_fields(declared, {"name": "B", "address": {"city": "Paris", "zip": "75002"}}, CLUB.fields)
    assert [(one.path, one.before, one.after) for one in found] == [
        (("address", "city"), "Paris", "Paris"),
        (("address", "zip"), "75002", "75002"),
    ]
