"""What `--resume RUN` leaves alone: whatever the run has done, though it was taken back since."""

from __future__ import annotations

from pathlib import Path

from reconciler.cli.kept_plans import plan_to_resume
from reconciler.cli.unlocking import freed
from reconciler.sandbox import edit
from tests.properties.mortal import KILLED, Death, MortalCompany, Place
from tests.scenarios.undoing import journals, last_run, undo, undone


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


def test_what_another_run_took_back_is_not_done_again_by_resuming_the_run(tmp_path: Path) -> None:
    """Nor what a run did that had gone on with it, or what was found to have taken effect."""
    here = MortalCompany(tmp_path / "company")
    here.seed({"customers": [{"externalId": f"C-{number}", "name": "Before"} for number in range(3)]})
    before = "customers:\n" + "".join(f"  - {{externalId: C-{number}, name: Before}}\n" for number in range(3))
    here.write({"all.yaml": before.replace("Before", "After")})
    here.death = Death(Place.WRITE_BACK, 1)
    assert here.carry_out(here.plan()).code == KILLED
    here.death = None
    freed(here.folder, (), last_run(here))
    here.resumes, plan = plan_to_resume(journals(here), last_run(here))
    assert here.carry_out(plan).code == 0
    here.write({"all.yaml": before})
    assert here.apply().code == 0
    stands = here.state()
    assert here.carry_out(plan).code == 0
    assert here.state() == stands
    assert "Applied already, and not done again: 3 changes of the plan." in here.told


def test_what_somebody_changed_since_is_not_said_to_have_had_no_effect(tmp_path: Path) -> None:
    """It may have stood before. That is said, and ends the matter; undoing the run does not pass over it."""
    here = MortalCompany(tmp_path / "company")
    here.seed({"customers": [{"externalId": "C-0", "name": "Before"}]})
    here.write({"all.yaml": "customers: [{externalId: C-0, name: After}]\n"})
    here.death = Death(Place.WRITE_BACK, 1)
    assert here.carry_out(here.plan()).code == KILLED
    here.death, run = None, last_run(here)
    freed(here.folder, (), run)
    with here.store() as store:
        edit(store, "acme", "customer/C-0", {"name": "Somebody's"})
    here.resumes, plan = plan_to_resume(journals(here), run)
    here.carry_out(plan)
    assert not journals(here).open_entries(run)
    what = f"acme/customer/C-0: whether the update that run {run} left open took effect"
    assert f"{what} cannot be told any more: somebody changed it since." in here.told
    assert [one.problem.code for one in undo(here, run).blocked] == ["undo-overtaken"]
