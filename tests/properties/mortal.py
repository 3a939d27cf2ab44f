"""Applies that die: at a drawn place nothing reaches the disk or the vendor any more, as if by `kill -9`, in process.

A process is no more than what it can still do to the world. An apply has three ways there: the lines of its journal,
its requests, and the steps that it does in threads (locks, checkpoints, plans kept, inventories written). A `Death` is
counted down on one of them; once it has struck, all three are shut for good, and what unwinds in memory reaches nobody.
What stands stays: half a line, a write without an answer, a lock.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, NoReturn, TypeVar, TypeVarTuple

import httpx

from reconciler.apply.summary import summarize
from reconciler.cli.applying import owned_still
from reconciler.cli.carrying import carry
from reconciler.cli.connections import connected
from reconciler.cli.private_folder import journals_of, sandbox_file
from reconciler.cli.reporting import Say
from reconciler.cli.rest import Deeds, check_rest, done_in, unrecorded
from reconciler.cli.resuming import leftovers, settle
from reconciler.cli.saved import check_fits
from reconciler.cli.stopping import Stop
from reconciler.cli.watching import Watch
from reconciler.live.provider import Provider
from reconciler.model.event import Event
from reconciler.model.inventory import Holder
from reconciler.model.journal import Opening
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan
from reconciler.providers.table import connect
from reconciler.render.progress import Lines
from reconciler.sandbox import SandboxTransport, Store
from reconciler.sandbox.embedding import way_in
from reconciler.store.journal_file import JournalFile
from reconciler.store.lock import lock_text
from tests.clock import VirtualLoop, run_virtual
from tests.company import Applied, Company, Quiet

KILLED = 137
"""What a shell says of a process that was killed."""

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class Killed(BaseException):
    """The run is dead."""


class Place(StrEnum):
    """Where a run can die."""

    LINE_BEFORE = "before a line of the journal"
    LINE_HALF = "over half a line of the journal"
    LINE_AFTER = "after a line of the journal"
    WRITE_OUT = "before a write went out"
    WRITE_BACK = "before a write's answer came back"
    STEP_BEFORE = "before a step on the disk"
    STEP_AFTER = "after a step on the disk"


class Death:
    """Waits for a run at the n-th time that it comes by a place."""

    def __init__(self, place: Place, last: int) -> None:
        self.place = place
        self.struck = False
        self._left = last
        self._open: set[int] = set()

    def check(self) -> None:
        """Let nobody through any more once it has struck."""
        if self.struck:
            raise Killed

    def due(self, place: Place) -> bool:
        """Count a run that comes by a place, and say whether this is the time."""
        self._left -= place is self.place
        return place is self.place and self._left == 0

    def strike(self) -> NoReturn:
        """Strike."""
        self.struck = True
        raise Killed

    def meet(self, place: Place) -> None:
        """Strike if the run is due at this place, or dead already."""
        self.check()
        if self.due(place):
            self.strike()

    def begin(self, path: Path, opening: Opening) -> JournalFile:
        """Begin a journal that the run may die over."""

        class Journal(MortalFile):
            death: ClassVar[Death] = self

        return Journal.begun(path, opening)

    def opened(self, descriptor: int) -> None:
        """Take note of a file that is open."""
        self._open.add(descriptor)

    def closed(self, descriptor: int) -> None:
        """Take note that it is not."""
        self._open.discard(descriptor)

    def bury(self) -> None:
        """Close what the system closes of a process that is gone."""
        for descriptor in self._open:
            os.close(descriptor)
        self._open.clear()


class MortalFile(JournalFile):
    """A journal that a run dies over."""

    death: ClassVar[Death]

    def _write(self, content: bytes) -> None:
        self.death.opened(self._descriptor)
        self.death.meet(Place.LINE_BEFORE)
        if self.death.due(Place.LINE_HALF):
            super()._write(content[: len(content) // 2])
            self.death.strike()
        super()._write(content)
        self.death.meet(Place.LINE_AFTER)

    def close(self) -> None:
        """Let go of the file."""
        self.death.closed(self._descriptor)
        super().close()


class MortalWay(httpx.AsyncBaseTransport):
    """The way to the sandbox, on which a run dies before a write sets out, or before its answer arrives."""

    def __init__(self, way: SandboxTransport, death: Death) -> None:
        self._way = way
        self._death = death

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request out, if the run still lives."""
        self._death.check()
        if request.method == "GET":
            return await self._way.handle_async_request(request)
        self._death.meet(Place.WRITE_OUT)
        answer = await self._way.handle_async_request(request)
        self._death.meet(Place.WRITE_BACK)
        return answer


