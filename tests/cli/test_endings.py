"""How the program ends when it does not end well."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reconciler.cli.endings import code_of, told
from reconciler.errors import (
    DesiredStateInvalid,
    LiveStateUnreadable,
    OutcomeUnknown,
    PlanRefused,
    PlanStale,
    Problem,
    ProviderRejected,
    ProviderUnavailable,
    ReconcilerError,
    UsageInvalid,
)
from reconciler.render.paint import PLAIN
from tests.cli.running import COMMAND, Folder

PROBLEM = Problem(code="x", summary="wrong")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageInvalid(PROBLEM), 64),
        (DesiredStateInvalid(PROBLEM), 65),
        (LiveStateUnreadable(PROBLEM), 7),
        (PlanRefused(PROBLEM), 3),
        (PlanStale(PROBLEM), 5),
        (ProviderRejected(PROBLEM), 1),
        (ProviderUnavailable(PROBLEM), 1),
        (OutcomeUnknown(PROBLEM), 1),
        (ReconcilerError(PROBLEM), 1),
        (FileNotFoundError(2, "No such file or directory", "x.yaml"), 1),
        (ZeroDivisionError("secret"), 1),
    ],
)
def test_each_error_has_its_documented_code(error: Exception, code: int) -> None:
    """The table of exit codes, for what is raised before anything was written."""
    assert code_of(error) == code


def test_what_nobody_expected_is_called_a_bug_and_not_quoted() -> None:
    """The message of an unexpected exception may hold anything, so kind and place alone are shown."""
    text = told(ZeroDivisionError("jane@acme.example"), PLAIN)
    assert text.endswith("This is a bug in reconciler.")
    assert "jane" not in text


def test_a_missing_file_is_the_systems_word() -> None:
    """With the file's name and no traceback."""
    text = told(FileNotFoundError(2, "No such file or directory", "x.yaml"), PLAIN)
    assert text.startswith("x.yaml: the system refused [file-system]\n    No such file or directory")


def test_debug_shows_the_traceback(folder: Folder) -> None:
    """And not without being asked."""
    (folder.path / "reconciler.yaml").write_text("organizations: 3\n")
    assert "Traceback" not in folder.call("validate").err
    assert "Traceback" in folder.call("--debug", "validate").err


def test_a_reader_that_leaves_early_hears_no_complaint(folder: Folder) -> None:
    """As in `reconciler plan --json | head -c 1`."""
    process = subprocess.Popen(
        [*COMMAND, "-C", str(folder.path), "plan", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=60) == 141
    assert "Error" not in said


@pytest.mark.parametrize(
    ("closed", "commands"),
    [
        (">&-", ("plan", "plan --json")),
        ("2>&-", ("plan --json", "apply --auto-approve")),
        ("<&- >&- 2>&-", ("validate", "plan", "apply --auto-approve")),
    ],
)
def test_a_closed_stream_is_no_bug(folder: Folder, closed: str, commands: tuple[str, ...]) -> None:
    """What would be written there is written nowhere, and the exit code is what it would be."""
    for arguments in map(str.split, commands):
        ended = subprocess.run(
            ["sh", "-c", f'"$@" {closed}', "sh", *COMMAND, "-C", str(folder.path), *arguments],
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 0
        assert b"bug" not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "words", [("plan",), ("plan", "--out", "plan.out"), ("apply", "--auto-approve"), ("sandbox", "show", "acme-fr")]
)
def test_a_sandbox_whose_file_cannot_be_used_is_the_systems_refusal(folder: Folder, words: tuple[str, ...]) -> None:
    """It is no bug of the program that a folder is read only or a disk full; the file is named."""
    (folder.path / ".reconciler" / "sandbox.db").mkdir(parents=True)
    ended = folder.call(*words)
    assert ended.code == 1
    assert "the system refused [file-system]" in ended.err
    assert str(Path(".reconciler") / "sandbox.db") in ended.err
    assert not (folder.path / "plan.out").exists()
