"""Problems -> text and JSON. The layout is `Problem.__str__`'s; this adds colour and takes away what does not print."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.errors import Place, Problem
from reconciler.model.resource import Value
from reconciler.render.paint import PLAIN, Paint, Style
from reconciler.render.words import inert


def problem_text(problem: Problem, paint: Paint = PLAIN) -> str:
    """Lay one problem out; a warning says so."""
    head, *rest = (inert(line) for line in str(problem).splitlines())
    if problem.warning:
        head = f"Warning: {head}"
    return "\n".join([paint(head, Style.BOLD, Style.YELLOW if problem.warning else Style.RED), *rest])


def problems_text(problems: Iterable[Problem], paint: Paint = PLAIN) -> str:
    """Lay problems out with a line between them, in the order given."""
    return "\n\n".join(problem_text(problem, paint) for problem in problems)


def problem_json(problem: Problem) -> dict[str, Value]:
    """Give one problem as an object; texts that are empty are left out."""
    where = problem.where
    place: dict[str, Value] = {"where": str(where)} if where else {}
    if isinstance(where, Place):
        place["source"] = {"file": where.path, "line": where.line, "column": where.column}
    texts = {"detail": problem.detail, "why": problem.why, "remedy": problem.remedy, "command": problem.command}
    return {
        "severity": "warning" if problem.warning else "error",
        "code": problem.code,
        "summary": problem.summary,
        **place,
        **{name: text for name, text in texts.items() if text},
    }


def problems_json(problems: Iterable[Problem]) -> list[Value]:
    """Give problems as a list of objects, in the order given."""
    return [problem_json(problem) for problem in problems]
