"""An apply under a lock in git whose lease runs by the same virtual clock as everything else."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar, TypeVarTuple, Unpack

from reconciler.apply.exit import exit_code
from reconciler.apply.summary import Summary, summarize
from reconciler.cli.carrying import carry_under
from reconciler.cli.composition import planned, scope_of
from reconciler.cli.connections import connected
from reconciler.cli.locking import take_locks, this_run
from reconciler.cli.reporting import Say
from reconciler.cli.stopping import Stop
from reconciler.cli.watching import Watch
from reconciler.errors import LockLost
from reconciler.model.event import Event
from reconciler.model.organization import Organization
from reconciler.sandbox import logged_requests
from reconciler.store.git import GitRepository
from reconciler.store.inventory_git import GitInventoryStore
from reconciler.store.lock import LeaseTerms
from tests.clock import VirtualLoop
from tests.company import TODAY, Company, Quiet
from tests.scenarios.killed import ALLOWED

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")
BEGINNING = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


class UnthreadedLoop(VirtualLoop):
    """A virtual loop that does itself what is meant for a thread: virtual time stands still meanwhile."""

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Arguments]], Result], *args: *Arguments
    ) -> asyncio.Future[Result]:
        """Do it now."""
        del executor
        future: asyncio.Future[Result] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class Attentive(Quiet):
    """A report that does something when the n-th event comes."""

    def __init__(self, at: int, then: Callable[[], object]) -> None:
        super().__init__()
        self._at = at
        self._then = then

    def event(self, event: Event, say: Say) -> None:
        """Keep an event, and see whether it is the one."""
        super().event(event, say)
        if len(self.events) == self._at:
            self._then()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an apply ended; `writes` are the virtual seconds at which a write began at the vendor."""

    error: Exception | None
    summary: Summary
    code: int
    writes: tuple[float, ...]


def apply_leased(here: Company, at: int, then: Callable[[], object]) -> Outcome:
    """Plan and apply, and let something happen when the n-th event comes."""
    with asyncio.Runner(loop_factory=UnthreadedLoop) as runner:
        return runner.run(_apply(here, Attentive(at, then)))


def store_by(terms: LeaseTerms, folder: Path, organization: str) -> GitInventoryStore:
    """Open the store of a clone under these terms."""
    repository = GitRepository(directory=folder, where=organization, environment=os.environ, now=terms.now)
    return GitInventoryStore(repository=repository, organization=organization, terms=terms)


async def _apply(here: Company, report: Quiet) -> Outcome:
    loop = asyncio.get_running_loop()
    terms = LeaseTerms(now=lambda: BEGINNING + timedelta(seconds=loop.time()), sleep=time.sleep)

    def kept(organization: Organization, folder: Path) -> GitInventoryStore:
        return store_by(terms, folder, organization.name)

    scope = replace(scope_of(here.folder, (), TODAY), allowances=ALLOWED)
    watch = Watch(report.narration())
    stop = Stop(watch.say)
    async with connected(scope.organizations, here.folder, {}) as providers:
        made = await planned(scope, providers, watch)
        inventories = {name: part.inventory for name, part in made.parts.items()}
        locks = await take_locks(
            made.plan,
            scope.organizations,
            inventories,
            here.folder,
            stop.event,
            watch,
            holder=this_run("reconciler apply"),
            kept_in=kept,
        )
        run = await carry_under(locks, made.plan, scope, providers, report, watch, stop)
    summary = summarize(made.plan, run.events)
    with here.store() as store:
        writes = tuple(row.started for row in logged_requests(store) if row.method != "GET")
    code = exit_code(summary, error=run.error is not None, lock_lost=isinstance(run.error, LockLost))
    return Outcome(error=run.error, summary=summary, code=code, writes=writes)
