"""Drift at both vendors: others edit, people leave and come, a rule sets a field back; it is told, and taken over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.sandbox import add, edit, remove
from reconciler.sandbox.values import JsonObject
from tests.company import Company
from tests.scenarios.scanner import found_in

ORGANIZATION = "11111111-1111-4111-8111-111111111111"
CONFIGURATION = f"""organizations:
  acme:
    provider: upflow
    endpoint: sandbox
    documents: documents
  bill:
    provider: billabex
    endpoint: sandbox
    documents: accounts
    organizationId: {ORGANIZATION}
    emailDomains: [ours.example]
"""
CUSTOMERS = """customers:
  - externalId: C-1
    name: One   # as on the sign
    accountManager: zqclaire@ours.example
    contacts:
      - {externalId: P-1, email: zqana@one.example, firstName: 'ZqAna', lastName: "Zqo''Neill"}
  - externalId: C-2
    name: Two
    dunningPlan: Standard
"""
MORE = """  - {externalId: C-3, name: Three}
  - {externalId: C-4, name: Four}
  - {externalId: C-5, name: Five}
  - {externalId: C-6, name: Six}
""" + "".join(f"  - {{externalId: D-{number}, name: D}}\n" for number in range(5))
"""Enough, with the others, that they are listed, and not looked up one by one."""
ACCOUNTS = """accounts:
  - source: {connectionId: erp, sourceId: A-1}
    fullName: 'One AG'
    currencyCode: CHF
    contacts:
      # the owner
      - key: ada
        fullName: ZqAda Meier
        email: zqada@one.example
        language: de
      - {key: bob, fullName: ZqBob Huber, email: zqbob@one.example, language: fr}
"""
SEED: JsonObject = {
    "dunningPlans": [{"name": "Standard"}, {"name": "Key accounts"}],
    "users": [
        {"firstName": "ZqClaire", "lastName": "ZqFontaine", "email": "zqclaire@ours.example"},
        {"firstName": "ZqDora", "lastName": "ZqWeiss", "email": "zqdora@ours.example"},
    ],
    "settings": {"smart_rule": "last-plan"},
}


@pytest.fixture
def here(tmp_path: Path) -> Company:
    """Everything applied; the vendor has another dunning plan of its own."""
    folder = tmp_path / "company"
    folder.mkdir()
    (folder / "reconciler.yaml").write_text(CONFIGURATION)
    company = Company(folder)
    company.seed(SEED, "acme")
    company.seed({"vendor": "billabex", "organizationId": ORGANIZATION}, "bill")
    (folder / "documents").mkdir()
    (folder / "accounts").mkdir()
    (folder / "documents" / "all.yaml").write_text(CUSTOMERS)
    (folder / "accounts" / "all.yaml").write_text(ACCOUNTS)
    assert company.apply().code == 0
    return company


def others_work(here: Company) -> None:
    """Edit as other people do in the vendors' web apps."""
    with here.store() as store:
        edit(store, "acme", "customer/C-1", {"name": "Uno", "accountManager": "zqdora@ours.example"})
        edit(store, "acme", "customer/C-1/contact/P-1", {"lastName": "Zq\"Quote' Neill"})
        edit(store, "bill", "account/A-1", {"fullName": "One SA"})
        edit(store, "bill", "account/A-1/contact/zqada@one.example", {"fullName": "ZqAda Meyer"})
        remove(store, "bill", "account/A-1/contact/zqbob@one.example")
        newcomer: JsonObject = {"fullName": "ZqCarla Neu", "email": "zqcarla@one.example", "language": "it"}
        add(store, "bill", "account/A-1/contact", newcomer)


