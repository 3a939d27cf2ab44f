"""An organization that goes by another name, or is kept in another store: there is one owner at any time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from reconciler.cli.composition import configured
from reconciler.cli.locking import this_run
from reconciler.cli.stores import inventory_of, store_of
from reconciler.errors import ReconcilerError
from tests.cli.running import Folder
from tests.cli.test_inventory_care import in_git
from tests.cli.test_inventory_care import kept as kept

MOVED = "customers/moved.yaml"


def rename(folder: Folder, old: str, new: str) -> None:
    """Give the organization another name, as its documents say."""
    configuration = folder.path / "reconciler.yaml"
    folder.write("reconciler.yaml", configuration.read_text().replace(f"  {old}:", f"  {new}:"))
    folder.write(MOVED, f"moved: [{{from: {old}, to: {new}}}]\n")
    call_in_sandbox(folder, old, new)


def call_in_sandbox(folder: Folder, old: str, new: str) -> None:
    """Let the sandbox know the same organization by another name, as the vendor knows it by its credentials."""
    with closing(sqlite3.connect(folder.path / ".reconciler" / "sandbox.db")) as base, base:
        base.execute("UPDATE organizations SET name = ? WHERE name = ?", (new, old))


def back_to_old_commit(folder: Folder) -> None:
    """Put back what an older checkout says."""
    configuration = folder.path / "reconciler.yaml"
    folder.write("reconciler.yaml", configuration.read_text().replace("  acme-be:", "  acme-fr:"))
    (folder.path / MOVED).unlink(missing_ok=True)
    call_in_sandbox(folder, "acme-be", "acme-fr")


def test_the_former_name_of_an_organization_is_refused_once_it_has_moved(kept: Folder) -> None:
    """A checkout that is older than the new name neither plans nor applies, and is told the name."""
    kept.call("apply", "--auto-approve")
    rename(kept, "acme-fr", "acme-be")
    assert kept.call("apply", "--auto-approve").code == 0
    assert kept.call("plan").out.startswith("No changes.")
    back_to_old_commit(kept)
    for command in (("plan",), ("apply", "--auto-approve"), ("adopt",), ("inventory", "list")):
        ended = kept.call(*command)
        assert ended.code == 1, command
        assert "[inventory-elsewhere]" in ended.err
        assert '"acme-be"' in ended.err


def test_a_name_can_be_taken_back(kept: Folder) -> None:
    """The inventory goes there and back again, with all that is managed."""
    kept.call("apply", "--auto-approve")
    rename(kept, "acme-fr", "acme-be")
    kept.call("apply", "--auto-approve")
    rename(kept, "acme-be", "acme-fr")
    assert kept.call("apply", "--auto-approve").code == 0
    assert kept.call("inventory", "list").out.startswith("acme-fr: 2 objects managed.")
    assert kept.call("plan").code == 0


def test_adopt_and_forget_end_the_former_one_too(kept: Folder) -> None:
    """Whatever writes the new one first ends the old one."""
    kept.call("apply", "--auto-approve")
    rename(kept, "acme-fr", "acme-be")
    assert kept.call("inventory", "forget", "acme-be/customer/C-002").code == 0
    back_to_old_commit(kept)
    assert "[inventory-elsewhere]" in kept.call("plan").err


def test_the_lock_of_the_former_name_is_taken_as_well(kept: Folder) -> None:
    """While a run holds it, nothing is moved; afterwards it is free."""
    kept.call("apply", "--auto-approve")
    (former,) = configured(kept.path)
    found = inventory_of(former, kept.path)
    assert found is not None
    held = store_of(former, kept.path).take(this_run("reconciler apply"), found)
    rename(kept, "acme-fr", "acme-be")
    ended = kept.call("apply", "--auto-approve")
    assert (ended.code, "acme-fr: another run holds the lock" in ended.err) == (6, True)
    held.release(found)
    assert kept.call("apply", "--auto-approve").code == 0
    assert store_of(former, kept.path).holder() is None


def test_a_run_that_was_killed_between_the_two_writes_is_continued(kept: Folder) -> None:
    """The former one has ended and the present one is not there yet: it goes on with what the former one held."""
    kept.call("apply", "--auto-approve")
    (former,) = configured(kept.path)
    found = inventory_of(former, kept.path)
    assert found is not None
    ended = replace(found, moved_to="acme-be")
    store_of(former, kept.path).take(this_run("reconciler apply"), ended).release(ended)
    rename(kept, "acme-fr", "acme-be")
    assert kept.call("apply", "--auto-approve").code == 0
    assert kept.call("inventory", "list").out.startswith("acme-be: 2 objects managed.")


def test_another_store_does_not_begin_with_nothing(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the file is told and taken along; then the file has ended, and going back is refused likewise."""
    monkeypatch.setenv("ACME_DIGEST", "a secret of the tests")
    folder.call("apply", "--auto-approve")
    by_file = (folder.path / "reconciler.yaml").read_text()
    in_git(folder)
    for command in (("plan",), ("apply", "--auto-approve")):
        ended = folder.call(*command)
        assert (ended.code, "[inventory-elsewhere]" in ended.err) == (1, True)
    moved = folder.call("inventory", "move")
    assert moved.out == "acme-fr: Moved to store: git, with 2 objects; nothing was sent.\n"
    said = folder.call("plan").out
    assert "\nNo changes." in said
    assert "[digest-key-differs]" in said
    assert folder.call("inventory", "move").code == 64
    folder.write("reconciler.yaml", by_file)
    assert "[inventory-elsewhere]" in folder.call("plan").err
    assert folder.call("inventory", "move").code == 0
    assert folder.call("inventory", "list").out.startswith("acme-fr: 2 objects managed.")


def test_an_inventory_known_to_be_in_git_is_not_left_there(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Back from git to a file that was never there: told and taken along."""
    monkeypatch.setenv("ACME_DIGEST", "a secret of the tests")
    by_file = (folder.path / "reconciler.yaml").read_text()
    in_git(folder)
    folder.call("apply", "--auto-approve")
    folder.write("reconciler.yaml", by_file)
    assert "[inventory-elsewhere]" in folder.call("apply", "--auto-approve").err
    assert folder.call("inventory", "move", "--org", "acme-fr").code == 0
    assert folder.call("plan").code == 0


def test_beginning_with_nothing_all_the_same_is_a_decision(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """`inventory rebuild` writes one from what is declared and live, and the other store is not asked again."""
    monkeypatch.setenv("ACME_DIGEST", "a secret of the tests")
    folder.call("apply", "--auto-approve")
    in_git(folder)
    assert folder.call("inventory", "rebuild").code == 0
    assert folder.call("plan").code == 0


def test_an_inventory_that_ended_says_so_when_it_is_read_again(kept: Folder) -> None:
    """It is not taken for a first run, whoever asks."""
    kept.call("apply", "--auto-approve")
    (organization,) = configured(kept.path)
    found = inventory_of(organization, kept.path)
    assert found is not None
    ended = replace(found, moved_to="acme-be")
    store_of(organization, kept.path).take(this_run("a test"), ended).release(ended)
    with pytest.raises(ReconcilerError) as refused:
        inventory_of(organization, kept.path)
    assert [one.code for one in refused.value.problems] == ["inventory-elsewhere"]
