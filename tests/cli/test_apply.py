"""`apply`, at the embedded sandbox."""

from __future__ import annotations

import os
import pty
import signal
import subprocess

import pytest
from jsonschema import Draft202012Validator

from reconciler.render.stream_schema import stream_schema
from tests.cli.running import COMMAND, NINE_MORE, Folder

SCHEMA = Draft202012Validator(stream_schema(closed=True))


def answered(folder: Folder, answer: str) -> tuple[int, str]:
    """Call `apply` on a terminal and give it an answer; the exit code and all that was seen come back."""
    near, far = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "-C", str(folder.path), "apply", "--no-color"], stdin=far, stdout=far, stderr=far
    ) as process:
        os.close(far)
        os.write(near, f"{answer}\n".encode())
        seen = b""
        while chunk := _read(near):
            seen += chunk
        code = process.wait(timeout=60)
    os.close(near)
    return code, seen.decode()


def _read(near: int) -> bytes:
    try:
        return os.read(near, 65536)
    except OSError:  # how Linux says that the other end of a terminal is closed
        return b""


def test_apply_then_plan_is_empty(folder: Folder) -> None:
    """The tour in one line."""
    ended = folder.call("apply", "--auto-approve")
    assert ended.code == 0
    assert "Apply complete! Resources: 2 added, 0 changed, 0 destroyed." in ended.out
    assert "acme-fr/customer/C-001: Creation complete after" in ended.err
    assert folder.call("plan", "--detailed-exitcode").code == 0


def test_nothing_to_do_is_done(folder: Folder) -> None:
    """No question, no write, 0."""
    folder.write("customers/acme.yaml", "customers: []\n")
    ended = folder.call("apply", "--auto-approve")
    assert ended.code == 0
    assert "Resources: 0 added, 0 changed, 0 destroyed." in ended.out


def test_yes_on_a_terminal_applies(folder: Folder) -> None:
    """After the plan was shown."""
    code, seen = answered(folder, "yes")
    assert code == 0
    assert seen.index("Plan: 2 to add") < seen.index("Only 'yes' will be accepted") < seen.index("Apply complete!")


@pytest.mark.parametrize("answer", ["y", "YES", ""])
def test_anything_but_yes_does_not(folder: Folder, answer: str) -> None:
    """Exit code 1, and nothing was written."""
    code, seen = answered(folder, answer)
    assert code == 1
    assert "Apply cancelled." in seen
    assert {line.split()[1] for line in folder.requests()} == {"GET"}


def test_events_for_programs_are_one_object_a_line(folder: Folder) -> None:
    """The plan, what happens, and the sums, each as the schema says; nothing on stderr."""
    ended = folder.call("apply", "--auto-approve", "--json")
    assert (ended.code, ended.err) == (0, "")
    kinds = [line["type"] for line in ended.lines() if line["type"] != "progress"]
    assert kinds[:5] == ["version", "planned_change", "planned_change", "planned_change", "change_summary"]
    assert kinds[-1] == "change_summary"
    assert kinds.count("apply_start") == kinds.count("apply_progress") == kinds.count("apply_complete") == 2
    for line in ended.lines():
        SCHEMA.validate(line)


def test_a_saved_plan_is_announced_to_programs_too(folder: Folder) -> None:
    """What is left of it, before anything of it is done; nothing more is told of the person than an address."""
    file = str(folder.path / "plan.out")
    folder.call("plan", "--out", file)
    ended = folder.call("apply", file, "--json")
    kinds = [line["type"] for line in ended.lines() if line["type"] != "progress"]
    assert kinds[:5] == ["version", "planned_change", "planned_change", "planned_change", "change_summary"]
    assert "one@acme.example" not in ended.out


def test_programs_are_told_of_invalid_documents(folder: Folder) -> None:
    """A line for each problem, in the order of the documents; people read the same on stderr."""
    folder.write(
        "customers/bad.yaml", "customers:\n  - {externalId: C-8, nmae: Eight}\n  - {externalId: C-9, name: 9}\n"
    )
    ended = folder.call("apply", "--auto-approve", "--json")
    assert ended.code == 65
    lines = [line for line in ended.lines() if line["type"] not in ("progress", "version")]
    assert [(line["type"], line["@level"]) for line in lines] == [("diagnostic", "error")] * 2
    problems = [line["problem"] for line in lines]
    assert [isinstance(one, dict) and one["code"] for one in problems] == ["key-unknown", "unquoted-string"]
    assert "[key-unknown]" in ended.err and "[unquoted-string]" in ended.err


def test_a_saved_plan_is_applied_without_a_question(folder: Folder) -> None:
    """It was reviewed."""
    file = str(folder.path / "plan.out")
    folder.call("plan", "--out", file)
    ended = folder.call("apply", file)
    assert ended.code == 0
    assert "Resources: 2 added" in ended.out


