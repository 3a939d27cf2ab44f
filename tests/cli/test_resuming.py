"""An apply that is stopped or killed, in a process of its own, and what goes on with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.running import COMMAND, CONFIGURATION, Ended, Folder

MANY = "customers:\n" + "".join(
    f"  - {{externalId: C-{n:03}, name: N{n}, contacts: [{{externalId: P-{n}, email: p{n}@acme.example}}]}}\n"
    for n in range(40)
)


def interrupted(folder: Folder, *signals: signal.Signals, after: int = 3) -> Ended:
    """Apply, and send signals once so many changes are complete."""
    folder.write("customers/acme.yaml", MANY)
    process = subprocess.Popen(
        [*COMMAND, "-C", str(folder.path), "apply", "--auto-approve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said, complete = [], 0
    for line in process.stderr:
        said.append(line)
        complete += "Creation complete" in line
        if complete == after:
            break
    for number in signals:
        process.send_signal(number)
        time.sleep(0.05)
    out, err = process.communicate(timeout=30)
    return Ended(code=process.returncode, out=out, err="".join(said) + err)


def live(folder: Folder) -> int:
    """Count the customers that there are."""
    state = folder.call("sandbox", "show", "--json").json()
    return len(json.dumps(state).split('"C-0')) - 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_apply_tells_the_truth_and_is_resumed(number: signal.Signals, code: int, folder: Folder) -> None:
    """Within ten seconds, with sums that are those of the journal; the rest is done and nothing else."""
    begun = time.monotonic()
    ended = interrupted(folder, number)
    assert time.monotonic() - begun < 10 + 5  # the start and the first changes among it
    assert ended.code == code
    run = json.loads(folder.call("journal", "list", "--json").out)
    done, not_tried = run["sums"]["done"], run["sums"]["not_tried"]
    assert (done + not_tried, run["exit_code"], run["open"]) == (40, code, 0)
    assert 3 <= done < 40
    assert f"{done} added" in ended.out
    assert f"{not_tried} not tried" in ended.out
    creates = [line for line in folder.requests() if "POST" in line and "/customers" in line]
    assert len(creates) == done
    folder.write("customers/more.yaml", "customers:\n  - {externalId: D-1, name: D}\n")
    resumed = folder.call("apply", "--resume", "last")
    assert resumed.code == 0, resumed.err
    assert f"Resources: {not_tried} added, 0 changed, 0 destroyed." in resumed.out
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in folder.call("plan").out


def test_a_second_signal_does_not_wait_and_leaves_what_can_be_settled(folder: Folder) -> None:
    """What was begun is told as unknown unless its ending came in time; the next apply finds all of it out."""
    ended = interrupted(folder, signal.SIGINT, signal.SIGINT)
    assert ended.code in (130, -signal.SIGINT)  # it may come when all is done and the program is on its way out
    run = json.loads(folder.call("journal", "list", "--json").out)
    assert run["sums"]["done"] + run["sums"]["unknown"] + run["sums"]["not_tried"] == 40
    resumed = folder.call("apply", "--auto-approve")
    assert resumed.code == 0, resumed.err
    runs = [json.loads(line) for line in folder.call("journal", "list", "--json").out.splitlines()]
    assert [one["open"] for one in runs] == [0, 0]
    assert folder.call("plan").out.startswith("No changes.")


def test_what_a_killed_run_left_open_is_settled_and_said(folder: Folder) -> None:
    """Once its lock is freed; each verdict is the truth, and stands in the dead run's journal."""
    folder.write("customers/acme.yaml", MANY)
    process = subprocess.Popen(
        [*COMMAND, "-C", str(folder.path), "apply", "--auto-approve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Creating..." in line:
            os.kill(process.pid, signal.SIGKILL)
            break
    process.communicate()
    (run,) = (json.loads(line) for line in folder.call("journal", "list", "--json").out.splitlines())
    assert run["ended"] is None
    refused = folder.call("apply", "--auto-approve")
    assert refused.code == 6
    assert folder.call("unlock", run["run"]).code == 0
    finished = folder.call("apply", "--auto-approve")
    assert finished.code == 0, finished.err
    settled = [line for line in finished.err.splitlines() if f"that run {run['run']} left open" in line]
    shown = folder.call("journal", "show", run["run"], "--json").lines()
    told = [line for line in shown if line["type"] == "change" and line["settled"] is not None]
    assert len(told) == len(settled) > 0
    assert not any(line["type"] == "change" and line["open"] for line in shown)


def test_a_fully_applied_plan_has_no_rest(folder: Folder) -> None:
    """Resumed, it sends nothing, and says why."""
    assert folder.call("apply", "--auto-approve").code == 0
    sent = [line for line in folder.requests() if "POST" in line]
    resumed = folder.call("apply", "--resume", "last")
    assert resumed.code == 0, resumed.err
    assert "Nothing is left of run" in resumed.err
    assert [line for line in folder.requests() if "POST" in line] == sent
    assert len(folder.call("journal", "list").out.splitlines()) == 1


@pytest.mark.parametrize("more", [("plan.out",), ("--expect", "5f0c"), ("--allow-delete", "customer=1")])
def test_resume_takes_nothing_that_would_change_the_plan(more: tuple[str, ...], folder: Folder) -> None:
    """It is that plan and no other."""
    assert folder.call("apply", "--resume", "last", *more).code == 64


def test_without_the_journal_a_plain_apply_is_pointed_to(folder: Folder, tmp_path: Path) -> None:
    """On another machine, the inventory's intents serve."""
    assert (tmp_path / "reconciler.yaml").read_text() == CONFIGURATION
    refused = folder.call("apply", "--resume", "20260115T093000Z-1f2e3d4c")
    assert (refused.code, "[journal-missing]" in refused.err) == (64, True)
    assert "a plain apply settles by the" in refused.err
