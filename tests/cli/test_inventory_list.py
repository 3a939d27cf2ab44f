"""What `inventory list` says beside what is managed: addresses that can be used, and who holds the lock."""

from __future__ import annotations

from reconciler.cli.composition import configured
from reconciler.cli.locking import this_run
from reconciler.cli.stores import inventory_of, store_of
from tests.cli.running import Folder


def test_a_listed_address_is_one_that_show_takes(folder: Folder) -> None:
    """A slash in an external id is written as the commands read it."""
    folder.write("customers/odd.yaml", "customers: [{externalId: x/y z, name: Odd}]\n")
    folder.call("apply", "--auto-approve")
    (line,) = [line for line in folder.call("inventory", "list").out.splitlines() if "y z" in line]
    address = line.strip().partition("  ")[0]
    assert address == "acme-fr/customer/x%2Fy z"
    assert folder.call("inventory", "show", address).code == 0


def test_the_holder_of_the_lock_is_listed_with_its_id(folder: Folder) -> None:
    """Whoever wants to free it needs no refusal to learn the id."""
    folder.call("apply", "--auto-approve")
    assert "locked" not in folder.call("inventory", "list").out
    (organization,) = configured(folder.path)
    found = inventory_of(organization, folder.path)
    assert found is not None
    holder = store_of(organization, folder.path).take(this_run("reconciler apply"), found).holder
    listed = folder.call("inventory", "list")
    assert f"[id {holder.id}]" in listed.out.splitlines()[1]
    assert f'"id": "{holder.id}"' in folder.call("inventory", "list", "--json").out


def test_adopt_says_as_json_why_it_adopted_nothing(folder: Folder) -> None:
    """Bad documents are told to programs as they are by a plan."""
    folder.write("customers/acme.yaml", "customers: [{}]\n")
    ended = folder.call("adopt", "--json")
    assert (ended.code, '"code": "field-missing"' in ended.out) == (65, True)
    assert list(ended.json()) == ["problems"]
