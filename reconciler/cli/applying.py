"""The run behind `apply`: a plan, made now or saved before, is carried out and told, and the exit code is found.

One event loop and one connection to each organization serve planning and applying, so that one pace holds over both.
The loop stands still while the question is asked. The locks are taken after the answer and before the first write.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from reconciler.apply.exit import ExitCode, exit_code
from reconciler.cli.agreement import check_agreed
from reconciler.cli.approval import approved
from reconciler.cli.carrying import carry
from reconciler.cli.composition import Scope, scope_of, together
from reconciler.cli.connections import connected
from reconciler.cli.endings import as_shown
from reconciler.cli.endings import told as told_of
from reconciler.cli.failures import hide_people
from reconciler.cli.kept_plans import plan_to_resume
from reconciler.cli.leaving import leaving_at_once
from reconciler.cli.locking import await_free, outrun, this_run
from reconciler.cli.private_folder import journals_of
from reconciler.cli.recollection import check_certain
from reconciler.cli.reporting import Report
from reconciler.cli.rest import Deeds, check_rest, done_in, unrecorded
from reconciler.cli.resuming import leftovers, planned_anew, settle
from reconciler.cli.running import result_of
from reconciler.cli.saved import check_fits, check_identity, check_owned, left_of, narrowed
from reconciler.cli.stopping import stoppable
from reconciler.cli.stores import inventory_of
from reconciler.cli.terminal import err, now
from reconciler.cli.watching import Watch, watched
from reconciler.errors import PlanStale, ReconcilerError
from reconciler.live.provider import Provider
from reconciler.model.change import Action
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
    it waits for a lock that another run holds. `most`: how many requests a minute it may send to an organization.
    `resume`: the run whose plan is gone on with. `since`: the revision that the plan is held to the changes since.
    `retry`: whether what the vendor set back is sent again. `command`: what was called. `personal`: whether people are
    to be shown.
    """

    asks: bool = False
    expect: str = ""
    wait: float = 0.0
    allowances: tuple[Allowance, ...] = ()
    most: int | None = None
    resume: str = ""
    since: str = ""
    retry: bool = False
    command: str = "reconciler apply"
    personal: bool = False


