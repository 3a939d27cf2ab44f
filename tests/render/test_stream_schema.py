"""The event stream of `apply --json`: every line that is made is one that the published schema describes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.apply.summary import summarize
from reconciler.errors import Place, Problem
from reconciler.model.change import Action, Blocked, MemberAction
from reconciler.model.event import Answered, Done, Event, Failed, Reply, Skipped, Stale, Started, Unknown
from reconciler.render.event_json import diagnostic_json, event_json, event_lines, withdrawn_json
from reconciler.render.note import Note
from reconciler.render.outlook import Outlook
from reconciler.render.planned_json import planned_lines, version_json
from reconciler.render.progress_json import ProgressLines
from reconciler.render.resource_json import Json
from reconciler.render.stream_schema import STREAM_FILE, stream_schema
from reconciler.render.summary_json import summary_json
from tests.render.plans import address, change, contact, field, plan

AT = datetime(2026, 3, 1, tzinfo=UTC)
STRICT = Draft202012Validator(stream_schema(closed=True))
FILE = Path(__file__).parents[2] / "schemas" / STREAM_FILE
PROBLEM = Problem(
    code="moved", summary="changed since the plan", where=Place(path="a.yaml", line=3, column=5), remedy="Plan again."
)
CREATION, ADOPTION = change("C-1", Action.CREATE), change("C-5", Action.ADOPT, adopts=True)
LIST = change(
    "C-2",
    Action.REPLACE,
    field("name", "Ada Lovelace", "Grace Hopper", personal=True),
    members=(
        contact("C-2", "P-1", MemberAction.KEEP),
        contact("C-2", "P-2", MemberAction.REMOVE, field("email", "ada@acme.example", None, personal=True)),
    ),
)
MOVE = replace(change("C-6", Action.MOVE), former=address("C-60"))
PLAN = plan(
    CREATION,
    LIST,
    ADOPTION,
    MOVE,
    change("C-7", Action.DELETE),
    change("C-8", Action.FORGET),
    change("C-9", Action.ADOPT),
    blocked=[Blocked(change=change("C-4", Action.DELETE), problem=PROBLEM)],
    warnings=[replace(PROBLEM, warning=True, where="acme-fr")],
)
EVENTS: list[Event] = [
    Started(change=CREATION, step=1, steps=1, attempt=1, summary="create"),
    Done(change=CREATION, remote_id="u-1"),
    Done(change=CREATION, remote_id=None, overridden=(("name",), ("address", "city"))),
    Stale(change=CREATION, problem=PROBLEM),
    Skipped(change=CREATION, because=address("C-0")),
    Failed(change=CREATION, problem=PROBLEM, written=True),
    Unknown(change=CREATION, problem=PROBLEM),
]
ANSWERS = [
    Answered(change=LIST, step=1, attempt=2, request="r", reply=reply, status=status)
    for reply, status in ((Reply.ACCEPTED, 200), (Reply.THROTTLED, 429), (Reply.LOST, None))
]


def narrated() -> list[Json]:
    """Say everything that can be said on the way."""
    lines: list[Json] = []
    seconds = iter(range(0, 1000, 20))
    with ProgressLines(lines.append, lambda: float(next(seconds)), lambda: AT) as told:
        told.say("Reading documents…")
        told.advance("Reading", 3)
        told.advance("Applying", 3, 9, Outlook(per_minute=512, left=40, seconds=4.6))
        told.advance("Applying", 4, 9, Outlook(per_minute=0, left=40, seconds=None))
        facts = {"address": "acme-fr/customer/C-1", "action": "create", "run": "r", "took_effect": True}
        told.say(Note("C-1: it took effect.", "settled", facts))
        told.say(Note("C-1: nobody can tell.", "settled", {**facts, "took_effect": None}))
    return lines


def every_line() -> Iterator[Json]:
    """Make a line of every type."""
    yield version_json("1.0", AT)
    yield from planned_lines(PLAN, AT)
    for event in EVENTS:
        yield from event_lines(event, 2.2, AT, "upflow")
    yield from (event_json(answer, 2.2, AT, "upflow") for answer in ANSWERS)
    yield withdrawn_json(CREATION, 2.2, AT, "upflow")
    yield diagnostic_json(PROBLEM, AT)
    yield summary_json(summarize(PLAN, EVENTS[:2]), AT)
    yield from narrated()


LINES = list(every_line())


def test_the_file_is_current() -> None:
    """It stands under `schemas/` as it is made; `reconciler schema` writes it anew."""
    schema = stream_schema()
    Draft202012Validator.check_schema(schema)
    assert json.loads(FILE.read_text()) == schema


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line["type"]))
def test_a_line_is_as_the_schema_says(line: Json) -> None:
    """With no key that it does not name; and so for whoever reads lines with keys that came later."""
    text = json.dumps(line)
    assert "\n" not in text
    STRICT.validate(json.loads(text))
    assert Draft202012Validator(stream_schema()).is_valid({**json.loads(text), "later": 1})


def test_every_type_of_the_schema_is_made() -> None:
    """None is described that no run can write."""
    lines = stream_schema()["oneOf"]
    assert isinstance(lines, list)
    described = {line["properties"]["type"]["const"] for line in lines}
    assert described == {line["type"] for line in LINES}


@pytest.mark.parametrize("type_", sorted({str(line["type"]) for line in LINES}))
def test_a_line_that_lacks_a_key_is_none(type_: str) -> None:
    """What the schema calls needed is always there."""
    line = next(one for one in LINES if one["type"] == type_)
    assert not STRICT.is_valid({name: value for name, value in line.items() if name != "@message"})


def told(kind: str) -> list[Mapping[str, object]]:
    """Give the changes of all lines of a type."""
    return [
        change
        for line in planned_lines(PLAN, AT)
        if line["type"] == kind and isinstance(change := line["change"], dict)
    ]


def test_what_is_done_is_told_in_terraforms_words() -> None:
    """A replaced list is no replaced resource, which would be destroyed; who leaves it is a delete of its own."""
    assert [(one["action"], one["change_action"]) for one in told("planned_change")] == [
        ("create", "create"),
        ("update", "replace"),
        ("delete", "remove"),
        ("import", "adopt"),
        ("move", "move"),
        ("delete", "delete"),
        ("remove", "forget"),
        ("noop", "adopt"),
    ]
    assert [one["action"] for one in told("planned_refusal")] == ["delete"]


def test_the_sums_of_a_plan_name_its_digest() -> None:
    """By which `--expect` goes; the last line of the announcement."""
    *_, last = planned_lines(PLAN, AT)
    assert (last["type"], last["digest"]) == ("change_summary", PLAN.digest)
    assert last["changes"] == {"add": 1, "change": 1, "import": 1, "remove": 1, "operation": "plan"}


def test_no_line_holds_a_value() -> None:
    """Names and e-mail addresses are in the plan, which the stream only announces."""
    text = json.dumps(LINES)
    assert "Ada" not in text and "Grace" not in text and "ada@" not in text
