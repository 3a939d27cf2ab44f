"""The company of the ownership machine, whose runs die, are gone on with, and are undone.

What a run did is known from the chronicle: which objects it wrote, how each stood before its first write and after its
last. By that, not by the journal, an undo is judged: it may delete what the run made and nothing else, and what nobody
touched since must stand in the end as it stood before, value by value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.cli.endings import code_of
from reconciler.cli.kept_plans import plan_to_resume
from reconciler.cli.unlocking import freed, holders
from reconciler.errors import ReconcilerError, UsageInvalid
from reconciler.model.change import Action
from reconciler.model.event import Done
from reconciler.model.inventory import Holder
from reconciler.model.journal import DONE
from reconciler.model.state import Allowance
from reconciler.sandbox.values import JsonObject
from reconciler.store.journal import Journals
from reconciler.store.plan_file import read_plan, write_plan
from tests.company import Quiet
from tests.properties.chronicle import Scene
from tests.properties.ledger import Findings, View
from tests.properties.mortal import KILLED, Death, MortalCompany, run_out
from tests.properties.others import taken_from_others
from tests.properties.ownership_world import HOME, Made, OwnershipWorld
from tests.properties.paper import Block, Paper
from tests.properties.pasts import (
    INTERFERING,
    NOBODY,
    PERSONAL,
    Past,
    UndoView,
    blocks_before,
    check_declared,
    check_order,
    check_stands,
    check_verdicts,
    cut_off,
    mains_chosen,
    past_of,
    personal_lines,
    put,
)
from tests.properties.reviewer import check_plan
from tests.properties.sendings import Sent, check_sendings, sent_by_key
from tests.scenarios.undoing import journals, undo


class ExecutionWorld(OwnershipWorld):
    """A company with a past."""

    def __init__(self, folder: Path, settings: JsonObject, live: Sequence[Block], others: Sequence[Block]) -> None:
        super().__init__(folder, settings, live, others)
        self.company = self.mortal = MortalCompany(folder)
        self.pasts: dict[str, Past] = {}
        self._undoing = ""
        self._findings, self._meddled, self._sent = Findings(), False, Sent()
        self._written: dict[int, dict[str, Scene]] = {}
        self._shown: dict[str, int] = {}
        self._checked: dict[str, set[str]] = {}
        self._plan_file = folder / "written.plan"

    @property
    def journals(self) -> Journals:
        """What runs wrote down."""
        return journals(self.company)

    @property
    def holder(self) -> Holder | None:
        """Who holds the lock."""
        return holders(self.company.folder, ()).get(HOME)

    def free(self, *, lapse: bool) -> None:
        """Free the lock of a dead run: by its id, or by letting its lease run out."""
        holder = self.holder
        if holder is None:
            return
        if lapse:
            run_out(self.company.folder / ".reconciler" / "inventory" / f"{HOME}.lock", holder)
        else:
            freed(self.company.folder, (), holder.id)
        self.counts["leases run out" if lapse else "locks freed"] += 1

    def carry_out(self, made: Made, death: Death | None = None) -> int:
        """Apply a plan, or die over it; every write must stand in a journal, and none be sent under another's lock."""
        known, locked, open_before = self._runs(), self._locked, self._open()
        began = self.scene.copied()
        self._findings, self._sent, self._meddled = Findings(), Sent(), False
        self.mortal.death = death
        try:
            code = super().carry_out(self._continued(made))
        finally:
            self.mortal.death = None
        begun = self._runs() - known
        self._check_written(begun, locked, code)
        for run in begun:
            self.pasts[run] = past_of(made, code, self.organization, began, self._findings, meddled=self._meddled)
        self._check_verdicts(known, began)
        self.counts["writes settled"] += max(0, open_before - self._open(known))
        if code == KILLED and death is not None:
            self.counts["kills"] += 1
            self.counts[f"killed {death.place}"] += 1
            self.counts["locks left by kills"] += self.holder is not None
            self.counts["writes left open by kills"] += self._open(begun)
        self._remember(made)
        return code

    def by_hand(self, what: str, target: str, fields: JsonObject) -> None:
        """Let another person do something; what they make where a create of ours was cut off is taken for ours."""
        super().by_hand(what, target, fields)
        found = self.scene.by_key(self.home, target.removeprefix("customer/")) if what == "added" else None
        if found is not None and found.external_id in cut_off(self.journals.entries(run) for run in self.pasts):
            self.ledger = replace(self.ledger, ours=self.ledger.ours | {found.id})
            self.counts["made by hand where a create was cut off"] += 1

    def resume(self, run: str, death: Death | None = None) -> None:
        """Go on with a run as `apply --resume RUN`, where its plan was kept before it died; what is done stays done."""
        past = self.pasts[run]
        try:
            _, plan = plan_to_resume(self.journals, run)
        except UsageInvalid:
            assert past.killed, f"the plan of {run} was not kept"
            self.counts["no plan to resume"] += 1
            return
        assert plan == past.made.plan, f"the plan beside the journal of {run} is another"
        self.counts["resumes"] += 1
        self.mortal.resumes = run
        self.carry_out(past.made, death)
        self.mortal.resumes = ""
        touched = self._findings.touched.keys()
        done = {one.place.top.key for one in self.journals.entries(run) if one.place and one.outcome == DONE}
        assert touched.isdisjoint(done if past.killed else past.touched), "what was done was done again"
        undone = any(one.made.plan.undoes == run and one.touched for one in self.pasts.values())
        assert not (undone and touched), "what was undone was done again"
        self.counts["resumes of what was undone"] += undone

    def plan_undo(self, run: str, *, leave: bool) -> Made | None:
        """Plan to undo a run, as a reviewer does; None if no plan could be made."""
        self._undoing = run
        try:
            return self.plan(leave=leave)
        finally:
            self._undoing = ""

    def check_undone(self, run: str, made: Made) -> None:
        """Hold what an undo without a fault came to against what stood before the run, where nobody was since.

        Whoever was there, and whenever: nothing of theirs is taken back.
        """
        past, scene = self.pasts[run], made.view.scene
        if past.organization != self.organization or made.view.organization != self.organization:
            return
        taken = list(taken_from_others(past, scene, self.scene, self.organization))
        assert not taken, f"of others the undo of {run} took back {taken}"
        if past.meddled:
            self.counts["undos of what others were at"] += 1
            return
        refused = {blocked.change.address.key for blocked in made.plan.blocked}
        kept = " ".join(one.detail for one in made.plan.warnings if one.code == "undo-impossible")
        spared = refused | {key for key in past.touched if key in kept}
        undos = [name for name, one in self.pasts.items() if one.made is made]
        chosen = mains_chosen(entry for name in undos for entry in self.journals.entries(name))
        self.counts.update(check_stands(past, scene, self.scene, spared, chosen))

    def check_pages(self) -> None:
        """Read every journal, and find no personal value in what `journal list` and `journal show` tell, nor in words.

        Raises:
            ReconcilerError: a journal cannot be read.
        """
        for name in self._runs():
            size = self.journals.path(name).stat().st_size
            if self._shown.get(name) == size:
                continue
            self._shown[name] = size
            assert not personal_lines(self.journals.read(name)), "a journal's page tells who somebody is"
        assert not [line for line in self.mortal.told if PERSONAL.search(line)], "a run said who somebody is"
        self.mortal.told.clear()

    def check_settled(self) -> None:
        """Find no write that nobody knows the outcome of, and nobody's lock."""
        left = {run: self.journals.open_entries(run) for run in self.journals.unsettled()}
        assert not any(left.values()), f"writes are open still: {left}"
        assert self.holder is None, "a lock is left"

    def _runs(self) -> set[str]:  # who died over the first line did nothing
        return {run for run in self.journals.runs() if b"\n" in self.journals.path(run).read_bytes()}

    @property
    def _locked(self) -> bool:
        holder = self.holder
        return holder is not None and datetime.fromisoformat(holder.until) > datetime.now(UTC) - timedelta(seconds=30)

    def _open(self, runs: set[str] | None = None) -> int:
        suspects = set(self.journals.unsettled())
        return sum(len(self.journals.open_entries(run)) for run in (suspects if runs is None else suspects & runs))

    def _plan(self, allowances: Sequence[Allowance]) -> Made | None:
        made = self._plan_undo(allowances) if self._undoing else super()._plan(allowances)
        if made is not None:
            write_plan(self._plan_file, made.plan)
            assert read_plan(self._plan_file) == made.plan, "a plan read back is not the plan written"
            check_order(made.plan)
            if not self._undoing:
                check_declared(made.plan, self.paper)
        return made

    def _plan_undo(self, allowances: Sequence[Allowance]) -> Made | None:
        past = self.pasts[self._undoing]
        self.company.allowances = tuple(allowances)
        self.counts["undo plans"] += 1
        before = self.scene.copied()
        try:
            plan = undo(self.company, self._undoing)
        except ReconcilerError as error:
            self.counts[f"undo ended with {int(code_of(error))}"] += 1
            return None
        view = UndoView(
            paper=Paper(files={"undo": (NOBODY, *blocks_before(past))}),
            organization=self.organization,
            home=self.home,
            scene=self.scene.copied(),
            ours=self.ledger.ours,
            sure=self.ledger.sure,
            protected=self.ledger.protected,
            allowed=frozenset(one.guard for one in allowances),
            made=past.created,
        )
        check_plan(plan, view, before)
        planned = {change.address.key for change in past.made.plan.changes}
        assert {change.address.key for change in plan.changes} <= planned, "an undo changes what its run did not"
        for blocked in plan.blocked:
            self.counts[f"refused: {blocked.problem.code}"] += 1
        return Made(plan=plan, view=view, losses=self.losses)

    def _judged(self, view: View) -> Findings:
        with self.company.store() as store:
            self._chronicle.fetch(store)
            requests = self._chronicle.requests(store)
        self._meddled = any(not INTERFERING.isdisjoint(one.faults) for one in requests)
        before = self._chronicle.scene.copied()
        self._findings = super()._judged(view)
        self._sent = sent_by_key(requests, self.organization, before, self._chronicle.scene)
        return self._findings

    def _learn(self, made: Made, report: Quiet, code: int) -> None:
        if not made.plan.undoes:
            super()._learn(made, report, code)
            return
        done = [event.change for event in report.events if isinstance(event, Done)]
        self.counts["changes undone"] += len(done)
        stays = {one.address.key for one in done if one.action not in (Action.DELETE, Action.FORGET)}
        let_go = {one.address.key for one in made.plan.changes if one.action is Action.FORGET}
        ledger = self.ledger.applied(self._ids(stays), whole=False, protections={})
        named = {change.address.key for change in made.plan.changes}
        self.ledger = replace(ledger, sure=ledger.sure - self._ids(let_go), protected=ledger.protected - named)

    def _remember(self, made: Made) -> None:
        if made.view.organization == self.organization:
            written = self._written.setdefault(id(made.plan), {})
            written.update({key: after for key, (_, after) in self._findings.touched.items()})

    def _continued(self, made: Made) -> Made:
        """Let a plan that was begun before be judged by what its own writes made of things, unless that was undone."""
        scene, organization, now = made.view.scene.copied(), made.view.organization, self.scene
        for key, after in self._written.get(id(made.plan), {}).items():
            if now.content(organization, key) != scene.content(organization, key):
                put(scene, after, organization, key)
        return replace(made, view=replace(made.view, scene=scene))

    def _check_written(self, begun: set[str], locked: bool, code: int) -> None:
        told = [entry for run in begun for entry in self.journals.entries(run)]
        self.counts["writes held against their lines"] += check_sendings(self._sent, told)
        if locked:
            assert not self._sent and not begun, f"under another run's lock it was at work, and ended with {code}"
            self.counts["refused by a dead run's lock"] += code == 6

    def _check_verdicts(self, known: set[str], now: Scene) -> None:
        """Hold what was said of open writes against what became of them, where nobody touched the object since.

        What was said while another organization answered, and nothing told so, is held against nothing.
        """
        for run in sorted(name for name in known & self.pasts.keys() if self.pasts[name].killed):
            past, entries, checked = self.pasts[run], self.journals.entries(run), self._checked.setdefault(run, set())
            if past.organization != self.organization:
                checked.update(entry.address for entry in entries if entry.settled is not None)
            elif not self.faulty and not past.meddled:
                held = check_verdicts(past, entries, now, checked)
                self.counts["verdicts held against the truth"] += len(held)
                checked |= held
