"""Checking documents, and saying in text or JSON what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.apply.exit import ExitCode
from reconciler.cli.composition import desired_states, scope_of
from reconciler.cli.pages import keys_at, problems_seen
from reconciler.cli.running import result_of
from reconciler.cli.terminal import now, out
from reconciler.cli.watching import watched
from reconciler.errors import DesiredStateInvalid, Problem, in_order
from reconciler.model.state import DesiredState
from reconciler.render.paint import Paint
from reconciler.render.problems import problems_json, problems_text
from reconciler.render.progress import Narration
from reconciler.render.words import counted, json_line, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the documents declare, or what is wrong with them, warnings included."""

    states: tuple[DesiredState, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def valid(self) -> bool:
        """Say whether there is nothing but warnings."""
        return all(problem.warning for problem in self.problems)


def read_documents(directory: Path, names: Sequence[str], narration: Narration) -> Checked:
    """Check the documents of these organizations; no name means all of them."""
    try:
        with asyncio.Runner() as runner:
            states = result_of(runner, _read(directory, names, narration))
    except DesiredStateInvalid as error:
        return Checked(problems=in_order(error.problems))
    warnings = in_order(problem for state in states for problem in state.warnings)
    return Checked(states=tuple(states), problems=warnings)


async def _read(directory: Path, names: Sequence[str], narration: Narration) -> list[DesiredState]:
    async with watched(narration):
        return await desired_states(scope_of(directory, names, now().date()))


def tell_documents(checked: Checked, paint: Paint, directory: Path, *, as_json: bool) -> int:
    """Say what came of checking the documents of a folder, and give the exit code.

    Raises:
        DesiredStateInvalid: with everything that is wrong, unless JSON was asked for, which tells it.
    """
    checked = replace(checked, problems=problems_seen(checked.problems, keys_at(directory, asked=False)))
    if as_json:
        _tell(checked)
        return ExitCode.DONE if checked.valid else ExitCode.DOCUMENTS
    if not checked.valid:
        raise DesiredStateInvalid(*checked.problems)
    if checked.problems:
        out(f"{problems_text(checked.problems, paint)}\n\n")
    for state in checked.states:
        out(f"{state.organization}: {_declared(state)}, all valid.\n")
    return ExitCode.DONE


def _tell(checked: Checked) -> None:
    told = {
        "valid": checked.valid,
        "declared": {state.organization: dict(sorted(_counts(state).items())) for state in checked.states},
        "problems": problems_json(checked.problems),
    }
    out(f"{json_line(told)}\n")


def _declared(state: DesiredState) -> str:
    counts = [counted(count, kind) for kind, count in sorted(_counts(state).items())]
    return listed(counts) or "nothing declared"


def _counts(state: DesiredState) -> Counter[str]:
    return Counter(declared.kind for declared in state.declared)
