"""What the vendor sets back, at the sandbox: no plan asks for it again, every plan tells it, and two ways lead out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.cli.composition import configured
from reconciler.cli.entering import rewrite
from reconciler.cli.main import run
from reconciler.diff.remembered import remembered
from reconciler.model.resource import Fields
from reconciler.sandbox import edit, logged_requests
from reconciler.sandbox.values import JsonObject
from tests.company import Company

CONFIGURATION = """organizations:
  acme:
    provider: upflow
    endpoint: sandbox
    documents: documents
"""
DOCUMENTS = """customers:
  - externalId: C-1
    name: One
    contacts:
      - {externalId: P-1, email: zqana@one.example, firstName: ZqAna, phone: "+33 1 02", isMain: true}
      - {externalId: P-2, email: zqbob@one.example}
  - externalId: C-2
    name: Two
    dunningPlan: Standard
"""
SEED: JsonObject = {
    "dunningPlans": [{"name": "Standard"}, {"name": "Key accounts"}],
    "settings": {"smart_rule": "last-plan"},
}
LINE = 'acme/customer/C-2.dunningPlan: live "Key accounts" ('


@pytest.fixture
def here(tmp_path: Path) -> Company:
    """Everything applied; a rule of the vendor's has set another dunning plan."""
    company = Company(tmp_path)
    (tmp_path / "reconciler.yaml").write_text(CONFIGURATION)
    company.seed(SEED)
    (tmp_path / "documents").mkdir()
    company.write({"all.yaml": DOCUMENTS})
    assert [one.change.address.key for one in company.apply().summary.overridden] == ["C-2"]
    company.forget_requests()
    return company


