"""The commands that concern what is managed, as a person types them."""

from __future__ import annotations

import shutil

import pytest

from reconciler.cli.composition import configured
from reconciler.cli.locking import this_run
from reconciler.cli.starter import first_files
from reconciler.cli.stores import first_inventory, inventory_of, store_of
from tests.cli.running import CONFIGURATION, Folder

ONE = "customers:\n  - {externalId: C-001, name: Acme, address: {city: Lyon}}\n"


def digest(folder: Folder, *options: str) -> str:
    """Give the digest of the plan as it is now."""
    return str(folder.call("plan", "--json", *options).json()["digest"])


def held(folder: Folder) -> str:
    """Take the lock as another run, and give its id."""
    (organization,) = configured(folder.path)
    before = inventory_of(organization, folder.path) or first_inventory(organization)
    return store_of(organization, folder.path).take(this_run("reconciler apply"), before).holder.id


def test_what_was_applied_is_listed_and_shown(folder: Folder) -> None:
    """A list for people and one for programs; an entry shows digests where values are personal."""
    assert "no inventory yet" in folder.call("inventory", "list").out
    folder.call("apply", "--auto-approve")
    assert "acme-fr: 2 objects managed." in folder.call("inventory", "list").out
    tree = folder.call("inventory", "list", "--json").json()["acme-fr"]
    assert isinstance(tree, dict)
    assert [one["key"] for one in tree["managed"]] == ["C-001", "C-002"]
    shown = folder.call("inventory", "show", "acme-fr/customer/C-001")
    assert shown.code == 0
    assert "one@acme.example" not in shown.out
    assert 'name = "Acme"' in shown.out


def test_a_member_whose_key_is_an_address_is_masked_unless_asked_for(folder: Folder) -> None:
    """External ids are chosen by whoever writes at the vendor, and often are the e-mail address."""
    person = "{externalId: ada@acme.example, email: ada@acme.example, isMain: true}"
    folder.write(
        "customers/acme.yaml", f"customers:\n  - externalId: C-001\n    name: Acme\n    contacts: [{person}]\n"
    )
    folder.call("apply", "--auto-approve")
    commands = [
        command
        for told in (
            ["inventory", "list"],
            ["inventory", "show", "acme-fr/customer/C-001"],
            ["journal", "show", "last"],
        )
        for command in (told, [*told, "--json"])
    ]
    for command in commands:
        ended = folder.call(*command)
        assert ended.code == 0
        assert "ada@acme.example" not in ended.out + ended.err, command
        if command != ["inventory", "list"]:
            assert "(personal " in ended.out, command
            assert "ada@acme.example" in folder.call(*command, "--show-personal").out, command
    folder.write("reconciler.yaml", f"{CONFIGURATION}personal: show\n")
    for command in commands[1:]:
        assert "ada@acme.example" in folder.call(*command).out, command


def test_an_address_that_is_not_managed_is_told_with_one_that_is(folder: Folder) -> None:
    """A slip of the keyboard is wrong usage, with what may be meant."""
    folder.call("apply", "--auto-approve")
    ended = folder.call("inventory", "show", "acme-fr/customer/C-0001")
    assert ended.code == 64
    assert 'Did you mean "acme-fr/customer/C-001"?' in ended.err


def test_what_is_forgotten_is_adopted_again(folder: Folder) -> None:
    """Forgetting sends nothing, and adopting neither."""
    folder.call("apply", "--auto-approve")
    folder.call("sandbox", "requests", "--clear")
    assert folder.call("inventory", "forget", "acme-fr/customer/C-002").code == 0
    assert "1 to adopt" in folder.call("plan").out
    assert "Adopted 1 object" in folder.call("adopt", "acme-fr/customer/C-002").out
    assert folder.call("plan").out.startswith("No changes.")


def test_what_cannot_be_adopted_is_told_with_the_reason(folder: Folder) -> None:
    """Not live yet, managed already, declared nowhere: each is said, and what to do about it."""
    absent = folder.call("adopt", "acme-fr/customer/C-001")
    assert absent.code == 64
    assert "It is declared, and is not live." in absent.err
    folder.call("apply", "--auto-approve")
    managed = folder.call("adopt", "acme-fr/customer/C-001").err
    assert "It is managed already." in managed
    assert "reconciler inventory show acme-fr/customer/C-001" in managed
    assert "No document declares it" in folder.call("adopt", "acme-fr/customer/C-9").err


def test_a_guard_that_does_not_exist_is_wrong_usage(folder: Folder) -> None:
    """The nearest one is offered."""
    ended = folder.call("plan", "--allow", "protectde=acme-fr/customer/C-001")
    assert ended.code == 64
    assert 'Did you mean "protected"?' in ended.err


def test_a_held_lock_ends_an_apply_with_6(folder: Folder) -> None:
    """The refusal names the holder and how to free the lock; freed, the apply goes on."""
    lock = held(folder)
    ended = folder.call("apply", "--auto-approve")
    assert ended.code == 6
    assert f"reconciler unlock {lock}" in ended.err
    assert folder.call("plan").code == 0
    assert folder.call("unlock", "another").code == 1
    assert "freed the lock" in folder.call("unlock", lock).out
    assert folder.call("apply", "--auto-approve").code == 0


def test_an_expected_plan_is_applied_and_another_is_not(folder: Folder) -> None:
    """By its digest the reviewed plan is known; one that does anything else is stale."""
    reviewed = digest(folder)
    assert folder.call("plan", "--expect", reviewed).code == 0
    folder.write("customers/more.yaml", "customers:\n  - {externalId: C-003, name: C}\n")
    assert folder.call("plan", "--expect", reviewed).code == 5
    assert folder.call("apply", "--auto-approve", "--expect", reviewed).code == 5
    assert folder.call("inventory", "list").out.startswith("acme-fr: no inventory yet")
    (folder.path / "customers" / "more.yaml").unlink()
    assert folder.call("apply", "--auto-approve", "--expect", reviewed).code == 0


