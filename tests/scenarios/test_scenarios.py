"""Every scenario: the plan reads as written, planning only reads, applying reaches it, and then nothing is left to do.

A case is a folder: `claim.txt`, `documents/`, `live.json` (the sandbox's seed; `live-NAME.json` for each further
organization), `plan.txt` (the plan as it must read), optionally `reconciler.yaml` and `expect.json` (`code`: the exit
code of apply; `again`: the keys that the next plan still holds, because they are refused; `fresh`: nothing is managed
yet, else all that is live and declared is; `allow`: what `--allow` is given; `vendors`: the fields that the vendor
itself changes).

A past of its own has a case with `before/`: the documents that were applied earlier, managed as they stood with what
was live then (`before.json`, else `live.json`). `inventory.json` says by organization what else the inventory holds
otherwise (`endpoint`, `sizes`). A plan that should read differently is written by hand, and reviewed.

Every guard has a case in which it holds, and one in which an override lets exactly one thing through.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.cli.allowing import read_allowance
from reconciler.cli.composition import configured
from reconciler.cli.entering import rewrite
from reconciler.model.change import Action, Change, MemberAction
from reconciler.model.guards import GUARDS
from reconciler.model.inventory import Inventory
from reconciler.model.plan import Plan
from reconciler.render.plan_text import plan_text
from reconciler.sandbox import Settings
from reconciler.sandbox.values import JsonObject
from tests.company import Applied, Company


def at_billabex(case: Path) -> bool:
    """Say whether a case takes place there; its unknowns have a suite of their own, in `providers/conformance`."""
    configuration = case / "reconciler.yaml"
    return configuration.exists() and "provider: billabex" in configuration.read_text()


CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())
PLAIN = [case for case in CASES if not case.name.startswith("guard-") and not at_billabex(case)]
"""A guard decides before anything is sent, so what the vendor would do with it is tried with the others alone.

Trying every setting with the guards' cases too would double what is by far the longest test here.
"""
LISTS = ("contacts", "internalRepresentatives")
FLAGS = ("isMain", "isPrimary")
FLIPS = dict(Settings().flips())
SHARES = 3
"""Into how many shares the cases are dealt for the settings; each case meets a third of them."""


def company(case: Path, folder: Path) -> Company:
    """Bring a case to life."""
    here = Company.copied(case, folder / "company")
    here.allowances = tuple(read_allowance(str(text)) for text in listed(case, "allow"))
    if not expected(case)["fresh"]:
        with in_the_past(case, here):
            here.manage()
    patches = case / "inventory.json"
    for name, patch in (json.loads(patches.read_text()) if patches.exists() else {}).items():
        alter(here, name, patch)
    return here


@contextmanager
def in_the_past(case: Path, here: Company) -> Iterator[None]:
    """Let a company be for a while as it was before its documents were changed."""
    before, live, documents = case / "before", case / "before.json", here.folder / "documents"
    if before.is_dir():
        shutil.rmtree(documents)
        shutil.copytree(before, documents)
    if live.exists():
        here.seed(json.loads(live.read_text()))
    yield
    if live.exists():
        here.seed(json.loads((case / "live.json").read_text()))
    if before.is_dir():
        shutil.rmtree(documents)
        shutil.copytree(case / "documents", documents)


def alter(here: Company, name: str, patch: dict[str, object]) -> None:
    """Alter what the inventory of an organization holds beside its entries."""
    organization = next(one for one in configured(here.folder) if one.name == name)

    def altered(found: Inventory) -> Inventory:
        sizes = patch.get("sizes", found.sizes)
        assert isinstance(sizes, dict)
        return replace(found, sizes=sizes, endpoint=str(patch.get("endpoint", found.endpoint)))

    rewrite(organization, here.folder, "a test", altered)


def expected(case: Path) -> dict[str, object]:
    """Give what the case expects of apply, and of the plan after it."""
    file = case / "expect.json"
    found: dict[str, object] = json.loads(file.read_text()) if file.exists() else {}
    return {"code": 0, "again": [], "allow": [], "vendors": [], "fresh": False, **found}


def open_keys(plan: Plan) -> list[str]:
    """Give the keys of all that a plan still holds."""
    return sorted({change.address.key for change in (*plan.changes, *(one.change for one in plan.blocked))})


def removed_ids(changes: tuple[Change, ...]) -> set[str | None]:
    """Give the remote ids of the members that a plan shows as removed, and of deleted objects."""
    removed = {member.remote_id for change in changes for member in change.touched(MemberAction.REMOVE)}
    return removed | {change.remote_id for change in changes if change.action.value == "delete"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_plan_reads_as_written(case: Path, tmp_path: Path) -> None:
    """The text of the plan is the one that was reviewed, and planning sent nothing but GET."""
    here = company(case, tmp_path)
    text = plan_text(here.plan())
    assert text == (case / "plan.txt").read_text()
    assert {line.split()[0] for line in here.requests()} == {"GET"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_applying_reaches_what_is_declared(case: Path, tmp_path: Path) -> None:
    """After an apply the next plan is empty but for what is refused, and nobody went whom the plan did not name.

    What the apply wrote down is what a plan would: there is nothing to remember, and all of it is known at a glance but
    where somebody only goes by another key.
    """
    here = company(case, tmp_path)
    before = here.shown()
    applied = here.apply()
    assert applied.code == expected(case)["code"], applied.summary
    made = here.plan()
    assert open_keys(made) == expected(case)["again"]
    assert not any(share.applied for share in made.shares)
    moved = {one.address.top for one in applied.plan.changes if one.action is Action.MOVE}
    assert {name for share in made.shares for name in share.fingerprints} <= {f"{one.kind}/{one.key}" for one in moved}
    check_nobody_was_lost(before, here.shown(), applied)
    check_undeclared(before, here.shown(), applied, ignoring=frozenset(map(str, listed(case, "vendors"))))


def test_every_guard_holds_and_gives_way_in_a_case_of_its_own() -> None:
    """A folder for each, in which the plan shows the guard's refusal and, where it is allowed, the override."""
    names = [f"guard-{guard}-{way}" for guard in GUARDS for way in ("holds", "allowed")]
    assert [case.name for case in CASES if case.name.startswith("guard-")] == sorted(names)
    for name in names:
        guard, _, way = name.removeprefix("guard-").rpartition("-")
        text = (CASES[0].parent / name / "plan.txt").read_text()
        assert (f"[{guard}]" in text) or way == "allowed", name
        assert ("Let through by an override:" in text and f": {guard} " in text) is (way == "allowed"), name


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """Bring each case to life once, to be copied; whatever the vendor's settings are, this is how it begins."""
    return {case: company(case, tmp_path_factory.mktemp(case.name)).folder for case in PLAIN}


