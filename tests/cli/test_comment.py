"""`comment`: in the environment of a job, against a forge on a loopback port."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Folder
from tests.forge.server import HEAD, MERGE, READER, TOKEN, World, serving

pytestmark = pytest.mark.enable_socket


class Job:
    """The environment of one job."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.world = world
        self._patch = patch
        self._folder = folder
        self._names: list[str] = []

    def set(self, **variables: str) -> None:
        """Set variables, beside those that are set."""
        for name, value in variables.items():
            self._patch.setenv(name, value)
            self._names.append(name)

    def begin(self, **variables: str) -> None:
        """Begin a job: with these variables and no others."""
        for name in self._names:
            self._patch.delenv(name, raising=False)
        self.set(**variables)

    def at_github(self, event: dict[str, object] | None = None, /, **variables: str) -> None:
        """Be a job at GitHub."""
        file = self._folder / "event.json"
        file.write_text(json.dumps(event or {}), encoding="utf-8")
        common = {"GITHUB_API_URL": self.world.url, "GITHUB_GRAPHQL_URL": f"{self.world.url}/graphql"}
        self.begin(**common, GITHUB_REPOSITORY="lumiere/data", GITHUB_EVENT_PATH=str(file))
        self.set(**{"GITHUB_TOKEN": TOKEN, **variables})

    def on_pull_request(self, owner: str = "lumiere/data", **variables: str) -> None:
        """Be a job of pull request 7."""
        head = {"sha": HEAD, "repo": {"full_name": owner}}
        self.at_github({"pull_request": {"number": 7, "head": head}}, GITHUB_SHA="f" * 40, **variables)

    def at_gitlab(self, **variables: str) -> None:
        """Be a job at GitLab."""
        self.begin(CI_API_V4_URL=f"{self.world.url}/api/v4", CI_PROJECT_ID="42")
        self.set(**{"RECONCILER_GITLAB_TOKEN": TOKEN, **variables})


