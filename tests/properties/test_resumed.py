"""What `--resume RUN` leaves alone: whatever the run has done, though it was taken back since."""

from __future__ import annotations

from pathlib import Path

from reconciler.cli.resuming import plan_to_resume
from tests.properties.mortal import MortalCompany
from tests.scenarios.undoing import journals, last_run, undone


def test_what_was_undone_is_not_done_again_by_resuming_the_run(tmp_path: Path) -> None:
    """An undo is another plan, so the inventory does not say any more what the run had done; its journal does."""
    here = MortalCompany(tmp_path / "company")
    here.seed({"customers": [{"externalId": "C-0", "name": "Before"}]})
    here.write({"all.yaml": "customers: [{externalId: C-0, name: After}]\n"})
    assert here.apply().code == 0
    run = last_run(here)
    assert undone(here).code == 0
    before = here.state()
    here.resumes, plan = plan_to_resume(journals(here), run)
    assert here.carry_out(plan).code == 0
    assert here.state() == before
    assert "Applied already, and not done again: 1 change of the plan." in here.told