def another(case: Path, begun: dict[Path, Path], folder: Path) -> Company:
    """Give a company of one's own like the one that a case begins with."""
    here = Company(Path(shutil.copytree(begun[case], folder / case.name)))
    here.allowances = tuple(read_allowance(str(text)) for text in listed(case, "allow"))
    return here


@pytest.mark.parametrize("flip", FLIPS)
def test_every_unknown_of_the_vendor_either_way(flip: str, begun: dict[Path, Path], tmp_path: Path) -> None:
    """Whatever Upflow does where its documents are silent: the same is reached, nothing is lost, nothing else changes.

    Only where the vendor sets a declared field by itself is something else reached, and then that is said. Each setting
    meets a third of the cases here, the next setting the next third; the long test lets each meet all of them.
    """
    for case in PLAIN[list(FLIPS).index(flip) % SHARES :: SHARES]:
        check_flipped(case, flip, another(case, begun, tmp_path))


@pytest.mark.long
@pytest.mark.parametrize("flip", FLIPS)
def test_every_unknown_of_the_vendor_in_every_case(flip: str, begun: dict[Path, Path], tmp_path: Path) -> None:
    """Each setting with each case, as above."""
    for case in PLAIN:
        check_flipped(case, flip, another(case, begun, tmp_path))


def check_flipped(case: Path, flip: str, here: Company) -> None:
    """Apply a case with one setting of the vendor flipped, and hold what comes of it against what is expected."""
    knob = flip.partition("=")[0]
    here.turn({knob: FLIPS[flip].to_json()[knob]})
    before = here.shown()
    applied = here.apply()
    check_nobody_was_lost(before, here.shown(), applied)
    check_undeclared(before, here.shown(), applied, ignoring=VENDORS_OWN.get(flip, frozenset()))
    assert applied.code == expected(case)["code"], (flip, case.name)
    overridden = {one.change.address.key for one in applied.summary.overridden}
    assert not overridden or flip in VENDORS_OWN, (flip, case.name)
    made = here.plan()
    assert open_keys(made) == sorted(map(str, listed(case))), (flip, case.name)
    assert {one.address.top.key for one in made.overridden} == overridden, (flip, case.name)
    assert not any(share.applied for share in made.shares), (flip, case.name)


VENDORS_OWN = {"smart_rule=last-plan": frozenset({"dunningPlanId"})}


def listed(case: Path, name: str = "again") -> list[object]:
    """Give a list that the case expects: the keys that the plan after the apply may still hold, or another."""
    found = expected(case)[name]
    return found if isinstance(found, list) else []


