"""Two hundred mixed changes at both vendors: what stood before, and documents that change it in every way."""

from __future__ import annotations

import json
from pathlib import Path

from reconciler.cli.allowing import read_allowance
from reconciler.sandbox.values import Json, JsonObject
from tests.company import Company

UPFLOW, BILLABEX = "acme", "bill"
ORGANIZATION = "11111111-1111-4111-8111-111111111111"
CONFIGURATION = f"""organizations:
  {UPFLOW}:
    provider: upflow
    endpoint: sandbox
    documents: documents
  {BILLABEX}:
    provider: billabex
    endpoint: sandbox
    documents: accounts
    organizationId: {ORGANIZATION}
    emailDomains: [ours.example]
"""
RENAMED, LISTED, GOING, ADOPTED, MADE = range(25), range(25, 45), range(45, 55), range(60, 70), range(100, 135)
"""Of customers: changed in their fields, in their lists, deleted, taken in as they are, created."""
NAMED, PEOPLED, TAKEN, OPENED = range(25), range(25, 50), range(60, 70), range(100, 140)
"""Of accounts: changed in their fields, in their people, taken in as they are, created."""
NOTED = 4
"""Of five with changed people, the one of whom somebody gets a note, which cannot be cleared again."""
CHANGES = 200
ALLOWED = tuple(
    read_allowance(text)
    for text in (
        "delete-ceiling=customer=35",
        "update-ceiling=customer=45",
        "delete-ceiling=contact=60",
        "update-ceiling=account=50",
        "recreated-twin=customer=45",
        "main-removed=customer=20",
    )
)


def company(folder: Path) -> Company:
    """Stand before the apply: the documents ask for two hundred changes."""
    folder.mkdir(parents=True)
    (folder / "reconciler.yaml").write_text(CONFIGURATION)
    here = Company(folder)
    customers = [_customer(number) for number in (*RENAMED, *LISTED, *GOING)]
    strangers = [_customer(number) for number in ADOPTED]
    here.seed({"customers": [*customers, *strangers]}, UPFLOW)
    accounts = [_account(number) for number in (*NAMED, *PEOPLED)]
    foreign = [_account(number) for number in TAKEN]
    here.seed({"vendor": "billabex", "organizationId": ORGANIZATION, "accounts": [*accounts, *foreign]}, BILLABEX)
    _write(here, "documents/all.yaml", "customers", customers)
    _write(here, "accounts/all.yaml", "accounts", [_keyed(row) for row in accounts])
    here.manage()
    made = [_customer(number) for number in MADE]
    kept = [*map(_renamed, RENAMED), *map(_listed, LISTED)]
    _write(here, "documents/all.yaml", "customers", [*kept, *strangers, *made])
    opened = [_account(number) for number in OPENED]
    asked = [*map(_named, NAMED), *map(_peopled, PEOPLED), *(_keyed(row) for row in (*foreign, *opened))]
    _write(here, "accounts/all.yaml", "accounts", asked)
    here.allowances = ALLOWED
    return here


def _write(here: Company, name: str, section: str, rows: list[JsonObject]) -> None:
    file = here.folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{section}:\n" + "".join(f"- {json.dumps(row)}\n" for row in rows))


def _customer(number: int) -> JsonObject:
    people: list[Json] = [
        {"externalId": f"P-{number}", "email": f"p{number}@example.com", "firstName": "Ada", "isMain": True},
        {"externalId": f"Q-{number}", "email": f"q{number}@example.com", "phone": "+33 1", "isMain": False},
    ]
    address: JsonObject = {"city": "Lyon", "zipcode": f"69{number:03}"}
    return {
        "externalId": f"C-{number:03}",
        "name": f"Customer {number}",
        "vatNumber": f"FR{number}",
        "address": address,
        "contacts": people,
    }


def _renamed(number: int) -> JsonObject:
    """Change fields: one set, one cleared, one that was not there, one inside another."""
    row = {**_customer(number), "name": f"Renamed {number}", "accountingRef": f"411{number}"}
    if number % 2:
        row["vatNumber"] = None
    if number % 3:
        row["address"] = {"city": "Paris", "country": "FR"}
    return row


def _listed(number: int) -> JsonObject:
    """Change the list: somebody changed, somebody gone, somebody new, another main one."""
    first: JsonObject = {"externalId": f"P-{number}", "email": f"p{number}@example.com", "isMain": True}
    second: JsonObject = {"externalId": f"Q-{number}", "email": f"new{number}@example.com", "isMain": False}
    third: JsonObject = {"externalId": f"R-{number}", "email": f"r{number}@example.com", "isMain": False}
    lists: list[list[Json]] = [
        [first, second],
        [first],
        [first, second, third],
        [{**first, "isMain": False}, {**second, "isMain": True}],
        [{**third, "isMain": True}],
    ]
    return {**_customer(number), "contacts": lists[number % 5]}


def _account(number: int) -> JsonObject:
    source: JsonObject = {"connectionId": "erp", "sourceId": f"A-{number:03}"}
    people: list[Json] = [
        {"fullName": f"Ada {number}", "email": f"ada@a{number}.example", "language": "en", "role": "CFO"},
        {"fullName": f"Bob {number}", "email": f"bob@a{number}.example", "language": "fr"},
    ]
    return {"source": source, "fullName": f"Account {number}", "currencyCode": "EUR", "contacts": people}


def _keyed(row: JsonObject, *people: JsonObject) -> JsonObject:
    """Give an account as a document declares it: everybody by a key."""
    listed = people or tuple(one for one in _rows(row["contacts"]))
    return {**row, "contacts": [{"key": f"k{place}", **one} for place, one in enumerate(listed)]}


def _named(number: int) -> JsonObject:
    return _keyed({**_account(number), "fullName": f"Other {number}"})


def _peopled(number: int) -> JsonObject:
    """Change the people: an e-mail, a role, somebody gone, somebody new."""
    row = _account(number)
    ada, bob = _rows(row["contacts"])
    new: JsonObject = {"fullName": f"Eve {number}", "email": f"eve@a{number}.example", "language": "en"}
    lists: list[tuple[JsonObject, ...]] = [
        ({**ada, "email": f"lovelace@a{number}.example"}, bob),
        ({**ada, "role": "CEO"}, {**bob, "language": "en"}),
        (ada,),
        (ada, bob, new),
        ({**ada, "role": "CEO"}, {**bob, "notes": "calls back"}),
    ]
    return _keyed(row, *lists[number % 5])


def _rows(value: Json) -> list[JsonObject]:
    assert isinstance(value, list)
    return [row for row in value if isinstance(row, dict)]
