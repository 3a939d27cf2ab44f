"""No output of any scenario holds a secret, nor a personal value where it is masked."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.render.plan_text import plan_text
from reconciler.sandbox import Fault, add, add_fault, each_fault, edit
from reconciler.sandbox.values import JsonObject
from tests.company import CONFIGURATION, Company
from tests.scenarios import two_vendors
from tests.scenarios.scanner import (
    branded,
    found_in,
    kept_files,
    personal_values,
    secrets_of,
    tell_all,
    unlike_the_schema,
    webhook_told,
)
from tests.scenarios.test_scenarios import CASES, company, expected

DIGEST_KEY = "a-digest-key-that-nobody-may-see"
BEARER = re.compile(r"(?i:bearer |authorization)|eyJ")
"""A token, or the header that carries it: those of the sandbox are JSON Web Tokens, which begin so."""
MASKED = "journal: {personal: mask}\n"
FAULTS: dict[str, Fault] = {fault.kind: replace(fault, first=1) for _, fault in each_fault("customer/C-1")}
PEOPLE = """customers:
  - externalId: C-1
    name: Alpha renamed
    contacts:
      - {externalId: P-1, email: ada.zq@alpha.example, firstName: ZqAda, lastName: ZqLovelace, isMain: true}
      - {externalId: P-2, email: grace.zq@alpha.example, firstName: ZqGrace, phone: "+33100000002"}
  - externalId: C-2
    name: Beta
    contacts:
      - {externalId: P-3, email: mary.zq@beta.example, firstName: ZqMary, lastName: ZqJackson}
"""


def copied(case: Path, folder: Path) -> Path:
    """Copy a case with names that are none of our words, a digest key, and personal values kept out of journals."""
    copy = folder / "case"
    shutil.copytree(case, copy)
    for file in copy.rglob("*"):
        if file.is_file() and file.suffix in (".yaml", ".json"):
            file.write_text(branded(file.read_text(encoding="utf-8")), encoding="utf-8")
    configuration = copy / "reconciler.yaml"
    if not configuration.exists():
        configuration.write_text(f"{CONFIGURATION}    digestKey: ${{SCANNER_KEY}}\n")
    configuration.write_text(f"{configuration.read_text()}{MASKED}")
    return copy


def live() -> JsonObject:
    """Give what stands before `PEOPLE` is applied."""
    leaver: JsonObject = {
        "externalId": "P-9",
        "email": "leaver.zq@alpha.example",
        "firstName": "ZqLeaver",
        "phone": "+33100000009",
    }
    ada: JsonObject = {"externalId": "P-1", "email": "ada.zq@alpha.example", "firstName": "ZqAugusta", "isMain": True}
    return {"customers": [{"externalId": "C-1", "name": "Alpha", "contacts": [ada, leaver]}]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_scenario_tells_a_secret_or_a_personal_value(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to people nor to programs, nor into the log, the journal or the inventory."""
    monkeypatch.setenv("SCANNER_KEY", DIGEST_KEY)
    copy = copied(case, tmp_path)
    here = company(copy, tmp_path)
    capsys.readouterr()
    tell_all(here)
    told = capsys.readouterr()
    values = personal_values(file for file in copy.rglob("*") if file.suffix in (".yaml", ".json"))
    text = f"{told.out}\n{told.err}"
    assert '"@module": "reconciler.requests"' in text
    assert found_in(text, secrets_of(here) | {DIGEST_KEY}) == {}
    assert found_in(text, values) == {}
    for file in kept_files(here):
        assert found_in(file.read_text(errors="replace"), values | secrets_of(here) | {DIGEST_KEY}) == {}, file.name
    assert unlike_the_schema(told.out) == []
    assert expected(case)["code"] != 0 or "apply_complete" in told.out or "0 added" in told.out


