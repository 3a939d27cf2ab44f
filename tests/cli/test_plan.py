"""`plan` and `show`."""

from __future__ import annotations

import json
import stat

import pytest

from tests.cli.running import NINE_MORE, Folder, call_alone


def test_a_plan_is_shown_and_writes_nothing(folder: Folder) -> None:
    """The sandbox saw reads alone."""
    ended = folder.call("plan")
    assert ended.code == 0
    assert "Plan: 2 to add, 0 to change, 0 to destroy." in ended.out
    seen = folder.requests()
    assert seen
    assert {line.split()[1] for line in seen} == {"GET"}


def test_progress_goes_to_stderr(folder: Folder) -> None:
    """So that stdout holds the plan alone; the first word comes before anything is read."""
    ended = folder.call("plan")
    assert ended.err.startswith("Reading documents…\n")
    assert "Reading acme-fr…" in ended.err
    assert "Reading" not in ended.out.split("Plan:")[0]


def test_the_exit_code_tells_of_changes_when_asked(folder: Folder) -> None:
    """2 with changes; without any, 0."""
    assert folder.call("plan", "--detailed-exitcode").code == 2
    folder.write("customers/acme.yaml", "customers: []\n")
    ended = folder.call("plan", "--detailed-exitcode")
    assert ended.code == 0
    assert ended.out.startswith("No changes.")


def test_a_saved_plan_shows_as_it_was(folder: Folder) -> None:
    """In text and in JSON, time aside; the file is its owner's alone."""
    file = folder.path / "plan.out"
    page = folder.call("plan", "--out", str(file))
    assert f"apply {file}" in page.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert folder.call("show", str(file)).out == page.out
    shown, planned = folder.call("show", str(file), "--json").json(), folder.call("plan", "--json").json()
    assert {**shown, "timestamp": ""} == {**planned, "timestamp": ""}


def test_an_edited_plan_is_refused(folder: Folder) -> None:
    """It is not what was reviewed."""
    file = folder.path / "plan.out"
    folder.call("plan", "--out", str(file))
    file.write_text(file.read_text().replace("Acme Lyon", "Somebody else"))
    ended = folder.call("show", str(file))
    assert ended.code == 1
    assert "[plan-file-altered]" in ended.err


def test_json_is_one_object_and_nothing_else(folder: Folder) -> None:
    """For programs."""
    told = folder.call("plan", "--json").json()
    assert told["format_version"] == "1.2"
    assert told["applyable"] is True


def test_a_name_that_the_vendor_does_not_know_is_placed_exactly(folder: Folder) -> None:
    """At the value, although positions inside items are not kept while reading."""
    folder.write("customers/plans.yaml", "customers:\n  - externalId: C-9\n    name: Nine\n    dunningPlan: Standrad\n")
    ended = folder.call("plan")
    assert ended.code == 65
    assert "customers/plans.yaml:4:18:" in ended.err
    assert 'Did you mean "Standard"?' in ended.err


def test_invalid_documents_send_nothing(folder: Folder) -> None:
    """Not even a read, however long the other documents take."""
    folder.write("customers/bad.yaml", "customers:\n  - externalId: C-9\n    nmae: Nine\n")
    assert folder.call("plan").code == 65
    assert folder.requests() == []


@pytest.mark.parametrize("command", [["plan"], ["apply", "--auto-approve"]])
def test_one_organization_with_invalid_documents_keeps_all_from_the_vendor(folder: Folder, command: list[str]) -> None:
    """The organization whose documents are in order is not asked either; without the flaw both are."""
    entry = "  {name}:\n    provider: upflow\n    endpoint: sandbox\n"
    folder.write("reconciler.yaml", "organizations:\n" + entry.format(name="one") + entry.format(name="two"))
    folder.write("one/a.yaml", "customers:\n  - {externalId: C-1, name: One}\n")
    folder.write("two/a.yaml", "customers:\n  - {externalId: C-1, nmae: Two}\n")
    assert folder.call(*command).code == 65
    assert folder.requests() == []
    folder.write("two/a.yaml", "customers:\n  - {externalId: C-1, name: Two}\n")
    assert folder.call(*command).code == 0
    assert folder.requests()


def test_json_tells_why_there_is_no_plan(folder: Folder) -> None:
    """One object with the keys of a plan's, and the same on stderr for people."""
    folder.write("customers/bad.yaml", "customers:\n  - externalId: C-9\n    nmae: Nine\n")
    ended = folder.call("plan", "--json")
    assert ended.code == 65
    told = ended.json()
    assert (told["errored"], told["applyable"], told["complete"]) == (True, False, False)
    assert "[key-unknown]" in ended.err
    assert isinstance(told["problems"], list)
    assert [one["code"] for one in told["problems"]] == ["key-unknown"]


def test_json_tells_a_vendor_that_refuses(folder: Folder) -> None:
    """What is wrong need not be the documents."""
    folder.call("plan")
    folder.call("sandbox", "fault", "error-before", "method=GET", "status=401", "times=null")
    ended = folder.call("plan", "--json")
    assert ended.code != 0
    assert isinstance(told := ended.json()["problems"], list)
    assert told


def test_a_listing_that_fails_leaves_the_plan_incomplete(folder: Folder) -> None:
    """Exit code 7, and no word of `No changes`."""
    folder.write("customers/more.yaml", NINE_MORE)
    folder.call("plan")
    folder.call("sandbox", "fault", "page-truncated", "path=/customers", "times=null")
    folder.call("sandbox", "add", "customer", "externalId=X-1", "name=X")
    ended = folder.call("plan")
    assert ended.code == 7
    assert "No changes" not in ended.out


def test_several_organizations_are_planned_side_by_side(folder: Folder) -> None:
    """Each at a sandbox of its own, and `--org` selects."""
    entry = "  {name}:\n    provider: upflow\n    endpoint: sandbox\n"
    folder.write("reconciler.yaml", "organizations:\n" + entry.format(name="one") + entry.format(name="two"))
    for name in ("one", "two"):
        folder.write(f"{name}/a.yaml", f"customers:\n  - {{externalId: C-1, name: {name}}}\n")
    both = folder.call("plan")
    assert "Plan: 2 to add" in both.out
    assert "one: About" in both.out
    assert "Plan: 1 to add" in folder.call("plan", "--org", "two").out


def test_the_private_folder_is_private(folder: Folder) -> None:
    """What the sandbox and others keep there is the owner's alone."""
    folder.call("plan")
    assert stat.S_IMODE((folder.path / ".reconciler").stat().st_mode) == 0o700


def test_the_plan_is_the_same_for_every_hash_seed(folder: Folder) -> None:
    """Byte for byte, time aside."""
    pages = set()
    for seed in ("1", "2"):
        code = (
            "import os, sys\n"
            f"if os.environ.get('PYTHONHASHSEED') != '{seed}':\n"
            f"    os.environ['PYTHONHASHSEED'] = '{seed}'\n"
            "    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])\n"
            "from reconciler.cli.main import main; main()"
        )
        told = call_alone("-C", str(folder.path), "plan", "--json", code=code).json()
        pages.add(json.dumps({**told, "timestamp": ""}))
    assert len(pages) == 1
