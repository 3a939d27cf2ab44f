"""The shipped workflows at work: their own steps, a real repository with a bare remote, both services on loopback."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.sandbox import Store, edit, seed, show, way_in
from reconciler.sandbox.server import SandboxServer
from tests.examples.ci_job import Ran, Runner
from tests.forge.server import TOKEN, World, serving
from tests.store.repositories import BARE_ENVIRONMENT, clone_of, git, make_remote

pytestmark = pytest.mark.enable_socket
ORGANIZATION = "lumiere-fr"
DOCUMENT = "customers/all.yaml"
KEYS = {"UPFLOW_KEY": "key-of-the-tests", "UPFLOW_SECRET": "secret-of-the-tests"}
BEFORE = """\
# Our customers. Keep them in order.
customers:
  - externalId: C-001   # the first
    name: 'Belvédère'   # as on the sign
    vatNumber: "FR123"
    contacts:
      - {externalId: P-1, email: claire@belvedere.example, isMain: true}
"""
MORE = """\
  - externalId: C-002
    name: Belvédère Nice
    parent: C-001
"""


class Company:
    """A repository with a bare remote, the vendor, the forge, and a runner that checks out anew for every job."""

    def __init__(self, folder: Path, forge: World, vendor: SandboxServer, store: Store) -> None:
        self.forge = forge
        self.store = store
        self.remote = make_remote(folder)
        self.desk = clone_of(self.remote, "desk")
        way = way_in(store, ORGANIZATION, "upflow")
        self._secrets = dict(KEYS)
        (self.desk / "reconciler.yaml").write_text(
            "organizations:\n"
            f"  {ORGANIZATION}:\n"
            "    provider: upflow\n"
            f"    endpoint: '{vendor.origin}{way.path}'\n"
            '    credentials: {key: "${UPFLOW_KEY}", secret: "${UPFLOW_SECRET}"}\n'
            "    documents: customers\n"
            "    inventory: {store: git}\n"
            '    digestKey: "${RECONCILER_DIGEST_KEY}"\n',
            encoding="utf-8",
        )
        self._secrets["RECONCILER_DIGEST_KEY"] = "a secret of the tests"
        self.write(BEFORE)
        self.merged_on = self.commit("Begin", "main")
        self._folder = folder
        self._jobs = 0
        self.installed: list[str] = []

    def write(self, text: str) -> None:
        """Write the only document."""
        file = self.desk / DOCUMENT
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self, message: str, branch: str) -> str:
        """Commit all and push it."""
        git(self.desk, "add", "--all")
        git(self.desk, "commit", "--quiet", "-m", message)
        git(self.desk, "push", "--quiet", "origin", f"HEAD:{branch}")
        return git(self.desk, "rev-parse", "HEAD")

    def propose(self, text: str, message: str = "Change") -> None:
        """Push a branch, of which pull request 7 is."""
        if self.forge.merged_as is not None or not git(self.desk, "branch", "--list", "change"):
            git(self.desk, "switch", "--quiet", "-C", "change", "main")
        self.write(text)
        self.forge.head = self.commit(message, "change")
        self.forge.merged_as = None

    def merge(self) -> None:
        """Merge the pull request."""
        git(self.desk, "switch", "--quiet", "main")
        git(self.desk, "merge", "--quiet", "--no-ff", "-m", "Merge", "change")
        git(self.desk, "push", "--quiet", "origin", "main")
        self.forge.merged_as = git(self.desk, "rev-parse", "HEAD")
        self.merged_on = git(self.desk, "rev-parse", "HEAD^1")

    def job(self, workflow: str, name: str) -> Ran:
        """Run a job of a workflow of ours, each on a machine of its own."""
        runner, checkout, table, variables = self._machine(workflow.partition(".")[0])
        ran = runner.github_job(workflow, name, checkout, table, **variables)
        self.installed += runner.installed
        return ran

    def action(self, event: str, **inputs: str) -> Ran:
        """Run our action."""
        runner, checkout, table, variables = self._machine(event)
        return runner.action(inputs, checkout, table, **{**variables, **self._secrets})

    def gitlab(self, name: str, **variables: str) -> Ran:
        """Run a job of our template."""
        runner, checkout, _, _ = self._machine("apply" if name.endswith("apply") else "plan")
        common = {"CI_API_V4_URL": f"{self.forge.url}/api/v4", "CI_PROJECT_ID": "42", "CI_PROJECT_DIR": str(checkout)}
        return runner.gitlab_job(name, checkout, **common, **self._secrets, RECONCILER_GITLAB_TOKEN=TOKEN, **variables)

    def _machine(self, event: str) -> tuple[Runner, Path, dict[str, str], dict[str, str]]:
        self._jobs += 1
        runner = Runner(self._folder / f"machine-{self._jobs}", BARE_ENVIRONMENT)
        checkout = clone_of(self.remote, f"checkout-{self._jobs}")
        on_change = event in ("plan", "merge-queue")
        git(checkout, "checkout", "--quiet", "--detach", "origin/change" if on_change else "origin/main")
        payload = {
            "pull_request": {"number": 7, "head": {"sha": self.forge.head, "repo": {"full_name": "lumiere/data"}}}
        }
        (runner.folder / "event.json").write_text(json.dumps(payload if event == "plan" else {}), encoding="utf-8")
        queue = f"refs/heads/gh-readonly-queue/main/pr-7-{'c' * 40}"
        refs = {"plan": "refs/pull/7/merge", "merge-queue": queue}
        names = {"plan": "pull_request", "merge-queue": "merge_group", "apply": "push", "drift": "schedule"}
        variables = {
            "GITHUB_API_URL": self.forge.url,
            "GITHUB_GRAPHQL_URL": f"{self.forge.url}/graphql",
            "GITHUB_REPOSITORY": "lumiere/data",
            "GITHUB_EVENT_PATH": str(runner.folder / "event.json"),
            "GITHUB_EVENT_NAME": names[event],
            "GITHUB_BASE_REF": "main" if event == "plan" else "",
            "GITHUB_REF": refs.get(event, "refs/heads/main"),
            "GITHUB_SHA": git(checkout, "rev-parse", "HEAD"),
        }
        table = {
            "matrix.organization": ORGANIZATION,
            "github.token": TOKEN,
            "github.action_path": "/action",
            "github.event_name": names[event],
            "github.event.before": self.merged_on if event == "apply" else "",
            "github.event.merge_group.base_sha": self.merged_on if event == "merge-queue" else "",
            **{f"secrets.{name}": value for name, value in self._secrets.items()},
        }
        return runner, checkout, table, variables

    def forget_secret(self, name: str) -> None:
        """Let a secret be one that nobody has set, which GitHub gives as an empty text."""
        self._secrets[name] = ""

    def at_desk(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call the program as the person at the desk."""
        runner = Runner(self._folder / f"desk-{self._jobs}-{len(list(self._folder.iterdir()))}", BARE_ENVIRONMENT)
        environment = {**runner.environment, **self._secrets}
        del environment["CI"]
        return subprocess.run(
            ["reconciler", *arguments], cwd=self.desk, env=environment, capture_output=True, text=True, check=False
        )


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """A company whose first customers nobody has applied yet."""
    with closing(Store(tmp_path / "vendor.db")) as store, serving(World()) as forge:
        seed(store, ORGANIZATION, {"apiKey": KEYS["UPFLOW_KEY"], "apiSecret": KEYS["UPFLOW_SECRET"], "customers": []})
        with SandboxServer(store) as vendor:
            yield Company(tmp_path, forge, vendor, store)


