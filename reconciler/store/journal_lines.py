"""Lines of a journal ↔ text: one JSON object a line, its sort under `type`, nothing that may be left out and is empty.

A line that says nothing, or not what a line of its sort says, is None: whether that is a torn end or damage is for
the reader of the whole to judge.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields

from pydantic import TypeAdapter, ValidationError

from reconciler.model.journal import Answer, Closed, Ended, Line, Opening, Settled, Wrote
from reconciler.model.resource import Value

TYPES: Mapping[str, type[Line]] = {
    "run": Opening,
    "write": Wrote,
    "answer": Answer,
    "ending": Ended,
    "end": Closed,
    "settled": Settled,
}
_NAMES = {sort: name for name, sort in TYPES.items()}
_EMPTY: tuple[Value, ...] = (None, "", False, [], {})
_ADAPTERS: Mapping[type[Line], TypeAdapter[Line]] = {sort: TypeAdapter(sort) for sort in TYPES.values()}
_NEEDED = {
    sort: frozenset(row.name for row in fields(sort) if row.default is MISSING and row.default_factory is MISSING)
    for sort in _NAMES
}


def line_text(line: Line) -> str:
    """Write a line, its line break included."""
    tree = _ADAPTERS[type(line)].dump_python(line, mode="json")
    needed = _NEEDED[type(line)] | ({"before"} if tree.get("first") else frozenset())
    kept = {name: value for name, value in tree.items() if name in needed or value not in _EMPTY}
    return f"{json.dumps({'type': _NAMES[type(line)], **kept}, ensure_ascii=False, separators=(',', ':'))}\n"


def parse_line(text: bytes) -> Line | None:
    """Read a line; None if it is none."""
    try:
        tree: Value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, dict):
        return None
    sort = TYPES.get(str(tree.pop("type", "")))
    if sort is None:
        return None
    try:
        return _ADAPTERS[sort].validate_python(tree)
    except ValidationError:  # not chained and not shown: it quotes values, personal ones too
        return None
