"""`sandbox edit` takes every address as plans and drift show it, of objects and of people, at both vendors."""

from __future__ import annotations

import pytest

from tests.cli.running import CUSTOMERS, Folder
from tests.cli.test_drift_forms import CONFIGURATION

ACCOUNTS = """\
accounts:
  - source: {connectionId: erp, sourceId: "9001"}
    fullName: First
    currencyCode: EUR
    contacts: [{key: owner, fullName: Ada First, email: ada@customer.example, language: en}]
    internalRepresentatives: [{key: "a/b", fullName: Karim, email: karim@example.com, language: fr}]
"""
NINTH = "acme-fr/account/erp:9001"


def shown(folder: Folder) -> set[str]:
    """Give all addresses that drift has to show."""
    rows: object = folder.call("drift", "--json").json()["resource_drift"]
    assert isinstance(rows, list)
    return {row["address"] for row in rows}


def edited(folder: Folder, target: str, *values: str) -> dict[str, object]:
    """Edit something, and give what it is then."""
    ended = folder.call("sandbox", "edit", target, *values)
    assert ended.code == 0, ended.err
    return ended.json()


@pytest.fixture
def accounts(folder: Folder) -> Folder:
    """An account with its people at Billabex, applied."""
    folder.write("reconciler.yaml", CONFIGURATION)
    folder.write("customers/acme.yaml", ACCOUNTS)
    ended = folder.call("apply", "--auto-approve")
    assert ended.code == 0, ended.err
    return folder


def test_an_account_goes_by_its_address(accounts: Folder) -> None:
    """With the organization before it or without; what drift then shows is the same address."""
    assert edited(accounts, "account/erp:9001", "fullName=Theirs")["fullName"] == "Theirs"
    assert edited(accounts, NINTH, "fullName=Others")["fullName"] == "Others"
    assert shown(accounts) == {NINTH}
    assert edited(accounts, f"account/id:{edited(accounts, NINTH)['id']}", "fullName=X")["fullName"] == "X"


@pytest.mark.parametrize("kept", [True, False])
def test_people_go_by_the_documents_keys(accounts: Folder, kept: bool) -> None:
    """Once somebody has changed their name and address too, where an inventory remembers them."""
    people = {f"{NINTH}/contact/key:owner": "Ada First", f"{NINTH}/internalRepresentative/key:a%2Fb": "Karim"}
    if not kept:
        (accounts.path / ".reconciler" / "inventory" / "acme-fr.json").unlink()
    for address, name in people.items():
        assert edited(accounts, address, "role=CFO")["fullName"] == name
        if kept:
            edited(accounts, address, "fullName=Zoe", "email=zoe@customer.example")
            assert edited(accounts, address, "notes=Hello")["fullName"] == "Zoe"
    assert shown(accounts) >= ({*people} if kept else set())


def test_people_go_by_digests_and_tags(folder: Folder) -> None:
    """Whoever came without an external id has a digest of their address for a key, others may have a tag."""
    folder.write("customers/acme.yaml", CUSTOMERS)
    assert folder.call("apply", "--auto-approve").code == 0
    for words in (("email=new@acme.example",), ("email=zo@acme.example", "externalId=zo@acme.example")):
        assert folder.call("sandbox", "add", "acme-fr/customer/C-001", *words).code == 0
    found = sorted(one for one in shown(folder) if "/contact/" in one)
    assert len(found) == 2
    names = {edited(folder, one, "firstName=New")["email"] for one in found}
    assert names == {"new@acme.example", "zo@acme.example"}
    ended = folder.call("sandbox", "edit", "acme-fr/customer/C-001/contact/P-9", "firstName=New")
    assert (ended.code, "no contact 'P-9'" in ended.err) == (64, True)


def test_an_address_says_at_which_organization(folder: Folder) -> None:
    """So `--org` is not needed, where there are several of them."""
    written = (folder.path / "reconciler.yaml").read_text(encoding="utf-8")
    other = written.partition("\n")[2].replace("acme-fr", "acme-de").replace(": customers", ": kunden")
    folder.write("reconciler.yaml", written + other)
    folder.write("kunden/acme.yaml", CUSTOMERS.replace("name: Acme\n", "name: Acme DE\n"))
    assert folder.call("apply", "--auto-approve").code == 0
    assert edited(folder, "acme-de/customer/C-001", "address.city=Bonn")["name"] == "Acme DE"
    assert folder.call("sandbox", "edit", "customer/C-001", "name=X").code == 64
