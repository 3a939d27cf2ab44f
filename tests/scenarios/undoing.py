"""Undoing a run of a company: its plan, and that plan applied."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from reconciler.cli.composition import scope_of
from reconciler.cli.connections import connected
from reconciler.cli.private_folder import journals_of
from reconciler.cli.undoing import chosen_sites, planned_undo, undone_run
from reconciler.cli.watching import Watch
from reconciler.model.plan import Plan
from reconciler.sandbox.values import Json
from reconciler.store.journal import Journals
from tests.clock import run_virtual
from tests.company import TODAY, Applied, Company, Quiet


def undo(here: Company, run: str = "last", names: Sequence[str] = ()) -> Plan:
    """Plan as `reconciler undo RUN` does."""
    return run_virtual(_undo(here, run, names))


def undone(here: Company, run: str = "last") -> Applied:
    """Undo a run: plan, and apply that plan as `reconciler apply FILE` does."""
    return here.carry_out(undo(here, run))


def last_run(here: Company) -> str:
    """Name the last run that has a journal."""
    return journals(here).find("last")


def journals(here: Company) -> Journals:
    """Give the company's journals."""
    return journals_of(here.folder)


def as_values(state: Json) -> Json:
    """Give a state as the values that it holds: one spelling of "nothing there", rows in an order of their own.

    The vendor lists in the order in which things came to be, and who is made again comes last.
    """
    if isinstance(state, dict):
        return {name: as_values(value) for name, value in state.items()}
    if isinstance(state, list):
        return sorted((as_values(value) for value in state), key=lambda row: json.dumps(row, sort_keys=True))
    return None if state == "" else state


async def _undo(here: Company, run: str, names: Sequence[str]) -> Plan:
    found = undone_run(journals(here), run)
    scope = scope_of(here.folder, chosen_sites(found.opening, names), TODAY)
    scope = replace(scope, allowances=here.allowances)
    async with connected(scope.organizations, here.folder, {}) as providers:
        return await planned_undo(found, scope, providers, Watch(Quiet().narration()))
