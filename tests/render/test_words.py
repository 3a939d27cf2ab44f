"""English out of names, numbers and values."""

from __future__ import annotations

import json

import pytest

from reconciler.errors import Place, Problem
from reconciler.model.change import FieldChange
from reconciler.model.resource import Value
from reconciler.render.field_text import field_rows
from reconciler.render.literals import literal
from reconciler.render.problems import problem_json, problem_text
from reconciler.render.words import counted, dotted, duration, inert, json_line, listed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        ('say "hi"', '"say \\"hi\\""'),
        ({"label": "Gold"}, '"Gold"'),
        ([{"label": "A"}, {"label": "B"}], '["A", "B"]'),
        ({"enabled": False}, "{ enabled = false }"),
        ({}, "{}"),
    ],
)
def test_values_are_written_as_terraform_writes_them(value: Value, text: str) -> None:
    """A choice known by its label is written as the label."""
    assert literal(value) == text


def test_an_id_is_shown_by_name() -> None:
    """A person knows the name, a program the id; both are there."""
    assert literal("d-1", "Standard") == '"Standard" (d-1)'


@pytest.mark.parametrize(
    ("count", "kind", "text"),
    [(1, "customer", "1 customer"), (2, "customField", "2 custom fields"), (3, "party", "3 parties")],
)
def test_kinds_are_counted_in_english(count: int, kind: str, text: str) -> None:
    """One has no s, and camelCase is spoken."""
    assert counted(count, kind) == text


def test_lists_paths_and_durations() -> None:
    """Small words, each once."""
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a"]) == "a"
    assert dotted(("customFields", "a b")) == 'customFields."a b"'
    assert [duration(value) for value in (0.4, 42, 130, 3900)] == ["0s", "42s", "2m10s", "1h05m"]
    assert inert("é\u200b\x07") == "é\\u200b\\x07"


def test_a_problem_keeps_the_layout_that_it_has() -> None:
    """Headline, indented texts; a warning says that it is one."""
    problem = Problem(code="x-y", summary="wrong", where=Place(path="a.yaml", line=1, column=2), remedy="Do.\nThen.")
    assert problem_text(problem) == "a.yaml:1:2: wrong [x-y]\n    Do.\n    Then."
    warning = Problem(code="x-y", summary="odd", warning=True)
    assert problem_text(warning) == "Warning: odd [x-y]"


def test_a_problem_as_an_object_leaves_out_what_is_empty() -> None:
    """The place comes both whole and in parts."""
    problem = Problem(code="x-y", summary="wrong", where=Place(path="a.yaml", line=1, column=2))
    assert problem_json(problem) == {
        "severity": "error",
        "code": "x-y",
        "summary": "wrong",
        "where": "a.yaml:1:2",
        "source": {"file": "a.yaml", "line": 1, "column": 2},
    }


@pytest.mark.parametrize(
    ("before", "after", "noted"),
    [
        ("Ren\u00e9", "Rene\u0301", True),
        ("Rene\u0301", "Ren\u00e9", True),
        ("Ren\u00e9", "Rene", False),
        (None, "Ren\u00e9", False),
    ],
)
def test_a_change_that_cannot_be_seen_is_told(before: str | None, after: str, noted: bool) -> None:
    """Letters may be composed in two ways that look alike; without a word the plan would show nothing."""
    (row,) = field_rows([FieldChange(path=("name",), before=before, after=after)])
    assert row.text.endswith("(the same letters, composed otherwise)") is noted


def test_a_runner_finds_no_command_in_a_text() -> None:
    """It looks for `##[` anywhere in a line; a reader of JSON gets what there was."""
    text = "Acme ##[add-mask]a ##[set-env name=PATH;]/tmp"
    assert "##[" not in inert(text)
    assert "##[" not in json_line({"name": text})
    assert json.loads(json_line({"name": text})) == {"name": text}
