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
from reconciler.cli.pages import keys_at, problems_seen
from reconciler.cli.reports import prefix_of
from reconciler.cli.running import result_of
from reconciler.cli.terminal import now, out
from reconciler.desired.lint import lint, rules_by_id, unknown_ignores
from reconciler.errors import DesiredStateInvalid, Problem, in_order
from reconciler.providers.table import VENDORS
from reconciler.render.annotations import warning_remarks
from reconciler.render.annotations_github import workflow_commands
from reconciler.render.paint import Paint
from reconciler.render.problems import problems_json, problems_text
from reconciler.render.words import counted, json_line


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
        DesiredStateInvalid: the documents have problems, which come first; a comment names a rule that there is not.
    """
    scope = scope_of(directory, names, now().date())
    with asyncio.Runner() as runner:
        states = result_of(runner, desired_states(scope))
    known = rules_by_id(VENDORS)
    slips = in_order(one for state in states for one in unknown_ignores(state, directory, known))
    if slips:
        raise DesiredStateInvalid(*slips)
    on = set(choice.rules) or {*known} - scope.unlinted
    rules = on - set(choice.ignored)
    found = [
        problem
        for one, state in zip(scope.organizations, states, strict=True)
        for problem in lint(state, one.vendor, directory, rules)
    ]
    return in_order(found)


def tell_findings(found: Sequence[Problem], paint: Paint, form: str, directory: Path) -> int:
    """Say what was found in the documents of this folder, and give the exit code."""
    found = problems_seen(found, keys_at(directory, asked=False))
    if form == "json":
        out(f"{json_line({'findings': problems_json(found)})}\n")
    elif form == "github":
        remarks = warning_remarks(found, prefix_of(directory))
        out(workflow_commands(remarks, "are shown by reconciler lint"))
    elif found:
        out(f"{problems_text(found, paint)}\n\n{counted(len(found), 'finding')}.\n")
    else:
        out("Nothing found.\n")
    return ExitCode.CHANGES if found else ExitCode.DONE
