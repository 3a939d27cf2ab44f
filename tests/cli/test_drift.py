"""`drift`: labels, exit codes, forms, masks. Edits are made as another person makes them, in the embedded sandbox."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from typing import TypedDict

import pytest

from tests.cli.running import CUSTOMERS, NINE_MORE, Folder

FIRST, SECOND = "acme-fr/customer/C-001", "acme-fr/customer/C-002"
PEOPLE = CUSTOMERS.replace("isMain: true}", "isMain: true, firstName: Ana}")


@pytest.fixture
def applied(folder: Folder) -> Folder:
    """Everything applied; the requests are those of an apply."""
    folder.write("customers/acme.yaml", PEOPLE)
    assert folder.call("apply", "--auto-approve").code == 0
    return folder


def by_hand(folder: Folder, target: str, *values: str) -> None:
    """Change something as another person does in the web app."""
    assert folder.call("sandbox", "edit", target, *values).code == 0


class Row(TypedDict):
    """Of an entry of `resource_drift`, what is looked at here."""

    labels: list[str]
    fields: list[dict[str, object]]


def drifted(told: Mapping[str, object]) -> dict[str, Row]:
    """Give the entries of `resource_drift`, by address."""
    rows = told["resource_drift"]
    assert isinstance(rows, list)
    return {row["address"]: row for row in rows}


def labels(folder: Folder, *arguments: str) -> dict[str, list[str]]:
    """Give the labels of every object and person that differs."""
    rows = drifted(folder.call("drift", "--json", *arguments).json())
    return {address: row["labels"] for address, row in rows.items()}


def test_what_is_as_applied_is_no_drift(applied: Folder) -> None:
    """Nothing is sent but reads, and nothing is written down."""
    inventory = applied.path / ".reconciler" / "inventory" / "acme-fr.json"
    before = inventory.read_bytes()
    ended = applied.call("drift")
    assert (ended.code, ended.out) == (0, "No drift at acme-fr.\n")
    assert inventory.read_bytes() == before
    assert not (applied.path / ".reconciler" / "drift.json").exists()


def test_every_field_says_whose_doing_it_is(applied: Folder) -> None:
    """Ours, theirs, both; and the pending part alone is no drift."""
    applied.write("customers/acme.yaml", PEOPLE.replace("Lyon}", "Nice}").replace("name: Acme Lyon", "name: Other"))
    ended = applied.call("drift")
    assert (ended.code, labels(applied)) == (0, {FIRST: ["config changed"], SECOND: ["config changed"]})
    assert ended.out.endswith("`reconciler apply` carries it out; this is no drift.\n")
    by_hand(applied, "customer/C-001", "name=Acme SA", "address.city=Paris")
    by_hand(applied, "customer/C-001/contact/P-1", "firstName=Anna")
    ended = applied.call("drift")
    assert ended.code == 2
    assert 'both            address.city  live "Paris", declared "Nice", last applied "Lyon"' in ended.out
    assert 'live changed    name          live "Acme SA", declared "Acme"' in ended.out
    assert "Drift at acme-fr: 2 live changed and 1 both; besides 1 config changed." in ended.out
    person = f"{FIRST}/contact/P-1"
    assert labels(applied) == {FIRST: ["both", "live changed"], person: ["live changed"], SECOND: ["config changed"]}


def test_a_plan_says_the_same_of_what_it_sets_back(applied: Folder) -> None:
    """As Terraform does, under `resource_drift`, and as the cause of a change; masked, saved too, and no other plan."""
    applied.write("customers/acme.yaml", PEOPLE.replace("Lyon}", "Nice}"))
    assert applied.call("plan", "--json").json()["resource_drift"] == []
    by_hand(applied, "customer/C-001", "name=Acme SA")
    by_hand(applied, "customer/C-001/contact/P-1", "firstName=Annabel")
    assert applied.call("sandbox", "remove", "customer/C-002").code == 0
    found = applied.call("plan", "--json", "--out", "plan.bin")
    rows, told = drifted(found.json()), drifted(applied.call("drift", "--json").json())
    assert {address: row["labels"] for address, row in rows.items()} == {
        FIRST: ["live changed"],
        f"{FIRST}/contact/P-1": ["live changed"],
        SECOND: ["gone"],
    }
    alone = [row for row in told[FIRST]["fields"] if row["label"] == "live changed"]
    assert (rows[FIRST]["fields"], rows.keys()) == (alone, told.keys())
    assert rows[f"{FIRST}/contact/P-1"] == told[f"{FIRST}/contact/P-1"], "with the same tags"
    assert "Annabel" not in found.out
    assert drifted(applied.call("show", "plan.bin", "--json").json()) == rows
    page = applied.call("plan").out
    assert "# (declared otherwise than it is; changed at the vendor since it was applied: name, contacts)" in page
    assert "# (it was applied from here, and is not there any more)" in page
    applied.write("customers/acme.yaml", PEOPLE)
    assert "# (changed at the vendor since it was applied)" in applied.call("plan").out
    (applied.path / ".reconciler" / "inventory" / "acme-fr.json").unlink()
    assert applied.call("plan", "--json").json()["resource_drift"] == [], "without an inventory nobody knows"


def test_nobody_is_shown_unless_asked(applied: Folder) -> None:
    """In no form: as text, as JSON, in a report."""
    by_hand(applied, "customer/C-001/contact/P-1", "firstName=Annabel")
    report = applied.path / "report"
    forms = [applied.call("drift").out, applied.call("drift", "--json").out]
    assert applied.call("drift", "--report", "report").code == 2
    forms += [file.read_text(encoding="utf-8") for file in report.iterdir()]
    assert all("Annabel" not in form and "Ana" not in form for form in forms)
    assert all("(personal " in form for form in forms[:2])
    assert 'live "Annabel", declared "Ana"' in applied.call("drift", "--show-personal").out


def test_a_report_is_for_people_and_for_jobs(applied: Folder) -> None:
    """Its owner's alone; a file of an earlier report goes."""
    by_hand(applied, "customer/C-001", "name=Acme | SA")
    applied.write("report/comment-3.md", "old")
    assert applied.call("drift", "--report", "report").code == 2
    files = {file.name: file.read_text(encoding="utf-8") for file in (applied.path / "report").iterdir()}
    assert files.keys() == {"summary.md", "drift.html", "drift.json", "verdict.json"}
    assert stat.S_IMODE((applied.path / "report").stat().st_mode) == 0o700
    verdict = json.loads(files["verdict.json"])
    assert (verdict["exit_code"], verdict["drifted"], verdict["counts"]) == (2, True, {"live changed": 1})
    assert files["summary.md"].startswith("### Drift at acme-fr: 1 live changed.\n")
    assert f"| live changed | `{FIRST}` | `name` |" in files["summary.md"]
    assert json.loads(files["drift.json"])["resource_drift"][0]["change"]["before"] == {"name": "Acme"}


