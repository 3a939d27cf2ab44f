"""Lines of a journal ↔ text: one JSON object a line, its sort first, nothing that is empty and may be left out.

A line that says nothing, or not what a line of its sort says, is None: whether that is a torn end or damage is for
the reader of the whole to judge. A journal may have a hundred thousand lines, so each is read by hand: pydantic would
look at every value of every object, and needs eight times as long.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields

import orjson
from pydantic import TypeAdapter

from reconciler.model.event import Reply
from reconciler.model.journal import FORMAT, FORMAT_VERSION, Answer, Closed, Ended, Line, Opening, Settled, Site, Wrote
from reconciler.model.resource import Fields, Members, Observed, Value

Tree = Mapping[str, Value]

_END, _SETTLED = "end", "settled"
_NAMES: Mapping[type[Line], str] = {
    Opening: "run",
    Wrote: "write",
    Answer: "answer",
    Ended: "ending",
    Closed: _END,
    Settled: _SETTLED,
}
LATE = tuple(f'{{"type":"{name}",'.encode() for name in (_END, _SETTLED))
"""How the lines begin that tell of a run as a whole: they are found among the others without reading those."""

_EMPTY: tuple[Value, ...] = (None, "", False, [], {})
_ADAPTERS: Mapping[type[Line], TypeAdapter[Line]] = {sort: TypeAdapter(sort) for sort in _NAMES}
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
        tree: Value = orjson.loads(text)
        if not isinstance(tree, dict):
            return None
        read = _READ.get(str(tree.get("type")))
        return read(tree) if read is not None else None
    except ValueError:  # not chained and not shown: it may quote values, personal ones too
        return None


class _NoLine(ValueError):
    """A line does not say what lines of its sort do."""


def _opening(tree: Tree) -> Opening:
    return Opening(
        at=_text(tree, "at"),
        run=_text(tree, "run"),
        who=_text(tree, "who"),
        host=_text(tree, "host"),
        command=_text(tree, "command"),
        digest=_text(tree, "digest"),
        sites=tuple(
            Site(
                organization=_text(one, "organization"),
                provider=_text(one, "provider"),
                endpoint=_text(one, "endpoint"),
            )
            for one in map(_mapping, _list(tree.get("sites")))
        ),
        commit=_text(tree, "commit", ""),
        dirty=_flag(tree, "dirty"),
        undoes=_text(tree, "undoes", ""),
        masked=_flag(tree, "masked"),
        serial=_number(tree, "serial", 0),
        format=_text(tree, "format", FORMAT),
        format_version=_number(tree, "format_version", FORMAT_VERSION),
    )


def _wrote(tree: Tree) -> Wrote:
    return Wrote(
        at=_text(tree, "at"),
        n=_number(tree, "n"),
        address=_text(tree, "address"),
        action=_text(tree, "action"),
        step=_number(tree, "step"),
        steps=_number(tree, "steps"),
        attempt=_number(tree, "attempt"),
        summary=_text(tree, "summary"),
        request=_text(tree, "request"),
        first=_flag(tree, "first"),
        before=_object(tree.get("before")),
        sets=tuple(tuple(map(str, _list(path))) for path in _list(tree.get("sets", []))),
    )


def _answer(tree: Tree) -> Answer:
    status = tree.get("status")
    return Answer(
        at=_text(tree, "at"),
        n=_number(tree, "n"),
        reply=Reply(_text(tree, "reply")),
        status=None if status is None else _number(tree, "status"),
        made=_text_or_none(tree, "made"),
    )


def _ended(tree: Tree) -> Ended:
    return Ended(
        at=_text(tree, "at"),
        address=_text(tree, "address"),
        action=_text(tree, "action"),
        outcome=_text(tree, "outcome"),
        remote_id=_text_or_none(tree, "remote_id"),
        problem=_text(tree, "problem", ""),
        written=_flag(tree, "written"),
        overridden=tuple(tuple(map(str, _list(path))) for path in _list(tree.get("overridden", []))),
        after=_object(tree.get("after")),
        former=_text(tree, "former", ""),
        adopts=_flag(tree, "adopts"),
    )


def _closed(tree: Tree) -> Closed:
    sums = _mapping(tree.get("sums"))
    return Closed(
        at=_text(tree, "at"),
        code=_number(tree, "code"),
        sums={name: _number(sums, name) for name in sums},
        open=_number(tree, "open", 0),
    )


def _settled(tree: Tree) -> Settled:
    return Settled(
        at=_text(tree, "at"),
        address=_text(tree, "address"),
        action=_text(tree, "action"),
        took_effect=None if tree.get("took_effect") is None else _flag(tree, "took_effect"),
        by=_text(tree, "by"),
        left=_number(tree, "left"),
        because=_text(tree, "because", ""),
    )


def _object(value: Value) -> Observed | None:
    if value is None:
        return None
    tree = _mapping(value)
    members = tree.get("members")
    return Observed(
        kind=_text(tree, "kind"),
        key=_text_or_none(tree, "key"),
        remote_id=_text(tree, "remote_id"),
        fields=_mapping(tree.get("fields")),
        members=None if members is None else _members(_mapping(members)),
        facts=_mapping(tree.get("facts", {})),
    )


def _members(tree: Tree) -> Members:
    return {section: [*map(_mapping, _list(rows))] for section, rows in tree.items()}


_READ: Mapping[str, Callable[[Tree], Line]] = {
    "run": _opening,
    "write": _wrote,
    "answer": _answer,
    "ending": _ended,
    _END: _closed,
    _SETTLED: _settled,
}


def _text(tree: Tree, name: str, default: str | None = None) -> str:
    found = tree.get(name, default)
    if isinstance(found, str):
        return found
    raise _NoLine(name)


def _text_or_none(tree: Tree, name: str) -> str | None:
    return None if tree.get(name) is None else _text(tree, name)


def _number(tree: Tree, name: str, default: int | None = None) -> int:
    found = tree.get(name, default)
    if isinstance(found, int):
        return found
    raise _NoLine(name)


def _flag(tree: Tree, name: str) -> bool:
    found = tree.get(name, False)
    if isinstance(found, bool):
        return found
    raise _NoLine(name)


def _list(value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    raise _NoLine("list")


def _mapping(value: Value) -> Fields:
    if isinstance(value, dict):
        return value
    raise _NoLine("mapping")
