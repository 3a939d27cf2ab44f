"""A plan as a file: what was reviewed is what is read back, or nothing is.

The file is one JSON object in canonical form (keys sorted, no spaces), so that one plan gives one file:

    {"checksum": …, "format_version": 1, "plan": {…}, "tool_version": …}

The checksum covers the plan's text whole. The plan's own digest says what the plan *does* and leaves out, say, its
cost; it is computed anew as well, so that a file made by another version of the tool, which understood the same
fields differently, is not taken for what was reviewed. Neither is a signature: both tell accidents and edits by hand,
not a forger. The file holds personal data and is readable by its owner alone.

| the file                                   | problem              |
|--------------------------------------------|----------------------|
| missing, torn, no JSON, no plan            | plan-file-unreadable |
| of a later format                          | plan-file-newer      |
| checksum or digest does not match          | plan-file-altered    |

Rejected: taking as much of a damaged plan as can be read; and migrating older plans, which are made anew in a minute.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from reconciler.errors import Problem, ReconcilerError
from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.model.resource import Value
from reconciler.plan.digest import plan_digest
from reconciler.store.atomic_file import replace_file

FORMAT_VERSION = 1


def write_plan(path: Path, plan: Plan) -> None:
    """Write a plan, replacing what is there in one step; the file's mode is 0600. A link is followed.

    Raises:
        ReconcilerError: `plan-file-unwritable`; what was there is untouched. So is a device, a pipe or a folder.
    """
    write_plan_text(path, plan_text(plan))


def write_plan_text(path: Path, text: str) -> None:
    """Write what `plan_text` gave, as `write_plan` does.

    Raises:
        ReconcilerError: `plan-file-unwritable`; what was there is untouched.
    """
    try:
        target = Path(os.path.realpath(path))
        if not target.is_file() and os.path.lexists(target):
            raise ReconcilerError(_unwritable(path, "What stands there is no regular file, and is not replaced."))
        replace_file(target, text.encode())
    except OSError as error:
        raise ReconcilerError(_unwritable(path, error.strerror or "")) from error


def read_plan(path: Path) -> Plan:
    """Read a plan back, equal to the one that was written.

    Raises:
        ReconcilerError: `plan-file-unreadable`, `plan-file-newer` or `plan-file-altered`.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReconcilerError(_unreadable(path, error.strerror or "It could not be opened.")) from error
    return _parse(path, content)


def plan_text(plan: Plan) -> str:
    """Give the text of a plan's file. The same plan gives the same text on every machine.

    It is put together change by change: of a large plan that takes seconds, and other threads have their turn between.
    """
    text = "".join(_pieces(plan))
    head = f'"checksum":"{_checksum(text)}","format_version":{FORMAT_VERSION}'
    return f'{{{head},"plan":{text},"tool_version":{_canonical(_tool_version())}}}\n'


def _pieces(plan: Plan) -> Iterator[str]:
    """Give the canonical form of a plan in pieces."""
    rest = _adapter().dump_python(replace(plan, changes=()), mode="json")
    for blocked in rest["blocked"]:
        blocked["change"] = _ordered(blocked["change"])
    for number, name in enumerate(sorted(rest)):
        yield f'{"," if number else "{"}"{name}":'
        if name != "changes":
            yield _canonical(rest[name])
            continue
        for place, change in enumerate(plan.changes):
            tree = _ordered(_change_adapter().dump_python(change, mode="json"))
            yield f"{',' if place else '['}{_canonical(tree)}"
        yield "]" if plan.changes else "[]"
    yield "}"


def _ordered(change: dict[str, list[str]]) -> dict[str, list[str]]:
    change["only_add"].sort()  # a set has another order in every process
    return change


def _parse(path: Path, content: bytes) -> Plan:
    file = _envelope(path, content)
    try:
        text = _canonical(file["plan"])
    except (ValueError, RecursionError):  # numbers beyond JSON's, or too deep
        raise ReconcilerError(_unreadable(path, "It is no plan of reconciler.")) from None
    if _checksum(text) != file.get("checksum"):
        raise ReconcilerError(_altered(path, "Its checksum does not match its content."))
    try:
        plan = _adapter().validate_json(text, strict=True)
    except ValidationError as error:
        # The error itself is not shown and not chained: it quotes values, personal ones too.
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise ReconcilerError(_unreadable(path, f"It is not as a plan is built, at {place}.")) from None
    if plan.digest != plan_digest(plan):
        raise ReconcilerError(_altered(path, "Its digest is not that of its changes."))
    return plan


def _envelope(path: Path, content: bytes) -> dict[str, Value]:
    try:
        file: Value = json.loads(content)
    except (ValueError, RecursionError):
        raise ReconcilerError(_unreadable(path, "It is no JSON, or only a part of it.")) from None
    if not isinstance(file, dict) or not isinstance(file.get("format_version"), int) or "plan" not in file:
        raise ReconcilerError(_unreadable(path, "It is no plan of reconciler."))
    found = file["format_version"]
    if found > FORMAT_VERSION:
        raise ReconcilerError(_newer(path, found, file.get("tool_version")))
    if found < FORMAT_VERSION:
        raise ReconcilerError(_unreadable(path, f"It has format {found}, which this version no longer reads."))
    return file


def _canonical(tree: Value) -> str:
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def _adapter() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


@functools.cache
def _change_adapter() -> TypeAdapter[Change]:
    return TypeAdapter(Change)


def _tool_version() -> str:
    try:
        return version("reconciler")
    except PackageNotFoundError:  # run from a bare checkout
        return "0"


_REMEDY = "Plan again, and apply the new file:"
_COMMAND = "reconciler plan --out FILE"


def _unwritable(path: Path, detail: str) -> Problem:
    return Problem(
        code="plan-file-unwritable",
        summary="the plan cannot be written",
        where=str(path),
        detail=detail,
        remedy="Name a file in a folder that exists and that you may write to.",
    )


def _unreadable(path: Path, detail: str) -> Problem:
    return Problem(
        code="plan-file-unreadable",
        summary="the plan cannot be read",
        where=str(path),
        detail=detail,
        remedy=_REMEDY,
        command=_COMMAND,
    )


def _newer(path: Path, found: int, tool: Value) -> Problem:
    by = f" by reconciler {tool}" if isinstance(tool, str) and len(tool) < 30 else ""
    return Problem(
        code="plan-file-newer",
        summary="the plan was made by a later version",
        where=str(path),
        detail=f"It was written{by} in format {found}; this version reads format {FORMAT_VERSION}.",
        remedy="Apply it with that version, or plan again with this one:",
        command=_COMMAND,
    )


def _altered(path: Path, detail: str) -> Problem:
    return Problem(
        code="plan-file-altered",
        summary="the plan is not the one that was written",
        where=str(path),
        detail=detail,
        why="What was reviewed is what happens; a plan cannot be edited.",
        remedy=_REMEDY,
        command=_COMMAND,
    )