def test_a_list_that_is_newly_declared_empty_is_nobodys_doing(folder: Folder) -> None:
    """It is a plan that nobody applied yet, and accepting leaves it; once applied, whoever comes was added there."""
    bare = CUSTOMERS.replace("    contacts:\n      - {externalId: P-1, email: one@acme.example, isMain: true}\n", "")
    folder.write("customers/acme.yaml", bare)
    assert folder.call("apply", "--auto-approve").code == 0
    by_hand_added = ("sandbox", "add", "customer/C-001", "externalId=P-9", "email=nine@acme.example")
    assert folder.call(*by_hand_added).code == 0
    emptied = bare.replace("city: Lyon}\n", "city: Lyon}\n    contacts: []\n")
    folder.write("customers/acme.yaml", emptied)
    assert (folder.call("drift").code, labels(folder)[f"{FIRST}/contact/P-9"]) == (0, ["never managed"])
    assert folder.call("drift", "accept").code == 0
    assert (folder.path / "customers" / "acme.yaml").read_text() == emptied
    assert folder.call("apply", "--auto-approve", "--allow", f"list-emptied={FIRST}").code == 0
    assert folder.call(*by_hand_added).code == 0
    assert (folder.call("drift").code, labels(folder)[f"{FIRST}/contact/P-9"]) == (2, ["live changed"])


def test_what_somebody_deleted_is_gone(applied: Folder) -> None:
    """And whom somebody put on a list or took off it is told as theirs."""
    assert applied.call("sandbox", "remove", "customer/C-002").code == 0
    assert applied.call("sandbox", "remove", "customer/C-001/contact/P-1").code == 0
    assert applied.call("sandbox", "add", "customer/C-001", "email=new@acme.example").code == 0
    found = labels(applied)
    assert found[SECOND] == ["gone"]
    assert [found[one] for one in sorted(found) if "/contact/" in one] == [["live changed"], ["live changed"]]
    assert "was applied from here, and is not there any more" in applied.call("drift").out


def test_without_an_inventory_nobody_knows(applied: Folder) -> None:
    """The labels say so, and nothing else changes."""
    by_hand(applied, "customer/C-001", "name=Acme SA")
    (applied.path / ".reconciler" / "inventory" / "acme-fr.json").unlink()
    ended = applied.call("drift")
    assert (ended.code, labels(applied)) == (2, {FIRST: ["unknown"]})
    assert "No inventory: acme-fr." in ended.out


def test_addresses_narrow_it(applied: Folder) -> None:
    """To objects and people; one that means nothing is an error with a guess."""
    by_hand(applied, "customer/C-001", "name=Acme SA")
    by_hand(applied, "customer/C-001/contact/P-1", "firstName=Anna")
    assert applied.call("drift", SECOND).code == 0
    assert list(labels(applied, f"{FIRST}/contact/P-1")) == [FIRST, f"{FIRST}/contact/P-1"]
    nobody = applied.call("drift", f"{FIRST}/contact/P-99")
    assert (nobody.code, "[drift-unknown]" in nobody.err) == (64, True)
    ended = applied.call("drift", "show", "acme-fr/customer/C-01")
    assert ended.code == 64
    assert "[drift-unknown]" in ended.err
    assert "Did you mean" in ended.err


def test_what_could_not_be_read_concludes_nothing(applied: Folder) -> None:
    """As a plan does; nothing is gone for that."""
    applied.write("customers/more.yaml", NINE_MORE)  # enough that a listing has to prove what is not there
    by_hand(applied, "customer/C-001", "name=Acme SA")
    assert applied.call("sandbox", "add", "customer", "externalId=X-1", "name=X").code == 0
    assert applied.call("sandbox", "fault", "page-truncated", "path=/customers", "times=null").code == 0
    ended = applied.call("drift", "--json")
    assert (ended.code, ended.json()["complete"]) == (7, False)
    assert "nothing is concluded" in applied.call("drift").out
    assert applied.call("drift", "accept").code == 7


def test_bad_documents_are_told_to_programs_too(applied: Folder) -> None:
    """As JSON, with the code that they have everywhere."""
    applied.write("customers/acme.yaml", PEOPLE.replace("parent: C-001", "parent: C-9"))
    ended = applied.call("drift", "--json")
    assert (ended.code, ended.json()["complete"]) == (65, False)
