"""A company in a folder of its own: documents, the embedded sandbox, and the product's own stations over both.

Time is virtual and the exchange with the sandbox is real HTTP messages; nothing of the product is replaced.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from reconciler.apply.exit import exit_code
from reconciler.apply.summary import Summary, summarize
from reconciler.cli.applying import inventories_under, owned_still
from reconciler.cli.carrying import carry
from reconciler.cli.composition import Planned, Scope, planned, scope_of
from reconciler.cli.connections import connected
from reconciler.cli.entering import enter
from reconciler.cli.reporting import Say
from reconciler.cli.resuming import planned_anew
from reconciler.cli.saved import check_fits
from reconciler.cli.stopping import Stop
from reconciler.cli.stores import inventory_of
from reconciler.cli.terminal import now
from reconciler.cli.watching import Watch
from reconciler.errors import Problem, ReconcilerError
from reconciler.model.event import Answered, Event
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.model.state import Allowance
from reconciler.render.progress import Lines, Narration
from reconciler.sandbox import Store, clear_faults, clear_requests, dump_state, logged_requests, seed, show, turn_knobs
from reconciler.sandbox.values import Json, JsonObject
from tests.clock import run_virtual

TODAY = date(2026, 1, 15)
CONFIGURATION = "organizations:\n  acme:\n    provider: upflow\n    endpoint: sandbox\n    documents: documents\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An apply: its plan, its events, what they sum up to, and how the command would end."""

    plan: Plan
    events: tuple[Event, ...]
    summary: Summary
    code: int


