"""Tests of reconciler.plan.undo_images: what goes back is what was changed, and it goes back to what stood."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from reconciler.diff.compare import field_changes
from reconciler.model.kind import Field, MemberKind
from reconciler.model.resource import Fields, Observed, Value
from reconciler.plan.check import plain
from reconciler.plan.undo_images import (
    differing,
    keeps_values,
    member_row,
    nested,
    people,
    strays,
    touched_fields,
    written,
)

ROWS = (Field(name="name"), Field(name="address", depth=1), Field(name="methods", depth=9))
VALUES = st.sampled_from([None, "", "a", "b", 1, True])
PARTS = st.dictionaries(st.sampled_from(["x", "y", "z"]), VALUES, max_size=3)
FIELDS = st.fixed_dictionaries({"name": VALUES, "address": PARTS}, optional={"methods": PARTS})
LIST = MemberKind(
    name="player",
    section="players",
    natural="email",
    fields=(Field(name="email", clearable=False), Field(name="phone"), Field(name="role", clearable=False)),
)


@given(FIELDS, FIELDS)
def test_what_a_run_changed_goes_back_to_what_stood_and_nothing_else_is_named(before: Fields, left: Fields) -> None:
    """Laid over what the run left, the values that go back give what stood before, however "nothing there" is spelt."""
    touched = touched_fields(before, left, ROWS)
    wanted = nested(touched)
    assert [(row.path, row.after) for row in field_changes(wanted, left, ROWS)] == [
        (row.path, row.after) for row in touched
    ]
    assert written(laid_over(left, wanted), ROWS) == written(before, ROWS)


@given(FIELDS)
def test_what_was_not_changed_is_not_named(before: Fields) -> None:
    """An object that a run left as it was has nothing to go back to."""
    assert touched_fields(before, before, ROWS) == ()


@given(FIELDS)
def test_what_is_made_again_has_all_that_stood_and_nothing_that_did_not(before: Fields) -> None:
    """Nothing is declared that was not there."""
    assert written(before, ROWS) == plain({name: plain(value) or None for name, value in before.items()})


def test_what_cannot_be_cleared_is_not_declared_as_nothing() -> None:
    """It stays; that it does can be told."""
    stood, left = {"id": "1", "email": "a@a.example"}, {"id": "1", "email": "a@a.example", "phone": "1", "role": "CFO"}
    row = member_row(stood, LIST, "desk", left)
    assert row == {"email": "a@a.example", "phone": None, "key": "desk"}
    assert keeps_values(club(stood), club(left), LIST)
    assert not keeps_values(club(left), club(left), LIST)


def test_people_are_told_apart_by_remote_id() -> None:
    """Who came or went is named without fields, who changed with them."""
    left = people(({"id": "1", "email": "a"}, {"id": "2", "email": "b"}), LIST)
    live = people(({"id": "2", "email": "c"}, {"id": "3", "email": "d"}), LIST)
    assert list(differing(live, left)) == [("1", ()), ("2", ("email",)), ("3", ())]


def club(*rows: Fields) -> Observed:
    """Give an object with these people."""
    return Observed(kind="club", key="A", remote_id="1", fields={}, members={"players": rows})


def laid_over(fields: Fields, wanted: Fields) -> Fields:
    """Set values inside others."""
    merged = dict(fields)
    for name, value in wanted.items():
        inner = merged.get(name)
        merged[name] = laid_over(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged


@given(FIELDS, FIELDS)
def test_nothing_strays_exactly_where_all_is_as_meant(live: Fields, meant: Fields) -> None:
    """However "nothing there" is spelt; and what strays is named by its path."""
    named = list(strays(live, meant))
    assert list(strays(meant, meant)) == []
    assert bool(named) == (_full(live) != _full(meant))
    assert all(path[0] in {*live, *meant} for path in named)


def _full(value: Value) -> Value:
    """Give what of a value is there."""
    if isinstance(value, Mapping):
        return {name: kept for name, inner in value.items() if (kept := _full(inner)) not in (None, {})}
    return value or None
