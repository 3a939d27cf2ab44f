"""`init`, `validate` and `schema`: commands that send nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.cli.starter import first_files
from reconciler.desired.configuration import load_configuration
from reconciler.providers.table import VENDORS
from tests.cli.running import Folder


def test_init_declares_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first files are valid documents, and whoever points them at an organization creates nothing there by them."""
    assert run(["-C", str(tmp_path / "new"), "init", "--org", "acme-fr"]) == 0
    assert run(["-C", str(tmp_path / "new"), "validate"]) == 0
    assert run(["-C", str(tmp_path / "new"), "plan"]) == 0
    assert "No changes." in capsys.readouterr().out


def test_the_example_of_init_holds_when_it_is_uncommented(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the comment signs taken away it is a valid document, and a plan of it adds one customer."""
    assert run(["-C", str(tmp_path), "init", "--org", "acme-fr"]) == 0
    document = tmp_path / "acme-fr" / "customers.yaml"
    _, example = document.read_text().split("#\n")
    document.write_text("".join(line.removeprefix("# ") for line in example.splitlines(keepends=True)))
    assert run(["-C", str(tmp_path), "plan"]) == 0
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in capsys.readouterr().out


def test_files_are_as_seen_from_the_folder_of_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `git -C` and `make -C` have it: a file that the line names is below the folder, wherever one stands."""
    monkeypatch.chdir(tmp_path)
    assert run(["-C", "new", "init"]) == 0
    assert run(["-C", "new", "plan", "--out", "plan.out"]) == 0
    assert run(["-C", "new", "show", "plan.out"]) == 0
    assert run(["-C", "new", "apply", "plan.out"]) == 0
    assert run(["-C", "new", "schema", "--out", "schemas"]) == 0
    (tmp_path / "new" / "seed.yaml").write_text("customers: []\n")
    assert run(["-C", "new", "sandbox", "seed", "--org", "acme", "seed.yaml"]) == 0
    assert run(["-C", "new", "dump", "--out", "dumped"]) == 0
    assert {one.name for one in tmp_path.iterdir()} == {"new"}
    assert {"plan.out", "schemas", "seed.yaml", "dumped"} <= {one.name for one in (tmp_path / "new").iterdir()}


def test_a_saved_plan_says_how_it_is_applied_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command is to be typed as it stands, so it has the folder in it."""
    monkeypatch.chdir(tmp_path)
    assert run(["-C", "new", "init"]) == 0
    assert run(["-C", "new", "plan", "--out", "plan.out"]) == 0
    assert "reconciler -C new apply plan.out" in capsys.readouterr().err


def test_a_party_declared_after_init_lands_where_the_plan_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The embedded sandbox takes the e-mail domains from reconciler.yaml when the organization comes to life there."""
    assert run(["-C", str(tmp_path), "init", "--org", "acme-ch", "--provider", "billabex"]) == 0
    (tmp_path / "acme-ch" / "accounts.yaml").write_text(
        "accounts:\n- source: {connectionId: erp, sourceId: A-1}\n  fullName: First\n  currencyCode: EUR\n"
        "  parties: [{key: alex, fullName: Alex Brown, email: alex@example.com, language: en}]\n"
    )
    assert run(["-C", str(tmp_path), "apply", "--auto-approve"]) == 0
    assert "1 internal representative added" in capsys.readouterr().out
    assert run(["-C", str(tmp_path), "plan", "--detailed-exitcode"]) == 0


def test_the_hint_of_init_holds_when_it_is_uncommented(tmp_path: Path) -> None:
    """With the comment signs taken away it is a valid configuration of Upflow itself."""
    text = first_files("acme")["reconciler.yaml"].replace("endpoint: sandbox", "endpoint: production")
    for line in ("credentials:", "  key: ${UPFLOW_KEY}", "  secret: ${UPFLOW_SECRET}"):
        assert f"    # {line}\n" in text
        text = text.replace(f"    # {line}\n", f"    {line}\n")
    (tmp_path / "reconciler.yaml").write_text(text, encoding="utf-8")
    keys = {"UPFLOW_KEY": "a-key", "UPFLOW_SECRET": "a-secret"}
    (organization,) = load_configuration(tmp_path, VENDORS, keys).organizations
    assert organization.endpoint != "sandbox"


def test_the_hint_about_the_inventory_holds_when_it_is_uncommented(tmp_path: Path) -> None:
    """With the comment signs taken away the inventory is kept in git."""
    text = first_files("acme")["reconciler.yaml"]
    for line in ("inventory: {store: git}", "digestKey: ${RECONCILER_DIGEST_KEY}"):
        assert f"    # {line}\n" in text
        text = text.replace(f"    # {line}\n", f"    {line}\n")
    (tmp_path / "reconciler.yaml").write_text(text, encoding="utf-8")
    (organization,) = load_configuration(tmp_path, VENDORS, {"RECONCILER_DIGEST_KEY": "a-key"}).organizations
    assert organization.inventory.store == "git"


def test_init_overwrites_nothing(folder: Folder) -> None:
    """Files that are there stay as they are, and a second time nothing is left to do."""
    folder.write(".gitignore", "*.pyc")
    before = (folder.path / "reconciler.yaml").read_text()
    folder.call("init", "--org", "other")
    assert "Wrote" not in folder.call("init", "--org", "other").out
    assert (folder.path / "reconciler.yaml").read_text() == before
    assert (folder.path / ".gitignore").read_text() == "*.pyc\n.reconciler/\n"


def test_init_of_another_organization_gives_what_reconciler_yaml_lacks(folder: Folder) -> None:
    """What is added as it stands is valid, and then its documents are read."""
    said = folder.call("init", "--org", "acme-ch", "--provider", "billabex").out
    assert "reconciler.yaml was there, and does not name acme-ch." in said
    block = said.partition("Add this below its organizations:\n\n")[2].partition("\nNow declare")[0]
    configuration = folder.path / "reconciler.yaml"
    configuration.write_text(configuration.read_text().replace("organizations:\n", f"organizations:\n{block}", 1))
    assert "acme-ch: nothing declared, all valid." in folder.call("validate").out
    assert "does not name" not in folder.call("init", "--org", "acme-ch", "--provider", "billabex").out


def test_validate_counts_what_is_declared(folder: Folder) -> None:
    """In words, and as JSON."""
    assert folder.call("validate").out == "acme-fr: 2 customers, all valid.\n"
    assert folder.call("validate", "--json").json() == {
        "valid": True,
        "declared": {"acme-fr": {"customer": 2}},
        "problems": [],
    }


def test_validate_tells_every_problem_at_its_place(folder: Folder) -> None:
    """Of all files and all organizations, with 65."""
    folder.write("customers/bad.yaml", "customers:\n  - externalId: C-9\n    nmae: Nine\n    vatNumber: [1]\n")
    ended = folder.call("validate")
    assert ended.code == 65
    assert "customers/bad.yaml:3:5:" in ended.err
    assert "customers/bad.yaml:4:" in ended.err


def test_a_flaw_hides_no_problem_between_items(folder: Folder) -> None:
    """A typo in a customer does not put off what is wrong with its parent, or its contacts, to the next run."""
    folder.write(
        "customers/bad.yaml",
        "customers:\n"
        "  - {externalId: S-1, nmae: Itself, parent: S-1}\n"
        "  - {externalId: N-1, nmae: Nested, parent: {externalId: C-002}}\n"
        "  - {externalId: R-1, nmae: Round, parent: R-2}\n"
        "  - {externalId: R-2, name: And round, parent: R-1}\n"
        "  - {externalId: M-1, nmae: Somebody, contacts: [{externalId: P-1, email: other@acme.example}]}\n",
    )
    problems = folder.call("validate", "--json").json()["problems"]
    assert isinstance(problems, list)
    found = [(one["code"], one["source"]["line"]) for one in problems if one["code"] != "key-unknown"]
    nested, cycle = ("parent-nested", 3), [("parent-cycle", 4), ("parent-cycle", 5)]
    assert found == [("parent-self", 2), nested, *cycle, ("member-differs", 6)]
    assert len(problems) == len(found) + 4


def test_validate_tells_problems_as_json(folder: Folder) -> None:
    """The same, for programs: on stdout, nothing on stderr."""
    folder.write("customers/bad.yaml", "customers:\n  - externalId: C-9\n    nmae: Nine\n")
    ended = folder.call("validate", "--json")
    assert (ended.code, ended.err) == (65, "")
    told = ended.json()
    assert told["valid"] is False
    assert isinstance(told["problems"], list)
    assert told["problems"][0]["source"]["line"] == 3


def test_problems_of_several_organizations_come_together(folder: Folder) -> None:
    """One run tells what is wrong with all of them."""
    entry = "  {name}:\n    provider: upflow\n    endpoint: sandbox\n"
    folder.write("reconciler.yaml", "organizations:\n" + entry.format(name="one") + entry.format(name="two"))
    folder.write("one/a.yaml", "customer: []\n")
    folder.write("two/b.yaml", "customer: []\n")
    for command in ("validate", "plan"):
        ended = folder.call(command)
        assert ended.code == 65
        assert "one/a.yaml:1:1" in ended.err
        assert "two/b.yaml:1:1" in ended.err


def test_a_folder_without_a_configuration_says_how_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The remedy is a command."""
    assert run(["-C", str(tmp_path), "plan"]) == 65
    assert f"reconciler -C {tmp_path} init" in capsys.readouterr().err


def test_schema_writes_one_file_for_each(folder: Folder) -> None:
    """And all of them as one object on stdout."""
    assert folder.call("schema", "--out", str(folder.path / "schemas")).code == 0
    files = {path.name: json.loads(path.read_text()) for path in (folder.path / "schemas").iterdir()}
    assert "reconciler.schema.json" in files
    assert files == folder.call("schema").json()


def test_a_folder_that_is_not_there_is_called_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the command that begins one begins that one."""
    folder = tmp_path / "no where"
    assert run(["-C", str(folder), "plan"]) == 65
    told = capsys.readouterr().err
    assert f'"{folder}" is no folder.' in told
    assert f"reconciler -C '{folder}' init" in told


def test_validating_takes_no_digest_key(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pull request of a fork has no secrets: its documents are checked without; a plan of them is refused."""
    monkeypatch.delenv("ACME_DIGEST", raising=False)
    configuration = (folder.path / "reconciler.yaml").read_text()
    folder.write("reconciler.yaml", f"{configuration}    digestKey: ${{ACME_DIGEST}}\n")
    assert folder.call("validate").code == 0
    assert folder.call("inventory", "list").code == 0
    for command in (("plan",), ("apply", "--auto-approve"), ("adopt",), ("inventory", "rebuild")):
        ended = folder.call(*command)
        assert (ended.code, "[digest-key-missing]" in ended.err) == (64, True), command
