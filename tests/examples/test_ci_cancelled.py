"""A job that somebody cancels while it applies: the runner tells the shell of the step, and no other process."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.examples.ci_job import CI, ROOT, inner, read, steps_of

APPLYING = """\
#!/bin/sh
trap 'echo "ended in order: $*"; exit 4' TERM
echo "$$"
for _ in $(seq 100); do sleep 0.05 & wait $!; done
"""
ENDING = """\
#!/bin/sh
echo "$$"
until [ -s shell ]; do sleep 0.02; done
echo "ended by itself: $*"
step="$(cat shell)"
kill -STOP "$step"
kill -TERM "$step"
{ sleep 0.1; kill -CONT "$step"; } > /dev/null 2>&1 &
exit 4
"""
"""It has ended when the shell of the step comes to see the signal."""


def script(where: str) -> str:
    """Give the step that applies."""
    if where == "action":
        steps = steps_of(inner(read(ROOT / "action.yml"), "runs"))
    else:
        steps = steps_of(inner(read(CI / "github" / "apply.yml"), "jobs", "apply"))
    (found,) = (str(step["run"]) for step in steps if "--auto-approve" in str(step.get("run")))
    return found


@pytest.mark.parametrize("where", ["action", "workflow"])
@pytest.mark.parametrize(("applying", "said_last"), [(APPLYING, "ended in order"), (ENDING, "ended by itself")])
def test_an_apply_is_told_that_its_job_is_cancelled(where: str, applying: str, said_last: str, tmp_path: Path) -> None:
    """It ends in order, is waited for, and the summary has what it said last; what it says is seen while it runs.

    Its exit code is told too where it ends just as the signal comes.
    """
    program = tmp_path / "reconciler"
    program.write_text(applying.replace("shell", f"{tmp_path}/shell"), encoding="utf-8")
    program.chmod(0o755)
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    environment = {
        **files,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_EVENT_NAME": "push",
        "COMMAND": "apply",
        "COMMENT": "true",
        "ORGANIZATION": "lumiere-*",
        "DIRECTORY": ".",
        "DIGEST": "d",
        "SINCE": "",
        "LOCK_TIMEOUT": "9",
    }
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script(where)]
    with subprocess.Popen(shell, env=environment, cwd=CI, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as step:
        assert step.stdout is not None
        said = [step.stdout.readline().decode().strip() for _ in range(2)]
        try:
            assert said[1].isdecimal(), said
            if applying == APPLYING:
                step.send_signal(signal.SIGTERM)
            (tmp_path / "shell").write_text(str(step.pid), encoding="utf-8")
            rest, _ = step.communicate(timeout=20)
        finally:
            step.kill()
    assert said_last in rest.decode()
    summary = (tmp_path / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
    assert "exit code 4" in summary
    assert "--org lumiere-* --auto-approve --expect d --lock-timeout 9" in summary
    assert step.returncode == (0 if where == "action" else 4)
