"""Checking documents, and saying in text or JSON what came of it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from reconciler.apply.exit import ExitCode
from reconciler.cli.composition import desired_states, scope_of
from reconciler.cli.terminal import now, out
from reconciler.errors import DesiredStateInvalid, Problem, in_order
from reconciler.model.state import DesiredState
from reconciler.render.paint import Paint
from reconciler.render.problems import problems_json, problems_text
from reconciler.render.words import counted, listed


def validate_documents(directory: Path, names: Sequence[str], paint: Paint, as_json: bool) -> int:
    """Check the documents of these organizations, and give the exit code.

    Raises:
        DesiredStateInvalid: with everything that is wrong, unless JSON was asked for, which tells it.
    """
    try:
        scope = scope_of(directory, names, now().date())
        states = asyncio.run(desired_states(scope))
    except DesiredStateInvalid as error:
        if not as_json:
            raise
        _tell([], error.problems)
        return ExitCode.DOCUMENTS
    warnings = in_order(problem for state in states for problem in state.warnings)
    if as_json:
        _tell(states, warnings)
        return ExitCode.DONE
    if warnings:
        out(f"{problems_text(warnings, paint)}\n\n")
    for state in states:
        out(f"{state.organization}: {_declared(state)}, all valid.\n")
    return ExitCode.DONE


def _tell(states: Sequence[DesiredState], problems: Sequence[Problem]) -> None:
    told = {
        "valid": all(problem.warning for problem in problems),
        "declared": {state.organization: dict(sorted(_counts(state).items())) for state in states},
        "problems": problems_json(problems),
    }
    out(f"{json.dumps(told, ensure_ascii=False)}\n")


def _declared(state: DesiredState) -> str:
    counts = [counted(count, kind) for kind, count in sorted(_counts(state).items())]
    return listed(counts) or "nothing declared"


def _counts(state: DesiredState) -> Counter[str]:
    return Counter(declared.kind for declared in state.declared)