def call(here: Company, capture: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run a command, and give how it ended and what it told on both streams."""
    capture.readouterr()
    code = run(["-C", str(here.folder), *words])
    told = capture.readouterr()
    return code, f"{told.out}{told.err}"


def test_what_the_vendor_sets_back_is_no_drift(here: Company, capsys: pytest.CaptureFixture[str]) -> None:
    """Until somebody sets it to something else; without an inventory nobody remembers."""
    code, told = call(here, capsys, "drift")
    assert code == 0
    assert 'overridden      dunningPlan  live "Key accounts"' in told
    assert "; 1 overridden." in told
    with here.store() as store:
        edit(store, "acme", "customer/C-2", {"dunningPlan": None})
    code, told = call(here, capsys, "drift")
    assert (code, "live changed    dunningPlan  live null" in told) == (2, True)
    here.lose_inventory()
    code, told = call(here, capsys, "drift")
    assert (code, "unknown         dunningPlan" in told) == (2, True)


def test_every_label_is_met_and_a_plan_agrees(here: Company, capsys: pytest.CaptureFixture[str]) -> None:
    """Whose doing each difference is; and of what an apply would set back, the plan says the same."""
    document = here.folder / "documents" / "all.yaml"
    document.write_text(f"{CUSTOMERS}{MORE}")
    assert here.apply().code == 0
    with here.store() as store:
        for key, name in (("C-1", "Uno"), ("C-4", "Cuatro")):
            edit(store, "acme", f"customer/{key}", {"name": name})
        edit(store, "acme", "customer/C-5", {"vatNumber": "FR11111111111"})
        remove(store, "acme", "customer/C-6")
        add(store, "acme", "customer", {"externalId": "X-1", "name": "Nobody's"})
    newer = MORE.replace("Three", "Drei").replace("Four", "Vier")
    newer = newer.replace("name: Five", "name: Five, vatNumber: FR22222222222")
    document.write_text(f"{CUSTOMERS}{newer}  - {{externalId: C-99, name: New}}\n")
    code, told = call(here, capsys, "drift", "--org", "acme", "--json")
    drift = json.loads(told)
    assert (code, {one["address"].rpartition("/")[2]: one["labels"] for one in drift["resource_drift"]}) == (
        2,
        {
            "C-1": ["live changed"],
            "C-2": ["overridden"],
            "C-3": ["config changed"],
            "C-4": ["both"],
            "C-5": ["never managed"],
            "C-6": ["gone"],
            "C-99": ["never managed"],
        },
    )
    assert drift["unmanaged"] == [
        {"organization": "acme", "kind": "customer", "count": 1, "keys": ["X-1"], "nameless": 0}
    ]
    page = call(here, capsys, "drift", "--org", "acme")[1]
    assert all(label in page for label in drift["counts"])
    assert "X-1" in page
    plan = json.loads(call(here, capsys, "plan", "--org", "acme", "--json")[1].partition("\n")[0])
    assert plan["resource_drift"] == [one for one in drift["resource_drift"] if one["drifted"]]
    causes = {one["name"]: one["cause"] for one in (*plan["resource_changes"], *plan["blocked"])}
    changed = "changed at the vendor since it was applied"
    assert (causes["C-1"], causes["C-3"]) == (changed, "declared otherwise than it is")
    assert causes["C-4"] == f"declared otherwise than it is; {changed}: name"
    assert causes["C-6"] == "it was applied from here, and is not there any more"
    here.lose_inventory("acme")
    code, told = call(here, capsys, "drift", "--org", "acme", "--json")
    assert (code, set(json.loads(told)["counts"])) == (2, {"unknown"})


def test_nobody_is_named_in_any_form_of_it(here: Company, capsys: pytest.CaptureFixture[str]) -> None:
    """Text, JSON, a report, a dry run, a patch, and what accepting tells."""
    others_work(here)
    report = here.folder / "report"
    forms = (("drift",), ("drift", "--json"), ("drift", "--report", "report"))
    takes = (("drift", "accept", "--dry-run"), ("drift", "accept", "--diff"), ("drift", "accept"))
    text = "".join(call(here, capsys, *words)[1] for words in (*forms, *takes))
    text += "".join(file.read_text() for file in report.iterdir())
    assert "(personal " in text
    assert found_in(text.replace("zQ", "Zq"), {"Zq", "zq", "@one.example", "@ours.example"}) == {}
    documents = (here.folder / "documents" / "all.yaml").read_text() + (
        here.folder / "accounts" / "all.yaml"
    ).read_text()
    assert found_in(documents, {"ZqCarla Neu", "zqdora@ours.example"}), "there they are taken over"


def test_accepting_writes_exactly_what_drifted(here: Company, capsys: pytest.CaptureFixture[str]) -> None:
    """And then nothing is left that an apply would send."""
    others_work(here)
    code, told = call(here, capsys, "drift", "--json")
    labels = {one["address"]: one["labels"] for one in json.loads(told)["resource_drift"]}
    plan = json.loads(call(here, capsys, "plan", "--json")[1].partition("\n")[0])
    theirs = [one for one in json.loads(told)["resource_drift"] if one["labels"] != ["overridden"]]
    assert plan["resource_drift"] == theirs, "a plan says the same of what it sets back"
    person = next(one for one in labels if one.startswith("bill/account/erp:A-1/contact/email:"))
    assert (code, labels) == (
        2,
        {
            "acme/customer/C-1": ["live changed"],
            "acme/customer/C-1/contact/P-1": ["live changed"],
            "acme/customer/C-2": ["overridden"],
            "bill/account/erp:A-1": ["live changed"],
            "bill/account/erp:A-1/contact/key:ada": ["live changed"],
            "bill/account/erp:A-1/contact/key:bob": ["live changed"],
            person: ["live changed"],
        },
    )
    code, told = call(here, capsys, "drift", "accept")
    assert (code, "Left  acme/customer/C-2.dunningPlan: the vendor sets it back" in told) == (0, True)
    customers = CUSTOMERS.replace("name: One ", "name: Uno ").replace("zqclaire@", "zqdora@")
    customers = customers.replace('''"Zqo\'\'Neill"''', '''"Zq\\"Quote' Neill"''')
    assert (here.folder / "documents" / "all.yaml").read_text() == customers
    accounts = (here.folder / "accounts" / "all.yaml").read_text()
    kept = ACCOUNTS.replace("One AG", "One SA").replace("ZqAda Meier", "ZqAda Meyer").rpartition("      - {key: bob")[0]
    assert accounts.startswith(kept)
    assert accounts.removeprefix(kept).count("\n") == 1
    assert [change.action.value for change in here.plan(["bill"]).changes] == ["adopt"], "a key is noted, nothing sent"
    code, told = call(here, capsys, "drift", "accept", "acme/customer/C-2.dunningPlan")
    assert (code, "dunningPlan: Key accounts" in (here.folder / "documents" / "all.yaml").read_text()) == (0, True)
    assert here.plan(["acme"]).empty
    before = here.requests()
    assert here.apply().code == 0
    assert [one for one in here.requests()[len(before) :] if not one.startswith("GET ")] == []
    assert (here.plan().empty, call(here, capsys, "drift")[0]) == (True, 0)


def test_an_address_that_bounces_is_not_taken_over_without_a_word(
    here: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan would say so of the document as it then is."""
    with here.store() as store:
        edit(store, "bill", "account/A-1/contact/zqada@one.example", {"email": "zqnew@one.example"})
        edit(store, "bill", "account/A-1/contact/zqnew@one.example", {"emailStatus": "Bounced"})
    code, told = call(here, capsys, "drift", "accept")
    assert (code, "[email-undeliverable]" in told, "as Bounced" in told) == (0, True, True)
    assert "zqnew" in (here.folder / "accounts" / "all.yaml").read_text()
    assert "zqnew" not in told


def test_whoever_stands_among_the_parties_is_found_there(here: Company, capsys: pytest.CaptureFixture[str]) -> None:
    """Changed and taken out in place; others on a list that no document has are nobody's drift."""
    document = ACCOUNTS.replace("contacts:", "parties:")
    (here.folder / "accounts" / "all.yaml").write_text(document)
    assert here.apply().code == 0
    others_work(here)
    assert call(here, capsys, "drift", "accept", "bill/account/erp:A-1")[0] == 0
    accounts = (here.folder / "accounts" / "all.yaml").read_text()
    kept = document.replace("One AG", "One SA").replace("ZqAda Meier", "ZqAda Meyer").rpartition("      - {key: bob")[0]
    assert accounts == kept
    assert call(here, capsys, "drift", "--org", "bill")[0] == 0
