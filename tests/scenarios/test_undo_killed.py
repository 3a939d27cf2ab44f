"""Undoing a run that died before the inventory was told what it did, with nothing applied in between."""

from __future__ import annotations

from pathlib import Path

from reconciler.cli.allowing import read_allowance
from reconciler.cli.unlocking import freed
from reconciler.model.change import Action
from reconciler.sandbox.values import JsonObject, objects
from tests.properties.mortal import KILLED, Death, MortalCompany, Place
from tests.scenarios.undoing import last_run, undo

LIVE: tuple[JsonObject, ...] = ({"externalId": "C-0", "name": "Before"}, {"externalId": "C-1", "name": "Child"})
DOCUMENTS = """\
customers:
  - {externalId: C-0, name: After}
  - {externalId: C-1, name: Child, parent: C-0}
  - {externalId: C-9, name: New}
"""
LINES = 1 + 3 * 3  # the first, and of each change a write, an answer and an ending


def test_what_only_the_journal_knows_of_is_undone_and_nothing_is_taken_in(tmp_path: Path) -> None:
    """What it made is ours by its intent; what it cannot put back is said, and no reason to adopt the object."""
    here = MortalCompany(tmp_path / "company")
    here.seed({"customers": [*LIVE]})
    here.write({"all.yaml": DOCUMENTS})
    here.death = Death(Place.LINE_AFTER, LINES)
    assert here.carry_out(here.plan()).code == KILLED
    here.death, run = None, last_run(here)
    freed(here.folder, (), run)
    here.allowances = (read_allowance("delete-ceiling=customer=1"),)
    plan = undo(here, run)
    assert not plan.blocked
    assert {(change.address.key, change.action) for change in plan.changes} == {
        ("C-0", Action.UPDATE),
        ("C-9", Action.DELETE),
    }
    told = " ".join(problem.detail for problem in plan.warnings if problem.code == "undo-impossible")
    assert "C-1: the run set a value where nothing stood" in told
    assert here.carry_out(plan).code == 0
    names = [row["name"] for row in LIVE]
    assert [row["name"] for row in objects(here.shown()["customers"])] == names
