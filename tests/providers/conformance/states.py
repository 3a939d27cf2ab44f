"""The states that a company can be in when something goes wrong, and what goes wrong there, at which moment.

| state       | what is managed                          | what is still to be done                                    |
|-------------|------------------------------------------|-------------------------------------------------------------|
| `managed`   | all that is declared and there           | one to make, one to change, a list to change, one to remove |
| `new`       | nothing: the first run                   | the same, and all the others to adopt                       |
| `half-done` | as `managed`: an apply was ended midway, | what that apply did not come to                             |
|             | and nothing of it was recorded           |                                                             |
| `settled`   | everything                               | nothing                                                     |
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal

from reconciler.apply.execute import execute
from reconciler.cli.allowing import read_allowance
from reconciler.cli.composition import scope_of
from reconciler.cli.connections import connected
from reconciler.model.plan import Plan
from reconciler.sandbox import Fault, each_fault
from reconciler.sandbox.values import JsonObject
from tests.clock import run_virtual
from tests.company import TODAY, Company
from tests.providers.conformance.worlds import WORLDS, World

State = Literal["managed", "new", "half-done", "settled"]
STATES: tuple[State, ...] = ("managed", "new", "half-done", "settled")
Moment = Literal["planning", "applying"]
HALF = 6
"""How many events of an apply come before it is ended midway: something is written then, and not all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One fault at one vendor, in one state, switched on at one moment, under settings that differ from the default."""

    world: World
    state: State
    moment: Moment
    name: str
    fault: Fault
    turned: JsonObject

    def __str__(self) -> str:
        turned = "".join(f" {name}={value}" for name, value in self.turned.items())
        return f"{self.world.vendor} {self.state} {self.moment} {self.name} at {self.fault.first}{turned}"

    @property
    def must_strike(self) -> bool:
        """Say whether this fault cannot but strike: there are requests of its sort at that moment."""
        if self.moment == "planning":
            return True
        writes = self.state != "settled" and self.fault.first == 1
        on_lists = self.fault.kind.startswith(("page-", "rows-", "row-", "total-"))
        return writes and (not on_lists or self.world.lists_while_applying)


def cases() -> Iterator[Case]:
    """Give every fault of every vendor in every state, at every moment at which it can strike."""
    for world in WORLDS:
        for name, fault in each_fault(world.target, world.vendor):
            reads = fault.method != "write" and not fault.kind.endswith("-before") and fault.kind != "rewritten"
            if reads or (fault.kind == "lost-before" and fault.method == "GET") or fault.kind == "error-before":
                yield from _planning(world, name, fault)
            yield from _applying(world, name, fault)


def _planning(world: World, name: str, fault: Fault) -> Iterator[Case]:
    if fault.method == "write":
        return
    for state in STATES:
        yield Case(world=world, state=state, moment="planning", name=name, fault=fault, turned={})
    if world.paging and "people" in name:
        yield Case(world=world, state="managed", moment="planning", name=name, fault=fault, turned=world.paging)


def _applying(world: World, name: str, fault: Fault) -> Iterator[Case]:
    for state in STATES[:3]:
        yield Case(world=world, state=state, moment="applying", name=name, fault=fault, turned={})
    if fault.method != "GET":
        late = replace(fault, first=3)
        yield Case(world=world, state="managed", moment="applying", name=name, fault=late, turned={})


def bring(company: Company, world: World, state: State) -> None:
    """Bring a company that was just founded into a state."""
    company.allowances = tuple(read_allowance(text) for text in world.allowed)
    if state != "new":
        company.manage()
    if state == "half-done":
        run_virtual(begun(company, company.plan(), HALF))
    if state == "settled":
        assert company.apply().code == 0


async def begun(company: Company, plan: Plan, most: int) -> int:
    """Carry a plan out up to so many events, and stop there; give how many there were. Nothing is recorded."""
    count = 0
    scope = scope_of(company.folder, (), TODAY)
    async with (
        connected(scope.organizations, company.folder, {}) as providers,
        aclosing(execute(plan, providers, {"acme": 1})) as events,
    ):
        async for _ in events:
            count += 1
            if count == most:
                break
    return count
