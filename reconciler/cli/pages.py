"""A plan, or why there is none -> stdout, in the form that was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.cli.terminal import now, out
from reconciler.desired.collector import collector_held
from reconciler.errors import Problem
from reconciler.model.plan import Plan
from reconciler.render.paint import Paint
from reconciler.render.plan_json import no_plan_json, plan_json
from reconciler.render.plan_text import plan_text


def show_plan(plan: Plan, paint: Paint, *, as_json: bool) -> None:
    """Write a plan out, for people or for programs."""
    with collector_held():
        page = f"{plan_json(plan, now())}\n" if as_json else plan_text(plan, paint)
    out(page)


def show_no_plan(problems: Sequence[Problem]) -> None:
    """Write for programs why there is no plan."""
    out(f"{no_plan_json(problems, now())}\n")
