"""The run behind `apply`: a plan, made now or saved before, is carried out and told, and the exit code is found.

One event loop and one connection to each organization serve planning and applying, so that one pace holds over both.
The loop stands still while the question is asked.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from reconciler.apply.execute import execute
from reconciler.apply.exit import ExitCode, exit_code
from reconciler.apply.summary import summarize
from reconciler.cli.approval import approved
from reconciler.cli.carrying import carried_out
from reconciler.cli.composition import Scope, planned, scope_of
from reconciler.cli.connections import connected
from reconciler.cli.endings import as_shown
from reconciler.cli.endings import told as told_of
from reconciler.cli.reporting import Report
from reconciler.cli.running import result_of
from reconciler.cli.saved import check_fits, narrowed
from reconciler.cli.stopping import stoppable
from reconciler.cli.terminal import err, now
from reconciler.cli.watching import watched
from reconciler.live.provider import Provider
from reconciler.model.plan import Plan
from reconciler.render.paint import PLAIN
from reconciler.store.plan_file import read_plan


class Application:
    """One apply of some organizations of a folder."""

    def __init__(self, directory: Path, names: Sequence[str], report: Report, *, asks: bool) -> None:
        self._directory = directory
        self._names = names
        self._report = report
        self._asks = asks

    def run(self, file: Path | None) -> int:
        """Apply the plan in a file, or one that is made now, and give the exit code.

        Raises:
            ReconcilerError: nothing could be planned, or the plan cannot be carried out; nothing was written.
        """
        saved = narrowed(read_plan(file), self._names) if file else None
        scope = scope_of(self._directory, saved.scope if saved else self._names, now().date())
        if saved is not None:
            check_fits(saved, scope.organizations)
        with asyncio.Runner() as runner:
            stack = AsyncExitStack()
            try:
                providers = runner.run(_open(stack, scope))
                plan = saved or result_of(runner, self._plan(scope, providers))
                return self._apply(runner, plan, scope, providers, shown=saved is not None)
            finally:
                runner.run(stack.aclose())

    async def _plan(self, scope: Scope, providers: Mapping[str, Provider]) -> Plan:
        with self._report.narration() as told:
            async with watched(told) as watch:
                return await planned(scope, providers, watch)

    def _apply(
        self, runner: asyncio.Runner, plan: Plan, scope: Scope, providers: Mapping[str, Provider], *, shown: bool
    ) -> int:
        if not shown:
            self._report.plan(plan)
        if not plan.complete:
            return exit_code(complete=False, blocked=bool(plan.blocked))
        if plan.changes and self._asks and not approved():
            err("\nApply cancelled.")
            return ExitCode.ERROR
        return runner.run(self._carry_out(plan, scope, providers))

    async def _carry_out(self, plan: Plan, scope: Scope, providers: Mapping[str, Provider]) -> int:
        """Apply, and tell the sums whatever happened on the way."""
        in_flight = {organization.name: organization.in_flight for organization in scope.organizations}
        with self._report.narration() as told, stoppable(told.say) as stop:
            async with watched(told) as watch:
                events = execute(plan, providers, in_flight, stop=stop.event)
                run = await carried_out(plan, events, self._report, watch, stop.event)
        if run.error is not None and not run.events:
            raise run.error
        summary = summarize(plan, run.events)
        self._report.end(summary)
        if run.error is not None:
            self._report.problems(as_shown(run.error).problems)
            err(told_of(run.error, PLAIN))
        return exit_code(summary, blocked=bool(plan.blocked), error=run.error is not None, signal=stop.signal)


async def _open(stack: AsyncExitStack, scope: Scope) -> Mapping[str, Provider]:
    return await stack.enter_async_context(connected(scope.organizations, scope.directory, os.environ))
