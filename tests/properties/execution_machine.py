"""The state machine of runs: all that the ownership machine does, and runs that die, are gone on with, and are undone.

After every step the invariants of this product are held against what happened, those of its style guide by name:

| invariant                                              | where it is held                                           |
|--------------------------------------------------------|------------------------------------------------------------|
| apply then plan is empty                               | `_apply`, after every apply that ended with 0; `reach`     |
| stop after any event, plan and apply again, same end   | `kill` stops it; `go_on` and `reach` come to the end       |
| the plan does not depend on the order of documents     | `plan_in_another_order`                                    |
| dump then plan is empty                                | `dump`                                                     |
| prune off never deletes                                | `plan_without_pruning`                                     |
| once faults stop, the declared state is reached        | `teardown`                                                 |
| an undeclared field is never changed                   | `check_declared`, of every plan                            |
| a plan read back equals the plan written               | `ExecutionWorld._plan`, of every plan; and when resumed    |
| creates precede their children's, deletes follow them  | `check_order`, of every plan, by what changes depend on    |
| no personal value in masked output                     | `check_pages`, after every step                            |
| a lost answer to a create never leads to two objects   | the ledger, after every apply: duplicate creates           |

And of issue and journal: no write that no journal has a line for, none under another run's lock, none left open in the
end; an undo deletes what its run made and nothing else, and what nobody touched since stands again as it stood before.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from reconciler.cli.dumping import dumped, write_dump
from reconciler.errors import ReconcilerError
from reconciler.model.change import Action
from reconciler.model.plan import Plan
from reconciler.sandbox import Fault
from tests.company import CONFIGURATION, Company, Quiet
from tests.properties.draws import FAULTS, KEYS, meddling
from tests.properties.edits import declare
from tests.properties.execution_world import ExecutionWorld
from tests.properties.mortal import KILLED, Death, Place
from tests.properties.ownership_machine import OwnershipMachine
from tests.properties.ownership_world import HOME, Made, OwnershipWorld
from tests.properties.paper import Block
from tests.properties.reach import reach

LINES, WRITES, STEPS = st.integers(1, 8), st.integers(1, 2), st.integers(3, 5)
DEATHS = st.sampled_from(list(Place)).flatmap(
    lambda place: st.builds(
        Death, st.just(place), LINES if "journal" in place else WRITES if "write" in place else STEPS
    )
)
UNPRUNED = f"{CONFIGURATION}    policy: {{prune: {{customer: off}}}}\n"


class ExecutionMachine(OwnershipMachine):
    """One run of the machine: a world with a past."""

    tallies: ClassVar[Counter[str]] = Counter()
    worlds: ClassVar[type[OwnershipWorld]] = ExecutionWorld

    @property
    def there(self) -> ExecutionWorld:
        """The world, with its past."""
        assert isinstance(self.world, ExecutionWorld)
        return self.world

    def _apply(self, *, leave: bool) -> None:
        made = self.here.plan(leave=leave)
        if made is not None:
            self._carry_out(made)

    def _carry_out(self, made: Made) -> None:
        code = self.here.carry_out(made)
        if code == 0 and not self.here.faulty and not made.plan.blocked:
            again = self.here.plan()
            assert again is None or again.plan.empty, f"something is left to do: {_told(again.plan)}"

    def _declare(self, data: st.DataObject) -> None:
        """Declare a customer or two anew, and perhaps do something else to the documents."""
        for _ in range(data.draw(st.integers(1, 2), label="declared")):
            self.here.write(declare(self.here, data.draw))
        if data.draw(st.booleans(), label="another edit"):
            self.edit_documents(data)

    @rule(data=st.data(), faults=st.lists(FAULTS, max_size=1), death=DEATHS, freed=st.booleans())
    def kill(self, data: st.DataObject, faults: list[Fault], death: Death, freed: bool) -> None:
        """Edit, plan and apply, perhaps while something goes wrong, and kill the run."""
        if freed:
            self.there.free(lapse=False)
        self._declare(data)
        made = self.here.plan(leave=True)
        self.here.strike(*faults)
        if made is not None:
            self.there.carry_out(made, death)
        self.here.calm()

    @rule(data=st.data(), death=DEATHS, lapse=st.booleans(), resumed=st.booleans())
    def kill_and_go_on(self, data: st.DataObject, death: Death, lapse: bool, resumed: bool) -> None:
        """Kill a run that nothing else went wrong with, and go on at once."""
        self.kill(data, [], death, freed=True)
        self.go_on(lapse, resumed, None, [])

    @rule(data=st.data(), meddled=st.booleans())
    def apply_and_undo(self, data: st.DataObject, meddled: bool) -> None:
        """Apply, perhaps with somebody else at the same object just then, and undo it at once."""
        self.there.free(lapse=False)
        self._declare(data)
        made = self.here.plan(leave=True)
        if made is None:
            return
        changed = [one for one in made.plan.changes if one.action is Action.UPDATE]  # that read back what others did
        if meddled and changed:
            self.here.strike(data.draw(meddling(data.draw(st.sampled_from(changed), label="met")), label="meddling"))
        self._carry_out(made)
        self.here.calm()
        if self.there.pasts:
            self.undo(data, True, True, None, [])

    @precondition(lambda self: self.holder_left)
    @rule(leave=st.booleans())
    def apply_under_a_dead_lock(self, leave: bool) -> None:
        """Apply while a dead run's lock stands: nothing is sent."""
        made = self.here.plan(leave=leave)
        if made is not None and made.plan.changes:
            self.there.carry_out(made)

    @precondition(lambda self: self.holder_left)
    @rule(
        lapse=st.booleans(),
        resumed=st.booleans(),
        death=st.one_of(st.none(), st.none(), DEATHS),
        faults=st.lists(FAULTS, max_size=1),
    )
    def go_on(self, lapse: bool, resumed: bool, death: Death | None, faults: list[Fault]) -> None:
        """Free the lock of a dead run, and go on: by `--resume`, or by a plain apply; which may die as well."""
        killed = [run for run, past in self.there.pasts.items() if past.killed]
        self.there.free(lapse=lapse)
        self.here.strike(*faults)
        if resumed and killed:
            self.there.resume(killed[-1], death)
        elif death is None:
            self._apply(leave=True)
        else:
            made = self.here.plan(leave=True)
            if made is not None:
                self.there.carry_out(made, death)
        self.here.calm()

    @precondition(lambda self: bool(self.world and self.there.pasts))
    @rule(data=st.data())
    def resume_any(self, data: st.DataObject) -> None:
        """Go on with any run, whatever happened since."""
        self.there.resume(data.draw(st.sampled_from(list(self.there.pasts)), label="run"))

    @precondition(lambda self: bool(self.world and self.there.pasts))
    @rule(
        data=st.data(),
        last=st.booleans(),
        leave=st.sampled_from([True, True, False]),
        death=st.one_of(st.none(), st.none(), DEATHS),
        faults=st.lists(FAULTS, max_size=1),
    )
    def undo(self, data: st.DataObject, last: bool, leave: bool, death: Death | None, faults: list[Fault]) -> None:
        """Undo the last run, or an earlier one: plan, review, apply; which may go wrong, or die."""
        runs = list(self.there.pasts)
        run = runs[-1] if last else data.draw(st.sampled_from(runs), label="run")
        made = self.there.plan_undo(run, leave=leave)
        if made is None or made.plan.empty:
            return
        self.here.strike(*faults)
        code = self.there.carry_out(made, death)
        self.here.counts["undos"] += 1
        self.here.calm()
        if code == 0 and not faults:
            self.there.check_undone(run, made)
        self.here.counts["undos killed"] += code == KILLED

    @rule()
    def plan_in_another_order(self) -> None:
        """Turn blocks and lists round: the plan is the same."""
        paper = self.here.paper
        first = self.here.plan()
        self.here.write(replace(paper, files={file: _turned(blocks) for file, blocks in paper.files.items()}))
        second = self.here.plan()
        self.here.write(paper)
        if first is not None and second is not None and first.plan.complete and second.plan.complete:
            assert _told(first.plan) == _told(second.plan)

    @rule()
    def plan_without_pruning(self) -> None:
        """Switch pruning off: nothing is deleted but what `removed:` names."""
        file = self.here.company.folder / "reconciler.yaml"
        file.write_text(UNPRUNED)
        made = self.here.plan()
        file.write_text(CONFIGURATION)
        if made is not None:
            deleted = {one.address.key for one in made.plan.changes if one.action is Action.DELETE}
            assert deleted <= self.here.paper.removed.keys(), f"without pruning it deletes {deleted}"

    @rule()
    def dump(self) -> None:
        """Write documents of what is live, for a company that has none yet: its plan changes nothing."""
        folder = self.folder / "dumped"
        shutil.rmtree(folder, ignore_errors=True)
        anew = Company(folder)
        shutil.copy(self.here.company.store_file, anew.store_file)
        try:
            write_dump(dumped(folder, HOME, Quiet().narration(), folder, one_file=True), folder)
            plan = anew.plan()
        except ReconcilerError:  # nobody answers, or what is live has no external id
            return
        assert {one.action for one in plan.changes} <= {Action.ADOPT}, _told(plan)
        self.here.counts["dumps"] += 1

    @invariant()
    def check_pages(self) -> None:
        """No page tells who somebody is."""
        if self.world is not None:
            self.there.check_pages()

    @property
    def holder_left(self) -> bool:
        """Say whether a dead run's lock stands."""
        return self.world is not None and self.there.holder is not None

    def teardown(self) -> None:
        """Reach the declared state, and count the run."""
        try:
            if self.world is not None:
                self.there.free(lapse=False)
                reach(self.there, KEYS)
                self.there.check_settled()
                self.tallies.update(self.there.counts)
                self.tallies["runs"] += 1
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def _turned(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(replace(one, people=None if one.people is None else one.people[::-1]) for one in reversed(blocks))


def _told(plan: Plan) -> list[object]:
    """Give what a plan does, wherever it was declared."""
    every = [*plan.changes, *(blocked.change for blocked in plan.blocked)]
    return [
        (str(one.address), one.action, one.fields, sorted((str(row.address), row.action.value) for row in one.members))
        for one in every
    ]
