"""An apply over accounts, contacts, representatives and parties at Billabex: how it is gone on with, and judged.

Reads may be behind the writes (`LAG`): then neither the run that is killed nor the next one sees at once what was made.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from reconciler.apply.exit import ExitCode
from reconciler.plan.lost_creates import AGE
from reconciler.sandbox import logged_requests
from reconciler.sandbox.values import JsonObject, objects
from tests.company import Applied, Company
from tests.scenarios.fifty import effects_of, store_here
from tests.scenarios.killed import ALLOWED_BY_VENDOR

ORGANIZATION = "11111111-1111-4111-8111-111111111111"
CONFIGURATION = f"""organizations:
  acme:
    provider: billabex
    endpoint: sandbox
    documents: documents
    organizationId: {ORGANIZATION}
    emailDomains: [ours.example]
    policy: {{adopt: never}}
"""
LAG = 2
"""How many reads of an account still show it as it was before a write."""
OLD, NEW = range(6), range(20, 26)
LISTS = ("contacts", "internalRepresentatives")
NAMES = ("Ada Lovelace", "Bertrand Russell", "Kurt Gödel", "Emmy Noether", "Sofja Kowalewskaja")


def person(place: int, account: int, *, ours: bool = False, **fields: str) -> JsonObject:
    """Give somebody whose name and address are nobody else's on the account."""
    domain = "ours.example" if ours else f"a{account}.example"
    return {"fullName": NAMES[place], "email": f"p{place}@{domain}", "language": "en", **fields}


def company(folder: Path, *, lag: int = 0) -> Company:
    """Six managed accounts whose fields and people change in every way, one that goes, and six that come."""
    folder.mkdir(parents=True)
    (folder / "company").mkdir()
    (folder / "company" / "reconciler.yaml").write_text(CONFIGURATION)
    here = Company(folder / "company")
    accounts: list[JsonObject] = [
        {
            **_account(number, f"Account {number}"),
            "contacts": [person(0, number), person(1, number)],
            "internalRepresentatives": [person(2, number, ours=True)],
        }
        for number in (*OLD, 9)
    ]
    here.seed(
        {
            "vendor": "billabex",
            "organizationId": ORGANIZATION,
            "emailDomains": ["ours.example"],
            "settings": {"reads_behind": lag},
            "accounts": [*accounts],
        }
    )
    here.write({"old.yaml": _documents(_before(number) for number in (*OLD, 9))})
    here.manage()
    gone = next(row["id"] for row in objects(here.shown()["accounts"]) if row["fullName"] == "Account 9")
    removed = f"address: account/erp:A-09, remoteId: {gone}, reason: left, until: 2026-12-31, destroys: true"
    text = _documents(_after(number) for number in OLD)
    here.write({"old.yaml": f"{text}removed:\n- {{{removed}}}\n", "new.yaml": _documents(map(_coming, NEW))})
    here.allowances = ALLOWED_BY_VENDOR["billabex"]
    return here


def go_on(here: Company, *, lag: int = 0) -> Applied:
    """Free the dead run's lock as a person would, and apply again.

    Where reads are behind, an account may still be listed whose people are gone: then nothing is concluded and nothing
    sent (exit code 7), and it is tried once more. A create that the dead run may have sent waits until its doubt is
    over; all else goes on at once.
    """
    store = store_here(here)
    holder = store.holder()
    if holder is not None:
        store.unlock(holder.id)
    before = writes_of(here)
    applied = here.apply()
    if lag and applied.code == ExitCode.INCOMPLETE:
        assert writes_of(here) == before
        applied = here.apply()
    if applied.plan.blocked:
        assert {one.problem.code for one in applied.plan.blocked} <= {"create-in-doubt", "dependency-blocked"}
        here.later = AGE
        applied = here.apply()
    return applied


def check(here: Company, calm: Company) -> None:
    """Hold the end against that of an undisturbed run: nobody twice, nothing left to do, no intent and no lock."""
    assert here.state() == calm.state()
    assert creations(here) == len(NEW)
    assert not doubles(here)
    ours, same = here.inventory(), calm.inventory()
    assert ours is not None and same is not None
    assert (sorted(ours.managed), ours.intents, ours.sizes) == (sorted(same.managed), (), same.sizes)
    assert store_here(here).holder() is None
    assert any(here.plan().empty for _ in range(1 + LAG))  # a plan is made of reads, and they catch up


def creations(here: Company) -> int:
    """Count the accounts that were made."""
    return effects_of(here)["POST /accounts"]


def writes_of(here: Company) -> list[str]:
    """Give the writes that took effect, in their order."""
    with here.store() as store:
        rows = logged_requests(store)
    return [f"{row.method} {row.path}" for row in rows if row.method != "GET" and row.effect]


def doubles(here: Company) -> list[str]:
    """Name accounts of one source, and people of one account by name or address, that are there twice."""
    found: Counter[str] = Counter()
    for row in objects(here.shown()["accounts"]):
        found[json.dumps(row["source"])] += 1
        for one in (one for section in LISTS for one in objects(row.get(section))):
            found.update(f"{row['id']} {json.dumps(one[name])}" for name in ("fullName", "email"))
    return [name for name, count in found.items() if count > 1]


def _account(number: int, name: str) -> JsonObject:
    source: JsonObject = {"connectionId": "erp", "sourceId": f"A-{number:02}"}
    return {"source": source, "fullName": name, "currencyCode": "EUR"}


def _before(number: int) -> JsonObject:
    people: list[JsonObject] = [{"key": f"k{place}", **person(place, number)} for place in (0, 1)]
    ours: JsonObject = {"key": "k2", **person(2, number, ours=True)}
    return {**_account(number, f"Account {number}"), "contacts": [*people], "internalRepresentatives": [ours]}


def _after(number: int) -> JsonObject:
    """Rename the account and a contact, remove a contact, change a representative, add a contact and a party."""
    contacts: list[JsonObject] = [
        {"key": "k0", **person(0, number, fullName="Ada King", language="fr")},
        {"key": "k3", **person(3, number)},
    ]
    return {
        **_account(number, f"Account {number} renamed"),
        "contacts": [*contacts],
        "internalRepresentatives": [{"key": "k2", **person(2, number, ours=True, role="Director")}],
        "parties": [{"key": "k4", **person(4, number, ours=bool(number % 2))}],
    }


def _coming(number: int) -> JsonObject:
    return {**_before(number), "parties": [{"key": "k4", **person(4, number, ours=bool(number % 2))}]}


def _documents(accounts: Iterator[JsonObject]) -> str:
    return "accounts:\n" + "".join(f"- {json.dumps(row, ensure_ascii=False)}\n" for row in accounts)
