"""What a rebuilt or forgetting inventory must not launder: protection, sizes, and whose organization it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.cli.allowing import allowances_of
from reconciler.cli.composition import configured
from reconciler.cli.entering import rewrite
from reconciler.cli.managing import rebuilt
from reconciler.cli.rebuilding import taken_over
from reconciler.errors import PlanRefused
from reconciler.model.inventory import Intent, Inventory
from reconciler.render.progress import Lines
from reconciler.sandbox import remove, seed
from tests.cli.running import NINE_MORE, Folder
from tests.company import Company, error_codes
from tests.scenarios.test_ownership import customer
from tests.scenarios.words import document, refused

ADDRESS = "acme-fr/customer/C-001"
PROTECTED = "customers:\n  - {externalId: C-001, name: Acme, protected: true}\n"


def protecting(folder: Folder) -> None:
    """Apply a protected customer among others, and ask for its removal by remote id."""
    folder.write("customers/more.yaml", NINE_MORE)
    folder.write("customers/acme.yaml", PROTECTED)
    assert folder.call("apply", "--auto-approve").code == 0
    named = json.loads(folder.call("inventory", "show", ADDRESS, "--json").out)["remote_id"]
    entry = f"address: customer/C-001, remoteId: {named}, reason: left, until: 2099-12-31"
    folder.write("customers/acme.yaml", f"removed: [{{{entry}}}]\n")


def test_what_is_protected_is_not_forgotten(folder: Folder) -> None:
    """Forgetting it is refused with the way to end protection; by its address it may be said all the same."""
    protecting(folder)
    ended = folder.call("inventory", "forget", ADDRESS)
    assert (ended.code, "[protected]" in ended.err) == (3, True)
    assert ended.err.endswith(f"    reconciler inventory forget {ADDRESS} --allow protected={ADDRESS}\n")
    assert folder.call("plan").out.count("[protected]") == 1
    for wrong in ("protected=acme-fr/customer/C-002", "protected=customer=1"):
        assert folder.call("inventory", "forget", ADDRESS, "--allow", wrong).code == 3
    assert folder.call("inventory", "forget", ADDRESS, "--allow", "not-empty=customer=1").code == 64
    assert folder.call("inventory", "forget", ADDRESS, "--allow", f"protected={ADDRESS}").code == 0
    assert "1 to destroy" in folder.call("plan").out


def test_what_is_protected_stays_in_a_rebuilt_inventory(folder: Folder) -> None:
    """Though no document declares it: a rebuild does not end protection."""
    protecting(folder)
    ended = folder.call("inventory", "rebuild")
    assert (ended.code, "  stays as it was: customer/C-001 (it is protected)\n" in ended.out) == (0, True)
    again = folder.call("inventory", "rebuild", "--json")
    assert json.loads(again.out)[0]["protected"] == ["customer/C-001"]
    ended = folder.call("apply", "--auto-approve")
    assert (ended.code, "[protected]" in ended.out) == (3, True)
    assert '"C-001"' in folder.call("sandbox", "show").out


def test_what_a_killed_run_made_protected_stays_so_in_a_rebuilt_inventory(folder: Folder) -> None:
    """Its intent is all that says so; where it enters, its entry is protected."""
    protecting(folder)
    (organization,) = configured(folder.path)
    intent = Intent(kind="customer", key="C-001", action="create", remote_id=None, run="r1", protected=True)
    rewrite(organization, folder.path, "a test", lambda found: replace(found, managed={}, intents=(intent,)))
    assert folder.call("inventory", "rebuild").code == 0
    assert folder.call("plan").out.count("[protected]") == 1
    assert folder.call("inventory", "forget", ADDRESS).code == 3
    folder.write("customers/acme.yaml", PROTECTED.replace(", protected: true", ""))
    assert folder.call("inventory", "rebuild").code == 0
    assert json.loads(folder.call("inventory", "show", ADDRESS, "--json").out)["protected"] is True


def test_an_inventory_that_cannot_be_read_is_said_to_be_asked_nothing(folder: Folder) -> None:
    """Nothing can be compared with it; whoever rebuilds it is told what is lost."""
    protecting(folder)
    (folder.path / ".reconciler" / "inventory" / "acme-fr.json").write_text("{")
    ended = folder.call("inventory", "rebuild")
    assert (ended.code, "What was protected is not known any more" in ended.err) == (0, True)


def rebuild(here: Company, *allowed: str) -> None:
    """Rebuild as the command does."""
    rebuilt(here.folder, (), Lines(lambda _line: None, lambda: 0.0), 0.0, allowances_of(allowed))


def test_a_live_state_that_shrank_is_not_rebuilt_from(tmp_path: Path) -> None:
    """The guard goes on comparing with the last believed listing; told so, the rebuild believes the new one."""
    here = Company(tmp_path / "company")
    here.seed({"customers": []})
    here.write({"a.yaml": document(*[f"C-{number}" for number in range(30)])})
    here.apply()
    with here.store() as store:
        for number in range(12):
            remove(store, "acme", f"customer/C-{number}")
    for allowed in ((), ("organization-changed=acme",)):
        with pytest.raises(PlanRefused) as raised:
            rebuild(here, *allowed)
        assert error_codes(raised.value) == ["live-shrank"]
    assert {code for code, _ in refused(here.plan())} == {"live-shrank"}
    rebuild(here, "live-shrank=customer")
    found = here.inventory()
    assert found is not None and (found.sizes, len(found.managed)) == ({"customer": 18}, 18)


def test_sizes_outlive_a_rebuild_that_lists_nothing(tmp_path: Path) -> None:
    """A kind that is looked up one by one, or not at all, keeps the size of its last complete listing."""
    here = Company(tmp_path / "company")
    here.seed({"customers": []})
    here.write({"a.yaml": document(*[f"C-{number}" for number in range(30)])})
    here.apply()
    rebuild(here)
    found = here.inventory()
    assert found is not None and found.sizes == {"customer": 30}


def test_another_organization_is_not_rebuilt_from(tmp_path: Path) -> None:
    """Its objects would come into the inventory as ours, and what is missing there be created."""
    here = Company(tmp_path / "company")
    keys = [f"C-{number}" for number in range(12)]
    with here.store() as store:
        seed(store, "acme", {"customers": []})
        seed(store, "elsewhere", {"customers": [customer(key) for key in keys[:11]]})
    answer_as(here, "acme")
    here.write({"a.yaml": document(*keys)})
    assert here.apply().code == 0
    answer_as(here, "elsewhere")
    with pytest.raises(PlanRefused) as raised:
        rebuild(here)
    assert error_codes(raised.value) == ["organization-changed"]
    assert {code for code, _ in refused(here.plan())} == {"organization-changed"}
    rebuild(here, "organization-changed=acme")
    assert refused(here.plan()) == []


def answer_as(here: Company, name: str) -> None:
    """Have the credentials of the configuration open another organization of the sandbox."""
    with here.store() as store, store.transaction():
        store.connection.execute("UPDATE organizations SET api_key = NULL, api_secret = NULL")
        store.connection.execute(
            "UPDATE organizations SET api_key = ?, api_secret = ? WHERE name = ?", ("embedded-acme", "embedded", name)
        )


def test_why_nothing_was_rebuilt_is_json_too(folder: Folder) -> None:
    """Whoever reads the answer of a rebuild finds the problems of its documents in it, and the same exit code."""
    folder.write("customers/broken.yaml", "customers:\n  - {externalId: C-099, nmae: Wrong}\n")
    ended = folder.call("inventory", "rebuild", "--json")
    assert ended.code == 65
    assert [one["code"] for one in json.loads(ended.out)["problems"]] == ["key-unknown"]


def test_a_create_that_may_not_show_yet_is_kept_in_a_rebuilt_inventory() -> None:
    """Lost, it would be sent again; what is settled by a look is made anew, or gone."""
    looked_up = Intent(kind="account", key="erp:A-1", action="create", remote_id=None, run="r1")
    late = replace(looked_up, key="erp:A-2", at="2026-01-15T12:00:00Z")
    old = Inventory(organization="acme", provider="", endpoint="", digest_key_id="", intents=(looked_up, late))
    assert taken_over(old, ()).intents == (late,)
