"""The environment of a job -> where it runs and what about: the forge, the repository, the proposal, the commit.

Read are variables that the forges set by themselves, and two tokens. The forges' own begin with GITHUB_ or CI_; ours
with RECONCILER_, where a misspelt one is refused.

| runs for                | the number is in                                       | the commit that the plan is of |
|-------------------------|--------------------------------------------------------|--------------------------------|
| GitHub: a pull request  | the event, or GITHUB_REF = refs/pull/7/merge           | its last, of the event         |
| GitHub: a merge queue   | GITHUB_REF = refs/heads/gh-readonly-queue/main/pr-7-…  | looked up                      |
| GitHub: a push          | nowhere: it is found by the commit of the merge        | looked up                      |
| GitLab: a merge request | CI_MERGE_REQUEST_IID                                   | its last                       |
| GitLab: a branch        | nowhere: it is found by the commit of the merge        | looked up                      |
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.errors import Problem, UsageInvalid
from reconciler.forge.forge import Forge
from reconciler.forge.github import GitHub
from reconciler.forge.gitlab import TOKEN as GITLAB_TOKEN
from reconciler.forge.gitlab import GitLab
from reconciler.forge.setbacks import Tell

GITHUB_TOKEN = "GITHUB_TOKEN"
_REF = re.compile(r"refs/pull/(?P<number>[0-9]+)/|refs/heads/gh-readonly-queue/.+/pr-(?P<queued>[0-9]+)-[0-9a-f]+$")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a job knows of itself; `number` is 0 where it is not about a proposal, `head` then is empty.

    `foreign` says that the proposal comes from a fork, or from a bot that is treated like one: its jobs get a token
    that may write nothing, or none.
    """

    forge: str
    number: int = 0
    head: str = ""
    commit: str = ""
    foreign: bool = False


def job_of(environ: Mapping[str, str]) -> Job:
    """Say what the job is about that this environment is of.

    Raises:
        UsageInvalid: it is of no job at GitHub or GitLab.
    """
    if environ.get("GITHUB_REPOSITORY"):
        return _github_job(environ)
    if environ.get("CI_API_V4_URL"):
        return _gitlab_job(environ)
    raise UsageInvalid(_unknown("the environment", "Neither GITHUB_REPOSITORY nor CI_API_V4_URL is set."))


def forge_of(environ: Mapping[str, str], tell: Tell) -> Forge:
    """Connect to the forge that the environment names; `tell` is told of every wait for it.

    Raises:
        UsageInvalid: the token is not set, or a variable cannot be meant.
    """
    if environ.get("GITHUB_REPOSITORY"):
        repository = environ["GITHUB_REPOSITORY"]
        if _REPOSITORY.fullmatch(repository) is None:
            raise UsageInvalid(_unknown("GITHUB_REPOSITORY", "It is not of the form OWNER/NAME."))
        return GitHub(
            api_url=_address(environ, "GITHUB_API_URL", "https://api.github.com"),
            graphql_url=_address(environ, "GITHUB_GRAPHQL_URL", "https://api.github.com/graphql"),
            repository=repository,
            token=_token(environ, GITHUB_TOKEN, "Hand it to the step: env: {GITHUB_TOKEN: ${{ github.token }}}."),
            tell=tell,
        )
    project = environ.get("CI_MERGE_REQUEST_PROJECT_ID") or environ.get("CI_PROJECT_ID", "")
    if not project:
        raise UsageInvalid(_unknown("CI_PROJECT_ID", "It is not set."))
    return GitLab(
        api_url=_address(environ, "CI_API_V4_URL", ""),
        project=project,
        token=_token(
            environ,
            GITLAB_TOKEN,
            'Make a project access token (role "Reporter", scope "api"), and keep it there, masked.',
        ),
        tell=tell,
    )


def _github_job(environ: Mapping[str, str]) -> Job:
    pull = _pull_of(environ.get("GITHUB_EVENT_PATH", ""))
    number = pull.get("number")
    found = _REF.match(environ.get("GITHUB_REF", ""))
    named = int(found["number"] or found["queued"]) if found else 0
    head = _inner(pull, "head")
    owner = _inner(head, "repo").get("full_name", environ.get("GITHUB_REPOSITORY"))
    return Job(
        forge=GitHub.title,
        number=number if isinstance(number, int) else named,
        head=str(head.get("sha", "")),
        commit=environ.get("GITHUB_SHA", ""),
        foreign=owner != environ.get("GITHUB_REPOSITORY") or environ.get("GITHUB_ACTOR") == "dependabot[bot]",
    )


def _gitlab_job(environ: Mapping[str, str]) -> Job:
    number = environ.get("CI_MERGE_REQUEST_IID", "")
    commit = environ.get("CI_COMMIT_SHA", "")
    source = environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "")
    return Job(
        forge=GitLab.title,
        number=int(number) if number.isdecimal() else 0,
        # In pipelines of merged results CI_COMMIT_SHA is of a merge that nobody pushed.
        head=(environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or commit) if number else "",
        commit=commit,
        foreign=bool(source) and source != environ.get("CI_MERGE_REQUEST_PROJECT_ID", ""),
    )


def _pull_of(path: str) -> dict[str, object]:
    """Read the pull request out of the event that began the job; {} where there is none."""
    try:
        event: object = json.loads(Path(path).read_bytes()) if path else {}
    except (OSError, ValueError):
        return {}
    return _inner(event, "pull_request")


def _inner(value: object, key: str) -> dict[str, object]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _address(environ: Mapping[str, str], name: str, usual: str) -> str:
    address = environ.get(name) or usual
    try:
        parts = urlsplit(address)
        meant = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:
        meant = False
    if meant:
        return address
    raise UsageInvalid(_unknown(name, "It is no address of an API, which begins with https://."))


def _token(environ: Mapping[str, str], name: str, remedy: str) -> str:
    token = environ.get(name, "").strip()  # a secret that was pasted often ends with a line break
    if token and token.isascii() and token.isprintable():
        return token
    held = "holds signs that no token has" if token else "is not set, or is empty"
    raise UsageInvalid(
        Problem(
            code="forge-token-missing",
            summary="the token for the forge is not set",
            where=name,
            detail=f"The environment variable {name} {held}.",
            remedy=remedy,
        )
    )


def _unknown(where: str, detail: str) -> Problem:
    return Problem(
        code="forge-unknown",
        summary="this is no job at GitHub or GitLab",
        where=where,
        detail=detail,
        why="What is commented, and where, is read from the variables that a job has.",
        remedy="Run it in a job. To see here what it would post, or to look at a plan:",
        command="reconciler comment --report DIR --dry-run\n"
        "reconciler comment --applied CODE --dry-run\nreconciler plan",
    )