class MortalLoop(VirtualLoop):
    """A loop whose threads do nothing any more for a run that is dead."""

    def __init__(self, death: Death) -> None:
        super().__init__()
        self._death = death

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Arguments], Result], *args: *Arguments
    ) -> asyncio.Future[Result]:
        """Do something in a thread, and die before or after it."""
        self._death.meet(Place.STEP_BEFORE)

        def done() -> Result:
            result = func(*args)
            self._death.meet(Place.STEP_AFTER)
            return result

        return super().run_in_executor(executor, done)


class Mourner(Quiet):
    """A report that hears nothing more of a run that is dead."""

    def __init__(self, report: Quiet, death: Death | None) -> None:
        super().__init__()
        self._report = report
        self._death = death

    def event(self, event: Event, say: Say) -> None:
        """Keep an event."""
        if self._death is None or not self._death.struck:
            self._report.event(event, say)


class MortalCompany(Company):
    """A company whose next apply dies, where a death is set, and goes on with a run, where one is named.

    Before each, what dead runs left open is settled.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.death: Death | None = None
        self.told: list[str] = []
        self.resumes = ""

    def carry_out(self, plan: Plan, report: Quiet | None = None) -> Applied:
        """Apply a plan as `reconciler apply FILE` and `apply --resume` do, or die over it."""
        quiet, death = report or Quiet(), self.death
        if death is None or not plan.complete:
            return self._ended(run_virtual(self._carried(plan, quiet)) if plan.complete else plan, quiet)
        try:
            with asyncio.Runner(loop_factory=lambda: MortalLoop(death)) as runner:
                left = runner.run(self._carried(plan, quiet, death))
        except BaseException:
            if not death.struck:
                raise
        finally:
            death.bury()
        if not death.struck:
            return self._ended(left, quiet)
        return Applied(plan=plan, events=tuple(quiet.events), summary=summarize(plan, quiet.events), code=KILLED)

    async def _carried(self, plan: Plan, quiet: Quiet, death: Death | None = None) -> Plan:
        scope = replace(self._scope(plan.scope), agreed=self.agreed or plan.digest)
        check_fits(plan, scope.organizations)
        begin = JournalFile.begun if death is None else death.begin
        async with self._ways(scope.organizations, death) as providers:
            watch = Watch(Lines(self.told.append, lambda: 0.0))
            found = await asyncio.to_thread(leftovers, scope, watch.say)
            done: Deeds = done_in(journals_of(self.folder), self.resumes) if self.resumes else {}
            left, inventories = await owned_still(plan, scope, providers, watch, done)
            if self.resumes:
                check_rest(self.resumes, plan, left, inventories, watch.say)
            await settle(found, scope, providers, {}, inventories, watch.say, "a test")
            report, stop = Mourner(quiet, death), Stop(watch.say)
            told = unrecorded(plan, done, inventories)
            run = await carry(
                left, scope, providers, inventories, report, watch, stop, whole=plan, told=told, begin=begin
            )
        if run.error is not None:
            raise run.error
        return left

    def _ways(
        self, organizations: Iterable[Organization], death: Death | None
    ) -> AbstractAsyncContextManager[Mapping[str, Provider]]:
        if death is None:
            return connected(organizations, self.folder, {})
        return connected_until(organizations, self.folder, death)


def run_out(lock: Path, holder: Holder) -> None:
    """Let a lease run out."""
    ended = (datetime.now(UTC) - timedelta(seconds=31)).isoformat()
    lock.write_bytes(lock_text(replace(holder, until=ended)))


@asynccontextmanager
async def connected_until(
    organizations: Iterable[Organization], directory: Path, death: Death
) -> AsyncIterator[Mapping[str, Provider]]:
    """Open the way to the embedded sandbox, as `connected` does, until death."""
    async with AsyncExitStack() as stack:
        store = Store(sandbox_file(directory))
        stack.callback(store.close)
        opened: dict[str, Provider] = {}
        for one in organizations:
            way = way_in(store, one.name, one.vendor.name)
            transport = MortalWay(SandboxTransport(store, auto_create=True, organization=one.name), death)
            provider = connect(one, way.credentials, f"http://127.0.0.1{way.path}", transport, directory)
            stack.push_async_callback(provider.aclose)
            opened[one.name] = provider
        yield opened