def test_a_change_goes_from_a_branch_to_the_vendor_and_drift_comes_back(company: Company) -> None:
    """Branch, edit, plan, merge, apply; somebody else edits at the vendor: drift, taken over; then no changes."""
    company.propose(BEFORE + MORE)
    planned = company.job("plan.yml", "plan")
    assert planned.code == 0, planned.said
    (comment,) = company.forge.bodies
    assert "## reconciler: 2 to add, 0 to change, 0 to destroy" in comment
    assert f"head={company.forge.head} -->" in comment.splitlines()[0]
    assert "C-002" in comment
    assert "claire@belvedere.example" not in comment + planned.said + planned.summary
    assert planned.summary.startswith("## reconciler: 2 to add")
    assert "::notice file=customers/all.yaml,line=3" in planned.said

    queued = company.job("merge-queue.yml", "plan")
    assert queued.code == 0, queued.said
    company.merge()
    applied = company.job("apply.yml", "apply")
    assert applied.code == 0, applied.said
    assert "    Apply complete! Resources: 2 added, 0 changed, 0 destroyed." in applied.summary
    (_, outcome) = company.forge.bodies
    assert f"## reconciler: applied at {ORGANIZATION}\n" in outcome
    assert "Apply complete! Resources: 2 added, 0 changed, 0 destroyed." in outcome
    assert "claire@belvedere.example" not in outcome

    edit(company.store, ORGANIZATION, "customer/C-001", {"name": "Belvédère Port"})
    drifted = company.job("drift.yml", "drift")
    assert drifted.code == 2, drifted.said
    assert "live changed" in drifted.summary
    assert "Belvédère Port" in drifted.summary

    accepted = company.at_desk("drift", "accept", "--org", ORGANIZATION)
    assert accepted.returncode == 0, accepted.stderr
    changed = [
        line for line in git(company.desk, "diff", "-U0").splitlines() if line[:1] in "+-" and line[1:3] not in "++--"
    ]
    assert changed == ["-    name: 'Belvédère'   # as on the sign", "+    name: 'Belvédère Port'   # as on the sign"]
    company.propose((company.desk / DOCUMENT).read_text(encoding="utf-8"), "Take over what drifted")
    replanned = company.job("plan.yml", "plan")
    assert replanned.code == 0, replanned.said
    (comment, _) = company.forge.bodies
    assert "## reconciler: no changes" in comment
    assert set(company.installed) == {"install --quiet reconciler>=0.1,<0.2"}


