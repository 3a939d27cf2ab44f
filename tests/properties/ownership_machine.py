"""The state machine: what people, networks, keys and disks do to one company, in any order, drawn by Hypothesis.

Every run ends with `reach`: faults off, documents back, the right organization, and one plan and apply must do.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reconciler.sandbox import Fault
from reconciler.sandbox.values import JsonObject
from tests.properties.chronicle import scratch
from tests.properties.draws import DEEDS, FAULTS, FILES, KEYS, SETTINGS, blocks
from tests.properties.edits import EDITS
from tests.properties.ownership_world import ELSEWHERE, HOME, Made, OwnershipWorld
from tests.properties.paper import Block, Gap, Paper
from tests.properties.reach import reach


class OwnershipMachine(RuleBasedStateMachine):
    """One run: a world, and a plan that was saved some steps ago."""

    tallies: ClassVar[Counter[str]] = Counter()
    worlds: ClassVar[type[OwnershipWorld]] = OwnershipWorld

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=scratch()))
        self.world: OwnershipWorld | None = None
        self.saved: Made | None = None

    @property
    def here(self) -> OwnershipWorld:
        """The world, once it began."""
        assert self.world is not None
        return self.world

    @initialize(
        settings=SETTINGS,
        live=st.tuples(*(st.one_of(st.none(), blocks(key, live=True)) for key in KEYS)),
        others=st.tuples(*(st.one_of(st.none(), blocks(key, live=True)) for key in KEYS[:4])),
        declared=st.tuples(*(st.one_of(st.none(), blocks(key), blocks(key)) for key in KEYS[:6])),
        begun=st.sampled_from([True, True, True, False]),
    )
    def begin(
        self,
        settings: JsonObject,
        live: tuple[Block | None, ...],
        others: tuple[Block | None, ...],
        declared: tuple[Block | None, ...],
        begun: bool,
    ) -> None:
        """Bring a company to life; mostly it is managed from here already."""
        self.world = self.worlds(
            self.folder / "company",
            settings,
            [block for block in live if block is not None],
            [block for block in others if block is not None],
        )
        paper = Paper(files=dict.fromkeys(FILES, ()))
        for number, block in enumerate(declared):
            paper = paper if block is None else paper.with_block(block, FILES[number % 3])
        self.here.write(paper)
        if begun:
            self._apply(leave=True)

    def _apply(self, *, leave: bool) -> None:
        made = self.here.plan(leave=leave)
        if made is not None:
            self.here.carry_out(made)

    @rule(data=st.data())
    def edit_documents(self, data: st.DataObject) -> None:
        """Somebody edits the documents."""
        edit = data.draw(st.sampled_from(EDITS), label="edit")
        self.here.counts["documents edited"] += 1
        self.here.write(edit(self.here, data.draw))

    @rule(gap=st.sampled_from([Gap.NONE, *Gap, Gap.BACKUP, Gap.TWIN]), file=st.sampled_from(FILES))
    def lose_documents(self, gap: Gap, file: str) -> None:
        """Documents go missing, or come back."""
        self.here.counts[f"documents: {gap}"] += 1
        self.here.write(replace(self.here.paper, gap=gap, gap_file=file if gap is not Gap.FOLDER else ""))

    @rule(key=st.sampled_from(KEYS), deed=st.sampled_from(DEEDS))
    def interfere(self, key: str, deed: tuple[str, str, JsonObject]) -> None:
        """Another person edits, adds or deletes something."""
        what, person, fields = deed
        self.here.by_hand(what, f"customer/{key}{person}", fields)

    @rule(key=st.sampled_from(KEYS), drop=st.booleans())
    def make_anew(self, key: str, drop: bool) -> None:
        """Another person deletes a customer and creates it anew under the same external id; we may give it up."""
        self.here.by_hand("deleted", f"customer/{key}", {})
        self.here.by_hand("added", f"customer/{key}", {"name": "Made anew by hand"})
        if drop:
            self.here.write(self.here.paper.without_block(key))

    @rule(organization=st.sampled_from([HOME, HOME, ELSEWHERE, ELSEWHERE]), refused=st.sampled_from([False, True]))
    def swap(self, organization: str, refused: bool) -> None:
        """Our key pair is another organization's now, or nobody's, or ours again."""
        revoked = refused and organization == ELSEWHERE
        what = "keys revoked" if revoked else "organizations swapped" if organization == ELSEWHERE else "ours again"
        self.here.counts[what] += 1
        self.here.answer_as(organization, refused=revoked)

    @rule(loss=st.sampled_from(["lost", "torn", "rebuilt", "adopted", "adopted"]), share=st.sampled_from([0.0, 0.5]))
    def handle_inventory(self, loss: str, share: float) -> None:
        """The inventory is deleted or breaks off, or somebody makes it anew or adds to it."""
        match loss:
            case "lost":
                self.here.lose_inventory()
            case "torn":
                self.here.tear_inventory(share)
            case "rebuilt":
                self.here.rebuild()
            case _:
                self.here.adopt()

    @rule(
        data=st.data(),
        faults=st.lists(FAULTS, min_size=1, max_size=3),
        stays=st.sampled_from([False, False, True]),
        leave=st.booleans(),
    )
    def apply_struck(self, data: st.DataObject, faults: list[Fault], stays: bool, leave: bool) -> None:
        """Edit, plan and apply while something goes wrong, which may go on."""
        self.edit_documents(data)
        self.here.strike(*faults)
        self._apply(leave=leave)
        if not stays:
            self.here.calm()

    @rule(data=st.data(), faults=st.lists(FAULTS, max_size=1), leave=st.booleans())
    def plan(self, data: st.DataObject, faults: list[Fault], leave: bool) -> None:
        """Edit and plan, perhaps while something goes wrong, and keep the plan."""
        self.edit_documents(data)
        self.here.strike(*faults)
        self.saved = self.here.plan(leave=leave) or self.saved
        self.here.calm()

    @rule(data=st.data(), deed=st.sampled_from(DEEDS), leave=st.booleans())
    def apply_late(self, data: st.DataObject, deed: tuple[str, str, JsonObject], leave: bool) -> None:
        """Edit and plan; while the plan is reviewed another person touches what it will change; then it is applied."""
        self.edit_documents(data)
        made = self.here.plan(leave=leave)
        keys = sorted({change.address.key for change in made.plan.changes}) if made is not None else []
        self.interfere(data.draw(st.sampled_from(keys or KEYS)), deed)
        if made is not None:
            self.here.counts["saved plans applied"] += 1
            self.here.carry_out(made)

    @precondition(lambda self: self.saved is not None)
    @rule()
    def apply_saved(self) -> None:
        """Apply the plan that was made some steps ago."""
        if self.saved is not None:
            self.here.counts["saved plans applied"] += 1
            self.here.carry_out(self.saved)

    @rule(data=st.data(), edits=st.integers(0, 2), leave=st.booleans())
    def apply(self, data: st.DataObject, edits: int, leave: bool) -> None:
        """Edit, plan and apply with nothing new going wrong; `leave` allows what guards refuse."""
        for _ in range(edits):
            self.edit_documents(data)
        self._apply(leave=leave)

    @invariant()
    def count(self) -> None:
        """Count the steps."""
        if self.world is not None:
            self.world.counts["steps"] += 1

    def teardown(self) -> None:
        """Reach the declared state, and count the run."""
        try:
            if self.world is not None:
                reach(self.world, KEYS)
                self.tallies.update(self.world.counts)
                self.tallies["runs"] += 1
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
