"""Accounts of other systems, whose people alone are managed: what becomes of them once their block is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.model.change import Action
from reconciler.model.inventory import Managed
from reconciler.sandbox.values import objects
from tests.company import Company
from tests.properties.reviewer import overrides
from tests.providers.billabex.accounts import JOHN, account, people, refusals

BLOCK = (
    "accounts:\n- source: {connectionId: erp, sourceId: A-1}\n  manage: people\n"
    "  contacts: [{key: j, fullName: John Smith, email: john@acme.com, language: en},"
    " {key: z, fullName: Zoe Quux, email: zoe@else.where, language: en}]\n"
)
REMOVAL = (
    "removed:\n- address: account/erp:A-1\n  reason: gone\n  until: 2026-02-01\n  destroys: true\n  remoteId: {id}\n"
)


@pytest.fixture
def acme(tmp_path: Path) -> Company:
    """Have an account whose people are managed, one of whom came from here."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    company.write({"a.yaml": BLOCK})
    assert company.apply().code == 0
    return company


def entry(company: Company) -> Managed | None:
    """Give what the inventory holds of the account."""
    inventory = company.inventory()
    return inventory.find("account", "erp:A-1") if inventory is not None else None


def test_the_inventory_remembers_that_the_account_is_not_ours(acme: Company) -> None:
    """It does so until all of the account is declared, and then learns that."""
    found = entry(acme)
    assert found is not None and found.members_only
    assert acme.plan().empty
    acme.write({"a.yaml": BLOCK.replace("  manage: people\n", "")})
    assert [change.cause for change in acme.plan().changes] == ["all of it is managed"]
    assert acme.apply().code == 0
    found = entry(acme)
    assert found is not None and not found.members_only


def test_without_its_block_it_is_forgotten_and_everybody_stays(acme: Company) -> None:
    """Nothing is sent, nobody goes, and the plan says why."""
    acme.write({"a.yaml": "accounts: []\n"})
    (change,) = acme.plan().changes
    assert (change.action, change.address.key) == (Action.FORGET, "erp:A-1")
    assert "all stays as it is" in change.cause
    before = len(acme.requests("DELETE"))
    assert acme.apply().code == 0
    assert entry(acme) is None and len(acme.requests("DELETE")) == before
    assert len(people(acme)) == 2
    assert acme.plan().empty


def test_who_is_to_go_is_taken_out_of_the_list_first(acme: Company) -> None:
    """An empty list is a declaration, with its guard; after it nobody is left to be forgotten."""
    acme.write({"a.yaml": BLOCK[: BLOCK.index("  contacts")] + "  contacts: []\n"})
    assert [code for code, _ in refusals(acme.plan())] == ["list-emptied"]
    acme.allowances = tuple(overrides(acme.plan()))
    assert acme.apply().code == 0
    assert people(acme) == [] and len(objects(acme.shown()["accounts"])) == 1


def test_no_removal_deletes_it(acme: Company) -> None:
    """Whatever the entry and the overrides allow: the account is somebody else's."""
    (row,) = objects(acme.shown()["accounts"])
    acme.write({"a.yaml": "accounts: []\n" + REMOVAL.format(id=row["id"])})
    acme.allowances = tuple(overrides(acme.plan()))
    assert "removal-members-only" in [code for code, _ in refusals(acme.plan())]
    acme.apply()
    assert len(objects(acme.shown()["accounts"])) == 1


def test_a_protected_one_is_not_forgotten(acme: Company) -> None:
    """Protection outlives the block, as everywhere."""
    acme.write({"a.yaml": BLOCK + "  protected: true\n"})
    assert acme.apply().code == 0
    acme.write({"a.yaml": "accounts: []\n"})
    plan = acme.plan()
    assert plan.changes == () and [one.reason for one in plan.shares[0].spared] == ["members-only"]
