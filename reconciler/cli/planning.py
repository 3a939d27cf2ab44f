"""The run behind `plan`: connect, read, build; then how it ends."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reconciler.apply.exit import ExitCode, exit_code
from reconciler.cli.agreement import check_agreed
from reconciler.cli.composition import Scope, planned, scope_of
from reconciler.cli.connections import connected
from reconciler.cli.running import result_of
from reconciler.cli.terminal import err, now
from reconciler.cli.watching import watched
from reconciler.model.plan import Plan
from reconciler.model.state import Allowance
from reconciler.render.progress import Narration
from reconciler.store.plan_file import write_plan


def make_plan(
    directory: Path,
    names: Sequence[str],
    narration: Narration,
    allowances: tuple[Allowance, ...] = (),
    most: int | None = None,
    since: str = "",
    *,
    retry: bool = False,
) -> Plan:
    """Make the plan of these organizations, all of them without a name, with at most `most` requests a minute each.

    With `since` it is held to what changed since this branch left that revision. With `retry` it sends again what the
    vendor set back.
    """
    scope = scope_of(directory, names, now().date(), most)
    with asyncio.Runner() as runner:
        return result_of(
            runner, _make(replace(scope, allowances=allowances, since=since, retry_overridden=retry), narration)
        )


async def _make(scope: Scope, narration: Narration) -> Plan:
    async with connected(scope.organizations, scope.directory, os.environ) as providers, watched(narration) as watch:
        return (await planned(scope, providers, watch)).plan


def save_plan(plan: Plan, file: Path, command: str) -> None:
    """Write a plan to a file, for its owner alone, and say by which command it is applied."""
    write_plan(file, plan)
    err(f"\nSaved the plan to {file}. To carry out exactly this:\n    {command}")


def plan_ending(plan: Plan, *, detailed: bool, expected: str = "") -> int:
    """Give the exit code of a plan that was shown.

    Raises:
        PlanStale: another plan was expected.
    """
    if expected and plan.complete:
        check_agreed(plan, expected, {})
        return ExitCode.DONE
    return exit_code(complete=plan.complete, blocked=bool(plan.blocked), changes=detailed and not plan.empty)
