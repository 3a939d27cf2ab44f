"""The run behind `apply`: a plan, made now or saved before, is carried out and told, and the exit code is found.

One event loop and one connection to each organization serve planning and applying, so that one pace holds over both.
The loop stands still while the question is asked. The locks are taken after the answer and before the first write.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from reconciler.apply.execute import execute
from reconciler.apply.exit import ExitCode, exit_code
from reconciler.apply.summary import summarize
from reconciler.cli.agreement import check_agreed
from reconciler.cli.approval import approved
from reconciler.cli.carrying import Run, carried_out
from reconciler.cli.composition import Scope, planned, scope_of, together
from reconciler.cli.connections import connected
from reconciler.cli.endings import as_shown
from reconciler.cli.endings import told as told_of
from reconciler.cli.holding import Locks, undisturbed
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.locking import await_free, outrun, take_locks, this_run
from reconciler.cli.reporting import Report
from reconciler.cli.running import result_of
from reconciler.cli.saved import check_fits, check_identity, check_owned, left_of, narrowed
from reconciler.cli.stopping import Stop, stoppable
from reconciler.cli.stores import inventory_of
from reconciler.cli.terminal import err, now
from reconciler.cli.watching import Watch, watched
from reconciler.errors import LockLost, PlanStale, ReconcilerError
from reconciler.live.provider import Provider
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.model.state import Allowance
from reconciler.render.paint import PLAIN
from reconciler.render.words import counted
from reconciler.store.plan_file import read_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How an apply goes about it.

    `asks`: whether it asks before it begins. `expect`: the digest of the reviewed plan. `wait`: for how many seconds
    it waits for a lock that another run holds.
    """

    asks: bool = False
    expect: str = ""
    wait: float = 0.0
    allowances: tuple[Allowance, ...] = ()


class Application:
    """One apply of some organizations of a folder."""

    def __init__(self, directory: Path, names: Sequence[str], report: Report, terms: Terms) -> None:
        self._directory = directory
        self._names = names
        self._report = report
        self._terms = terms

    def run(self, file: Path | None) -> int:
        """Apply the plan in a file, or one that is made now, and give the exit code.

        Raises:
            ReconcilerError: nothing could be planned, or the plan cannot be carried out; nothing was written.
        """
        saved = narrowed(read_plan(file), self._names) if file else None
        scope = scope_of(self._directory, saved.scope if saved else self._names, now().date())
        agreed = saved.digest if saved else self._terms.expect
        scope = replace(scope, allowances=self._terms.allowances, agreed=agreed)
        if saved is not None:
            check_fits(saved, scope.organizations)
        end = time.monotonic() + self._terms.wait
        while True:  # again only if another run took the lock after this one had planned, and there is patience left
            left = max(0.0, end - time.monotonic())
            with self._report.narration() as told:
                await_free(scope.organizations, self._directory, left, told.say)
            try:
                return self._attempt(scope, saved)
            except ReconcilerError as error:
                if not left or not outrun(error):
                    raise
                with self._report.narration() as told:
                    told.say("Another run came first; looking again when it has ended…")

    def _attempt(self, scope: Scope, saved: Plan | None) -> int:
        with asyncio.Runner() as runner:
            stack = AsyncExitStack()
            try:
                providers = runner.run(_open(stack, scope))
                if saved is not None:
                    left, owned = result_of(runner, self._check(saved, scope, providers))
                    return self._apply(runner, left, scope, providers, owned, shown=True)
                plan, inventories = result_of(runner, self._plan(scope, providers))
                return self._apply(runner, plan, scope, providers, inventories, shown=False)
            finally:
                runner.run(stack.aclose())

    async def _check(
        self, saved: Plan, scope: Scope, providers: Mapping[str, Provider]
    ) -> tuple[Plan, Mapping[str, Inventory | None]]:
        with self._report.narration() as told:
            async with watched(told) as watch:
                with leaving_at_once():
                    return await owned_still(saved, scope, providers, watch)

    async def _plan(
        self, scope: Scope, providers: Mapping[str, Provider]
    ) -> tuple[Plan, Mapping[str, Inventory | None]]:
        with self._report.narration() as told:
            async with watched(told) as watch:
                made = await planned(scope, providers, watch)
        return made.plan, {name: part.inventory for name, part in made.parts.items()}

    def _apply(
        self,
        runner: asyncio.Runner,
        plan: Plan,
        scope: Scope,
        providers: Mapping[str, Provider],
        inventories: Mapping[str, Inventory | None],
        *,
        shown: bool,
    ) -> int:
        if not shown:
            self._report.plan(plan)
        if not plan.complete:
            return exit_code(complete=False, blocked=bool(plan.blocked))
        if self._terms.expect:
            check_agreed(plan, self._terms.expect, inventories)
        if plan.changes and self._terms.asks and not approved():
            err("\nApply cancelled.")
            return ExitCode.ERROR
        return runner.run(self._carry_out(plan, scope, providers, inventories))

    async def _carry_out(
        self,
        plan: Plan,
        scope: Scope,
        providers: Mapping[str, Provider],
        inventories: Mapping[str, Inventory | None],
    ) -> int:
        """Apply, and tell the sums whatever happened on the way."""
        with self._report.narration() as told, stoppable(told.say) as stop:
            async with watched(told) as watch:
                run = await carry(plan, scope, providers, inventories, self._report, watch, stop)
        if run.error is not None and not run.events:
            raise run.error
        summary = summarize(plan, run.events)
        self._report.end(summary)
        if run.error is not None:
            self._report.problems(as_shown(run.error).problems)
            err(told_of(run.error, PLAIN))
        return exit_code(
            summary,
            blocked=bool(plan.blocked),
            error=run.error is not None,
            lock_lost=isinstance(run.error, LockLost),
            signal=stop.signal,
        )


