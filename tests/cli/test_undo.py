"""Undoing an apply from the command line."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing

import pytest

from reconciler.cli.composition import configured
from reconciler.cli.locking import this_run
from reconciler.cli.stores import store_of
from tests.cli.running import CUSTOMERS, Folder


def changed(folder: Folder) -> None:
    """Apply the documents, change a name, and apply that."""
    assert folder.call("apply", "--auto-approve").code == 0
    folder.write("customers/acme.yaml", CUSTOMERS.replace("name: Acme\n", "name: Other\n"))
    assert folder.call("apply", "--auto-approve").code == 0


def test_an_undo_is_planned_saved_and_applied(folder: Folder) -> None:
    """As a plan is; the journal of its apply names the run that it undoes."""
    changed(folder)
    run = folder.call("journal", "list", "--limit", "1").out.partition(" ")[0]
    planned = folder.call("undo", "last", "--out", str(folder.path / "undo.out"))
    assert planned.code == 0
    assert '~ name = "Other" -> "Acme"' in planned.out
    assert f"(run {run} changed it)" in planned.out
    assert "[undo-documents]" in planned.out
    assert folder.call("apply", str(folder.path / "undo.out")).code == 0
    told = folder.call("journal", "show", "last", "--json").lines()[0]
    assert told["undoes"] == run
    again = folder.call("undo", run)
    assert (again.code, "Nothing that can be undone is left" in again.out) == (0, True)


def test_an_undo_says_by_its_exit_code_that_there_is_something_to_do(folder: Folder) -> None:
    """Only if that is asked for, as with `plan`; for programs the run that is undone stands in the plan."""
    changed(folder)
    assert folder.call("undo", "last", "--detailed-exitcode").code == 2
    told = folder.call("undo", "last", "--json").json()
    assert told["undoes"]
    assert told["applyable"] is True


def test_a_refusal_says_how_to_undo_all_the_same(folder: Folder) -> None:
    """The command that it shows is the one that was called."""
    rows = "".join(f"  - {{externalId: D-{number}, name: D{number}}}\n" for number in range(5))
    folder.write("customers/more.yaml", f"customers:\n{rows}")
    assert folder.call("apply", "--auto-approve").code == 0
    refused = folder.call("undo", "last")
    assert refused.code == 3
    run = folder.call("journal", "list").out.partition(" ")[0]
    assert f"reconciler undo {run} --allow-delete customer=7" in refused.out
    assert folder.call("undo", "last", "--allow-delete", "customer=7").code == 0


def test_a_run_is_undone_only_where_it_was(folder: Folder) -> None:
    """An organization that it was not at, a run that there is no journal of, an endpoint that is another now."""
    changed(folder)
    unknown = folder.call("undo", "last", "--org", "elsewhere")
    assert (unknown.code, "[undo-organization]" in unknown.err) == (64, True)
    missing = folder.call("undo", "x")
    assert (missing.code, "[journal-missing]" in missing.err) == (64, True)
    configuration = (folder.path / "reconciler.yaml").read_text()
    moved = configuration.replace(
        "endpoint: sandbox", "endpoint: http://127.0.0.1:9\n    credentials: {key: '${A_KEY}', secret: '${A_SECRET}'}"
    )
    folder.write("reconciler.yaml", moved)
    elsewhere = folder.call("undo", "last")
    assert (elsewhere.code, "[undo-elsewhere]" in elsewhere.err) == (5, True)


def test_the_commit_to_revert_is_named(folder: Folder) -> None:
    """Where the documents stand in a repository, and were as it has them."""
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@t.example", "-C", str(folder.path))
    folder.write(".gitignore", ".reconciler/\n")
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "documents")):
        subprocess.run([*git, *words], check=True)
    assert folder.call("apply", "--auto-approve").code == 0
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout
    assert f"git revert {commit[:12]}" in folder.call("undo", "last").out
    folder.write("customers/acme.yaml", CUSTOMERS.replace("name: Acme\n", "name: Other\n"))
    assert folder.call("apply", "--auto-approve").code == 0
    edited = folder.call("undo", "last").out
    assert ("edited since" in edited, "git revert" in edited) == (True, False)


NAMED = """\
customers:
  - {externalId: C-001, name: Acme, dunningPlan: Standard, accountManager: ada@acme.example}
  - {externalId: C-002, name: Beta, dunningPlan: Standard, customFields: {tier: one, size: big}}