@pytest.fixture
def job(folder: Folder, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """A job beside a folder of documents and the report of their plan, and a forge."""
    assert folder.call("plan", "--report", "report").code == 0
    with serving(World()) as world:
        yield Job(world, monkeypatch, tmp_path_factory.mktemp("job"))


def digest_of(folder: Folder) -> str:
    """Give the digest of the report."""
    return (folder.path / "report" / "digest").read_text().strip()


@pytest.mark.parametrize("event", ["queue", "ref", "push", "number"])
def test_the_digest_that_was_reviewed_is_read_in_another_job(event: str, folder: Folder, job: Job) -> None:
    """In a merge queue, by the ref of the pull request, by the commit of the merge, or by its number."""
    job.on_pull_request()
    assert folder.call("comment", "--report", "report").out == "GitHub, pull request 7: 1 comment made.\n"
    variables = {
        "queue": {"GITHUB_REF": f"refs/heads/gh-readonly-queue/main/pr-7-{'c' * 40}"},
        "ref": {"GITHUB_REF": "refs/pull/7/merge"},
        "push": {"GITHUB_REF": "refs/heads/main", "GITHUB_SHA": MERGE},
        "number": {},
    }[event]
    job.world.merged_as = MERGE
    job.at_github(**variables)
    ended = folder.call("comment", "--digest", *(["--number", "7"] if event == "number" else []))
    assert (ended.code, ended.out) == (0, f"{digest_of(folder)}\n"), ended.err


def test_the_same_at_gitlab(folder: Folder, job: Job) -> None:
    """With the token under a name of our own, which the other commands let stand."""
    job.at_gitlab(CI_MERGE_REQUEST_IID="7", CI_COMMIT_SHA=HEAD, CI_MERGE_REQUEST_PROJECT_ID="42")
    assert folder.call("plan", "--report", "report").code == 0
    assert folder.call("comment", "--report", "report").out == "GitLab, merge request 7: 1 comment made.\n"
    assert folder.call("comment", "--report", "report").out == "GitLab, merge request 7: the comments are up to date.\n"
    job.world.merged_as = MERGE
    job.at_gitlab(CI_COMMIT_SHA=MERGE)
    assert folder.call("comment", "--digest").out == f"{digest_of(folder)}\n"


def test_a_push_after_the_plan_makes_it_stale(folder: Folder, job: Job) -> None:
    """And so does `--stale`; nothing is printed that could be expected."""
    job.on_pull_request()
    folder.call("comment", "--report", "report")
    job.world.head = "9" * 40
    ended = folder.call("comment", "--digest")
    assert (ended.code, ended.out, "[digest-stale]" in ended.err) == (5, "", True)
    job.world.head = HEAD
    assert folder.call("comment", "--stale", "--dry-run").out.endswith(" 7, dry run: 1 comment marked stale.\n")
    assert folder.call("comment", "--stale").out.endswith(": 1 comment marked stale.\n")
    assert folder.call("comment", "--digest").code == 5


def test_each_key_has_a_comment_of_its_own(folder: Folder, job: Job) -> None:
    """Made of the organization as with the plan, or given."""
    job.on_pull_request()
    folder.call("plan", "--org", "acme-fr", "--report", "report")
    folder.call("comment", "--report", "report")
    folder.call("comment", "--report", "report", "--key", "nightly")
    assert [body.split()[1] for body in job.world.bodies] == ["reconciler:acme-fr", "reconciler:nightly"]
    assert folder.call("comment", "--digest", "--org", "acme-fr").code == 0
    assert folder.call("comment", "--digest", "--key", "nightly").code == 0
    folder.call("comment", "--report", "report", "--key", "every night")
    assert folder.call("comment", "--digest", "--key", "every night").code == 0
    missing = folder.call("comment", "--digest")
    assert (missing.code, "[digest-missing]" in missing.err) == (3, True)


def test_the_summary_of_the_job_has_it_too(folder: Folder, job: Job, tmp_path: Path) -> None:
    """Added to what stands there."""
    job.on_pull_request(GITHUB_STEP_SUMMARY=str(tmp_path / "summary"))
    (tmp_path / "summary").write_text("# before\n")
    folder.call("comment", "--report", "report")
    summary = (folder.path / "report" / "summary.md").read_text()
    assert (tmp_path / "summary").read_text() == f"# before\n{summary}"


def test_a_fork_may_write_nothing_and_that_is_no_failure(folder: Folder, job: Job, tmp_path: Path) -> None:
    """Its plan stands in the summary; elsewhere a token that may not write is an error."""
    job.on_pull_request("stranger/data", GITHUB_TOKEN=READER, GITHUB_STEP_SUMMARY=str(tmp_path / "summary"))
    ended = folder.call("comment", "--report", "report")
    assert (ended.code, "[comment-withheld]" in ended.err, ended.out) == (0, True, "")
    assert "## reconciler:" in (tmp_path / "summary").read_text()
    job.on_pull_request(GITHUB_TOKEN=READER)
    ended = folder.call("comment", "--report", "report")
    assert (ended.code, '"pull-requests: write"' in ended.err) == (1, True)
    job.at_gitlab(
        CI_MERGE_REQUEST_IID="7",
        CI_MERGE_REQUEST_PROJECT_ID="42",
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID="43",
        RECONCILER_GITLAB_TOKEN="",
    )
    ended = folder.call("comment", "--report", "report")
    assert (ended.code, "## reconciler:" in ended.out, "[forge-token-missing]" in ended.err) == (0, True, False)
    assert "Read the plan here." in ended.err
    assert job.world.notes == []


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((), 64, "usage"),
        (("--digest", "--stale"), 64, "usage"),
        (("--digest", "--dry-run"), 64, "usage"),
        (("--report", "report", "--org", "acme-fr"), 64, "usage"),
        (("--applied", "0", "--digest"), 64, "usage"),
        (("--stale", "--said", "file"), 64, "usage"),
        (("--report", "nowhere"), 1, "report-unreadable"),
        (("--stale",), 64, "proposal-unknown"),
        (("--digest",), 1, "proposal-unknown"),
    ],
)
def test_what_cannot_be_meant_is_told(
    arguments: tuple[str, ...], code: int, told: str, folder: Folder, job: Job
) -> None:
    """Before anything is written: a push that was no merge among it."""
    job.at_github(GITHUB_SHA=MERGE, GITHUB_REF="refs/heads/main")
    ended = folder.call("comment", *arguments)
    assert (ended.code, f"[{told}]" in ended.err) == (code, True), ended.err
    assert job.world.writes == []


def test_a_report_that_is_none_is_named_before_the_environment_is(folder: Folder, job: Job) -> None:
    """What is wrong with the folder, one of drift among it; by a problem that has its place."""
    job.begin()
    (folder.path / "empty").mkdir()
    folder.call("drift", "--report", "drifted")
    torn = folder.path / "report" / "comment-1.md"
    torn.write_text("# ours no more", encoding="utf-8")
    for name, told in {
        "nowhere": "There is no such folder.",
        "reconciler.yaml": "It is no folder.",
        "empty": "It has no verdict.json.",
        "drifted": "It is no report of a plan",
        "report": "Its parts do not belong together.",
    }.items():
        ended = folder.call("comment", "--report", name)
        assert (ended.code, "[report-unreadable]" in ended.err, told in ended.err) == (1, True, True), ended.err
        assert name in ended.err.splitlines()[0]


@pytest.mark.parametrize("lacking", ["job", "token", "number"])
def test_a_dry_run_shows_what_would_be_posted_outside_of_a_job_too(lacking: str, folder: Folder, job: Job) -> None:
    """Without a job, a token or a pull request it cannot be compared, and nothing is sent."""
    if lacking == "job":
        job.begin()
    elif lacking == "token":
        job.on_pull_request(GITHUB_TOKEN="")
    else:
        job.at_github(GITHUB_REF="refs/heads/main")
    ended = folder.call("comment", "--report", "report", "--dry-run", "--key", "nightly")
    assert ended.code == 0, ended.err
    assert ended.out.startswith(f"<!-- reconciler:nightly part=1/1 digest={digest_of(folder)} -->\n## reconciler: ")
    assert ended.err.startswith("Not compared with what stands (")
    if lacking != "number":
        ended = folder.call("comment", "--applied", "0", "--dry-run")
        assert ended.code == 0, ended.err
        assert ended.out.splitlines()[1] == "## reconciler: applied at acme-fr"
    assert job.world.said == []