async def owned_still(
    saved: Plan, scope: Scope, providers: Mapping[str, Provider], watch: Watch
) -> tuple[Plan, Mapping[str, Inventory | None]]:
    """Read what is managed now, and hold a plan that was made before against it and against who answers now.

    Gives what is left of the plan, where an earlier apply of it has done a part, and the inventories.

    Raises:
        Locked: it is not what the plan was made from, and another run holds the lock.
        PlanStale: it is not what the plan was made from; nothing was written.
        LiveStateUnreadable: nobody can say whether it is the same organization that answers.
    """
    inventories = await asyncio.to_thread(inventories_under, saved, scope)
    left = left_of(saved, inventories)
    if left is not saved:
        done = len(saved.changes) - len(left.changes)
        watch.say(f"Applied already, and not done again: {counted(done, 'change')} of the plan.")
    try:
        check_owned(left, inventories, scope.today)
    except PlanStale:  # for a run that is writing just now, perhaps: then that is what to say
        await asyncio.to_thread(await_free, scope.organizations, scope.directory, 0.0, watch.say)
        raise
    watch.turn_to("Asking whether it is the same organization")
    await together(
        check_identity(left, one, inventories[one.name], providers[one.name], partial(watch.reads, one.name))
        for one in scope.organizations
    )
    return left, inventories


async def carry(
    plan: Plan,
    scope: Scope,
    providers: Mapping[str, Provider],
    inventories: Mapping[str, Inventory | None],
    report: Report,
    watch: Watch,
    stop: Stop,
) -> Run:
    """Take the locks, carry the plan out, keep the locks meanwhile, and let them go.

    Raises:
        Locked: another run holds one of them; nothing was written.
        PlanStale: an inventory was written since it was read; nothing was written.
    """
    holder = this_run("reconciler apply")
    taking = take_locks(
        plan, scope.organizations, inventories, scope.directory, stop.event, holder=holder, agreed=scope.agreed
    )
    locks = await undisturbed(taking, stop.event)
    return await carry_under(locks, plan, scope, providers, report, watch, stop)


async def carry_under(
    locks: Locks,
    plan: Plan,
    scope: Scope,
    providers: Mapping[str, Provider],
    report: Report,
    watch: Watch,
    stop: Stop,
) -> Run:
    """Carry a plan out under locks that are held, keep them meanwhile, and let them go; what goes wrong is kept."""
    in_flight = {organization.name: organization.in_flight for organization in scope.organizations}
    for line in locks.successions():
        watch.say(line)
    keeping = asyncio.create_task(locks.keep(watch.say))
    try:
        events = execute(plan, providers, in_flight, stop=stop.event)
        run = await carried_out(plan, events, report, watch, stop.event, locks.take)
    finally:
        await locks.end(keeping)
    run.error = run.error or locks.lost
    return run


def inventories_under(plan: Plan, scope: Scope) -> Mapping[str, Inventory | None]:
    """Read what is managed now of the organizations of a plan, be it under the name that one had before."""
    former = {share.organization: share.former for share in plan.shares}
    return {one.name: inventory_of(one, scope.directory, former[one.name]) for one in scope.organizations}


async def _open(stack: AsyncExitStack, scope: Scope) -> Mapping[str, Provider]:
    return await stack.enter_async_context(connected(scope.organizations, scope.directory, os.environ))