def call(here: Company, capture: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run a command, and give how it ended and what it told on stdout."""
    capture.readouterr()
    code = run(["-C", str(here.folder), *words])
    return code, capture.readouterr().out


def writes(here: Company) -> list[str]:
    """Give what was sent that changes anything."""
    return [one for one in here.requests() if not one.startswith("GET ")]


def remember(here: Company, key: str, overridden: Fields) -> None:
    """Have the vendor make something of values that we sent, as an apply would have noted it."""
    (organization,) = configured(here.folder)
    inventory = here.inventory()
    assert inventory is not None
    name = f"customer/{key}"
    entry = replace(inventory.managed[name], overridden=overridden)
    managed = {**inventory.managed, name: entry}
    rewrite(organization, here.folder, "a test", lambda _found: replace(inventory, managed=managed))


def test_a_plan_tells_it_and_is_empty(here: Company, capsys: pytest.CaptureFixture[str]) -> None:
    """In every form; an apply sends nothing."""
    code, told = call(here, capsys, "plan", "--detailed-exitcode", "--report", "report")
    assert code == 0
    assert "Overridden by the vendor, and left:" in told and LINE in told
    assert "No changes. All that the documents declare is so already, but for what the vendor overrides: 2" in told
    assert "1 field is overridden by the vendor, and left: --retry-overridden sends it again." in told
    report = here.folder / "report"
    for file in ("comment-1.md", "summary.md", "plan.html"):
        text = (report / file).read_text()
        assert "Overridden by the vendor" in text and "1 field is overridden" in text
    assert json.loads((report / "verdict.json").read_text())["overridden"] == 1
    (one,) = json.loads(call(here, capsys, "plan", "--json")[1])["overridden"]
    assert (one["address"], one["path"]) == ("acme/customer/C-2", ["dunningPlan"])
    assert one["names"] == {"live": "Key accounts", "declared": "Standard"}
    code, told = call(here, capsys, "apply", "--auto-approve")
    assert (code, LINE in told, writes(here)) == (0, True, [])


def test_another_field_is_written_without_it(here: Company) -> None:
    """And what the vendor made of it is remembered still, so that the next plan is empty."""
    here.write({"all.yaml": DOCUMENTS.replace("Two", "Zwei")})
    applied = here.apply()
    assert (applied.code, applied.summary.overridden) == (0, ())
    with here.store() as store:
        (body,) = [one.body for one in logged_requests(store) if one.method == "PUT"]
    assert json.loads(body) == {"name": "Zwei"}
    made = here.plan()
    assert (made.empty, [one.path for one in made.overridden]) == (True, ["dunningPlan"])


def test_what_was_a_fault_is_mended_when_it_is_sent_again(here: Company, capsys: pytest.CaptureFixture[str]) -> None:
    """While the rule goes on, it is set back again; and a plan that was saved says already what is sent."""
    assert call(here, capsys, "plan", "--retry-overridden", "--detailed-exitcode")[0] == 2
    assert call(here, capsys, "apply", "--retry-overridden", "--auto-approve")[0] == 0
    assert (len(writes(here)), here.plan().empty, len(here.plan().overridden)) == (1, True, 1)
    here.turn({"smart_rule": "none"})
    assert here.plan().empty
    assert call(here, capsys, "plan", "--retry-overridden", "--out", "plan.out")[0] == 0
    assert call(here, capsys, "apply", "plan.out", "--retry-overridden")[0] == 64
    assert call(here, capsys, "apply", "--resume", "last", "--retry-overridden")[0] == 64
    assert call(here, capsys, "apply", "plan.out")[0] == 0
    assert (here.plan().empty, here.plan().overridden) == (True, ())
    entry = here.inventory()
    assert entry is not None and entry.managed["customer/C-2"].overridden == {}


def test_what_the_vendor_says_is_taken_over_by_its_field(here: Company, capsys: pytest.CaptureFixture[str]) -> None:
    """By the words that the plan shows."""
    assert call(here, capsys, "drift", "accept", "acme/customer/C-2.dunningPlan")[0] == 0
    made = here.plan()
    assert (made.empty, made.overridden) == (True, ())


def test_an_undo_of_something_else_leaves_it_as_it_is(here: Company, capsys: pytest.CaptureFixture[str]) -> None:
    """And remembers it."""
    here.write({"all.yaml": DOCUMENTS.replace("Two", "Zwei")})
    assert call(here, capsys, "apply", "--auto-approve")[0] == 0
    assert call(here, capsys, "undo", "last", "--out", "undo.out")[0] == 0
    assert call(here, capsys, "apply", "undo.out")[0] == 0
    here.write({"all.yaml": DOCUMENTS})
    made = here.plan()
    assert (made.empty, [one.path for one in made.overridden]) == (True, ["dunningPlan"])


def test_an_undo_of_somebody_else_on_a_list_leaves_it_as_it_is(
    here: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was sent of her, and what became of it, is no matter of what he is given back; nor is a mapping beside."""
    documents = DOCUMENTS.replace("One", "One\n    paymentMethods: {card: {enabled: true}}")
    here.write({"all.yaml": documents})
    assert here.apply().code == 0
    with here.store() as store:
        edit(store, "acme", "customer/C-1", {"paymentMethods": {}})
        edit(store, "acme", "customer/C-1/contact/P-1", {"phone": "+33102"})
    (organization,) = configured(here.folder)
    phone = remembered("+33102", organization.digest_key, personal=True)
    remember(here, "C-1", {"contacts/P-1/phone": phone, "paymentMethods.card": None})
    here.write({"all.yaml": documents.replace("zqbob@", "zqbobby@")})
    assert here.apply().code == 0
    before = here.inventory()
    assert call(here, capsys, "undo", "last", "--out", "undo.out")[0] == 0
    assert call(here, capsys, "apply", "undo.out")[0] == 0
    after = here.inventory()
    assert before is not None and after is not None
    sent, told = before.managed["customer/C-1"], after.managed["customer/C-1"]
    assert told.overridden == sent.overridden == {"contacts/P-1/phone": phone, "paymentMethods.card": None}
    values = dict(sent.last_applied), dict(told.last_applied)
    assert {path for path, _ in values[0].items() ^ values[1].items()} == {"contacts/P-2/email"}
    here.write({"all.yaml": documents})
    assert here.plan().empty


def test_under_another_key_an_undo_goes_on_with_no_digest(
    here: Company, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be taken for one of somebody's other name; what is no digest stays."""
    here.write({"all.yaml": DOCUMENTS.replace("zqbob@", "zqbobby@")})
    assert here.apply().code == 0
    monkeypatch.setenv("ANOTHER_KEY", "0" * 64)
    (here.folder / "reconciler.yaml").write_text(f"{CONFIGURATION}    digestKey: ${{ANOTHER_KEY}}\n")
    assert call(here, capsys, "undo", "last", "--out", "undo.out")[0] == 0
    assert call(here, capsys, "apply", "undo.out")[0] == 0
    kept = here.inventory()
    assert kept is not None
    found = {
        path: value for path, value in kept.managed["customer/C-1"].last_applied.items() if "P-2/email" not in path
    }
    assert (found["name"], found["contacts/P-1/isMain"]) == ("One", True)
    assert [value for value in found.values() if str(value).startswith("~")] == []
    here.write({"all.yaml": DOCUMENTS})
    assert here.plan().empty


def test_when_somebody_moves_it_it_is_a_change(here: Company) -> None:
    """Which is set back by us; and then by the vendor, and rests."""
    with here.store() as store:
        edit(store, "acme", "customer/C-2", {"dunningPlan": None})
    (change,) = here.plan().changes
    assert [row.path for row in change.fields] == [("dunningPlan",)]
    assert here.apply().code == 0
    assert (here.plan().empty, len(here.plan().overridden)) == (True, 1)


def test_a_list_that_is_written_whole_keeps_what_the_vendor_made_of_somebody(
    here: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    """One changes, one comes, the list goes out in one body, and the phone number that the vendor respelt is in it."""
    here.turn({"smart_rule": "none"})
    with here.store() as store:
        edit(store, "acme", "customer/C-1/contact/P-1", {"phone": "+33102"})
    (organization,) = configured(here.folder)
    secret = organization.digest_key
    remember(here, "C-1", {"contacts/P-1/phone": remembered("+33102", secret, personal=True)})
    made = here.plan()
    assert (made.empty, str(made.overridden[0].address)) == (True, "acme/customer/C-1/contact/P-1")
    told = call(here, capsys, "plan")[1]
    assert 'C-1/contact/P-1.phone: live "(personal ' in told and "+33" not in told
    more = "      - {externalId: P-2, email: zqnew@one.example}\n      - {externalId: P-3, email: zqeva@one.example}\n"
    head, _, tail = DOCUMENTS.partition("      - {externalId: P-2, email: zqbob@one.example}\n")
    here.write({"all.yaml": f"{head}{more}{tail}"})
    applied = here.apply()
    assert (applied.code, applied.summary.overridden) == (0, ())
    assert writes(here) == ["POST /customers"]
    made = here.plan()
    assert (made.empty, len(made.overridden)) == (True, 2)
    with here.store() as store:
        edit(store, "acme", "customer/C-1/contact/P-1", {"phone": "+4130"})
    (change,) = here.plan().changes
    assert [one.address.key for one in change.members if one.fields] == ["P-1"]
