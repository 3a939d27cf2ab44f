"""What runs did, as the chronicle tells it, and by that what plans and undos may do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.model.change import Action
from reconciler.model.journal import DONE, Entry, Run
from reconciler.model.masking import Tagger
from reconciler.model.plan import Plan
from reconciler.plan.masked_keys import Keys
from reconciler.providers.table import VENDORS
from reconciler.render.journal_text import entry_lines, run_line, run_page
from reconciler.render.paint import PLAIN
from reconciler.sandbox.values import Json, JsonObject, decode_object
from tests.properties.chronicle import WRITABLE, Scene
from tests.properties.ledger import Findings, View
from tests.properties.mortal import KILLED
from tests.properties.ownership_world import Made
from tests.properties.paper import Block, Paper, Person

PERSONAL = re.compile(r"@example\.com|\bAnn\b|\bBo\b")
"""What tells who somebody is."""
MASKED = Keys(tagger=Tagger(keys={"acme": "secret"}))
INTERFERING = {"edited-before", "deleted-before", "added-before"}
"""Faults that are another person's doing."""
NOBODY = Block(key="-", name="Nobody")
"""Stands in the papers of an undo, so that a run all of whose objects are new does not look like lost documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoView(View):
    """What an undo was planned from: its paper is what stood before the run, and `made` is what the run made."""

    made: frozenset[str] = frozenset()

    def may_go(self, key: str, remote_id: str) -> str:
        """Say why an object must not be deleted; nothing if it may."""
        if key in self.paper.written:
            return "it stood before the run"
        if key in self.protected and "protected" not in self.allowed:
            return "it is protected"
        return "" if remote_id in self.made else "the run did not make it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A run that has a journal: what it was to do, what it did, and whether somebody else was at the same objects."""

    made: Made
    killed: bool
    organization: int
    meddled: bool
    began: Scene
    created: frozenset[str] = frozenset()
    touched: Mapping[str, tuple[Scene, Scene]] = field(default_factory=dict)


def cut_off(runs: Iterable[Iterable[Entry]]) -> set[str]:
    """Give the keys of creates that runs, in order, began and did not end: nobody can tell who made what stands there.

    What a run never sent, or what the vendor is known to have refused, is none of them.
    """
    begun: set[str] = set()
    for entry in (one for entries in runs for one in entries):
        if entry.place is None or entry.action is not Action.CREATE:
            continue
        if entry.outcome != DONE and not all(one.void for one in entry.tries):
            begun.add(entry.place.top.key)
        elif entry.outcome == DONE:
            begun.discard(entry.place.top.key)
    return begun


def check_order(plan: Plan) -> None:
    """Find every change behind what it depends on."""
    places = {change.address: place for place, change in enumerate(plan.changes)}
    for place, change in enumerate(plan.changes):
        assert all(places.get(one, -1) < place for one in change.depends_on), f"{change.address} comes too early"


def check_declared(plan: Plan, paper: Paper) -> None:
    """Find no field in a plan that no document declares."""
    for change in plan.changes:
        block = paper.readable.get(change.address.key)
        if block is None or change.action is Action.DELETE:
            continue
        declared = {("name",), *([("address", "city")] if block.city is not None else [])}
        paths = {row.path for row in change.fields if row.path[0] in WRITABLE}
        assert change.action is Action.CREATE or paths <= declared, f"{change.address} changes {paths - declared}"


def past_of(made: Made, code: int, organization: int, began: Scene, findings: Findings, *, meddled: bool) -> Past:
    """Give a run as what it was to do, and what it did."""
    return Past(
        began=began,
        made=made,
        killed=code == KILLED,
        organization=organization,
        meddled=meddled,
        created=frozenset(findings.created),
        touched=findings.touched,
    )


def put(scene: Scene, after: Scene, organization: int, key: str) -> None:
    """Let an object stand in a scene as it does in another."""
    old, new = scene.by_key(organization, key), after.by_key(organization, key)
    if old is not None:
        del scene.customers[organization, old.number]
        scene.contacts.pop((organization, old.number), None)
    if new is not None:
        scene.customers[organization, new.number] = new
        scene.contacts[organization, new.number] = dict(after.contacts.get((organization, new.number), {}))


