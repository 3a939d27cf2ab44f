"""What managing costs: the inventory's text, its checkpoints, and what is judged by it, each ready to be timed.

The floor of the text, and of what writes it, is the standard library's JSON of the same bytes, read and written once.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.company import company_in
from benchmarks.rows import SAME, read_answers
from benchmarks.sample import Work
from benchmarks.stations import make_plan, organization_in
from reconciler.cli.composition import Planned
from reconciler.cli.entering import enter
from reconciler.cli.stores import store_of, terms
from reconciler.live.wanted import wanted_keys
from reconciler.model.guards import UPDATES
from reconciler.model.inventory import Holder, Inventory
from reconciler.model.resource import Declared, Observed
from reconciler.model.state import Allowance
from reconciler.plan.build import Part
from reconciler.plan.drift import resolved
from reconciler.plan.entries import applied_now, documents_now
from reconciler.plan.ownership import ownership_of
from reconciler.plan.pruning import abandoned, unmanaged
from reconciler.store.git import GitRepository
from reconciler.store.inventory import Hold, InventoryStore
from reconciler.store.inventory_file import FileInventoryStore
from reconciler.store.inventory_git import GitInventoryStore
from reconciler.store.inventory_text import inventory_text, parse_inventory

PLAIN = (".reconciler", "inventory")
HOLDER = Holder(id="benchmark", who="benchmark", host="localhost", command="benchmark", since="", until="")
CHECKPOINTS = 3
BYTES_IN_MB = 1e6


def manage(folder: Path, into: Path) -> Inventory:
    """Take a company that is live as declared into an inventory below another folder."""
    made = make_plan(folder, read_answers(folder / SAME), forgetful=True)
    return _entered(made, folder, into)


def every_update(folder: Path) -> tuple[Allowance, ...]:
    """Give leave to change every customer of a company."""
    return (Allowance(guard=UPDATES, target="customer", count=company_in(folder).customers),)


def _entered(made: Planned, folder: Path, into: Path) -> Inventory:
    return enter(made, organization_in(folder), into, made.plan.changes, "benchmark", rebuilding=True)


def _adopt(folder: Path) -> Work:
    answers = read_answers(folder / SAME)

    def work() -> Mapping[str, float]:
        with tempfile.TemporaryDirectory() as into:
            made = make_plan(folder, answers, forgetful=True)
            return {"entries": float(len(_entered(made, folder, Path(into)).managed))}

    return work


def _ownership(folder: Path) -> Work:
    """Judge whose everything is, with both states at hand: what a plan does beyond comparing."""
    (part,) = make_plan(folder, read_answers(folder / SAME)).parts.values()
    standing = [
        (declared, part.live.objects[declared.kind][declared.key])
        for rows in resolved(part).values()
        for declared in rows.values()
    ]
    return lambda: {"judged": float(_judged(part, standing))}


def _judged(part: Part, standing: Sequence[tuple[Declared, Observed]]) -> int:
    kinds, inventory = part.organization.vendor.kinds, part.inventory
    wanted_keys(part.desired, kinds, inventory)
    ownership = ownership_of(part.organization, part.desired, part.live, inventory)
    for kind in kinds:
        abandoned(ownership, kind)
        unmanaged(ownership, kind, 1)
    documents_now(part.desired.declared, ownership.inventory)
    applied, _ = applied_now(
        standing, {kind.name: kind for kind in kinds}, ownership.inventory, part.organization.digest_key
    )
    settled: Counter[str] = Counter({"not known": -len(applied)})
    for declared, found in standing:
        settled[declared.kind] += ownership.settled(declared, found)
    return settled.total()


def _text(folder: Path) -> bytes:
    return folder.joinpath(*PLAIN, f"{organization_in(folder).name}.json").read_bytes()


def _json(folder: Path) -> Work:
    content = _text(folder)
    return lambda: {"bytes": float(len(json.dumps(json.loads(content), separators=(",", ":"))))}


def _read(folder: Path) -> Work:
    name = organization_in(folder).name
    parse_inventory(inventory_text(Inventory(organization=name, provider="", endpoint="", digest_key_id="")), name)
    content = _text(folder)
    return lambda: {"entries": float(len(parse_inventory(content, name).managed))}


def _write(folder: Path) -> Work:
    inventory = _unread(folder)
    return lambda: {"bytes": float(len(inventory_text(inventory)))}


def _unread(folder: Path) -> Inventory:
    """Give the inventory as adopting makes it, every entry new."""
    with tempfile.TemporaryDirectory() as into:
        return manage(folder, Path(into))


def _checkpoints(make: Callable[[Path], InventoryStore], folder: Path) -> Work:
    """Write checkpoints, each with one entry more that changed, as a run does that was told to change a few."""
    inventory = store_of(organization_in(folder), folder).read()
    if inventory is None:
        raise AssertionError("nothing is managed")
    place = tempfile.TemporaryDirectory(dir=folder)
    hold = make(Path(place.name)).take(HOLDER, replace(inventory, serial=0))

    before, size = _kept_mb(Path(place.name)), len(inventory_text(inventory)) / BYTES_IN_MB

    def work() -> Mapping[str, float]:
        with place:
            helpers = _helpers_cpu()
            _write_checkpoints(hold, inventory)
            kept = (_kept_mb(Path(place.name)) - before) / CHECKPOINTS
            return {"helpers_cpu": _helpers_cpu() - helpers, "kept_mb": kept, "text_mb": size}

    return work


def _kept_mb(place: Path) -> float:
    """Measure what is on the disk."""
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) / BYTES_IN_MB


def _helpers_cpu() -> float:
    """Give the CPU seconds of the processes that were started and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _write_checkpoints(hold: Hold, inventory: Inventory) -> None:
    managed = dict(inventory.managed)
    for name in list(managed)[:CHECKPOINTS]:
        managed[name] = replace(managed[name], run="benchmark")
        hold.checkpoint(replace(inventory, managed=dict(managed)))


def _in_file(folder: Path) -> InventoryStore:
    return FileInventoryStore(folder=folder, organization="acme", terms=terms())


def _in_git(folder: Path) -> InventoryStore:
    """Keep it in a clone of an empty repository on the same disk."""
    clone = folder / "clone"
    for words in (("init", "--quiet", "--bare", "remote"), ("clone", "--quiet", "remote", "clone")):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    repository = GitRepository(
        directory=clone, where="acme", environment=os.environ, now=lambda: datetime.now(UTC), patience=600.0
    )
    return GitInventoryStore(repository=repository, organization="acme", terms=terms())


WORKS: Mapping[str, Callable[[Path], Work]] = {
    "adopt": _adopt,
    "ownership": _ownership,
    "inventory-json": _json,
    "inventory-read": _read,
    "inventory-write": _write,
    "checkpoint-file": lambda folder: _checkpoints(_in_file, folder),
    "checkpoint-git": lambda folder: _checkpoints(_in_git, folder),
}