def test_a_saved_plan_takes_no_overrides(folder: Folder) -> None:
    """What was reviewed is what happens; an override belongs to the plan."""
    file = str(folder.path / "plan.out")
    folder.call("plan", "--out", file)
    assert folder.call("apply", file, "--allow-delete", "customer=1").code == 64


def test_a_dump_overwrites_nothing(folder: Folder) -> None:
    """Documents that are there stay as they are; elsewhere the dump is written."""
    folder.call("apply", "--auto-approve")
    (folder.path / "customers" / "acme.yaml").unlink()
    folder.write("customers/customers/C-001.yaml", "customers: []\n")
    ended = folder.call("dump")
    assert (ended.code, "[file-exists]" in ended.err) == (64, True)
    ended = folder.call("dump", "--out", str(folder.path / "elsewhere"), "--one-file", "--json")
    assert ended.json() == {"files": ["customers/acme-fr.yaml"], "left_out": []}
    (folder.path / "linked" / "customers").mkdir(parents=True)
    (folder.path / "linked" / "customers" / "acme-fr.yaml").symlink_to(folder.path / "nowhere.yaml")
    assert folder.call("dump", "--out", str(folder.path / "linked"), "--one-file").code == 64
    assert not (folder.path / "nowhere.yaml").exists()


@pytest.mark.parametrize(
    "text", ["customers: [{externalId: C-009, name: Other}]\n", "customers: [{}]\n"], ids=["valid", "invalid"]
)
def test_a_dump_is_not_put_beside_documents(folder: Folder, text: str) -> None:
    """What they declare would be declared twice; nothing is read and nothing written."""
    folder.call("apply", "--auto-approve")
    folder.write("customers/acme.yaml", text)
    before = folder.requests()
    ended = folder.call("dump")
    assert (ended.code, "[documents-exist]" in ended.err) == (64, True)
    assert folder.requests() == before
    assert [file.name for file in (folder.path / "customers").iterdir()] == ["acme.yaml"]


def test_an_empty_organization_is_dumped_too(folder: Folder) -> None:
    """A document says that there is nothing, so that the folder is there for the plan and for git."""
    shutil.rmtree(folder.path / "customers")
    ended = folder.call("dump")
    assert ended.out.startswith("Wrote 1 file; 0 left out.\nNext: commit them")
    assert "`reconciler schema --out " in ended.out
    assert (folder.path / "customers" / "acme-fr.yaml").read_text().endswith("\ncustomers: []\n")
    assert folder.call("plan").out.startswith("No changes.")


def test_the_schema_that_a_dump_names_is_made_as_it_says(folder: Folder) -> None:
    """The first line leads from the document to the file that the command at the end writes."""
    below = folder.path / "elsewhere"
    ended = folder.call("dump", "--out", str(below), "--one-file")
    assert f"`reconciler schema --out {below / 'schemas'}`" in ended.out
    assert folder.call("schema", "--out", str(below / "schemas")).code == 0
    (document,) = (path for path in below.rglob("*.yaml"))
    line = document.read_text(encoding="utf-8").splitlines()[0]
    assert (document.parent / line.partition("$schema=")[2]).is_file()


def test_what_init_wrote_is_in_no_dumps_way(folder: Folder) -> None:
    """Its document declares nothing, so documents come beside it, and the plan is empty."""
    folder.call("apply", "--auto-approve")
    shutil.rmtree(folder.path / "customers")
    folder.write("customers/customers.yaml", first_files("acme-fr")["acme-fr/customers.yaml"])
    assert folder.call("dump").code == 0
    assert folder.call("plan").out.startswith("No changes.")


def renamed(folder: Folder) -> None:
    """Apply, then give the organization another name, as its documents say."""
    assert folder.call("apply", "--auto-approve").code == 0
    configuration = folder.path / "reconciler.yaml"
    folder.write("reconciler.yaml", configuration.read_text().replace("acme-fr:", "acme-be:"))
    folder.write("customers/moved.yaml", "moved: [{from: acme-fr, to: acme-be}]\n")


def test_a_renamed_organization_lists_what_a_plan_goes_on_with(folder: Folder) -> None:
    """The inventory of the former name stands for its own until the next apply, which writes that."""
    renamed(folder)
    listed = folder.call("inventory", "list").out.splitlines()
    assert listed[0] == "acme-be: 2 objects managed, kept under the name that it had before until the next apply."
    assert listed[1].startswith("  acme-be/customer/C-001 ")
    assert "customer/C-001" in folder.call("inventory", "show", "acme-be/customer/C-001").out


def test_a_renamed_organization_forgets_under_its_new_name(folder: Folder) -> None:
    """What is forgotten is forgotten, and the rest is its own from then on."""
    renamed(folder)
    assert folder.call("inventory", "forget", "acme-be/customer/C-002").code == 0
    listed = folder.call("inventory", "list").out.splitlines()
    assert listed[0] == "acme-be: 1 object managed."
    assert listed[1].startswith("  acme-be/customer/C-001 ")


def test_wrong_documents_keep_nobody_from_listing(folder: Folder) -> None:
    """They say nothing of a former name, and the list is of what is kept."""
    folder.write("customers/acme.yaml", "customers: [{}]\n")
    assert folder.call("inventory", "list").out.startswith("acme-fr: no inventory yet")