@pytest.mark.parametrize("kind", FAULTS)
def test_no_fault_makes_it_tell_one(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the vendor answers; here the journal keeps personal values, and shows none unless asked to.

    One external id is the name of whom it stands for.
    """
    here = Company(tmp_path / "company")
    here.seed(live())
    here.write({"all.yaml": PEOPLE.replace("P-2", "ZqGrace")})
    here.manage()
    with here.store() as store:
        add_fault(store, FAULTS[kind])
    values = personal_values((here.folder / "documents").glob("*")) | {
        "leaver.zq@alpha.example",
        "ZqLeaver",
        "ZqAugusta",
    }
    capsys.readouterr()
    tell_all(here)
    told = capsys.readouterr()
    assert found_in(f"{told.out}\n{told.err}", values | secrets_of(here)) == {}
    assert unlike_the_schema(told.out) == []


def test_nor_by_an_external_id_that_others_chose(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody typed a person in at the vendor, and took the e-mail address for the id. Drift says no more."""
    here = Company(tmp_path / "company")
    data = live()
    mail = "leaver.zq@alpha.example"
    here.seed(data)
    here.write({"all.yaml": PEOPLE})
    here.manage()
    here.seed(json.loads(json.dumps(data).replace('"P-9"', f'"{mail}"')))
    values = personal_values((here.folder / "documents").glob("*")) | {mail, "ZqLeaver", "ZqAugusta"}
    capsys.readouterr()
    for form in ((), ("--json",), ("--report", str(tmp_path / "report"))):
        run(["--log-level", "debug", "-C", str(here.folder), "drift", *form])
    tell_all(here)
    told = capsys.readouterr()
    reported = "".join(file.read_text() for file in (tmp_path / "report").iterdir())
    assert "(personal " in reported
    assert found_in(f"{told.out}\n{told.err}\n{reported}", values | secrets_of(here)) == {}


def test_nor_does_a_webhook_hear_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of values that others changed, and of a person with an e-mail address as external id; nor does a plan."""
    here = Company(tmp_path / "company")
    here.seed({"customers": []})
    here.write({"all.yaml": PEOPLE})
    assert here.apply().code == 0
    comer: JsonObject = {"externalId": "comer.zq@alpha.example", "email": "comer.zq@alpha.example", "lastName": "ZqNew"}
    with here.store() as store:
        edit(store, "acme", "customer/C-1/contact/P-1", {"firstName": "ZqAugusta"})
        add(store, "acme", "customer/C-1", comer)
    values = personal_values((here.folder / "documents").glob("*")) | {"comer.zq", "ZqNew", "ZqAugusta"}
    heard = webhook_told(here)
    capsys.readouterr()
    for form in ((), ("--json",)):
        run(["-C", str(here.folder), "plan", *form])
    told = capsys.readouterr().out
    assert all(word in told for word in ('"live changed"', "changed at the vendor", "contact/(personal "))
    assert found_in(told, values | secrets_of(here)) == {}
    assert all(word in heard for word in ('"drift"', "contact/P-1.firstName", "contact/(personal "))
    assert found_in(heard, values | secrets_of(here)) == {}


def test_nor_is_one_told_of_either_vendor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two hundred changes at both; the scanner is not blind, for the page of the plan shows people."""
    here = two_vendors.company(tmp_path / "company")
    plan = here.plan()
    values = {"Ada Lovelace", *(f"ada@a{number}.example" for number in range(200))}
    assert found_in(plan_text(plan), values)
    capsys.readouterr()
    tell_all(here)
    told = capsys.readouterr()
    assert told.out.count('"type": "apply_complete"') == two_vendors.CHANGES
    assert found_in(f"{told.out}\n{told.err}", values | secrets_of(here)) == {}
    assert BEARER.search(f"{told.out}\n{told.err}") is None
    run(["-C", str(here.folder), "journal", "show", "last", "--show-personal"])
    assert found_in(capsys.readouterr().out, values), "it is shown to whoever asks"


@pytest.mark.parametrize(
    "document",
    [
        PEOPLE.replace('"+33100000002"', "+33100000002"),
        PEOPLE.replace("grace.zq@alpha.example", "ada.zq@alpha.example"),
        PEOPLE.replace("P-2", "P-1"),
        PEOPLE.replace("grace.zq@alpha.example", "grace.zq-at-alpha.example"),
        PEOPLE.replace("firstName: ZqGrace", "firstname: ZqGrace"),
        PEOPLE.replace("firstName: ZqGrace", "firstName: [ZqGrace]"),
        PEOPLE.replace("lastName: ZqJackson}", "lastName: ZqJackson"),
    ],
    ids=["number", "same-address", "same-id", "no-address", "key", "list", "broken"],
)
def test_nor_in_a_problem_of_the_documents(document: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A message names the place, and not what stands there."""
    here = Company(tmp_path / "company")
    here.seed(live())
    here.write({"all.yaml": document})
    values = {*personal_values((here.folder / "documents").glob("*")), "grace.zq", "33100000002"}
    for command in (("validate",), ("plan",), ("plan", "--json"), ("apply", "--auto-approve", "--json")):
        code = run(["--debug", "--log-level", "debug", "-C", str(here.folder), *command])
        assert code == 65 or (command[0] != "validate" and code), command
    told = capsys.readouterr()
    assert found_in(f"{told.out}\n{told.err}", values) == {}