"""
SEED = {
    "users": [
        {"id": f"user-{name}", "firstName": name.title(), "lastName": "L", "email": f"{name}@acme.example"}
        for name in ("ada", "bob")
    ],
    "dunningPlans": [
        {"id": f"plan-{name.lower()}", "name": name, "mode": "MANUAL", "entity": "CUSTOMER"}
        for name in ("Standard", "Export")
    ],
    "customFields": [
        {"externalId": name, "label": name, "dataType": "TEXT", "entityType": "CUSTOMER"} for name in ("tier", "size")
    ],
}


def customer(folder: Folder, key: str) -> dict[str, object]:
    """Give a customer as the vendor has it."""
    return folder.call("sandbox", "show", f"customer/{key}").json()


def test_what_names_something_that_the_vendor_has_no_more_is_said_and_not_attempted(folder: Folder) -> None:
    """A dunning plan, a user and a custom field were deleted since; everything else goes back."""
    folder.write("seed.json", json.dumps(SEED))
    assert folder.call("sandbox", "seed", str(folder.path / "seed.json")).code == 0
    folder.write("customers/acme.yaml", NAMED)
    assert folder.call("apply", "--auto-approve").code == 0
    changed = NAMED.replace("Acme", "Other").replace("Standard", "Export").replace("ada@", "bob@")
    folder.write("customers/acme.yaml", changed.partition("  - {externalId: C-002")[0])
    assert folder.call("apply", "--auto-approve", "--allow-delete", "customer=1").code == 0
    with closing(sqlite3.connect(folder.path / ".reconciler" / "sandbox.db")) as store, store:
        store.execute("DELETE FROM catalogue WHERE id IN ('plan-standard', 'user-ada')")
        store.execute("DELETE FROM custom_fields WHERE external_id = 'tier'")
    planned = folder.call("undo", "last", "--out", str(folder.path / "undo.out"))
    assert planned.code == 0, planned.err
    for key, path in (
        ("C-001", "accountManager"),
        ("C-001, C-002", "dunningPlan"),
        ("C-002", "customFields.tier"),
    ):
        assert f"{key}: what stood at {path} names something that the vendor does not have any more." in planned.out
    undone = folder.call("apply", str(folder.path / "undo.out"))
    assert undone.code == 0, undone.err
    first, second = customer(folder, "C-001"), customer(folder, "C-002")
    assert (first["name"], first["dunningPlanId"], second["name"]) == ("Acme", "plan-export", "Beta")
    assert "big" in json.dumps(second["customFields"])


@pytest.mark.parametrize("store", ["file", "git"])
def test_an_undo_is_undone_wherever_the_inventory_is_kept(
    store: str, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a run like any other: what it made again goes again, what it put back comes forth again."""
    if store == "git":
        monkeypatch.setenv("A_SECRET", "s" * 48)
        subprocess.run(["git", "init", "--quiet", "--bare", folder.path / "origin"], check=True)
        for words in (("init", "--quiet"), ("remote", "add", "origin", folder.path / "origin")):
            subprocess.run(["git", "-C", folder.path, *words], check=True)
        text = (folder.path / "reconciler.yaml").read_text()
        folder.write("reconciler.yaml", f"{text}    inventory: {{store: git}}\n    digestKey: ${{A_SECRET}}\n")
    changed(folder)
    folder.write("customers/acme.yaml", CUSTOMERS.replace("Acme\n", "Third\n").partition("  - externalId: C-002")[0])
    assert folder.call("apply", "--auto-approve", "--allow-delete", "customer=1").code == 0
    file = str(folder.path / "undo.out")
    stands = []
    for _ in range(3):
        assert folder.call("undo", "last", "--out", file, "--allow-delete", "customer=1").code == 0
        applied = folder.call("apply", file)
        assert applied.code == 0, applied.err
        there = folder.call("sandbox", "show", "customer/C-002").code == 0
        stands.append((customer(folder, "C-001")["name"], there))
    assert stands == [("Other", True), ("Third", False), ("Other", True)]


def test_what_a_guard_asks_of_a_list_can_be_done_though_no_document_says_it(folder: Folder) -> None:
    """Nobody declares anything in an undo: what it says is what would happen, and the command lets it."""
    folder.write("customers/acme.yaml", "customers:\n  - {externalId: C-1, name: One}\n")
    assert folder.call("apply", "--auto-approve").code == 0
    people = "contacts: [{externalId: P-1, email: p@acme.example}]"
    folder.write("customers/acme.yaml", f"customers:\n  - {{externalId: C-1, name: One, {people}}}\n")
    assert folder.call("apply", "--auto-approve").code == 0
    run = folder.call("journal", "list").out.partition(" ")[0]
    refused = folder.call("undo", "last")
    assert (refused.code, "[list-emptied]" in refused.out) == (3, True)
    assert 'Nobody stood on `contacts` before the run, so "P-1" would go.' in refused.out
    assert "declared with nobody" not in refused.out
    assert "Leave `contacts` out" not in refused.out
    assert f"reconciler undo {run} --allow list-emptied=acme-fr/customer/C-1" in refused.out
    assert folder.call("undo", "last", "--allow", "list-emptied=acme-fr/customer/C-1").code == 0


def test_an_undo_that_is_stale_says_to_undo_again(folder: Folder) -> None:
    """Planning by the documents would not make it anew."""
    folder.write("customers/more.yaml", "customers:\n  - {externalId: D-1, name: D}\n")
    assert folder.call("apply", "--auto-approve").code == 0
    run = folder.call("journal", "list").out.partition(" ")[0]
    file = str(folder.path / "undo.out")
    allowed = ("--allow-delete", "customer=3")
    assert folder.call("undo", run, "--out", file, *allowed).code == 0
    assert folder.call("inventory", "forget", "acme-fr/customer/D-1").code == 0
    stale = folder.call("apply", file)
    assert (stale.code, "[plan-ownership-moved]" in stale.err) == (5, True)
    assert f"    reconciler undo {run} --out FILE\n" in stale.err
    assert "reconciler plan" not in stale.err


def test_an_undo_is_not_planned_while_a_run_is_at_work(folder: Folder) -> None:
    """It waits for nobody, and tells nobody to wait by an option that it does not have."""
    changed(folder)
    (organization,) = configured(folder.path)
    store = store_of(organization, folder.path)
    standing = store.read()
    assert standing is not None
    store.take(this_run("reconciler apply"), standing)
    refused, apply = folder.call("undo", "last"), folder.call("apply", "--auto-approve")
    assert (refused.code, apply.code) == (6, 6)
    assert "Call it again when that run has ended." in refused.err
    assert "--lock-timeout" not in refused.err
    assert "Wait for it with --lock-timeout." in apply.err
