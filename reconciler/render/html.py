"""A plan -> one page in one file, for reading in a browser, with nothing to fetch and nobody to tell.

What is refused and what could not be read come first, then the changes in the order in which they would be done. They
stand in groups of a hundred. A browser lays a group out when it comes into sight, and of a large plan reads no more
than the lines of the changes until one is opened. So a plan of fifty thousand changes can be scrolled and searched. The
file grows with the plan, by about a kilobyte for a change, and is written in one walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from reconciler.model.plan import Plan
from reconciler.render.html_changes import blocked_html, change_html
from reconciler.render.html_controls import NOTHING_LEFT, controls_html
from reconciler.render.html_page import Head, fold_of, grouped, page_html
from reconciler.render.html_problems import notes_html, problem_html, problems_html, section_html
from reconciler.render.markdown import title, verdict_words
from reconciler.render.overridden import overridden_lines
from reconciler.render.paint import PLAIN
from reconciler.render.plan_sums import sums_lines
from reconciler.render.refusals import first_named, shared_problems
from reconciler.render.spared import spared_lines
from reconciler.render.vanished import vanished_lines
from reconciler.render.words import counted

_UNREAD = "Not everything could be read, so nothing may be concluded from what is missing, and nothing applied."


def plan_html(plan: Plan, at: datetime) -> str:
    """Write a plan as a page, stamped with this time."""
    return page_html(_head(plan), _parts(plan), at)


def _head(plan: Plan) -> Head:
    """Say what the plan comes to: the first of its sums where there are any."""
    sums = tuple(line for line in sums_lines(plan, PLAIN) if line)
    summed = plan.complete or not plan.empty
    claim, more = verdict_words(plan)
    return Head(
        title=title(plan),
        heading=sums[0] if summed else f"{title(plan)}.".capitalize(),
        places=tuple((share.organization, f"{share.provider} · {share.endpoint}") for share in plan.shares),
        tone="bad" if not plan.complete else "warn" if plan.blocked else "ok",
        claim=claim,
        more=more,
        lines=sums[1:] if summed else sums,
        digest=plan.digest,
    )


def _parts(plan: Plan) -> Iterator[str]:
    yield problems_html("Problems", plan.problems, "problems", f"<p>{_UNREAD}</p>" if plan.scope else "")
    if not plan.empty:
        yield controls_html(plan)
    yield from _refused(plan)
    yield section_html("Let through by an override", "overrides", notes_html(f" {one}" for one in plan.overrides))
    yield from _changes(plan)
    if not plan.empty:
        yield NOTHING_LEFT
    gone = notes_html([*vanished_lines(plan, PLAIN), *spared_lines(plan, PLAIN)])
    yield section_html("Not declared any more", "gone", gone)
    yield section_html("Overridden by the vendor", "overridden", notes_html(overridden_lines(plan, PLAIN)))
    yield problems_html(counted(len(plan.warnings), "warning").capitalize(), plan.warnings, "warnings")


def _refused(plan: Plan) -> Iterator[str]:
    if plan.blocked:
        shared, fold = shared_problems(plan.blocked), fold_of(len(plan.blocked))
        reasons = "".join(problem_html(problem, first_named(held)) for problem, held in shared.items())
        blocks = grouped(blocked_html(one, shared, fold) for one in plan.blocked)
        yield section_html(f"Refused: {counted(len(plan.blocked), 'change')}", "refused", reasons + "".join(blocks))


def _changes(plan: Plan) -> Iterator[str]:
    if not plan.changes:
        yield '<span id="changes"></span>\n'
        return
    fold = fold_of(len(plan.changes))
    blocks = grouped(change_html(change, fold) for change in plan.changes)
    yield section_html(counted(len(plan.changes), "change").capitalize(), "changes", "".join(blocks))