def test_a_plan_that_failed_has_no_digest_to_expect(folder: Folder, job: Job) -> None:
    """It is told that the plan failed, and not that there is none."""
    job.on_pull_request()
    document = next(file for file in folder.path.glob("*/*.yaml"))
    document.write_text("customers: [{externalId: C-001, nmae: x}]\n", encoding="utf-8")
    assert folder.call("plan", "--report", "report").code == 65
    assert folder.call("comment", "--report", "report").code == 0
    assert " digest= head=" in job.world.bodies[0].splitlines()[0]
    ended = folder.call("comment", "--digest")
    assert (ended.code, "[digest-missing]" in ended.err) == (3, True)
    assert f"The last plan of commit {HEAD[:12]} failed: the comment says why, and has no digest." in ended.err


def test_how_an_apply_ended_stands_beside_its_plan(folder: Folder, job: Job) -> None:
    """In a comment of its own: the digest that was reviewed is found again, by a job that is run again."""
    job.on_pull_request()
    folder.call("comment", "--report", "report")
    plan = job.world.bodies[0]
    said = folder.path / "said.txt"
    said.write_text("".join(f"line {number}\n" for number in range(30)) + "```\n@everybody\n", encoding="utf-8")
    job.world.merged_as = MERGE
    job.at_github(GITHUB_SHA=MERGE, GITHUB_SERVER_URL="https://forge.example", GITHUB_RUN_ID="5")
    told = folder.call("comment", "--applied", "4", "--said", "said.txt")
    assert told.out == "GitHub, pull request 7: 1 comment made.\n", told.err
    (_, outcome) = job.world.bodies
    assert outcome.splitlines()[:4] == [
        f"<!-- reconciler:plan:applied part=1/1 digest= head={HEAD} -->",
        "## reconciler: applied in part at acme-fr",
        "",
        "Run the job again: it does what is left of that plan. Exit code 4."
        " [The job](https://forge.example/lumiere/data/actions/runs/5).",
    ]
    assert outcome.splitlines()[5:8] == ["```text", "line 12", "line 13"]
    assert outcome.splitlines()[-4:] == ["line 29", "    ```", "@everybody", "```"]
    assert folder.call("comment", "--digest").out == f"{digest_of(folder)}\n"
    assert folder.call("comment", "--applied", "0").out == "GitHub, pull request 7: 1 comment brought up to date.\n"
    assert job.world.bodies[0] == plan
    top, _, below = job.world.bodies[1].partition("\n### Before: applied in part at acme-fr\n")
    assert "## reconciler: applied at acme-fr\n" in top
    assert "```" not in top
    assert "line 29" in below
    assert folder.call("comment", "--applied", "0").out == "GitHub, pull request 7: the comments are up to date.\n"
    said.write_text("No changes. All is so already.\n", encoding="utf-8")
    folder.call("comment", "--applied", "0", "--said", "said.txt")
    again = job.world.bodies[1]
    assert again.count("### Before: ") == again.count("line 29") == again.count("Nothing was left to do.") == 1
    job.at_github(GITHUB_SHA="e" * 40)
    assert "[proposal-unknown]" in folder.call("comment", "--applied", "0").err


def test_an_old_job_that_is_run_again_does_not_take_the_place_of_a_later_plan(folder: Folder, job: Job) -> None:
    """Its plan is of a commit that is not the last any more."""
    job.on_pull_request()
    job.world.head = "9" * 40
    later = job.world.write(f"<!-- reconciler:plan part=1/1 digest={'d' * 64} head={'9' * 40} -->\n").body
    for asked in (["--report", "report"], ["--stale"]):
        ended = folder.call("comment", *asked)
        told = f"left as it is. This job is of {HEAD[:12]}, the last commit 999999999999.\n"
        assert (ended.code, ended.out) == (0, f"GitHub, pull request 7: {told}")
    assert job.world.bodies == [later]


def test_options_of_which_one_is_wanted_say_what_each_is_for(folder: Folder, job: Job) -> None:
    """Whoever gives two of them does not know."""
    job.on_pull_request()
    ended = folder.call("comment", "--digest", "--stale")
    assert "--digest prints the digest" in " ".join(ended.err.split())
    assert "--stale marks" in " ".join(ended.err.split())


def test_outside_of_a_job_it_says_so(folder: Folder, job: Job) -> None:
    """And a job without its token too."""
    job.begin()
    ended = folder.call("comment", "--report", "report")
    assert (ended.code, "[forge-unknown]" in ended.err) == (64, True)
    job.on_pull_request(GITHUB_TOKEN="")
    ended = folder.call("comment", "--report", "report")
    assert (ended.code, "[forge-token-missing]" in ended.err) == (64, True)
