"""`--changed-since` on the command line: what it goes with, how it fails, and where its word stands in the outputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import Folder
from tests.scenarios.test_incomplete_documents import git


@pytest.fixture
def branch(folder: Folder) -> Folder:
    """A repository whose documents are applied, with an edit that is not committed."""
    git(folder.path, "init", "--initial-branch=main")
    git(folder.path, "add", "customers", "reconciler.yaml")
    git(folder.path, "commit", "--message=all")
    assert folder.call("apply", "--auto-approve").code == 0
    file = next((folder.path / "customers").iterdir())
    file.write_text(file.read_text().replace("name: Acme Lyon", "name: Acme Nice"))
    return folder


def test_every_output_says_that_it_is_a_part(branch: Folder, tmp_path: Path) -> None:
    """The page, the comment, the HTML page and the JSON plan name the revision and how much was looked at."""
    report = tmp_path / "report"
    ended = branch.call("plan", "--changed-since", "HEAD", "--report", str(report))
    line = "Plans only what changed since HEAD (merge base "
    assert line in ended.out
    assert line in (report / "comment-1.md").read_text()
    assert line in (report / "plan.html").read_text()
    said = json.loads((report / "plan.json").read_text())["changed_since"]
    assert {name: said[name] for name in ("revision", "parts", "whole", "touched", "total")} == {
        **{"revision": "HEAD", "parts": ["acme-fr"], "whole": {}},
        **{"touched": 2, "total": 2},
    }


def test_the_digest_of_a_part_is_expected_with_the_option(branch: Folder) -> None:
    """An apply that forgets it makes a plan of everything, and does nothing."""
    digest = str(branch.call("plan", "--changed-since", "HEAD", "--json").json()["digest"])
    assert branch.call("apply", "--auto-approve", "--expect", digest).code == 5
    assert branch.call("plan", "--changed-since", "main", "--expect", digest).code == 0
    assert branch.call("apply", "--auto-approve", "--changed-since", "HEAD", "--expect", digest).code == 0


def test_a_saved_part_is_applied_as_any_plan(branch: Folder) -> None:
    """The file says what it is a part of, and the option is for plans that are made now."""
    assert branch.call("plan", "--changed-since", "HEAD", "--out", "plan.out").code == 0
    assert "Plans only what changed since HEAD" in branch.call("show", "plan.out").out
    assert branch.call("apply", "plan.out", "--changed-since", "HEAD").code == 64
    assert branch.call("apply", "--resume", "last", "--changed-since", "HEAD").code == 64
    assert branch.call("apply", "plan.out").code == 0


@pytest.mark.parametrize("revision", ["", "nowhere"])
def test_nothing_is_guessed(branch: Folder, revision: str) -> None:
    """A variable that is not set, and a revision that is not here, are wrong usage."""
    assert branch.call("plan", "--changed-since", revision).code == 64
