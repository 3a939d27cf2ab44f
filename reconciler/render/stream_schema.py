"""The lines of `apply --json` -> a JSON Schema, made from the enumerations and counts that the lines are made of.

It says which keys every type of line has. Readers are to ignore keys that it does not name, as Terraform asks of its
own readers: keys may be added. `closed` forbids them, which the tests use to hold the schema against the lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from reconciler.apply.summary import Tally
from reconciler.model.change import Action, MemberAction
from reconciler.model.event import Reply
from reconciler.model.plan import Totals
from reconciler.model.resource import Value
from reconciler.render.planned_json import UI_VERSION
from reconciler.render.resource_json import IMPORT, MEMBER_VERBS, NOOP, VERBS

Schema = dict[str, Value]

STREAM_FILE = "events.schema.json"
LEVELS = ("info", "warn", "error")

_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_COUNT_OR_NULL: Schema = {"type": ["integer", "null"], "minimum": 0}
_PATHS: Schema = {"type": "array", "items": {"type": "array", "items": _TEXT}}


def stream_schema(*, closed: bool = False) -> Schema:
    """Give the schema of one line."""
    lines = [_line(name, *rest, closed=closed) for name, rest in _lines(closed=closed).items()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of `reconciler apply --json`",
        "description": "Types and keys of Terraform's machine-readable UI where they fit, and our own beside them.",
        "oneOf": [*lines],
        "$defs": {
            "resource": _resource(closed=closed),
            "change": _change(closed=closed),
            "problem": _problem(closed=closed),
        },
    }


def _lines(*, closed: bool) -> Mapping[str, tuple[str, Schema]]:
    """Give the types of lines, what they tell, and the keys that they have beside those of every line."""
    change, problem = _defined("change"), _defined("problem")
    begun: Schema = {"step": _count("Which write of the change."), "attempt": _count("Which try of the write.")}
    told: Schema = {"problem": problem}
    made: Schema = {"id_key": _text("Always `id`."), "id_value": _text("The vendor's id.")}
    return {
        "version": (
            "The first line.",
            {"reconciler": _text("The program's version."), "ui": {"const": UI_VERSION, **_text("Of the format.")}},
        ),
        "planned_change": ("What will be done.", {"change": change}),
        "planned_refusal": ("What a guard refuses.", {"change": change, "problem": problem}),
        "change_summary": ("The sums of the plan, then those of the apply.", _sums(closed=closed)),
        "apply_start": (
            "A write goes out.",
            {"hook": _hook({**begun, "steps": _count("How many writes it takes.")}, closed=closed)},
        ),
        "apply_progress": (
            "A write was answered.",
            {"hook": _hook({**begun, "reply": _among(Reply, "What it came to.")}, status=True, closed=closed)},
        ),
        "apply_complete": ("A change stands.", {"hook": _hook({}, made, closed=closed)}),
        "apply_overridden": (
            "The vendor set fields to something else; follows `apply_complete`.",
            {"hook": _hook({"overridden": {"description": "Paths of fields.", **_PATHS}}, timed=False, closed=closed)},
        ),
        "apply_errored": (
            "A change failed.",
            {"hook": _hook({**told, "written": _flag("Whether a part took effect.")}, closed=closed)},
        ),
        "apply_stale": ("The object moved since the plan; nothing was written.", {"hook": _hook(told, closed=closed)}),
        "apply_unknown": ("A write may or may not stand.", {"hook": _hook(told, closed=closed)}),
        "apply_skipped": (
            "Not tried, because another change was not done.",
            {"hook": _hook({"because": _text("The address of that one.")}, closed=closed)},
        ),
        "apply_withdrawn": (
            "Broken off after a write was announced; nothing of it took effect, and it counts as not tried.",
            {"hook": _hook({}, closed=closed)},
        ),
        "settled": (
            "What became of a write that an earlier run left open.",
            {
                "address": _text("Of what."),
                "action": _among(Action, "What was being done."),
                "run": _text("Which run left it open."),
                "took_effect": {
                    "description": "Whether it stands; null if nobody can tell.",
                    "type": ["boolean", "null"],
                },
            },
        ),
        "diagnostic": (
            "A problem, of a change or of the whole run.",
            {"diagnostic": _diagnostic(closed=closed), "problem": problem},
        ),
        "progress": ("What is going on, or how far it is.", {}),
    }


def _counts(sort: type[Tally] | type[Totals], description: str) -> Schema:
    """Give the counts of a value class of ours."""
    names = [row.name for row in fields(sort)]
    return {
        "type": "object",
        "description": description,
        "properties": dict.fromkeys(names, _COUNT),
        "required": [*names],
        "additionalProperties": _COUNT,
    }


_MAY_HAVE: Mapping[str, Schema] = {
    "progress": {
        "done": {"description": "How much of it is done.", **_COUNT},
        "total": {"description": "How much there is, where that is known.", **_COUNT_OR_NULL},
        "requests_per_minute": {"description": "How many go out now.", **_COUNT},
        "requests_left": {"description": "How many are foreseen still.", **_COUNT},
        "seconds_left": {"description": "How long they take at this rate.", **_COUNT_OR_NULL},
    },
    "change_summary": {
        "digest": {"description": "That identifies the plan.", **_TEXT},
        "complete": {"description": "Whether the plan may be applied.", **_FLAG},
        "totals": _counts(Totals, "What was done."),
        "endings": _counts(Tally, "How changes ended."),
        "written": {"description": "Whether anything is known to have been written.", **_FLAG},
        "not_tried": {"description": "Addresses.", "type": "array", "items": _TEXT},
    },
}


def _line(name: str, description: str, own: Schema, *, closed: bool) -> Schema:
    every: Schema = {
        "@level": {"enum": [*LEVELS], "description": "How bad it is."},
        "@message": _text("The same in words."),
        "@module": {"const": "reconciler.ui", "description": "Which part tells it."},
        "@timestamp": {"type": "string", "format": "date-time", "description": "When."},
        "type": {"const": name, "description": description},
    }
    return _object({**every, **own}, dict(_MAY_HAVE.get(name, {})), closed=closed)


def _resource(*, closed: bool) -> Schema:
    return _object(
        {
            "addr": _text("The address."),
            "module": {"const": "", "description": "There are none."},
            "resource": _text("The address without the organization."),
            "implied_provider": _text("The vendor."),
            "resource_type": _text("The kind."),
            "resource_name": _text("The key."),
            "resource_key": {"type": "null", "description": "Nothing is counted."},
            "organization": _text("The organization."),
        },
        {},
        closed=closed,
    )


def _subject() -> Schema:
    verbs = dict.fromkeys((*VERBS.values(), IMPORT, NOOP, *MEMBER_VERBS.values()))
    actions = dict.fromkeys(one.value for one in (*Action, *MemberAction))
    return {
        "resource": _defined("resource"),
        "action": {"enum": [*verbs], "description": "Terraform's word for what is done."},
        "change_action": {"enum": [*actions], "description": "Our word for it."},
    }


def _change(*, closed: bool) -> Schema:
    more: Schema = {
        "cause": _text("Why."),
        "of": _text("The address of the change that brings it about, of a member."),
        "previous_resource": _defined("resource"),
        "importing": _object({"id": {"type": ["string", "null"]}}, {}, closed=closed),
    }
    return _object(_subject(), more, closed=closed)


def _hook(
    own: Schema, more: Schema | None = None, *, status: bool = False, timed: bool = True, closed: bool = False
) -> Schema:
    answered: Schema = {"status": {"description": "The vendor's.", "type": "integer"}} if status else {}
    elapsed: Schema = {"elapsed_seconds": _count("Since the change was begun.")} if timed else {}
    return _object({**_subject(), **elapsed, **own}, {**(more or {}), **answered}, closed=closed)


def _sums(*, closed: bool) -> Schema:
    names = ("add", "change", "import", "remove")
    counts: Schema = {name: _count("How many.") for name in names}
    operation: Schema = {"operation": {"enum": ["plan", "apply"], "description": "Of what these are the sums."}}
    return {
        "changes": _object({**counts, **operation}, {}, closed=closed),
        "refused": _count("How many changes the plan holds back."),
    }


def _diagnostic(*, closed: bool) -> Schema:
    place = _object({"line": _COUNT, "column": _COUNT}, {}, closed=closed)
    return _object(
        {
            "severity": {"enum": ["error", "warning"], "description": "How bad it is."},
            "summary": _text("What is wrong, without names."),
            "detail": _text("What is wrong, why, and what to do."),
        },
        {
            "address": _text("Of the change."),
            "range": _object({"filename": _TEXT, "start": place, "end": place}, {}, closed=closed),
        },
        closed=closed,
    )


def _problem(*, closed: bool) -> Schema:
    place = _object({"file": _TEXT, "line": _COUNT, "column": _COUNT}, {}, closed=closed)
    return _object(
        {
            "severity": {"enum": ["error", "warning"], "description": "How bad it is."},
            "code": _text("Stable; docs/problems has a page for each."),
            "summary": _text("What is wrong, without names."),
        },
        {"where": _TEXT, "detail": _TEXT, "why": _TEXT, "remedy": _TEXT, "command": _TEXT, "source": place},
        closed=closed,
    )


def _defined(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _object(needed: Schema, more: Schema, *, closed: bool) -> Schema:
    made: Schema = {"type": "object", "properties": {**needed, **more}, "required": sorted(needed)}
    return {**made, "additionalProperties": False} if closed else made


def _among(members: type[Action] | type[Reply], description: str) -> Schema:
    values: Sequence[Value] = [one.value for one in members]
    return {"enum": values, "description": description}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _count(description: str) -> Schema:
    return {"description": description, **_COUNT}


def _flag(description: str) -> Schema:
    return {"description": description, **_FLAG}
