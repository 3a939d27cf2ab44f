"""`--report`: every form that a plan is reviewed in, in one folder."""

from __future__ import annotations

import json
import re
import stat

import pytest

from tests.cli.running import CUSTOMERS, Folder

FILES = {
    "comment-1.md",
    "summary.md",
    "plan.html",
    "plan.json",
    "annotations.github",
    "code-quality.json",
    "digest",
    "verdict.json",
}
ADDRESS = "one@acme.example"


def reported(folder: Folder, *arguments: str) -> dict[str, str]:
    """Call a command with a report, and give the files of that."""
    ended = folder.call(*arguments, "--report", "report")
    assert ended.code in (0, 3)
    assert "Wrote the report into" in ended.err
    return {file.name: file.read_text(encoding="utf-8") for file in (folder.path / "report").iterdir()}


def test_a_report_has_every_surface_of_one_plan(folder: Folder) -> None:
    """All with the same digest, masked, and for their owner alone."""
    files = reported(folder, "plan")
    assert set(files) >= FILES
    digest = files["digest"].strip()
    verdict = json.loads(files["verdict.json"])
    assert digest == verdict["digest"] == json.loads(files["plan.json"])["digest"]
    assert f"`{digest}`" in files["comment-1.md"]
    assert (verdict["exit_code"], verdict["empty"], verdict["applyable"], verdict["parts"]) == (2, False, True, 1)
    assert verdict["totals"]["add"] == 2
    assert verdict["key"] == "plan"
    assert not any(ADDRESS in text for text in files.values())
    assert stat.S_IMODE((folder.path / "report").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (folder.path / "report").iterdir()} == {0o600}
    assert folder.call("plan", "--expect", digest).code == 0


def test_values_are_in_it_only_where_somebody_asks(folder: Folder) -> None:
    """As on the page."""
    assert ADDRESS in reported(folder, "plan", "--show-personal")["comment-1.md"]


def test_a_saved_plan_gives_the_same_report(folder: Folder) -> None:
    """But for the time."""
    made = reported(folder, "plan", "--out", str(folder.path / "plan.out"))
    shown = reported(folder, "show", str(folder.path / "plan.out"))
    pages = [re.sub(r"<time.*?</time>", "", files["plan.html"]) for files in (made, shown)]
    assert pages[0] == pages[1]
    timed = {"plan.json": "", "plan.html": ""}
    assert {**made, **timed} == {**shown, **timed}


def test_what_an_earlier_report_left_is_gone(folder: Folder) -> None:
    """So that a job posts no part of it; what is no report's stays."""
    reported(folder, "plan")
    folder.write("report/comment-7.md", "old")
    folder.write("report/notes.md", "mine")
    files = reported(folder, "plan")
    assert "comment-7.md" not in files
    assert files["notes.md"] == "mine"


def test_files_are_named_from_the_top_of_the_repository(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """As a forge knows them; and the comment has a key of its own."""
    inside = Folder(folder.path / "data" / "fr", capsys)
    (folder.path / ".git").mkdir()
    files = reported(inside, "plan", "--org", "acme-fr")
    assert "file=data/fr/customers/acme.yaml,line=2,col=5," in files["annotations.github"]
    paths = {issue["location"]["path"] for issue in json.loads(files["code-quality.json"])}
    assert "data/fr/customers/acme.yaml" in paths
    assert json.loads(files["verdict.json"])["key"] == "data/fr/acme-fr"
    assert files["comment-1.md"].startswith("<!-- reconciler:data/fr/acme-fr part=1/1 digest=")


CHANGED = """\
customers:
  - externalId: C-001
    name: Acme
    address: {city: Lyon}
    contacts:
      - externalId: P-2
        email: two@acme.example
        isMain: true
  - externalId: C-002
    vatNumber: FR1
    parent: C-001
    name: Another
"""


def test_a_remark_stands_at_the_first_line_that_differs(folder: Folder) -> None:
    """A forge shows it only near lines that a pull request touches, and a block may be long."""
    assert folder.call("apply", "--auto-approve").code == 0
    folder.write("customers/acme.yaml", CHANGED)
    said = reported(folder, "plan")["annotations.github"].splitlines()
    placed = [
        re.sub(r"^::(\w+) file=customers/acme.yaml,line=(\d+),col=(\d+),title=(\w+).*", r"\1 \2 \3 \4", one)
        for one in said
    ]
    assert placed == ["warning 5 5 Removes", "notice 6 9 Replace", "notice 10 5 Update"]


def test_a_document_that_moved_on_since_the_plan_is_no_hindrance(folder: Folder) -> None:
    """A saved plan is shown whatever stands in the documents by then."""
    assert folder.call("apply", "--auto-approve").code == 0
    folder.write("customers/acme.yaml", CHANGED)
    assert folder.call("plan", "--out", str(folder.path / "plan.out")).code == 0
    folder.write("customers/acme.yaml", "customers: [")
    assert "line=2,col=5," in reported(folder, "show", str(folder.path / "plan.out"))["annotations.github"]


def test_an_empty_plan_says_so(folder: Folder) -> None:
    """With 0 to branch on, and no remark."""
    folder.write("customers/acme.yaml", "customers: []\n")
    files = reported(folder, "plan")
    verdict = json.loads(files["verdict.json"])
    assert (verdict["exit_code"], verdict["empty"], verdict["title"]) == (0, True, "no changes at acme-fr")
    assert (files["annotations.github"], files["code-quality.json"]) == ("", "[]\n")


def test_a_run_that_was_killed_while_it_wrote_one_is_cleared_away(folder: Folder) -> None:
    """It left no verdict, and nothing that is not a report's."""
    folder.write("report/comment-7.md", "old")
    assert "comment-7.md" not in reported(folder, "plan")


@pytest.mark.parametrize("place", ["taken", "taken/inside", "."])
def test_a_folder_that_cannot_be_is_told(place: str, folder: Folder) -> None:
    """Before anything is read."""
    folder.write("taken", "a file")
    folder.write("plan.json", "mine")
    ended = folder.call("plan", "--report", place)
    assert (ended.code, "[report-unwritable]" in ended.err) == (1, True)
    assert not folder.requests()
    assert (folder.path / "plan.json").read_text() == "mine"


def test_where_there_is_no_plan_the_report_says_why(folder: Folder) -> None:
    """At the lines that are wrong; a report of before is not taken for this one."""
    reported(folder, "plan")
    folder.write("customers/acme.yaml", f"{CUSTOMERS}    nmae: Acme\n")
    ended = folder.call("plan", "--report", "report")
    assert ended.code == 65
    files = {file.name: file.read_text(encoding="utf-8") for file in (folder.path / "report").iterdir()}
    verdict = json.loads(files["verdict.json"])
    assert (verdict["exit_code"], verdict["complete"], verdict["digest"]) == (65, False, "")
    assert "## reconciler: there is no plan" in files["comment-1.md"]
    assert "[key-unknown]" in files["comment-1.md"]
    assert files["annotations.github"].startswith("::error file=customers/acme.yaml,line=10,col=5,")
    assert json.loads(files["plan.json"])["errored"] is True
    assert folder.call("show", "missing", "--report", "report").code == 1
    assert "[plan-file-unreadable]" in (folder.path / "report" / "comment-1.md").read_text()
