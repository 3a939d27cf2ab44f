"""The question before an apply, and whether anybody is there to answer it."""

from __future__ import annotations

from typing import TextIO

import click

from reconciler.errors import Problem, UsageInvalid

_QUESTION = """
Do you want to perform these actions?
  The actions described above will be performed.
  Only 'yes' will be accepted to approve.

  Enter a value"""


def check_answerable(stdin: TextIO, *, as_json: bool) -> None:
    """Refuse to begin what would end in a question that nobody can answer.

    Raises:
        UsageInvalid: the input is no terminal, or the output is for a program.
    """
    if stdin.isatty() and not as_json:
        return
    raise UsageInvalid(
        Problem(
            code="approval-missing",
            summary="nobody is there to approve the plan",
            where="reconciler apply",
            detail="With --json nothing is asked." if as_json else "The input is no terminal, so nothing can be asked.",
            remedy="Approve without being asked, or apply a plan that was saved and reviewed:",
            command="reconciler apply --auto-approve\nreconciler plan --out plan.out && reconciler apply plan.out",
        )
    )


def approved() -> bool:
    """Ask, and say whether the answer was yes."""
    answer: str = click.prompt(_QUESTION, default="", show_default=False)
    return answer == "yes"
