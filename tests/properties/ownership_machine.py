"""The state machine: what people, networks, keys and disks do to one company, in any order, drawn by Hypothesis.

Every run ends with `reached`: faults off, documents back, the right organization, and one plan and apply must do.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from reconciler.sandbox import Fault
from reconciler.sandbox.values import JsonObject
from tests.properties.chronicle import scratch
from tests.properties.ownership_world import ELSEWHERE, HOME, Made, OwnershipWorld, reached
from tests.properties.paper import Block, Gap, Paper, Person

Value = TypeVar("Value")
KEYS = [f"C-{number}" for number in range(7)]
FILES = ["a.yaml", "b.yaml", "c.yaml"]
PEOPLE = st.lists(
    st.builds(Person, key=st.sampled_from(["P-0", "P-1", "P-2"]), first_name=st.sampled_from([None, "Ann", "Bo"])),
    unique_by=lambda person: person.key,
    max_size=3,
).map(tuple)
NAMES = st.sampled_from(["Alpha", "Beta", "Gamma"])
CITIES = st.sampled_from([None, "Lyon", "Nice"])


class Draw(Protocol):
    """Draws a value, as Hypothesis hands it in."""

    def __call__(self, strategy: st.SearchStrategy[Value], /) -> Value:
        """Draw."""


def blocks(key: str, *, live: bool = False) -> st.SearchStrategy[Block]:
    """Draw a customer; a live one always has a list."""
    return st.builds(
        Block,
        key=st.just(key),
        name=NAMES,
        city=CITIES,
        people=PEOPLE if live else st.one_of(st.none(), PEOPLE, PEOPLE),
        only_add=st.just(False) if live else st.sampled_from([False, False, False, True]),
    )


ANY_BLOCK = st.sampled_from(KEYS).flatmap(blocks)
SETTINGS: st.SearchStrategy[JsonObject] = st.fixed_dictionaries(
    {
        "customers_cap": st.sampled_from([2, 3, 100]),
        "list_rows_contacts": st.booleans(),
        "get_customer_contacts": st.sampled_from([True, True, False]),
        "hand_made_on_import": st.sampled_from(["kept", "removed"]),
        "contact_post_existing": st.sampled_from(["updated", "rejected", "duplicated"]),
    }
)
LISTING = ["page-fails", "page-truncated", "page-empty", "rows-skipped", "rows-repeated", "rows-reordered"]
FAULTS = st.one_of(
    st.builds(
        Fault,
        kind=st.sampled_from([*LISTING, "total-lies", "row-deleted", "row-inserted"]),
        path=st.just("/customers"),
        first=st.integers(1, 3),
        times=st.sampled_from([1, 1, 2, None]),
    ),
    st.builds(
        Fault,
        kind=st.sampled_from(["lost-before", "lost-after", "error-before", "error-after", "refused", "garbled"]),
        method=st.sampled_from(["write", "write", "GET"]),
        status=st.sampled_from([500, 502, 503]),
        lost_as=st.sampled_from(["timeout", "reset"]),
        first=st.integers(1, 4),
        times=st.sampled_from([1, 1, 2, None]),
    ),
    st.builds(  # the key expires in the middle
        Fault,
        kind=st.just("error-before"),
        status=st.sampled_from([401, 403]),
        first=st.integers(1, 8),
        times=st.none(),
    ),
    st.builds(
        Fault,
        kind=st.sampled_from(["edited-before", "edited-before", "deleted-before", "added-before"]),
        target=st.sampled_from([f"customer/{key}" for key in KEYS]),
        fields=st.just({"name": "Edited meanwhile", "email": "meanwhile@example.com"}),
        first=st.integers(1, 4),
        times=st.just(1),
    ),
    st.builds(Fault, kind=st.sampled_from(["throttled", "slow", "redirected"]), first=st.integers(1, 6)),
)


DEEDS: list[tuple[str, str, JsonObject]] = [
    ("edited", "", {"name": "By hand"}),
    ("edited", "", {"address": {"city": "By hand"}}),
    ("edited", "", {"balance": 120}),
    ("edited", "", {"balance": 0}),
    ("edited", "/contact/P-0", {"firstName": "By hand"}),
    ("edited", "/contact/P-1", {"lastName": "By hand"}),
    ("deleted", "", {}),
    ("deleted", "/contact/P-0", {}),
    ("deleted", "/contact/hand@example.com", {}),
    ("added", "", {"name": "By hand"}),
    ("added", "/contact", {"email": "hand@example.com"}),
    ("added", "/contact", {"email": "other.hand@example.com"}),
]
"""What another person does to a customer: the deed, the contact that it is done to, and the fields."""


def declare(world: OwnershipWorld, draw: Draw) -> Paper:
    """Add a customer, or change it."""
    return world.paper.with_block(draw(ANY_BLOCK), draw(st.sampled_from(FILES)))


def take_out(world: OwnershipWorld, draw: Draw) -> Paper:
    """Take customers out."""
    paper = world.paper
    for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True)):
        paper = paper.without_block(key)
    return paper


def move(world: OwnershipWorld, draw: Draw) -> Paper:
    """Move a customer to another file."""
    key = draw(st.sampled_from(KEYS))
    block = world.paper.written.get(key)
    if block is None:
        return world.paper
    return world.paper.without_block(key).with_block(block, draw(st.sampled_from([*FILES, "d.yaml"])))


def protect(world: OwnershipWorld, draw: Draw) -> Paper:
    """Protect a customer, or take that back."""
    block = world.paper.written.get(draw(st.sampled_from(KEYS)))
    if block is None:
        return world.paper
    return world.paper.with_block(replace(block, protected=draw(st.booleans())), FILES[0])


def remove(world: OwnershipWorld, draw: Draw) -> Paper:
    """Write that a customer is to be deleted: that of the inventory, or the one with this remote id."""
    key = draw(st.sampled_from(KEYS))
    return world.paper.with_removal(key, world.remote_id(key) if draw(st.booleans()) else None)


def remove_file(world: OwnershipWorld, draw: Draw) -> Paper:
    """Remove a file with all that it declares."""
    return world.paper.without_file(draw(st.sampled_from(FILES)))


def rename_file(world: OwnershipWorld, draw: Draw) -> Paper:
    """Rename a file."""
    old, new = draw(st.sampled_from(FILES)), draw(st.sampled_from(["e.yaml", "f.yaml"]))
    if new in world.paper.files:
        return world.paper
    return replace(
        world.paper, files={new if name == old else name: found for name, found in world.paper.files.items()}
    )


EDITS: list[Callable[[OwnershipWorld, Draw], Paper]] = [
    declare,
    declare,
    declare,
    take_out,
    take_out,
    take_out,
    move,
    protect,
    remove,
    remove_file,
    rename_file,
]


class OwnershipMachine(RuleBasedStateMachine):
    """One run: a world, and a plan that was saved some steps ago."""

    tallies: ClassVar[Counter[str]] = Counter()

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
        self.world = OwnershipWorld(
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

    def teardown(self) -> None:
        """Reach the declared state, and count the run."""
        try:
            if self.world is not None:
                reached(self.world, KEYS)
                self.tallies.update(self.world.counts)
                self.tallies["runs"] += 1
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
