"""A plan -> a comment in Markdown on a pull request, in as many parts as a forge makes it take.

Every part begins with a hidden marker, by which the comment is found again and kept in one place, and a title. Then in
this order: the verdict and the sums, what could not be read, what is refused, what is destroyed, what was let through
by an override, counts by kind; and as far as there is room in the part that has been reached, the warnings, a table for
each kind, and the full diff, folded.

| what there is                      | where it does not fit                                           |
|------------------------------------|-----------------------------------------------------------------|
| verdict, sums, overrides, counts   | goes on in the next part                                        |
| what could not be read             | the same; then a line each, and how many more                   |
| refusals                           | the same; above ten parts, why stands once, and a line each     |
| deletes                            | the same; above ten parts a line each, then without values      |
| the full diff                      | first the fields of what is created go, then all of it          |
| a table for each kind              | as many rows as fit, with their number                          |
| warnings                           | are counted                                                     |

So a comment gets shorter by what can be looked up elsewhere, and never by what somebody would have objected to. A plan
is walked a bounded number of times, and a section that does not fit is given up at its first line too many.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.plan import Plan
from reconciler.render.change_text import change_lines
from reconciler.render.comment_key import named
from reconciler.render.markdown_losses import (
    DIFF,
    END,
    TEXT,
    destroyed_section,
    others,
    problems_section,
    unread_section,
)
from reconciler.render.markdown_refused import refused_sections
from reconciler.render.markdown_sheets import Section, Sheets, first_fitting
from reconciler.render.markdown_tables import counts_section, kind_sections
from reconciler.render.markdown_text import as_diff, code, fenced
from reconciler.render.overridden import overridden_lines
from reconciler.render.paint import PLAIN
from reconciler.render.plan_sums import sums_lines
from reconciler.render.problems import problems_text
from reconciler.render.spared import spared_lines
from reconciler.render.vanished import vanished_lines
from reconciler.render.whereabouts import whereabouts
from reconciler.render.words import counted, inert, listed

PART_MOST = 60_000
"""The characters of one part; GitHub takes 65,536."""
_HEAD_MOST = 600
"""What the marker and the title of a part take at most."""
_PARTS_IN_FULL = 10
_ROWS = (400, 100, 25)

Choice = Callable[[], Iterable[Section]]


def comment_parts(
    plan: Plan, key: str, most: int = PART_MOST, *, folder: str = "", names: Sequence[str] = ()
) -> tuple[str, ...]:
    """Lay a plan out as the parts of one comment, each of so many characters at most.

    `key` tells this comment from others of the same pull request, such as those about other folders. Its heading names
    the folder of the documents, and the organizations: `names`, where there is no plan to say them.
    """
    sheets = Sheets(most - _HEAD_MOST)
    for section in _needed(plan, (most - _HEAD_MOST) * _PARTS_IN_FULL):
        sheets.add(section)
    for section in first_fitting(_choices(plan), sheets.left):
        sheets.add(section)
    parts, digest = sheets.parts, plan.digest if plan.complete else ""
    head = f"## reconciler: {title(plan)}{whereabouts(plan.scope or names, code(folder) if folder else '')}"
    return tuple(
        f"{marker(key, number, len(parts), digest)}\n{head}{_which(number, len(parts))}\n\n{part}\n"
        for number, part in enumerate(parts, 1)
    )


def plan_markdown(plan: Plan) -> str:
    """Lay a plan out in one piece, for a file that may be as long as it takes; nothing is left out."""
    return summary(comment_parts(plan, "", sys.maxsize))


def summary(parts: Sequence[str]) -> str:
    """Give the first part of a comment for the summary of a job, which is found by no marker."""
    body = parts[0].partition("\n")[2]
    return body if len(parts) == 1 else f"{body}\nIt goes on in {counted(len(parts) - 1, 'further part')}.\n"


def marker(key: str, part: int, parts: int, digest: str) -> str:
    """Write the hidden line that a part is found by; where a plan failed, there is no digest to expect."""
    shown = re.sub(r"[^A-Za-z0-9]+", "-", digest)
    return f"<!-- reconciler:{named(key)} part={part}/{parts} digest={shown} -->"


def title(plan: Plan) -> str:
    """Say in a few words what a plan comes to."""
    if not plan.complete:
        return "not everything could be read" if plan.scope else "there is no plan"
    if plan.empty:
        return "no changes"
    totals = plan.totals
    going = Counter(member.address.kind for one in plan.changes for member in one.touched(MemberAction.REMOVE))
    beside = [f"{counted(number, kind)} to remove" for kind, number in sorted(going.items())]
    beside += [f"{len(plan.blocked)} refused"] if plan.blocked else []
    return ", ".join([f"{totals.add} to add, {totals.change} to change, {totals.destroy} to destroy", *beside])


def _which(part: int, parts: int) -> str:
    return f" (part {part} of {parts})" if parts > 1 else ""


def _needed(plan: Plan, most: int) -> Iterator[Section]:
    """Give what is never left out."""
    yield Section(title="", lines=[_verdict(plan)])
    yield Section(title="", lines=map(fenced, sums_lines(plan, PLAIN)), opening=TEXT, closing=END)
    if plan.problems:
        yield unread_section(plan.problems, most)
    if plan.blocked:
        yield from refused_sections(plan.blocked, most)
    yield destroyed_section(plan.changes, most)
    yield Section(
        title="### Let through by an override",
        lines=(fenced(inert(one)) for one in plan.overrides),
        opening=TEXT,
        closing=END,
    )
    if not plan.empty:
        yield counts_section(plan)


def _verdict(plan: Plan) -> str:
    claim, rest = verdict_words(plan)
    digest = f" Digest of the plan: {code(plan.digest)}." if plan.digest and plan.complete else ""
    return f"**{claim}**{rest}{digest}"


def verdict_words(plan: Plan) -> tuple[str, str]:
    """Say whether the plan can be applied: the claim, and how its sentence goes on."""
    if not plan.scope:
        return "No plan could be made.", " Nothing was sent that changes anything."
    if not plan.complete:
        return "Nothing of this may be applied:", " not everything could be read."
    if plan.empty:
        return "Nothing to do.", ""
    if plan.blocked and not plan.changes:
        return "All of it is refused.", ""
    if plan.blocked:
        return "A part of it is refused,", " and the rest can be applied."
    return "It can be applied.", ""


def _choices(plan: Plan) -> Iterator[Choice]:
    """Give what else may be told, the fullest first."""
    yield partial(_fully, plan)
    yield partial(_barely, plan)
    yield partial(_in_tables, plan)
    for most in _ROWS:
        yield partial(_in_few_rows, plan, most)
    yield partial(_in_few_rows, plan, 0)


def _fully(plan: Plan) -> Iterator[Section]:
    yield from _tables(plan)
    yield from _notes(plan)
    yield from _diff("Full diff", others(plan.changes))


def _barely(plan: Plan) -> Iterator[Section]:
    yield from _tables(plan)
    yield from _notes(plan)
    yield from _diff("Diff, without the fields of what is created", map(_bare, others(plan.changes)))


def _in_tables(plan: Plan) -> Iterator[Section]:
    yield _left_out("the full diff")
    yield from _tables(plan)


def _in_few_rows(plan: Plan, most: int) -> Iterator[Section]:
    warnings = [counted(len(plan.warnings), "warning")] if plan.warnings else []
    yield _left_out(listed(["the full diff", "most of the changes" if most else "the changes", *warnings]))
    yield from kind_sections(plan.changes, most)


def _tables(plan: Plan) -> Iterator[Section]:
    if plan.warnings:
        yield problems_section("### Warnings", problems_text(plan.warnings))
    yield from kind_sections(plan.changes)


def _left_out(what: str) -> Section:
    return Section(title="", lines=[f"Too long for a comment and left out here: {what}. `reconciler plan` shows it."])


def _notes(plan: Plan) -> Iterator[Section]:
    parts = (vanished_lines(plan, PLAIN), spared_lines(plan, PLAIN), overridden_lines(plan, PLAIN))
    lines = [fenced(line) for part in parts for line in part]
    yield Section(title="", lines=lines, opening=TEXT, closing=END)


def _diff(title: str, changes: Iterable[Change]) -> Iterator[Section]:
    yield Section(
        title="",
        lines=(line for change in changes for line in (*map(as_diff, change_lines(change, PLAIN)), "")),
        opening=(f"<details><summary>{title}</summary>", "", *DIFF),
        closing=(*END, "", "</details>"),
    )


def _bare(change: Change) -> Change:
    return replace(change, fields=(), members=(), unchanged=0) if change.action is Action.CREATE else change
