"""A plan -> remarks at lines of the documents: what could not be read, what is refused, what goes, what changes.

A remark has a file as the forge knows it, from the top of the repository, so what the plan names from its folder gets
a prefix. It stands at the line that asks for it (`lines`). What nothing declares any more is remarked on at the top of
the file that did. What has no place in a file has no remark: the comment tells it. The gravest come first, for a forge
may show only so many. The texts hold no values: they end in logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import PurePosixPath

from reconciler.errors import Place, Problem
from reconciler.model.change import Action, Change, Mark, MemberAction
from reconciler.model.plan import Plan
from reconciler.render.lines import NONE_KNOWN, Places, first_line, list_line
from reconciler.render.words import counted, dotted, inert, listed, spoken

_MOST_NAMED = 8
_QUOTED = re.compile(r'"[^"\n]*"')

_DONE = {
    Action.CREATE: "will be created",
    Action.UPDATE: "will be updated",
    Action.REPLACE: "will be updated",
    Action.DELETE: "will be destroyed",
    Action.ADOPT: "will be adopted",
    Action.MOVE: "has moved",
    Action.FORGET: "will be forgotten",
}


_WRITTEN = (Action.CREATE, Action.UPDATE, Action.REPLACE)


class Weight(IntEnum):
    """How grave a remark is; smaller is graver."""

    UNREAD = 0
    REFUSED = 1
    DESTROYED = 2
    WARNING = 3
    CHANGED = 4
    NOTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to say at one line: `check` is what sort of thing, `about` tells two of a sort apart."""

    weight: Weight
    file: str
    line: int
    column: int
    check: str
    title: str
    text: str
    about: str


def remarks(plan: Plan, prefix: str = "", places: Places = NONE_KNOWN) -> list[Remark]:
    """Give the remarks of a plan, the gravest first, then by place; `places` are those inside of resources."""
    found = [
        *_problems(plan.problems, Weight.UNREAD),
        *_refused(plan, places),
        *_problems(plan.warnings, Weight.WARNING),
    ]
    for change in plan.changes:
        found += _changed(change, places)
    return _in_order(found, prefix)


def warning_remarks(warnings: Iterable[Problem], prefix: str = "") -> list[Remark]:
    """Give remarks of warnings that belong to no plan, such as those of `lint`, by place."""
    return _in_order(_problems(warnings, Weight.WARNING), prefix)


def _in_order(found: Iterable[Remark], prefix: str) -> list[Remark]:
    placed = (_moved(one, prefix) for one in found)
    return sorted(placed, key=lambda one: (one.weight, one.file, one.line, one.column, one.check, one.about))


def _problems(problems: Iterable[Problem], weight: Weight) -> Iterator[Remark]:
    for problem in problems:
        if isinstance(problem.where, Place):
            yield _of_problem(problem, problem.where, weight, about=problem.detail)


def _refused(plan: Plan, places: Places) -> Iterator[Remark]:
    for blocked in plan.blocked:
        for problem in (blocked.problem, *blocked.others):
            place = problem.where if isinstance(problem.where, Place) else first_line(blocked.change, places)
            if place is not None:
                address = str(blocked.change.address)
                yield _of_problem(problem, place, Weight.REFUSED, about=address, subject=address)


def _of_problem(problem: Problem, place: Place, weight: Weight, *, about: str, subject: str = "") -> Remark:
    texts = (subject, problem.detail, problem.why, problem.remedy, problem.command)
    return Remark(
        weight=weight,
        file=place.path,
        line=place.line,
        column=place.column,
        check=problem.code,
        title=f"{'Refused: ' if weight is Weight.REFUSED else ''}{problem.summary}",
        text="\n".join(filter(None, texts)) or problem.summary,
        about=about,
    )


def _changed(change: Change, places: Places) -> Iterator[Remark]:
    place = first_line(change, places) or _former(change)
    if place is None:
        return
    going = change.touched(MemberAction.REMOVE)
    destroys = change.action is Action.DELETE
    if destroys or going:
        named = [str(one.address) for one in going[:_MOST_NAMED]]
        rest = [f"{len(going) - _MOST_NAMED} more"] if len(going) > _MOST_NAMED else []
        what = f"{change.address} {_DONE[Action.DELETE]}." if destroys else f"Removed: {listed([*named, *rest])}."
        gone = "Destroyed" if destroys else f"Removes {counted(len(going), going[0].address.kind)}"
        yield _at(list_line(change, places) or place, change, Weight.DESTROYED, "destroy", gone, what)
    if not destroys:
        text = " ".join(filter(None, (f"{change.address} {_DONE[change.action]}{_fields(change)}.", _cause(change))))
        weight = Weight.CHANGED if change.action in _WRITTEN else Weight.NOTED  # what is only noted crowds nothing out
        yield _at(place, change, weight, change.action.value, spoken(change.action.value).capitalize(), text)
    yield from (_marked(place, change, mark) for mark in change.marks)


def _at(place: Place, change: Change, weight: Weight, check: str, title: str, text: str) -> Remark:
    about = str(change.address)
    return Remark(
        weight=weight,
        file=place.path,
        line=place.line,
        column=place.column,
        check=check,
        title=title,
        text=text,
        about=about,
    )


def _marked(place: Place, change: Change, mark: Mark) -> Remark:
    text = _QUOTED.sub("…", mark.text)  # what is quoted is a value
    return _at(place, change, Weight.WARNING, mark.code, "Not verified", f"{change.address}: {text}")


def _fields(change: Change) -> str:
    names = list(dict.fromkeys(dotted(row.path) for row in change.fields))
    if not names or change.action is Action.CREATE:
        return ""
    rest = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return f": {listed([*names[:_MOST_NAMED], *rest])}"


def _cause(change: Change) -> str:
    return f"({change.cause})" if change.cause else ""


def _former(change: Change) -> Place | None:
    """Give the file that declared what no document declares any more; it may be gone itself."""
    return Place(path=change.document, line=1, column=1) if change.document else None


def _moved(remark: Remark, prefix: str) -> Remark:
    """Give a remark with its file as seen from the top of the repository, and with texts that only say something."""
    return Remark(
        weight=remark.weight,
        file=str(PurePosixPath(prefix) / remark.file),
        line=max(1, remark.line),
        column=max(1, remark.column),
        check=remark.check,
        title=inert(remark.title),
        text="\n".join(map(inert, remark.text.splitlines())),
        about=remark.about,
    )
