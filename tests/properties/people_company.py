"""One account at Billabex for many worlds: one loop on virtual time, one store in memory, a fresh provider per command.

The stations are the product's own, and what goes over the wire is real HTTP messages. Only what one run of the program
pays once, the loop, the threads and the reading of reconciler.yaml, is paid once for all worlds.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from reconciler.apply.exit import exit_code
from reconciler.apply.summary import Summary, summarize
from reconciler.cli.carrying import carry
from reconciler.cli.composition import Scope, planned, scope_of
from reconciler.cli.stopping import Stop
from reconciler.cli.stores import inventory_of
from reconciler.cli.watching import Watch
from reconciler.live.provider import Provider
from reconciler.model.event import Event
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.model.state import Allowance
from reconciler.providers.table import connect
from reconciler.render.progress import Lines
from reconciler.sandbox import SandboxTransport, Store, clear_requests, seed, show
from reconciler.sandbox.values import JsonObject
from tests.clock import VirtualLoop
from tests.company import Quiet
from tests.properties.reviewer import overrides

NAME = "acme"
BASE_URL = "https://next.billabex.com/api/public/v1"
CREDENTIALS = {"accessToken": f"sandbox-{NAME}"}
GUARDS = {"adopt-removes", "list-emptied", "main-removed", "delete-ceiling", "update-ceiling"}
TODAY = date(2026, 1, 15)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A plan, and what came of it; `events` are None where it was not applied."""

    plan: Plan
    events: tuple[Event, ...] | None = None
    summary: Summary | None = None
    code: int = 0
    error: Exception | None = None


class PeopleCompany:
    """A folder with `reconciler.yaml`, documents and an inventory; `begin` makes it another company."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = Store()
        self._runner = asyncio.Runner(loop_factory=VirtualLoop)
        self._scopes: dict[str, Scope] = {}
        self._scope = Scope(directory=folder, organizations=(), today=TODAY)
        (folder / "documents").mkdir(parents=True)

    def close(self) -> None:
        """End the loop and the store."""
        self._runner.close()
        self._store.close()

    def run(self, work: Coroutine[object, object, Result]) -> Result:
        """Do something on the company's loop."""
        return self._runner.run(work)

    def begin(self, configuration: str, data: JsonObject) -> None:
        """Have another company in this folder: nothing managed, nothing declared, and this at the vendor."""
        shutil.rmtree(self.folder / ".reconciler", ignore_errors=True)
        if configuration not in self._scopes:
            (self.folder / "reconciler.yaml").write_text(configuration)
            self._scopes[configuration] = scope_of(self.folder, (), TODAY)
        self._scope = self._scopes[configuration]
        seed(self._store, NAME, {"vendor": "billabex", **data})
        clear_requests(self._store)

    def declare(self, document: str) -> None:
        """Write the company's one document."""
        (self.folder / "documents" / "all.yaml").write_text(document)

    def shown(self) -> JsonObject:
        """Give the sandbox's state with ids."""
        return show(self._store, NAME)

    def inventory(self) -> Inventory | None:
        """Give what is managed."""
        (organization,) = self._scope.organizations
        return inventory_of(organization, self.folder)

    async def apply(self) -> Done:
        """Plan, let through what asks for a reviewer's word alone, and carry out a plan that refuses nothing more."""
        watch, quiet, scope = Watch(Lines(lambda _line: None, lambda: 0.0)), Quiet(), self._scope
        async with self._connected() as providers:
            made = await planned(scope, providers, watch)
            words = reviewers_words(made.plan)
            if words:
                scope = replace(scope, allowances=words)
        async with self._connected() as providers:
            if words:
                made = await planned(scope, providers, watch)
            plan = made.plan
            if plan.blocked or not plan.complete:
                return Done(plan=plan)
            inventories: Mapping[str, Inventory | None] = {NAME: made.parts[NAME].inventory}
            run = await carry(plan, scope, providers, inventories, quiet, watch, Stop(watch.say))
        summary = summarize(plan, quiet.events)
        return Done(
            plan=plan,
            events=tuple(quiet.events),
            summary=summary,
            code=exit_code(summary, complete=plan.complete, blocked=False, error=run.error is not None),
            error=run.error,
        )

    async def plan(self) -> Plan:
        """Plan as `reconciler plan` does."""
        async with self._connected() as providers:
            return (await planned(self._scope, providers, Watch(Lines(lambda _line: None, lambda: 0.0)))).plan

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[dict[str, Provider]]:
        (organization,) = self._scope.organizations
        transport = SandboxTransport(self._store, organization=NAME)
        provider = connect(organization, CREDENTIALS, BASE_URL, transport, self.folder)
        try:
            yield {NAME: provider}
        finally:
            await provider.aclose()


def reviewers_words(plan: Plan) -> tuple[Allowance, ...]:
    """Give what a reviewer types where nothing but guards is in the way."""
    codes = {problem.code for one in plan.blocked for problem in (one.problem, *one.others)}
    return tuple(overrides(plan)) if codes and codes <= GUARDS else ()