class Application:
    """One apply of some organizations of a folder."""

    def __init__(self, directory: Path, names: Sequence[str], report: Report, terms: Terms) -> None:
        self._directory = directory
        self._names = names
        self._report = report
        self._terms = terms
        self._holder = this_run(terms.command)
        self._run = ""
        self._done: Deeds = {}

    def run(self, file: Path | None) -> int:
        """Apply the plan in a file, or one that is made now, and give the exit code.

        Raises:
            ReconcilerError: nothing could be planned, or the plan cannot be carried out; nothing was written.
        """
        saved = self._saved(file)
        names = saved.scope if saved else self._names
        scope = scope_of(self._directory, names, now().date(), self._terms.most)
        agreed = saved.digest if saved else self._terms.expect
        scope = replace(
            scope,
            allowances=self._terms.allowances,
            agreed=agreed,
            since=self._terms.since,
            retry_overridden=self._terms.retry,
        )
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

    def _saved(self, file: Path | None) -> Plan | None:
        if self._terms.resume:
            journals = journals_of(self._directory)
            self._run, plan = plan_to_resume(journals, self._terms.resume, err)
            self._done = done_in(journals, self._run)
        elif file is not None:
            plan = read_plan(file)
        else:
            return None
        return narrowed(plan, self._names)

    def _attempt(self, scope: Scope, saved: Plan | None) -> int:
        with asyncio.Runner() as runner:
            stack = AsyncExitStack()
            try:
                providers = runner.run(_open(stack, scope))
                if saved is not None:
                    left, owned = result_of(runner, self._check(saved, scope, providers))
                    return self._apply(runner, left, scope, providers, owned, saved=saved)
                plan, inventories = result_of(runner, self._plan(scope, providers))
                return self._apply(runner, plan, scope, providers, inventories)
            finally:
                runner.run(stack.aclose())

    async def _check(
        self, saved: Plan, scope: Scope, providers: Mapping[str, Provider]
    ) -> tuple[Plan, Mapping[str, Inventory | None]]:
        with self._report.narration() as told:
            async with watched(told) as watch:
                with leaving_at_once():
                    found = await asyncio.to_thread(leftovers, scope, watch.say)
                    checked = await owned_still(saved, scope, providers, watch, self._done)
                    if self._run:
                        check_rest(self._run, saved, *checked, watch.say)
                await settle(found, scope, providers, {}, checked[1], watch.say, self._holder.id, scope.clock())
        return checked

    async def _plan(
        self, scope: Scope, providers: Mapping[str, Provider]
    ) -> tuple[Plan, Mapping[str, Inventory | None]]:
        with self._report.narration() as told:
            async with watched(told) as watch:
                made = await planned_anew(scope, providers, watch, self._holder.id)
        return made.plan, {name: part.inventory for name, part in made.parts.items()}

    def _apply(
        self,
        runner: asyncio.Runner,
        plan: Plan,
        scope: Scope,
        providers: Mapping[str, Provider],
        inventories: Mapping[str, Inventory | None],
        *,
        saved: Plan | None = None,
    ) -> int:
        if saved is None:
            self._report.plan(plan)
        if not plan.complete:
            return exit_code(complete=False, blocked=bool(plan.blocked))
        if self._terms.expect:
            check_agreed(plan, self._terms.expect, inventories)
        if plan.changes and self._terms.asks and not approved():
            err("\nApply cancelled.")
            return ExitCode.ERROR
        return runner.run(self._carry_out(plan, scope, providers, inventories, saved))

    async def _carry_out(
        self,
        plan: Plan,
        scope: Scope,
        providers: Mapping[str, Provider],
        inventories: Mapping[str, Inventory | None],
        saved: Plan | None,
    ) -> int:
        """Apply, and tell the sums whatever happened on the way."""
        with self._report.narration() as told, stoppable(told.say) as stop:
            async with watched(told) as watch:
                done = unrecorded(saved, self._done, inventories) if saved is not None else ()
                run = await carry(
                    plan,
                    scope,
                    providers,
                    inventories,
                    self._report,
                    watch,
                    stop,
                    holder=self._holder,
                    whole=saved,
                    told=done,
                )
        if run.error is not None and not run.events:
            raise run.error
        self._report.end(run.summary)
        if run.error is not None:
            error = as_shown(run.error)
            hide_people(error, self._directory, asked=self._terms.personal)
            self._report.problems(error.problems)
            err(told_of(error, PLAIN))
        return run.code


async def owned_still(
    saved: Plan,
    scope: Scope,
    providers: Mapping[str, Provider],
    watch: Watch,
    journalled: Collection[tuple[str, Action]] = (),
) -> tuple[Plan, Mapping[str, Inventory | None]]:
    """Read what is managed now, and hold a plan that was made before against it and against who answers now.

    Gives what is left of the plan, where an earlier apply of it has done a part, and the inventories. `journalled` is
    what the run that is gone on with has done.

    Raises:
        Locked: it is not what the plan was made from, and another run holds the lock.
        PlanStale: it is not what the plan was made from; nothing was written.
        LiveStateUnreadable: nobody can say whether it is the same organization that answers.
    """
    inventories = await asyncio.to_thread(inventories_under, saved, scope)
    left = left_of(saved, inventories, journalled)
    if left is not saved:
        done = len(saved.changes) - len(left.changes)
        watch.say(f"Applied already, and not done again: {counted(done, 'change')} of the plan.")
    try:
        check_owned(left, inventories, scope.today)
    except PlanStale:  # for a run that is writing just now, perhaps: then that is what to say
        await asyncio.to_thread(await_free, scope.organizations, scope.directory, 0.0, watch.say)
        raise
    await check_certain(left, scope.organizations, inventories, providers, scope.directory, scope.clock())
    watch.turn_to("Asking whether it is the same organization")
    await together(
        check_identity(left, one, inventories[one.name], providers[one.name], partial(watch.reads, one.name))
        for one in scope.organizations
    )
    return left, inventories


def inventories_under(plan: Plan, scope: Scope) -> Mapping[str, Inventory | None]:
    """Read what is managed now of the organizations of a plan, be it under the name that one had before."""
    former = {share.organization: share.former for share in plan.shares}
    return {one.name: inventory_of(one, scope.directory, former[one.name]) for one in scope.organizations}


async def _open(stack: AsyncExitStack, scope: Scope) -> Mapping[str, Provider]:
    return await stack.enter_async_context(connected(scope.organizations, scope.directory, os.environ))