def test_an_object_that_moved_since_is_skipped_as_stale(folder: Folder) -> None:
    """With nothing written the code is 5."""
    folder.call("apply", "--auto-approve")
    folder.write(
        "customers/acme.yaml", "customers:\n  - {externalId: C-001, name: New name}\n  - {externalId: C-002}\n"
    )
    file = str(folder.path / "plan.out")
    assert "1 to change" in folder.call("plan", "--out", file).out
    folder.call("sandbox", "edit", "customer/C-001", "name=Edited by a colleague")
    ended = folder.call("apply", file)
    assert ended.code == 5
    assert "Apply incomplete. Resources: 0 added, 0 changed, 0 destroyed." in ended.out
    assert "1 skipped as stale" in ended.out


def test_a_plan_for_another_endpoint_is_refused(folder: Folder) -> None:
    """What was reviewed against the sandbox is not sent to the vendor."""
    file = str(folder.path / "plan.out")
    folder.call("plan", "--out", file)
    text = (folder.path / "reconciler.yaml").read_text()
    folder.write(
        "reconciler.yaml",
        text.replace(
            "endpoint: sandbox", "endpoint: production\n    credentials: {key: '${A_KEY}', secret: '${A_SECRET}'}"
        ),
    )
    ended = folder.call("apply", file)
    assert ended.code == 5
    assert "[plan-endpoint-moved]" in ended.err


def test_a_saved_plan_covers_what_it_covers(folder: Folder) -> None:
    """`--org` may take a part of it, not more."""
    file = str(folder.path / "plan.out")
    folder.call("plan", "--out", file)
    ended = folder.call("apply", file, "--org", "other")
    assert ended.code == 64
    assert "[organization-not-planned]" in ended.err


def test_an_incomplete_plan_writes_nothing(folder: Folder) -> None:
    """Exit code 7."""
    folder.write("customers/more.yaml", NINE_MORE)
    folder.call("sandbox", "add", "customer", "externalId=X-1", "name=X", "--org", "acme-fr")
    folder.call("plan")
    folder.call("sandbox", "add", "customer", "externalId=X-1", "name=X")
    folder.call("sandbox", "fault", "page-truncated", "path=/customers", "times=null")
    assert folder.call("apply", "--auto-approve").code == 7
    assert {line.split()[1] for line in folder.requests()} == {"GET"}


def test_a_lost_answer_ends_well(folder: Folder) -> None:
    """Looked up, found to have taken effect, and not sent twice."""
    folder.call("plan")
    folder.call("sandbox", "fault", "lost-after", "method=write", "lost_as=reset")
    ended = folder.call("apply", "--auto-approve")
    assert ended.code == 0
    assert "Resources: 2 added" in ended.out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_lets_the_write_in_flight_end(folder: Folder, number: signal.Signals, code: int) -> None:
    """The parent being created is created; its child is not begun; the sums say so."""
    folder.call("plan")
    folder.call("sandbox", "fault", "slow", "method=write", "seconds=1", "times=null")
    command = [*COMMAND, "-C", str(folder.path), "apply", "--auto-approve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("C-001: Creating..." in line for line in process.stderr)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Stopping" in err
    assert "Apply incomplete. Resources: 1 added, 0 changed, 0 destroyed." in out
    assert "1 not tried" in out


def test_a_blocked_change_does_not_stop_the_rest(folder: Folder) -> None:
    """The rest is applied, and the code is 3."""
    folder.write("customers/typo.yaml", "customers:\n  - {externalId: C-9, name: Nine, customFields: {tier: Gould}}\n")
    folder.write(
        "seed.yaml",
        "customFields: [{externalId: tier, label: Tier, dataType: SELECT, entityType: CUSTOMER, options: [Gold]}]\n",
    )
    folder.call("sandbox", "seed", str(folder.path / "seed.yaml"))
    ended = folder.call("apply", "--auto-approve")
    assert (ended.code, "1 refused" in ended.out) == (3, True), ended
    assert "Resources: 2 added" in ended.out


def test_a_plan_applied_twice_says_that_it_was_applied(folder: Folder) -> None:
    """The second time nothing is written, and nothing is said to have been created."""
    file = str(folder.path / "plan.out")
    folder.call("plan", "--out", file)
    folder.call("apply", file)
    ended = folder.call("apply", file)
    assert ended.code == 0
    assert "Applied already, and not done again: 2 changes of the plan." in ended.err
    assert "complete" not in ended.err


@pytest.mark.parametrize(("stream", "more"), [("stderr", ()), ("stdout", ()), ("stdout", ("--json",))])
def test_an_apply_that_nobody_listens_to_is_carried_to_its_end(folder: Folder, stream: str, more: tuple[str]) -> None:
    """A pipe that breaks while it is told leaves no change half done, and the exit code says what was."""
    file = str(folder.path / "plan.out")
    folder.call("plan", "--out", file)
    near, far = os.pipe()
    os.close(near)
    command = [*COMMAND, "-C", str(folder.path), "apply", file, *more]
    ended = subprocess.run(
        command,
        stdout=far if stream == "stdout" else subprocess.PIPE,
        stderr=far if stream == "stderr" else subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(far)
    assert ended.returncode == 0
    assert b"Traceback" not in (ended.stdout or b"") + (ended.stderr or b"")
    assert folder.call("plan", "--detailed-exitcode").code == 0