def check_nobody_was_lost(before: JsonObject, after: JsonObject, applied: Applied) -> None:
    """Hold everybody and everything that was there before against the plan's removals, by remote id."""
    gone = ids(before) - ids(after)
    named = removed_ids(applied.plan.changes)
    assert gone <= named | people_ids(before, of=named), gone
    keys = [str(row.get("externalId") or row.get("source")) for row in rows(after)]
    keys = [key for key in keys if key != "None"]
    assert len(keys) == len(set(keys)), "two under one external id, or one source"


def check_undeclared(
    before: JsonObject, after: JsonObject, applied: Applied, ignoring: frozenset[str] = frozenset()
) -> None:
    """Hold every value that no change of the plan touches to what it was."""
    touched = touched_paths(applied.plan)
    reseated = flags_moved(applied.plan, before)
    later = {**by_id(after)}
    for remote_id, row in by_id(before).items():
        if remote_id not in later:
            continue
        for name, value in leaves(row):
            if name.split(".")[0] in {*LISTS, *ignoring} or (remote_id, name) in touched:
                continue
            if name in FLAGS and remote_id in reseated:
                continue
            assert spelt(dict(leaves(later[remote_id])).get(name)) == spelt(value), (remote_id, name)


def spelt(value: object) -> object:
    """Spell a value one way: null and "" are the same nothing to Upflow, and options have no order."""
    if isinstance(value, list):
        return sorted(json.dumps(one, sort_keys=True) for one in value)
    return None if value == "" else value


WIRE = {"dunningPlan": "dunningPlanId", "accountManager": "accountManagerId"}


def touched_paths(plan: Plan) -> set[tuple[str | None, str]]:
    """Name every value that a plan touches, by remote id and path on the wire."""
    touched = set()
    for change in plan.changes:
        for field in change.fields:
            top = WIRE.get(field.path[0], field.path[0])
            touched |= {(change.remote_id, ".".join((top, *field.path[1:]))), (change.remote_id, top)}
        for member in change.members:
            touched |= {(member.remote_id, ".".join(field.path)) for field in member.fields}
    return touched | {(remote_id, "emailStatus") for remote_id, name in touched if name == "email"}


def flags_moved(plan: Plan, before: JsonObject) -> set[str | None]:
    """Name the people of every list in which a plan says who is main, or removes who was: the flag moves on."""
    main = {remote_id for remote_id, row in by_id(before).items() if True in (row.get(flag) for flag in FLAGS)}
    moved: set[str | None] = set()
    for change in plan.changes:
        says = any(field.path[0] in FLAGS for member in change.members for field in member.fields)
        if says or any(member.remote_id in main for member in change.touched(MemberAction.REMOVE)):
            moved |= people_ids(before, of={change.remote_id})
    return moved


def leaves(row: JsonObject) -> list[tuple[str, object]]:
    """Flatten a row into paths and values; custom field values go by external id, an address goes with its status."""
    found: list[tuple[str, object]] = []
    for name, value in row.items():
        if name == "customFields" and isinstance(value, list):
            found += [(f"customFields.{one['externalId']}", one.get("value")) for one in value if isinstance(one, dict)]
        elif name == "parent":
            found.append((name, value.get("externalId") if isinstance(value, dict) else value))
        elif name == "email" and isinstance(value, dict):
            found += [("email", value["address"]), ("emailStatus", value["status"])]
        elif isinstance(value, dict):
            found += [(f"{name}.{inner}", rest) for inner, rest in leaves(value)]
        elif name != "directUrl":
            found.append((name, value))
    return found


def rows(shown: JsonObject) -> list[JsonObject]:
    """Give the customers, or the accounts."""
    found = shown.get("customers", shown.get("accounts"))
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def people_of(row: JsonObject) -> list[JsonObject]:
    """Give the people of one customer or account."""
    lists = [row.get(name) for name in LISTS]
    return [one for people in lists if isinstance(people, list) for one in people if isinstance(one, dict)]


def people_ids(shown: JsonObject, of: set[str | None]) -> set[str | None]:
    """Give the remote ids of the people of these: they go with whom they belong to."""
    return {str(one["id"]) for row in rows(shown) if row["id"] in of for one in people_of(row)}


def by_id(shown: JsonObject) -> dict[str, JsonObject]:
    """Give customers or accounts, and their people, by remote id."""
    people = [one for row in rows(shown) for one in people_of(row)]
    return {str(row["id"]): row for row in (*rows(shown), *people)}


def ids(shown: JsonObject) -> set[str]:
    """Give the remote ids of all of them."""
    return set(by_id(shown))
