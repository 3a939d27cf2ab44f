"""What `apply --resume` goes on with, where something else was applied since the run."""

from __future__ import annotations

import pytest

from reconciler.cli.locking import this_run
from reconciler.cli.rest import Deed, Deeds, unrecorded
from reconciler.model.event import Done
from reconciler.model.inventory import Intent, Inventory
from reconciler.model.plan import Plan
from tests.apply.provider import update
from tests.cli.running import CUSTOMERS, Folder
from tests.values import live_club

UPDATE = update(live_club("ROW", name="Rowing"), name="Rowers")


def ended_early(folder: Folder) -> str:
    """Apply two changed names of which one is refused, and give that run."""
    assert folder.call("apply", "--auto-approve").code == 0
    folder.write("customers/acme.yaml", CUSTOMERS.replace("name: Acme", "name: New"))
    folder.call("sandbox", "fault", "error-before", "method=write", "status=422", "times=1")
    assert folder.call("apply", "--auto-approve").code == 4
    return last(folder)


def last(folder: Folder) -> str:
    """Name the last run."""
    return folder.call("journal", "list", "--limit", "1").out.partition(" ")[0]


def undo(folder: Folder, run: str) -> None:
    """Undo a run."""
    file = str(folder.path / "undo.out")
    assert folder.call("undo", run, "--out", file).code == 0
    assert folder.call("apply", file).code == 0


def names(folder: Folder) -> list[object]:
    """Give the names that stand at the vendor."""
    return [folder.call("sandbox", "show", f"customer/{key}").json()["name"] for key in ("C-001", "C-002")]


@pytest.mark.parametrize("undone", ["the run", "who went on with it"])
def test_what_was_undone_since_is_not_done_again_by_resuming(undone: str, folder: Folder) -> None:
    """Neither what a plain apply did of the rest, nor the rest of a run that is over."""
    run = ended_early(folder)
    if undone == "the run":
        undo(folder, run)
        stand = ["Acme", "Acme Lyon"]
    else:
        before = names(folder)
        assert folder.call("apply", "--auto-approve").code == 0
        assert names(folder) == ["New", "New Lyon"]
        undo(folder, last(folder))
        stand = [str(name) for name in before]
    assert names(folder) == stand
    refused = folder.call("apply", "--resume", run)
    assert (refused.code, "[resume-overtaken]" in refused.err) == (5, True)
    assert "    reconciler apply\n" in refused.err
    assert names(folder) == stand


def test_a_run_that_nothing_came_after_is_gone_on_with(folder: Folder) -> None:
    """Also where it is gone on with twice; then nothing is left, whatever is applied later."""
    run = ended_early(folder)
    folder.call("sandbox", "fault", "error-before", "method=write", "status=422", "times=1")
    assert folder.call("apply", "--resume", run).code == 1  # the other write is refused now
    assert folder.call("apply", "--resume", run).code == 0
    assert names(folder) == ["New", "New Lyon"]
    undo(folder, run)
    again = folder.call("apply", "--resume", run)
    assert (again.code, "Nothing is left of run" in again.err) == (0, True)


def test_what_its_plan_refused_is_not_said_to_be_done(folder: Folder) -> None:
    """Nothing is left to do, and what was refused still is."""
    rows = "".join(f"  - {{externalId: D-{number}, name: D{number}}}\n" for number in range(5))
    folder.write("customers/more.yaml", f"customers:\n{rows}")
    assert folder.call("apply", "--auto-approve").code == 0
    folder.write("customers/more.yaml", "customers:\n  - {externalId: E-1, name: E}\n")
    assert folder.call("apply", "--auto-approve").code == 3  # five deletes at once are refused
    resumed = folder.call("apply", "--resume", "last")
    assert resumed.code == 3
    assert "all that it set out to do was done. 5 changes that its plan refused stay refused." in resumed.err


def test_what_is_damaged_is_no_reason_not_to_apply(folder: Folder) -> None:
    """The plain apply needs neither the plan of the run nor its journal."""
    run = ended_early(folder)
    plan = next((folder.path / ".reconciler" / "journal").glob(f"{run}.plan"))
    plan.write_text("torn")
    refused = folder.call("apply", "--resume", run)
    assert (refused.code, "[plan-file-unreadable]" in refused.err) == (1, True)
    assert "    reconciler apply\n" in refused.err
    assert "Plan again" not in refused.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--resume", "zzz"), "journal-missing"), (("--auto-approve", "--org", "nope"), "organization-unknown")],
)
def test_wrong_usage_is_told_to_programs_too(arguments: tuple[str, ...], code: str, folder: Folder) -> None:
    """A line for every problem, as for all others."""
    ended = folder.call("apply", "--json", *arguments)
    assert ended.code == 64
    assert [line["type"] for line in ended.lines()] == ["version", "diagnostic"]
    assert f'"code": "{code}"' in ended.out


@pytest.mark.parametrize(("run", "masked", "taken"), [("r1", False, 1), ("r2", False, 0), ("r1", True, 0)])
def test_what_was_found_out_to_stand_is_recorded_too(run: str, masked: bool, taken: int) -> None:
    """Where its intent is still that of the run which did it, and who of a list is who can be told."""
    name = UPDATE.address.organization
    intent = Intent(kind="club", key="ROW", action="update", remote_id=UPDATE.remote_id, run=run)
    inventory = Inventory(organization=name, provider="", endpoint="", digest_key_id="", intents=(intent,))
    deeds: Deeds = {(str(UPDATE.address), UPDATE.action): Deed(run="r1", ended=None, masked=masked)}
    found = unrecorded(Plan(scope=(name,), shares=(), changes=(UPDATE,)), deeds, {name: inventory})
    assert found == (Done(change=UPDATE, remote_id=UPDATE.remote_id),) * taken


def test_whoever_and_whatever_is_called_can_be_written_down() -> None:
    """A file's name need not be UTF-8, and stands in locks and journals all the same."""
    assert this_run("reconciler apply pl\udce4n.out").command == "reconciler apply pl?n.out"