class Company:
    """One folder with `reconciler.yaml`, documents and a sandbox that survives between runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.allowances: tuple[Allowance, ...] = ()
        self.agreed = ""
        self.since = ""  # the revision that plans are held to the changes since
        self.retry_overridden = False  # whether plans send again what the vendor set back
        self.later = timedelta()  # by how much the time of day is ahead for whoever plans
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".reconciler").mkdir(exist_ok=True)
        self.store_file = folder / ".reconciler" / "sandbox.db"
        if not (folder / "reconciler.yaml").exists():
            (folder / "reconciler.yaml").write_text(CONFIGURATION)

    @classmethod
    def copied(cls, case: Path, folder: Path) -> Company:
        """Copy a scenario's folder, and seed its organizations from `live.json` (or `live-NAME.json`)."""
        shutil.copytree(case, folder)
        company = cls(folder)
        for file in sorted(case.glob("live*.json")):
            company.seed(json.loads(file.read_text()), file.stem.removeprefix("live").lstrip("-") or "acme")
        return company

    def write(self, documents: Mapping[str, str]) -> None:
        """Write documents, by file name."""
        for name, text in documents.items():
            file = self.folder / "documents" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def seed(self, data: Mapping[str, Json], organization: str = "acme") -> None:
        """Start an organization afresh."""
        with self.store() as store:
            seed(store, organization, data)

    def store(self) -> OpenStore:
        """Open the sandbox's store."""
        return OpenStore(self.store_file)

    def turn(self, changes: Mapping[str, Json], organization: str = "acme") -> None:
        """Turn knobs of the sandbox."""
        with self.store() as store:
            turn_knobs(store, organization, changes)

    def state(self, organization: str = "acme") -> JsonObject:
        """Give the sandbox's state without ids and times."""
        with self.store() as store:
            return dump_state(store, organization)

    def shown(self, organization: str = "acme") -> JsonObject:
        """Give the sandbox's state with ids."""
        with self.store() as store:
            return show(store, organization)

    def requests(self, method: str | None = None) -> Sequence[str]:
        """Give the requests logged so far, as `GET /customers`."""
        with self.store() as store:
            rows = logged_requests(store)
        return [f"{row.method} {row.path}" for row in rows if method in (None, row.method)]

    def answers(self, method: str) -> Sequence[tuple[str, int]]:
        """Give the paths asked by a method so far, and what they were answered."""
        with self.store() as store:
            return [(row.path, row.status) for row in logged_requests(store) if row.method == method]

    def forget_requests(self) -> None:
        """Empty the log of requests."""
        with self.store() as store:
            clear_requests(store)

    def calm(self) -> None:
        """Switch every fault off."""
        with self.store() as store:
            clear_faults(store)

    def plan(self, names: Sequence[str] = ()) -> Plan:
        """Plan as `reconciler plan` does."""
        return self.planned(names).plan

    def planned(self, names: Sequence[str] = ()) -> Planned:
        """Plan, and give what the plan was made from with it."""
        return run_virtual(self._plan(self._scope(names)))

    def apply(self, names: Sequence[str] = ()) -> Applied:
        """Plan and apply as `reconciler apply --auto-approve` does; an error becomes its exit code 1 or 7."""
        plan, quiet = run_virtual(self._plan_to_apply(self._scope(names))).plan, Quiet()
        if plan.complete:
            run_virtual(self._execute(plan, quiet, saved=False))
        return self._ended(plan, quiet)

    def carry_out(self, plan: Plan, report: Quiet | None = None) -> Applied:
        """Apply a plan as `reconciler apply FILE` does, with all that is asked before; an incomplete one is not begun.

        Raises:
            PlanStale: it is not what it was made from any more.
        """
        quiet = report or Quiet()
        left = run_virtual(self._execute(plan, quiet, saved=True)) if plan.complete else plan
        return self._ended(left, quiet)

    async def applied(self) -> Applied:
        """Plan and apply inside a loop that does something else meanwhile."""
        plan, quiet = (await self._plan(self._scope())).plan, Quiet()
        await self._execute(plan, quiet, saved=False)
        return self._ended(plan, quiet)

    def _ended(self, plan: Plan, quiet: Quiet) -> Applied:
        summary = summarize(plan, quiet.events)
        done = summary if plan.complete else None
        code = exit_code(done, complete=plan.complete, blocked=bool(plan.blocked))
        return Applied(plan=plan, events=tuple(quiet.events), summary=summary, code=code)

    def manage(self) -> None:
        """Take what is live and declared into the inventory, as if it had been applied from here before.

        Nothing is asked of the sandbox that its log would show: the requests of this are forgotten.
        """
        scope = replace(self._scope(), forgetful=True)
        made = run_virtual(self._plan(scope))
        for organization in scope.organizations:
            changes = (*made.plan.changes, *(blocked.change for blocked in made.plan.blocked))
            enter(made, organization, self.folder, changes, "a test")
        with self.store() as store:
            clear_requests(store)

    def inventory(self, organization: str = "acme") -> Inventory | None:
        """Give what is managed."""
        (found,) = self._scope((organization,)).organizations
        return inventory_of(found, self.folder)

    def lose_inventory(self, organization: str = "acme") -> None:
        """Delete the inventory's file."""
        (self.folder / ".reconciler" / "inventory" / f"{organization}.json").unlink()

    def _scope(self, names: Sequence[str] = ()) -> Scope:
        scope = scope_of(self.folder, names, TODAY)
        scope = replace(scope, allowances=self.allowances, agreed=self.agreed, since=self.since)
        scope = replace(scope, retry_overridden=self.retry_overridden)
        return replace(scope, clock=lambda: now() + self.later)

    async def _plan(self, scope: Scope) -> Planned:
        async with connected(scope.organizations, self.folder, {}) as providers:
            return await planned(scope, providers, Watch(Lines(lambda _line: None, lambda: 0.0)))

    async def _plan_to_apply(self, scope: Scope) -> Planned:
        """Plan, settling what earlier runs left open."""
        async with connected(scope.organizations, self.folder, {}) as providers:
            return await planned_anew(scope, providers, Watch(Quiet().narration()), "a test")

    async def _execute(self, plan: Plan, quiet: Quiet, *, saved: bool) -> Plan:
        """Carry a plan out; give what of it was still to be done."""
        scope, whole = self._scope(plan.scope), plan if saved else None
        if saved:
            scope = replace(scope, agreed=self.agreed or plan.digest)
            check_fits(plan, scope.organizations)
        async with connected(scope.organizations, self.folder, {}) as providers:
            watch = Watch(quiet.narration())
            if saved:
                plan, inventories = await owned_still(plan, scope, providers, watch)
            else:
                inventories = inventories_under(plan, scope)
            run = await carry(plan, scope, providers, inventories, quiet, watch, Stop(watch.say), whole=whole)
        if run.error is not None:
            raise run.error
        return plan


class Quiet:
    """A report that keeps the events and tells nobody."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def narration(self) -> Narration:
        """Tell nobody."""
        return Lines(lambda _line: None, lambda: 0.0)

    def plan(self, plan: Plan) -> None:
        """Leave the plan to the test."""

    def begin(self, plan: Plan) -> None:
        """Leave it to the test."""

    def answered(self, event: Answered) -> None:
        """Leave it to the journal."""

    def event(self, event: Event, say: Say) -> None:
        """Keep an event."""
        del say
        self.events.append(event)

    def end(self, summary: Summary) -> None:
        """Leave the sums to the test."""

    def problems(self, problems: Sequence[Problem]) -> None:
        """Leave the error to whoever raised it."""


class OpenStore:
    """The sandbox's file, open for the length of a block."""

    def __init__(self, file: Path) -> None:
        self._store = Store(file)

    def __enter__(self) -> Store:
        return self._store

    def __exit__(self, *_exception: object) -> None:
        self._store.close()


def error_codes(error: ReconcilerError) -> list[str]:
    """Give the codes of an error's problems."""
    return [problem.code for problem in error.problems]