def values(scene: Scene, organization: int, key: str, *, main: bool = True) -> tuple[str, frozenset[str]] | None:
    """Give what an object holds, ids aside, one spelling for "nothing there"; `main` says who is the main one, too."""
    found = scene.by_key(organization, key)
    if found is None:
        return None
    fields: Json = decode_object(f'{{"fields": {found.content}}}')["fields"]
    people = (decode_object(one.content) for one in scene.people(organization, found))
    aside: JsonObject = {"id": None} if main else {"id": None, "isMain": None}
    return repr(plain(fields)), frozenset(repr(plain({**one, **aside})) for one in people)


def plain(value: Json) -> Json:
    """Give a value with one spelling for "nothing there"."""
    if isinstance(value, dict):
        kept = {name: plain(inner) for name, inner in sorted(value.items())}
        return {name: inner for name, inner in kept.items() if inner is not None} or None
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return None if value == "" else value


def blocks_before(past: Past) -> Iterator[Block]:
    """Give what stood before a run as documents would declare it."""
    for key, (before, _) in past.touched.items():
        found = before.by_key(past.organization, key)
        if found is not None:
            people = before.people(past.organization, found)
            named = tuple(Person(key=one.external_id or one.email.partition("@")[0]) for one in people)
            yield Block(key=key, name=found.name or "", city=found.city, people=named)


def mains_chosen(entries: Iterable[Entry]) -> frozenset[str]:
    """Give the keys of whom a run told that the vendor chose the main one, whatever was sent."""
    told = ((entry.place, entry.ended.overridden) for entry in entries if entry.ended is not None)
    return frozenset(place.top.key for place, paths in told if place and any(_is_main(path) for path in paths))


def _is_main(path: tuple[str, ...]) -> bool:
    return path[0] == "contacts" and path[-1] == "isMain"


def check_stands(
    past: Past, planned: Scene, now: Scene, spared: Collection[str], chosen: Collection[str]
) -> Counter[str]:
    """Find what a run touched as it stood before it, now that it is undone, and count.

    Args:
        past: The run.
        planned: What its undo was planned from; who was touched since the run by then is left out.
        now: What the undo came to.
        spared: Keys of what the undo's plan says it leaves.
        chosen: Keys of whom the undo said that the vendor chose the main one; who had one gets that one all the same.
    """
    counts: Counter[str] = Counter()
    for key, (before, after) in past.touched.items():
        if planned.content(past.organization, key) != after.content(past.organization, key) or key in spared:
            counts["objects not undone"] += 1
            continue
        stood = before.by_key(past.organization, key)
        had_one = stood is not None and any(one.main for one in before.people(past.organization, stood))
        main = had_one or key not in chosen
        then, is_now = (values(scene, past.organization, key, main=main) for scene in (before, now))
        assert is_now == then, f"{key} was {then} before the run, and is {is_now} after its undo"
        counts["objects undone"] += 1
        counts["main ones that the vendor chose"] += not main
    return counts


def check_verdicts(past: Past, entries: Iterable[Entry], now: Scene, checked: Container[str]) -> set[str]:
    """Hold what was said of open writes of a run against the truth, and name the addresses of what was.

    That is where one try was all, and the object is as it was left.
    """
    held = set()
    for entry in entries:
        if entry.settled is None or len(entry.tries) != 1 or entry.place is None or entry.address in checked:
            continue
        key = entry.place.top.key
        stood = past.touched[key][1] if key in past.touched else past.began
        alone = sum(change.address.key == key for change in past.made.plan.changes) == 1
        if alone and now.content(past.organization, key) == stood.content(past.organization, key):
            assert entry.settled.took_effect == (key in past.touched), f"{entry.settled} is not true"
            held.add(entry.address)
    return held


def personal_lines(run: Run) -> list[str]:
    """Give what `journal list` and `journal show` tell of a run that says who somebody is."""
    kinds = {kind.name: kind for kind in VENDORS["upflow"].kinds}
    entries = (entry_lines(one, kinds["customer"], PLAIN, keys=MASKED) for one in run.entries)
    lines = [run_line(run), *run_page(run), *(line for one in entries for line in one)]
    return [line for line in lines if PERSONAL.search(line)]
