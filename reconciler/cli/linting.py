"""Looking documents over by the vendors' lint rules, and saying what was found in text, JSON or GitHub's remarks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import click

from reconciler.apply.exit import ExitCode
from reconciler.cli.composition import desired_states, scope_of
from reconciler.cli.running import result_of
from reconciler.cli.terminal import now, out
from reconciler.desired.lint import lint, rules_by_id
from reconciler.errors import Place, Problem, in_order
from reconciler.providers.table import VENDORS
from reconciler.render.paint import Paint
from reconciler.render.problems import problems_json, problems_text
from reconciler.render.words import counted, inert, json_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The rules that the command line names: only these, and without those."""

    rules: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def chosen(choice: Choice) -> Choice:
    """Check that there are such rules.

    Raises:
        UsageError: there is none of that name.
    """
    known = rules_by_id(VENDORS)
    for option, names in (("--rule", choice.rules), ("--ignore", choice.ignored)):
        for name in names:
            if name not in known:
                close = get_close_matches(name, known, n=1)
                hint = f'Did you mean "{close[0]}"?' if close else f"The rules are {', '.join(known)}."
                raise click.UsageError(f'{option}: there is no rule "{name}". {hint}')
    return choice


def linted(directory: Path, names: Sequence[str], choice: Choice) -> tuple[Problem, ...]:
    """Look over what organizations declare; no name means all of them. A rule that is asked for is not turned off.

    Raises:
        DesiredStateInvalid: the documents have problems, which come first.
    """
    scope = scope_of(directory, names, now().date())
    with asyncio.Runner() as runner:
        states = result_of(runner, desired_states(scope))
    on = set(choice.rules) or {*rules_by_id(VENDORS)} - scope.unlinted
    rules = on - set(choice.ignored)
    found = [
        problem
        for one, state in zip(scope.organizations, states, strict=True)
        for problem in lint(state, one.vendor, directory, rules)
    ]
    return in_order(found)


def tell_findings(found: Sequence[Problem], paint: Paint, form: str) -> int:
    """Say what was found, and give the exit code."""
    if form == "json":
        out(f"{json_line({'findings': problems_json(found)})}\n")
    elif form == "github":
        out("".join(f"{_remark(problem)}\n" for problem in found))
    elif found:
        out(f"{problems_text(found, paint)}\n\n{counted(len(found), 'finding')}.\n")
    else:
        out("Nothing found.\n")
    return ExitCode.CHANGES if found else ExitCode.DONE


def _remark(problem: Problem) -> str:
    """Word a finding as a workflow command; its data is escaped as the runner reads it."""
    place = problem.where
    at = f"file={_property(place.path)},line={place.line},col={place.column}," if isinstance(place, Place) else ""
    text = "\n".join(part for part in (problem.detail, problem.why, problem.remedy, problem.command) if part)
    return f"::warning {at}title={_property(f'{problem.summary} [{problem.code}]')}::{_data(text)}"


def _data(text: str) -> str:
    return "%0A".join(inert(line).replace("%", "%25") for line in text.splitlines())


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
