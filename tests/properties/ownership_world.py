"""One small company under all that can happen to it, each thing one method: documents, other people, keys, losses.

The product's own stations plan and apply; the ledger is told what its owner knows, and judges what the chronicle says.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.cli.endings import code_of
from reconciler.cli.managing import adopted, rebuilt
from reconciler.errors import ReconcilerError
from reconciler.model.change import Action
from reconciler.model.event import Done
from reconciler.model.plan import Plan
from reconciler.model.state import Allowance
from reconciler.render.progress import Lines
from reconciler.sandbox import Fault, SandboxMisuse, add, add_fault, clear_faults, edit, remove, seed
from reconciler.sandbox.values import JsonObject
from tests.company import Company, Quiet
from tests.properties.chronicle import Chronicle, Scene, organization_numbers
from tests.properties.draws import apart
from tests.properties.ledger import Findings, Judge, Ledger, View
from tests.properties.paper import Block, Paper
from tests.properties.reviewer import check_plan, overrides

HOME, ELSEWHERE = "acme", "elsewhere"
PAIR = ("embedded-acme", "embedded")  # what the embedded sandbox is asked with for an organization without keys

ZEROS = ("wrong deletes", "duplicate creates", "stale writes", "strays")
"""What must never be counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A plan, what the ledger knew when it was made, and how often the inventory had been lost or made anew by then."""

    plan: Plan
    view: View
    losses: int


class OwnershipWorld:
    """A company, its documents, its ledger and its chronicle."""

    def __init__(self, folder: Path, settings: JsonObject, live: Sequence[Block], others: Sequence[Block]) -> None:
        self.company = Company(folder)
        self.counts: Counter[str] = Counter()
        self.paper, self.ledger = Paper(), Ledger()
        self.faulty, self.losses = False, 0
        self._on_disk: Mapping[str, str] = {}
        self._with_customer = bool(settings.get("get_customer_contacts", True))
        with self.company.store() as store:
            seed(store, HOME, {"settings": settings})
            seed(store, ELSEWHERE, {"settings": settings})
            self._chronicle = Chronicle(store)
            seed(store, HOME, {"settings": settings, "customers": [block.live for block in live]})
            seed(store, ELSEWHERE, {"settings": settings, "customers": [block.live for block in others]})
            self._numbers = organization_numbers(store)
        self.answer_as(HOME)

    def write(self, paper: Paper) -> None:
        """Put these documents on disk in the place of what stands there."""
        before, after = self._on_disk, paper.texts()
        for path in before.keys() - after.keys():
            (self.company.folder / path).unlink()
        if not after:
            shutil.rmtree(self.company.folder / "documents", ignore_errors=True)
        for path, text in after.items():
            if before.get(path) != text:
                (self.company.folder / path).parent.mkdir(exist_ok=True)
                (self.company.folder / path).write_text(text)
        self.paper, self._on_disk = paper, after

    def answer_as(self, organization: str, *, refused: bool = False) -> None:
        """Let this organization answer under our key pair; `refused` lets nobody answer."""
        self.organization = self._numbers[organization]
        with self.company.store() as store, store.transaction():
            store.connection.execute("UPDATE organizations SET api_key = NULL, api_secret = NULL")
            store.connection.execute(
                "UPDATE organizations SET api_key = ?, api_secret = ? WHERE name = ?",
                (PAIR[0], "revoked" if refused else PAIR[1], ELSEWHERE if refused else organization),
            )

    def strike(self, *faults: Fault) -> None:
        """Switch faults on."""
        with self.company.store() as store:
            for number, fault in enumerate(faults, self.counts["faults set"]):
                add_fault(store, apart(fault, number))
        self.counts["faults set"] += len(faults)
        self.faulty = self.faulty or bool(faults)

    def calm(self) -> None:
        """Switch all faults off."""
        with self.company.store() as store:
            clear_faults(store)
        self.faulty = False

    def by_hand(self, what: str, target: str, fields: JsonObject) -> None:
        """Let another person edit, delete or add something at home, as the vendor's web app lets them."""
        customer, _, _ = target.partition("/contact")
        key = customer.removeprefix("customer/")
        with self.company.store() as store:
            try:
                if what == "edited":
                    edit(store, HOME, target, fields)
                elif what == "deleted":
                    remove(store, HOME, target)
                elif not target.endswith("/contact"):
                    add(store, HOME, "customer", {"externalId": key, **fields})
                elif not self._has_person(key, str(fields["email"])):
                    add(store, HOME, customer, fields)
            except SandboxMisuse:
                return
        self.counts[f"{what} by hand"] += 1

    def _has_person(self, key: str, email: str) -> bool:
        found = self.scene.by_key(self.home, key)
        people = self._chronicle.scene.people(self.home, found) if found else []
        return any(one.email == email for one in people)

    def remote_id(self, key: str) -> str | None:
        """Give the vendor's id of a customer at home."""
        found = self.scene.by_key(self.home, key)
        return found.id if found else None

    @property
    def home(self) -> int:
        """The number of the organization that is ours."""
        return self._numbers[HOME]

    @property
    def scene(self) -> Scene:
        """All that exists now."""
        self._settle()
        return self._chronicle.scene

    def lose_inventory(self) -> None:
        """Lose the inventory's file."""
        self._inventory.unlink(missing_ok=True)
        self.ledger, self.losses = Ledger(), self.losses + 1
        self.counts["inventories lost"] += 1

    def tear_inventory(self, share: float) -> None:
        """Let the inventory's file break off, if there is one."""
        if self._inventory.exists():
            content = self._inventory.read_bytes()
            self._inventory.write_bytes(content[: int(len(content) * share)])
            self.ledger, self.losses = Ledger(ours=self.ledger.ours), self.losses + 1
            self.counts["inventories torn"] += 1

    @property
    def _inventory(self) -> Path:
        return self.company.folder / ".reconciler" / "inventory" / f"{HOME}.json"

    def rebuild(self) -> None:
        """Make the inventory anew, as `reconciler inventory rebuild` does."""
        self.calm()
        self.losses += 1
        try:
            entered = rebuilt(self.company.folder, (), _quiet(), 0)
        except ReconcilerError as error:
            self.counts[f"ended with {int(code_of(error))}"] += 1
            return
        guarded = self.ledger.protected | {key for key, block in self.paper.readable.items() if block.protected}
        taken = self._ids({one.key for result in entered for one in result.entered})
        self.ledger = self.ledger.rebuilt(taken, self._ids(set(guarded)))
        self.counts["inventories rebuilt"] += 1

    def adopt(self) -> None:
        """Take in what is exactly as declared, as `reconciler adopt` does."""
        self.calm()
        try:
            entered = adopted(self.company.folder, (), (), _quiet(), 0)
        except ReconcilerError as error:
            self.counts[f"ended with {int(code_of(error))}"] += 1
            return
        keys = {one.key for result in entered for one in result.entered}
        self.ledger = self.ledger.applied(self._ids(keys), whole=False, protections={})
        self.counts["adoptions"] += len(keys)

    def plan(self, *, leave: bool = False) -> Made | None:
        """Plan; with `leave` as often as a reviewer takes to allow all that can be. None if no plan could be made."""
        allowances: list[Allowance] = []
        while True:
            made = self._plan(allowances)
            if made is None or not leave:
                return made
            wanted = [one for one in overrides(made.plan) if one not in allowances and self._lets(one.guard)]
            if not wanted:
                return made
            allowances = [*allowances, *wanted]

    def _lets(self, guard: str) -> bool:
        """Say whether a reviewer in his senses would allow this: not what warns of the very thing that is wrong."""
        right = self.organization == self._numbers[HOME] and not self.faulty
        return right or guard not in ("organization-changed", "live-shrank")

    def _plan(self, allowances: Sequence[Allowance]) -> Made | None:
        self.company.allowances = tuple(allowances)
        self.counts["plans"] += 1
        self._settle()
        before = self._chronicle.scene.copied()
        try:
            plan = self.company.plan()
        except ReconcilerError as error:
            self.counts[f"ended with {int(code_of(error))}"] += 1
            self._settle()
            return None
        self._settle()
        view = View(
            paper=self.paper,
            organization=self.organization,
            home=self._numbers[HOME],
            scene=self._chronicle.scene.copied(),
            ours=self.ledger.ours,
            sure=self.ledger.sure,
            protected=self.ledger.protected,
            allowed=frozenset(one.guard for one in allowances),
        )
        made = Made(plan=plan, view=view, losses=self.losses)
        check_plan(plan, view, before)
        for blocked in plan.blocked:
            self.counts[f"refused: {blocked.problem.code}"] += 1
        return made

    def carry_out(self, made: Made) -> int:
        """Apply a plan, judge what came of it, and give the exit code."""
        self._settle()
        self.counts["applies"] += 1
        report = Quiet()
        try:
            code = self.company.carry_out(made.plan, report).code
        except ReconcilerError as error:
            code = int(code_of(error))
        self.counts[f"ended with {code}"] += 1
        stood = self._standing()
        findings = self._judged(replace(made.view, still=self.ledger.ours))
        self.counts.update(findings.effects)
        wrong = (findings.wrong_deletes, findings.duplicates, findings.stale_writes, findings.strays)
        self.counts.update({name: len(texts) for name, texts in zip(ZEROS, wrong, strict=True)})
        self.ledger = self.ledger.applied(frozenset(findings.created), whole=False, protections={})
        forgotten = {one.change.remote_id or "" for one in report.events if one.change.action is Action.FORGET}
        self.ledger = self.ledger.without((stood - self._standing()) | forgotten)
        assert not findings.wrong, findings.wrong
        if (code in (0, 3, 4) or report.events) and made.plan.complete:  # 5 as well: what was only taken in stands
            self._learn(made, report, code)
        return code

    def _learn(self, made: Made, report: Quiet, code: int) -> None:
        paper, plan = made.view.paper, made.plan
        undone = {change.address.key for change in (*plan.changes, *(one.change for one in plan.blocked))}
        undone -= {event.change.address.key for event in report.events if isinstance(event, Done)}
        done = [event.change for event in report.events if isinstance(event, Done)]
        self.counts["adoptions"] += sum(change.adopts for change in done)
        self.counts["forgotten"] += sum(change.action is Action.FORGET for change in done)
        keys = {change.address.key for change in done if change.action not in (Action.DELETE, Action.FORGET)}
        stood = {key for key in paper.readable if key not in undone} if made.losses == self.losses else set[str]()
        keys |= stood
        self.ledger = self.ledger.applied(
            self._ids(keys - stood) | self._ids(stood, made.view.scene),  # whoever was made anew since is another
            whole=code == 0 and not self.faulty,
            protections={
                key: block.protected
                for key, block in paper.readable.items()
                if block.protected is not None and key in keys
            },
        )
        if self.organization != self._numbers[HOME] and done:
            self.ledger = self.ledger.unsure()

    def _judged(self, view: View) -> Findings:
        judge = Judge(view, contacts_with_customer=self._with_customer)
        chronicle = self._chronicle
        with self.company.store() as store:
            chronicle.fetch(store)
            requests = chronicle.requests(store)
        for request in requests:
            self.counts.update(f"struck by {fault}" for fault in request.faults)
            before = chronicle.scene.copied() if request.effect and request.method != "GET" else chronicle.scene
            chronicle.advance(request.number)
            judge.take(request, before, chronicle.scene, self.organization)
        self._settle()
        return judge.end(chronicle.scene, self.organization)

    def _settle(self) -> None:
        with self.company.store() as store:
            for request in self._chronicle.requests(store):
                self.counts.update(f"struck by {fault}" for fault in request.faults)
            self._chronicle.settle(store)

    def _standing(self) -> frozenset[str]:
        return frozenset(one.id for one in self._chronicle.scene.of(self.organization))

    def _ids(self, keys: set[str], scene: Scene | None = None) -> frozenset[str]:
        self._settle()
        found = ((scene or self._chronicle.scene).by_key(self.organization, key) for key in keys)
        return frozenset(one.id for one in found if one is not None)


def _quiet() -> Lines:
    return Lines(lambda _line: None, lambda: 0.0)
