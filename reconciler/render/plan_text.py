"""A plan -> the page that a person reads before saying yes: legend, one block per change, what is refused, the sums."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.plan import Plan
from reconciler.render.change_text import change_lines
from reconciler.render.overridden import overridden_lines
from reconciler.render.paint import PLAIN, Paint
from reconciler.render.plan_sums import sums_lines
from reconciler.render.problems import problems_text
from reconciler.render.refusals import refusal_lines
from reconciler.render.spared import spared_lines
from reconciler.render.symbols import in_use
from reconciler.render.vanished import vanished_lines
from reconciler.render.words import inert


def plan_text(plan: Plan, paint: Paint = PLAIN) -> str:
    """Lay a plan out; ends with a line break."""
    return "\n".join([*plan_lines(plan, paint), ""])


def plan_lines(plan: Plan, paint: Paint = PLAIN) -> Iterator[str]:
    """Lay a plan out, line by line."""
    if plan.problems:
        yield problems_text(plan.problems, paint)
        yield ""
        yield "Not everything could be read, so nothing may be concluded from what is missing, and nothing applied."
        yield ""
    if not plan.empty:
        yield from _legend(plan, paint)
    for change in plan.changes:
        yield from change_lines(change, paint)
        yield ""
    yield from refusal_lines(plan.blocked, paint)
    yield from vanished_lines(plan, paint)
    yield from spared_lines(plan, paint)
    yield from overridden_lines(plan, paint)
    if plan.overrides:
        yield "Let through by an override:"
        yield from (f"  {inert(one)}" for one in plan.overrides)
        yield ""
    if plan.warnings:
        yield problems_text(plan.warnings, paint)
        yield ""
    yield from sums_lines(plan, paint)


def _legend(plan: Plan, paint: Paint) -> Iterator[str]:
    yield "The following actions are planned. They are marked so:"
    for symbol in in_use(plan):
        yield f"  {symbol.painted(paint)} {symbol.word}"
    yield ""
