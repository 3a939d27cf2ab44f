"""Flaws found inside items → problems with their exact places, looked up all at once at the end of loading.

A number, boolean or null where a text belongs has already lost what was written (`01000` is 1000 to every reader), so
for these the text as written is looked up as well, and the quoted form to paste is given. A personal field is the
exception: its value is never repeated, so the remedy there shows the form alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.desired.positions import Spot, Steps, find_places
from reconciler.errors import Place, Problem
from reconciler.model.kind import Field, Flaw, Kind
from reconciler.model.resource import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A flaw inside the item that stands at `source`; `kind` says which of its fields are personal."""

    source: Source
    flaw: Flaw
    kind: Kind | None = None


def place_findings(findings: Sequence[Finding], root: Path) -> list[Problem]:
    """Make problems of findings; each file concerned is parsed once more."""
    places = find_places(root, ((found.source, found.flaw.path) for found in findings))
    return [problem_of(found.flaw, places[found.source, found.flaw.path], found.kind) for found in findings]


def problem_at(flaw: Flaw, where: Place) -> Problem:
    """Make a problem of a flaw whose place is known."""
    return Problem(
        code=flaw.code,
        summary=flaw.summary,
        where=where,
        detail=flaw.detail,
        why=flaw.why,
        remedy=flaw.remedy,
        warning=flaw.warning,
    )


def problem_of(flaw: Flaw, spot: Spot, kind: Kind | None = None) -> Problem:
    """Make a problem of a flaw whose spot was looked up."""
    where = spot.key if flaw.on_key else spot.value
    if flaw.code == "string-expected" and spot.found and spot.plain:
        return unquoted_string(flaw, where, spot.plain, personal=_is_personal(kind, flaw.path))
    return problem_at(flaw, where)


def unquoted_string(flaw: Flaw, where: Place, plain: str, *, personal: bool = False) -> Problem:
    """Refuse a plain scalar that YAML does not read as the text it looks like."""
    name = str(next((step for step in reversed(flaw.path) if isinstance(step, str)), ""))
    quoted = '"…"' if personal else json.dumps(plain, ensure_ascii=False)
    return Problem(
        code="unquoted-string",
        summary="a text that needs quotes",
        where=where,
        detail=flaw.detail,
        why="Without quotes every YAML reader takes it for something else than a text and loses what was written.",
        remedy="Put what stands there in quotes:" if personal else "Write it in quotes:",
        command=f"{name}: {quoted}" if name and not flaw.on_key else quoted,
    )


def _is_personal(kind: Kind | None, path: Steps) -> bool:
    """Say whether a path leads into a personal field."""
    if kind is None or not path:
        return False
    members = {member.section: member.fields for member in kind.members}
    section, *rest = path
    if section in members:
        return _field_is_personal(members[str(section)], next((step for step in rest if isinstance(step, str)), ""))
    return _field_is_personal(kind.fields, str(section))


def _field_is_personal(fields: Iterable[Field], name: str) -> bool:
    return next((field.personal for field in fields if field.name == name), False)
