"""The shipped workflows, action and template before they run: valid to those who publish the formats, and safe."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from reconciler.cli.commands import Commands
from tests.examples.ci_job import CI, ROOT, inner, read, steps_of

GITHUB = sorted((CI / "github").glob("*.yml"))
GITLAB = CI / "gitlab" / "reconciler.gitlab-ci.yml"
ACTION = ROOT / "action.yml"
SCHEMAS = {
    "vendor.github-workflows": GITHUB,
    "vendor.github-actions": [ACTION],
    "vendor.gitlab-ci": [GITLAB],
}
NEEDED = {
    ("plan", "plan"): {"contents": "read", "pull-requests": "write"},
    ("plan", "validate"): {"contents": "read"},
    ("merge-queue", "plan"): {"contents": "read", "pull-requests": "read"},
    ("apply", "apply"): {"contents": "write", "pull-requests": "write"},
    ("drift", "drift"): {"contents": "read"},
}
"""What a job of a workflow may do, and no more."""


def program(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call a program that is installed beside this Python."""
    file = Path(sysconfig.get_path("scripts")) / name
    return subprocess.run([str(file), *arguments], capture_output=True, text=True, check=False, cwd=ROOT)


def jobs() -> dict[tuple[str, str], dict[str, object]]:
    """Give every job of every workflow."""
    return {(file.stem, name): inner(job) for file in GITHUB for name, job in inner(read(file), "jobs").items()}


def test_the_workflows_pass_actionlint(tmp_path: Path) -> None:
    """And it finds something in one that is wrong."""
    done = program("actionlint", "-no-color", *map(str, GITHUB))
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(GITHUB[0].read_text(encoding="utf-8").replace("matrix.organization", "matrix.organisation"))
    assert program("actionlint", "-no-color", str(wrong)).returncode == 1


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_published_schema_is_met(schema: str) -> None:
    """Of GitHub's workflows and actions, and of GitLab's CI."""
    transform = ["--data-transform", "gitlab-ci"] if "gitlab" in schema else []
    done = program("check-jsonschema", "--builtin-schema", schema, *transform, *map(str, SCHEMAS[schema]))
    assert done.returncode == 0, done.stdout


def test_a_job_may_do_what_it_needs_and_no_more() -> None:
    """Nothing is granted to a whole workflow."""
    assert {place: job["permissions"] for place, job in jobs().items()} == NEEDED
    assert all(read(file)["permissions"] == {} for file in GITHUB)


def test_nothing_runs_with_secrets_what_a_stranger_wrote() -> None:
    """No `pull_request_target`; a fork is only validated, without a secret; no plan is saved, nothing uploaded."""
    for file in (*GITHUB, ACTION, GITLAB):
        text = "\n".join(line.partition("# ")[0] for line in file.read_text(encoding="utf-8").splitlines())
        assert "pull_request_target" not in text
        assert "upload" not in text
        assert "--out" not in text
        assert "--show-personal" not in text
    assert jobs()["plan", "plan"]["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
    assert "secrets." not in str(jobs()["plan", "validate"])
    artifacts = inner(read(GITLAB), ".reconciler-plan", "artifacts")
    assert artifacts["reports"] == {"codequality": "reconciler-report/code-quality.json"}
    assert "paths" not in artifacts


def test_an_apply_is_alone_and_is_never_ended_half_way() -> None:
    """One group for each organization, which no other job is in."""
    groups = {place: inner(job, "concurrency") for place, job in jobs().items()}
    assert groups["apply", "apply"] == {
        "group": "reconciler-apply-${{ matrix.organization }}",
        "cancel-in-progress": False,
    }
    assert "timeout-minutes" not in jobs()["apply", "apply"]
    others = [group.get("group") for place, group in groups.items() if place[0] != "apply"]
    assert groups["apply", "apply"]["group"] not in others
    apply = inner(read(GITLAB), ".reconciler-apply")
    assert (apply["resource_group"], apply["interruptible"]) == ("reconciler-$ORGANIZATION", False)


@pytest.mark.parametrize("file", [*GITHUB, ACTION], ids=lambda file: str(file.name))
def test_steps_are_plain_shell(file: Path) -> None:
    """No expression in a script, which somebody could fill with shell; actions by major; commands that there are."""
    tree = read(file)
    found = [inner(tree, "runs")] if file == ACTION else [inner(job) for job in inner(tree, "jobs").values()]
    for step in (step for job in found for step in steps_of(job)):
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@v[0-9]+", str(step["uses"]))
            continue
        script = str(step["run"])
        assert "${{" not in script
        called = re.findall(r"^[^#\n]*\breconciler (?:-C \S+ )?([a-z]+)", script, re.MULTILINE)
        assert set(called) <= set(Commands.table)