def test_what_was_not_reviewed_is_not_applied(company: Company) -> None:
    """Neither after a push that nobody planned, nor where the plan has become another one by the merge."""
    company.propose(BEFORE + MORE)
    assert company.job("plan.yml", "plan").code == 0
    reviewed = company.forge.head
    company.propose(BEFORE, "Take it back")
    company.merge()
    stale = company.job("apply.yml", "apply")
    assert (stale.code, "[digest-stale]" in stale.said) == (5, True), stale.said
    told = company.forge.bodies[1]
    assert f"## reconciler: not applied at {ORGANIZATION}\n" in told
    assert "[digest-stale]" in told
    assert "open another pull request" in told
    company.forge.head = reviewed
    differs = company.job("apply.yml", "apply")
    assert (differs.code, "[plan-differs]" in differs.said) == (5, True), differs.said
    assert "[plan-differs]" in company.forge.bodies[1] + company.forge.bodies[-1]
    assert show(company.store, ORGANIZATION)["customers"] == []


def test_a_plan_that_fails_leaves_nothing_to_apply(company: Company) -> None:
    """The comment says why, or where there is not even a report, that it is superseded."""
    company.propose(BEFORE + MORE.replace("parent", "parnet"), "Misspell")
    failed = company.job("plan.yml", "plan")
    assert failed.code == 65, failed.said
    assert "## reconciler: there is no plan" in company.forge.bodies[0]
    company.forget_secret("UPFLOW_KEY")
    unset = company.job("plan.yml", "plan")
    assert unset.code == 64, unset.said
    assert "## reconciler: superseded" in company.forge.bodies[0]


def test_the_action_does_the_same(company: Company) -> None:
    """Plan and comment, apply what was reviewed, look for drift; with outputs to branch on."""
    company.propose(BEFORE + MORE)
    since = {"changed-since": "auto"}
    planned = company.action("plan", command="plan", organization=ORGANIZATION, **since)
    assert planned.code == 0, planned.said
    assert "Plans only what changed since origin/main" in planned.said
    assert Path(planned.outputs["report"], "plan.html").exists()
    verdict = json.loads(planned.outputs["verdict"])
    assert (verdict["exit_code"], planned.outputs["digest"], planned.outputs["exit-code"]) == (
        2,
        verdict["digest"],
        "0",
    )
    assert len(company.forge.bodies) == 1
    assert planned.summary.count("## reconciler: 2 to add") == 1
    queued = company.action("merge-queue", command="plan", organization=ORGANIZATION, expect="reviewed", **since)
    assert queued.code == 0, queued.said
    company.merge()
    applied = company.action("apply", command="apply", organization=ORGANIZATION, **since)
    assert applied.code == 0, applied.said
    assert applied.outputs["digest"] == verdict["digest"]
    assert f"## reconciler: applied at {ORGANIZATION}\n" in company.forge.bodies[1]
    edit(company.store, ORGANIZATION, "customer/C-001", {"name": "Belvédère Port"})
    drifted = company.action("drift", command="drift", organization=ORGANIZATION)
    assert (drifted.code, drifted.outputs["exit-code"]) == (2, "2"), drifted.said
    assert "live changed" in drifted.summary
    assert company.action("drift", command="destroy").code == 64
    assert company.action("drift", command="drift", **since).code == 64
    company.forge.notes.clear()
    unreviewed = company.action("apply", command="apply")
    assert (unreviewed.code, unreviewed.outputs["exit-code"]) == (3, "3"), unreviewed.said


def test_the_template_for_gitlab_does_the_same(company: Company) -> None:
    """In a merge request, in its train, after its merge."""
    company.propose(BEFORE + MORE)
    request = {
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "42",
        "CI_COMMIT_SHA": company.forge.head,
    }
    planned = company.gitlab("lumiere-fr plan", **request)
    assert planned.code == 0, planned.said
    assert "## reconciler: 2 to add" in company.forge.bodies[0]
    train = company.gitlab("lumiere-fr train", **request)
    assert train.code == 0, train.said
    company.merge()
    applied = company.gitlab("lumiere-fr apply", CI_COMMIT_SHA=str(company.forge.merged_as))
    assert applied.code == 0, applied.said
    assert "Apply complete! Resources: 2 added" in applied.said
    assert f"## reconciler: applied at {ORGANIZATION}\n" in company.forge.bodies[1]
