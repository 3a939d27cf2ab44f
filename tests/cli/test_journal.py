"""Looking up what applies have done."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import CONFIGURATION, Folder


def applied(folder: Folder) -> None:
    """Apply twice: two creates, then a change of a name and a contact."""
    assert folder.call("apply", "--auto-approve").code == 0
    text = (folder.path / "customers/acme.yaml").read_text()
    changed = text.replace("name: Acme\n", "name: Acme Two\n").replace("one@acme.example", "two@acme.example")
    folder.write("customers/acme.yaml", changed)
    assert folder.call("apply", "--auto-approve").code == 0


def test_runs_are_listed_latest_first_and_chosen(folder: Folder) -> None:
    """By organization, time, outcome and number."""
    nothing_yet = "There is no journal yet: no apply has changed anything from here.\n"
    assert folder.call("journal", "list").out == nothing_yet
    assert not (folder.path / ".reconciler").exists()
    applied(folder)
    lines = folder.call("journal", "list").out.splitlines()
    assert [line.partition(": ")[2] for line in lines] == ["1 done, exit code 0", "2 done, exit code 0"]
    assert folder.call("journal", "list", "--limit", "1").out.splitlines() == lines[:1]
    assert folder.call("journal", "list", "--org", "acme-fr", "--outcome", "done").out.splitlines() == lines
    for nothing in (("--outcome", "refused"), ("--outcome", "not-tried"), ("--since", "2999-01-01")):
        assert folder.call("journal", "list", *nothing).out == "There is no journal of such a run.\n"
    assert folder.call("journal", "list", "--since", "yesterday").code == 64


def test_an_organization_is_known_by_the_configuration_or_by_a_run(folder: Folder) -> None:
    """Another is refused; one that went out of the configuration can still be asked for."""
    applied(folder)
    folder.write("reconciler.yaml", CONFIGURATION.replace("acme-fr", "acme-de"))
    assert len(folder.call("journal", "list", "--org", "acme-fr").out.splitlines()) == 2
    assert folder.call("journal", "list", "--org", "acme-de").out == "There is no journal of such a run.\n"
    refused = folder.call("journal", "list", "--org", "acme-dk")
    assert (refused.code, "[organization-unknown]" in refused.err) == (64, True)


def test_a_run_that_cannot_be_read_is_told_and_stands_in_for_no_other(folder: Folder) -> None:
    """The list is not whole then; and nothing goes on from, or takes back, the run before it."""
    damaged = folder.path / ".reconciler" / "journal" / "29990115T093000Z-1f2e3d4c.jsonl"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"{}\n")
    alone = folder.call("journal", "list")
    assert (alone.code, alone.out, "[journal-unreadable]" in alone.err) == (1, "", True)
    applied(folder)
    listed = folder.call("journal", "list")
    assert (listed.code, len(listed.out.splitlines()), "[journal-unreadable]" in listed.err) == (1, 2, True)


@pytest.mark.parametrize("command", [("undo", "last"), ("apply", "--resume", "last"), ("journal", "show", "last")])
def test_last_is_no_earlier_run_than_the_last(command: tuple[str, ...], folder: Folder) -> None:
    """Where that cannot be read it is refused; where it died before it wrote anything, that is said."""
    assert folder.call("apply", "--auto-approve").code == 0
    last = folder.path / ".reconciler" / "journal" / "29990115T093000Z-1f2e3d4c.jsonl"
    last.write_bytes(b"{}\n")
    refused = folder.call(*command)
    assert (refused.code, refused.out, "[journal-unreadable]" in refused.err) == (1, "", True)
    last.write_bytes(b"")
    found = folder.call(*command)
    assert found.code == 0
    assert f"Run {last.stem} died before it wrote anything" in found.err


def test_what_was_called_is_told(folder: Folder) -> None:
    """A plan from a file, or of an earlier run, is not what the documents say now."""
    assert folder.call("plan", "--out", "a plan").code == 0
    assert folder.call("apply", "a plan").code == 0
    assert "  reconciler apply 'a plan'  acme-fr  by " in folder.call("journal", "list").out


def test_without_any_journal_nobody_is_sent_to_the_list(folder: Folder) -> None:
    """Nothing stands there either; and who only looks leaves nothing behind."""
    for command in (("undo", "last"), ("journal", "show", "last"), ("apply", "--resume", "last")):
        refused = folder.call(*command)
        assert (refused.code, "[journal-missing]" in refused.err, "journal list" in refused.err) == (64, True, False)
    assert not (folder.path / ".reconciler").exists()


@pytest.mark.parametrize("half", [b"", b'{"type": "run", "at"'])
def test_a_run_that_died_over_its_first_line_is_listed_as_what_it_is(half: bytes, folder: Folder) -> None:
    """It is no damage, whoever asks; what it was at nobody knows, so whoever chooses by that does not see it."""
    applied(folder)
    dead = "29990115T093000Z-1f2e3d4c"
    (folder.path / ".reconciler" / "journal" / f"{dead}.jsonl").write_bytes(half)
    line = f"{dead}  died before it wrote anything: nothing was sent"
    listed = folder.call("journal", "list")
    assert (listed.code, listed.err, listed.out.splitlines()[0]) == (0, "", line)
    assert folder.call("journal", "list", "--since", "2999-01-15T09:30").out == f"{line}\n"
    for others in (("--org", "acme-fr"), ("--outcome", "unknown"), ("--outcome", "done"), ("--since", "2999-02-01")):
        assert dead not in folder.call("journal", "list", *others).out
    first, second, _ = folder.call("journal", "list", "--json").lines()
    assert first.keys() == second.keys()
    assert (first["run"], first["at"], first["open"]) == (dead, None, 0)
    assert folder.call("journal", "show", dead).out == f"{line}\n"
    assert folder.call("journal", "show", dead, "--json").json() == first
    for command in (("undo", dead), ("apply", "--resume", dead)):
        refused = folder.call(*command)
        assert (refused.code, "It sent nothing." in refused.err) == (64, True)


def test_a_run_is_shown_write_by_write_and_without_personal_values(folder: Folder) -> None:
    """What was sent, what was answered, what differs; personal values only if asked for."""
    applied(folder)
    shown = folder.call("journal", "show", "last").out
    assert "~ acme-fr/customer/C-001: replace done\n" in shown
    assert "1/2 update name: accepted" in shown
    assert '"Acme" -> "Acme Two"' in shown
    assert "acme.example" not in shown
    assert '"one@acme.example" -> "two@acme.example"' in folder.call("journal", "show", "last", "--show-personal").out
    assert "acme.example" not in folder.call("journal", "show", "last", "--json").out
    assert "two@acme.example" in folder.call("journal", "show", "last", "--json", "--show-personal").out


def test_changes_of_a_run_are_chosen(folder: Folder) -> None:
    """By address, action and outcome; a run by as much of its id as only one begins with."""
    applied(folder)
    first = folder.call("journal", "list").out.splitlines()[-1].partition(" ")[0]
    shown = folder.call("journal", "show", first, "--json", "--address", "*/C-002").lines()
    assert [line["type"] for line in shown] == ["run", "change"]
    assert shown[1]["address"] == "acme-fr/customer/C-002"
    assert (shown[1]["before"], shown[0]["run"]) == (None, first)
    assert len(folder.call("journal", "show", first, "--json", "--action", "delete").lines()) == 1
    assert len(folder.call("journal", "show", first, "--json", "--outcome", "done").lines()) == 3
    assert folder.call("journal", "show", first, "--address", "nothing").out.endswith("\n\nIt has no such change.\n")
    assert folder.call("journal", "show", "2").code in (0, 64)
    unknown = folder.call("journal", "show", "x")
    assert (unknown.code, "[journal-missing]" in unknown.err) == (64, True)


def test_masked_journals_hold_no_personal_value_and_keep_no_plan(folder: Folder) -> None:
    """By the policy of the folder; which run it was can still be looked up."""
    folder.write("reconciler.yaml", f"{CONFIGURATION}journal: {{personal: mask}}\n")
    applied(folder)
    kept = list((folder.path / ".reconciler" / "journal").iterdir())
    assert len(kept) == 2
    for path in kept:
        assert "acme.example" not in path.read_text()
    assert "acme.example" not in folder.call("journal", "show", "last", "--show-personal").out
    refused = folder.call("apply", "--resume", "last")
    assert (refused.code, "[resume-impossible]" in refused.err) == (64, True)


def test_the_last_runs_are_kept(folder: Folder) -> None:
    """As many as the policy says, plans with them."""
    folder.write("reconciler.yaml", f"{CONFIGURATION}journal: {{keep: 1}}\n")
    applied(folder)
    assert len(folder.call("journal", "list").out.splitlines()) == 1
    assert len(list((folder.path / ".reconciler" / "journal").iterdir())) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("journal: 3", "type-wrong"),
        ("journal: {keep: 0}", "limit-invalid"),
        ("journal: {keep: ten}", 'keep: …}` says how many runs are kept, and "ten" is none'),
        ("journal: {personal: masked}", "journal-personal-unknown"),
        ("journal: {kept: 3}", "key-unknown"),
    ],
)
def test_a_wrong_policy_is_refused(text: str, code: str, folder: Folder) -> None:
    """At its place."""
    folder.write("reconciler.yaml", f"{CONFIGURATION}{text}\n")
    refused = folder.call("validate")
    assert refused.code == 65
    assert code in refused.err + refused.out
    assert "reconciler.yaml:6:" in refused.err + refused.out


def test_a_run_whose_journal_cannot_be_written_sends_nothing(folder: Folder) -> None:
    """And lets go of its locks."""
    (folder.path / ".reconciler").mkdir(exist_ok=True)
    (folder.path / ".reconciler" / "journal").write_text("no folder")
    refused = folder.call("apply", "--auto-approve")
    assert (refused.code, "[journal-unreadable]" in refused.err) == (1, True)
    assert not any("POST" in line for line in folder.requests())
    (folder.path / ".reconciler" / "journal").unlink()
    assert folder.call("apply", "--auto-approve").code == 0


def test_a_journal_tells_the_commit_of_the_documents(folder: Folder, tmp_path: Path) -> None:
    """And that they had been changed since."""

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", "reconciler.yaml", "customers")
    git("commit", "--quiet", "-m", "x")
    applied(folder)
    runs = [json.loads(line) for line in folder.call("journal", "list", "--json").out.splitlines()]
    assert len({run["commit"] for run in runs}) == 1
    assert len(runs[0]["commit"]) == 40
    assert [run["dirty"] for run in runs] == [True, False]
