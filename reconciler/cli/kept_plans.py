"""The plan that is kept beside a run's journal: what `--resume` goes on with, and what tells what the run meant.

Whoever only wants to know does without one that is not there; `--resume` does not, and points to the plain apply.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.apply.aftermath import Name, changes_by_name
from reconciler.errors import Problem, ReconcilerError, UsageInvalid
from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.store.journal import Journals, Say, quiet
from reconciler.store.plan_file import read_plan

_WITHOUT = "Apply without --resume: that settles what was left open by the inventory, and plans the rest:"
_COMMAND = "reconciler apply"


def plan_to_resume(journals: Journals, name: str, say: Say = quiet) -> tuple[str, Plan]:
    """Give the whole id of a run, and its plan; `say` is told what was passed over.

    Raises:
        UsageInvalid: there is no such run here, or its plan was not kept.
        ReconcilerError: journal or plan cannot be read.
    """
    run = journals.find(name, say)
    path = journals.plan_path(run)
    with without_it():
        if not path.exists():
            raise UsageInvalid(_no_plan(run, masked=journals.opening(run).masked))
        return run, read_plan(path)


def kept_changes(journals: Journals, run: str) -> Mapping[Name, Change]:
    """Give the changes of a run's plan; none where it was not kept, or is not to be read any more."""
    try:
        return changes_by_name(read_plan(journals.plan_path(run)).changes)
    except ReconcilerError:
        return {}


@contextlib.contextmanager
def without_it() -> Iterator[None]:
    """Say of what cannot be read for `--resume` that the plain apply needs none of it."""
    try:
        yield
    except UsageInvalid:
        raise
    except ReconcilerError as error:
        told = (replace(one, remedy=_WITHOUT, command=_COMMAND) for one in error.problems)
        raise ReconcilerError(*told) from error


def _no_plan(run: str, *, masked: bool) -> Problem:
    return Problem(
        code="resume-impossible",
        summary="the plan of this run is not here",
        where="--resume",
        detail=f'Beside the journal of run "{run}" stands no plan.',
        why="With personal values kept out of journals (journal: {personal: mask}) no plan is kept, as it holds them."
        if masked
        else "It was deleted.",
        remedy=_WITHOUT,
        command=_COMMAND,
    )
