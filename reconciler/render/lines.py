"""A change -> the lines of the documents that ask for it.

A customer may take forty lines, and a forge shows a remark only near lines that a pull request touches. So what differs
is remarked on at the first line that differs: a field's own, the one of a person who is added or changed; and a person
who is taken out, at the list that they are no longer on. Without such a line, and for what is new as a whole, it is the
line that the resource begins at.

The lines are looked up by reading files again, so a plan that changes very much is remarked on at the beginnings of its
resources: nobody reads a thousand remarks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.errors import Place
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.plan import Plan
from reconciler.model.resource import Source

Wanted = tuple[Source, tuple[str | int, ...]]
"""A value inside a declared resource: where that stands, and the path from it."""

Places = Mapping[Wanted, Place]
"""Where the keys of such values stand; what is not known to stand anywhere is left out."""

NONE_KNOWN: Places = {}

MOST = 1_000
"""Changes, above which no lines are asked for."""

_HERE = (MemberAction.ADD, MemberAction.CHANGE)


def wanted(plan: Plan) -> Iterator[Wanted]:
    """Give all lines that the remarks of a plan would stand at."""
    changes = [*plan.changes, *(blocked.change for blocked in plan.blocked)]
    if len(changes) > MOST:
        return
    for change in changes:
        if change.source is not None:
            paths = (*_differing(change), *_shortened(change))
            yield from ((change.source, path) for path in paths)


def first_line(change: Change, places: Places) -> Place | None:
    """Give the first line that differs, or the one that the resource begins at; None if no document declares it."""
    return _first(change, _differing(change), places)


def list_line(change: Change, places: Places) -> Place | None:
    """Give the first line of a list that somebody is taken out of, or the one that the resource begins at."""
    return _first(change, _shortened(change), places)


def _first(change: Change, paths: Iterator[tuple[str | int, ...]], places: Places) -> Place | None:
    source = change.source
    if source is None:
        return None
    known = [place for path in paths if (place := places.get((source, path))) is not None]
    whole = Place(path=source.file, line=source.line, column=source.column)
    return min(known, key=lambda place: (place.line, place.column), default=whole)


def _differing(change: Change) -> Iterator[tuple[str | int, ...]]:
    if change.action is Action.CREATE:
        return
    yield from (row.path for row in change.fields)
    for member in change.touched(*_HERE):
        if member.path:
            added = member.action is MemberAction.ADD
            yield from [member.path] if added else ((*member.path, *row.path) for row in member.fields)


def _shortened(change: Change) -> Iterator[tuple[str | int, ...]]:
    yield from dict.fromkeys((member.section,) for member in change.touched(MemberAction.REMOVE))
