"""An apply of 200 mixed changes at both vendors is undone: what stood before stands again, but for what was announced.

Everything is compared: every value that the sandboxes hold, but for ids, times and the order in which rows came to be.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from reconciler.model.change import Action
from reconciler.model.plan import Plan
from reconciler.sandbox import edit
from reconciler.sandbox.values import Json, JsonObject
from tests.company import Company
from tests.scenarios.mixed_vendors import BILLABEX, CHANGES, NOTED, OPENED, PEOPLED, UPFLOW, company
from tests.scenarios.undoing import as_values, undo


def test_an_apply_of_200_mixed_changes_is_undone_but_for_what_was_announced(tmp_path: Path) -> None:
    """The stores equal those of before, apart from the accounts and notes that the plan said it leaves."""
    here = company(tmp_path / "company")
    before = {name: as_values(here.state(name)) for name in (UPFLOW, BILLABEX)}
    managed = {name: keys(here, name) for name in (UPFLOW, BILLABEX)}
    applied = here.apply()
    assert (applied.code, applied.summary.total.done) == (0, CHANGES), applied.plan.blocked
    counts = Counter(change.action for change in applied.plan.changes)
    assert all(counts[action] for action in (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE, Action.ADOPT))

    plan = undo(here)
    assert plan.blocked == ()
    assert plan.undoes
    undone = here.carry_out(plan)
    assert undone.code == 0, undone.summary

    staying, noted = announced(plan, "the run created it"), announced(plan, "the run set a value")
    assert staying == {f"erp:A-{number:03}" for number in OPENED}
    assert noted == {f"erp:A-{number:03}" for number in PEOPLED if number % 5 == NOTED}
    assert as_values(here.state(UPFLOW)) == before[UPFLOW]
    left, others = parted(as_values(here.state(BILLABEX)), staying)
    assert without_notes(others, noted) == without_notes(parted(before[BILLABEX], set())[1], set())
    assert {key_of(row) for row in left} == staying
    assert keys(here, UPFLOW) == managed[UPFLOW]
    assert keys(here, BILLABEX) == managed[BILLABEX] | {f"account/{key}" for key in staying}
    assert undo(here, plan.undoes).changes == ()


def test_who_is_made_again_has_lost_what_the_vendor_knew_of_them(tmp_path: Path) -> None:
    """A bounced e-mail address is said to begin anew, and that alone differs."""
    here = company(tmp_path / "company")
    key = "erp:A-027"  # whose second person the documents take off the list
    with here.store() as store:
        edit(store, BILLABEX, "account/A-027/contact/bob@a27.example", {"emailStatus": "Bounced"})
    before = as_values(here.state(BILLABEX))
    assert here.apply([BILLABEX]).code == 0
    plan = undo(here)
    assert key in {one for text in told(plan, "undo-anew") for one in text.partition(": ")[0].split(", ")}
    assert here.carry_out(plan).code == 0
    (was,), _ = parted(before, {key})
    (now,), _ = parted(as_values(here.state(BILLABEX)), {key})
    assert json.dumps(was).count("Bounced") == 1
    assert "Bounced" not in json.dumps(now)
    assert {name: value for name, value in now.items() if name != "contacts"} == {
        name: value for name, value in was.items() if name != "contacts"
    }


def told(plan: Plan, code: str) -> list[str]:
    """Give what a plan says beside its changes."""
    return [problem.detail for problem in plan.warnings if problem.code == code]


def without_notes(rows: list[JsonObject], noted: set[str]) -> Json:
    """Give accounts without the notes on the people of some, which are there."""
    told: list[Json] = []
    for row in rows:
        people = row["contacts"]
        assert isinstance(people, list)
        if key_of(row) in noted:
            notes = [person.get("notes") for person in people if isinstance(person, dict)]
            assert "calls back" in notes
            row = {**row, "contacts": [{**one, "notes": None} for one in people if isinstance(one, dict)]}
        told.append(row)
    return as_values(told)


def announced(plan: Plan, text: str) -> set[str]:
    """Give the keys of the objects of which a plan says that something is not undone, for this reason."""
    told = [one.detail.partition(f": {text}") for one in plan.warnings if one.code == "undo-impossible"]
    return {key for keys, found, _ in told if found for key in keys.split(", ")}


def keys(here: Company, organization: str) -> set[str]:
    """Give what is managed."""
    inventory = here.inventory(organization)
    assert inventory is not None
    return set(inventory.managed)


def parted(state: Json, chosen: set[str]) -> tuple[list[JsonObject], list[JsonObject]]:
    """Part the accounts of a state into the chosen and the others."""
    assert isinstance(state, dict)
    rows = state["accounts"]
    assert isinstance(rows, list)
    accounts = [row for row in rows if isinstance(row, dict)]
    return [row for row in accounts if key_of(row) in chosen], [row for row in accounts if key_of(row) not in chosen]


def key_of(row: JsonObject) -> str:
    """Give the key of an account."""
    source = row["source"]
    assert isinstance(source, dict)
    return f"{source['connectionId']}:{source['sourceId']}"
