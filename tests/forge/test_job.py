"""The environment of a job -> what it is about. Nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler.errors import UsageInvalid
from reconciler.forge.job import Job, forge_of, job_of

SHA, HEAD = "f" * 40, "a" * 40
GITHUB = {"GITHUB_REPOSITORY": "lumiere/data", "GITHUB_SHA": SHA}
GITLAB = {"CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "42", "CI_COMMIT_SHA": SHA}
REQUEST = {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_PROJECT_ID": "42", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "42"}


@pytest.mark.parametrize(
    ("ref", "number"),
    [
        ("refs/pull/7/merge", 7),
        ("refs/pull/12/head", 12),
        (f"refs/heads/gh-readonly-queue/main/pr-7-{SHA}", 7),
        (f"refs/heads/gh-readonly-queue/release/pr-1/pr-31-{SHA}", 31),
        ("refs/heads/main", 0),
        ("refs/heads/pull/7/merge", 0),
        ("refs/tags/refs/pull/7/merge", 0),
        (f"refs/heads/pr-7-{SHA}", 0),
        ("", 0),
    ],
)
def test_a_ref_names_its_pull_request(ref: str, number: int) -> None:
    """One of a pull request or of a queue, and no branch that looks a little like it."""
    assert job_of({**GITHUB, "GITHUB_REF": ref}) == Job(forge="GitHub", number=number, commit=SHA)


@pytest.mark.parametrize(
    ("repository", "actor", "foreign"),
    [
        ({"full_name": "lumiere/data"}, "claire", False),
        ({"full_name": "stranger/data"}, "claire", True),
        ({"full_name": "lumiere/data"}, "dependabot[bot]", True),
        (None, "claire", False),
    ],
)
def test_the_event_says_of_which_commit_and_whose(
    repository: dict[str, str] | None, actor: str, foreign: bool, tmp_path: Path
) -> None:
    """The last commit of the pull request, and not the merge that was checked out."""
    event = {"pull_request": {"number": 7, "head": {"sha": HEAD, "repo": repository}}}
    (tmp_path / "event").write_text(json.dumps(event), encoding="utf-8")
    found = job_of({**GITHUB, "GITHUB_EVENT_PATH": str(tmp_path / "event"), "GITHUB_ACTOR": actor})
    assert found == Job(forge="GitHub", number=7, head=HEAD, commit=SHA, foreign=foreign)


@pytest.mark.parametrize(
    "event", ["", "{", "[]", "null", '{"pull_request": null}', '{"pull_request": {"number": "7"}}']
)
def test_an_event_of_another_sort_is_none(event: str, tmp_path: Path) -> None:
    """Torn, or about something else."""
    (tmp_path / "event").write_text(event, encoding="utf-8")
    assert job_of({**GITHUB, "GITHUB_EVENT_PATH": str(tmp_path / "event")}).number == 0
    assert job_of({**GITHUB, "GITHUB_EVENT_PATH": str(tmp_path / "missing")}).number == 0


def test_gitlab_names_the_last_commit_of_the_source() -> None:
    """Beside a pipeline of merged results, whose commit nobody pushed."""
    assert job_of({**GITLAB, **REQUEST}) == Job(forge="GitLab", number=7, head=SHA, commit=SHA)
    merged = {**GITLAB, **REQUEST, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD}
    assert job_of(merged) == Job(forge="GitLab", number=7, head=HEAD, commit=SHA)
    fork = {**GITLAB, **REQUEST, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "43"}
    assert job_of(fork).foreign
    assert job_of(GITLAB) == Job(forge="GitLab", commit=SHA)


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({}, "forge-unknown"),
        ({"GITHUB_TOKEN": "x", "RECONCILER_GITLAB_TOKEN": "x"}, "forge-unknown"),
        ({**GITHUB, "GITHUB_REPOSITORY": "lumiere/data/../other", "GITHUB_TOKEN": "x"}, "forge-unknown"),
        ({**GITLAB, "CI_PROJECT_ID": "", "RECONCILER_GITLAB_TOKEN": "x"}, "forge-unknown"),
        (GITHUB, "forge-token-missing"),
        ({**GITLAB, "CI_JOB_TOKEN": "x"}, "forge-token-missing"),
    ],
)
def test_what_is_missing_is_named(environ: Mapping[str, str], code: str) -> None:
    """A token of the other forge is none."""
    with pytest.raises(UsageInvalid) as found:
        job_of(environ)
        forge_of(environ, print)
    (problem,) = found.value.problems
    assert (problem.code, bool(problem.where)) == (code, True)


@pytest.mark.parametrize(
    "address", ["htp://api.github.com", "api.github.com", "https://", "https://host:99999/", "http://["]
)
@pytest.mark.parametrize("name", ["GITHUB_API_URL", "GITHUB_GRAPHQL_URL", "CI_API_V4_URL"])
def test_an_address_that_is_none_is_named(name: str, address: str) -> None:
    """By its variable, before anything is sent."""
    environ = {**(GITLAB if name.startswith("CI_") else GITHUB), "GITHUB_TOKEN": "x", "RECONCILER_GITLAB_TOKEN": "x"}
    with pytest.raises(UsageInvalid) as found:
        forge_of({**environ, name: address}, print)
    assert [(one.code, one.where) for one in found.value.problems] == [("forge-unknown", name)]


def test_a_token_may_end_with_a_line_break_and_hold_no_other_sign() -> None:
    """As one that was pasted does; what no header may hold is told without repeating it."""
    forge_of({**GITHUB, "GITHUB_TOKEN": "x\n"}, print).close()
    with pytest.raises(UsageInvalid, match="holds signs that no token has") as found:
        forge_of({**GITHUB, "GITHUB_TOKEN": "hunter\n2"}, print)
    assert "hunter" not in str(found.value)
