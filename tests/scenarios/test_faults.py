"""Every fault of the sandbox at several moments: documented codes, nothing twice, nothing lost, and recovery.

The company below makes every sort of change: definitions, parents, creates, updates, list replacements both ways,
contacts made by hand, deletes. Its listing has four pages. What was done is counted beside what must not happen, so
that a tool that does nothing would fail.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.cli.allowing import read_allowance
from reconciler.errors import LiveStateUnreadable, ReconcilerError
from reconciler.model.change import MemberAction
from reconciler.sandbox import Fault, add_fault, each_fault, logged_requests
from reconciler.sandbox.values import JsonObject
from tests.company import Applied, Company
from tests.scenarios.test_scenarios import by_id, contact_ids, ids, removed_ids, rows

WORLD_CHANGING = {"row-deleted", "row-inserted", "rewritten", "edited-before", "deleted-before", "added-before"}
FAULTS = {
    f"{name}-at-{first}": replace(fault, first=first)
    for name, fault in each_fault("customer/C-02")
    for first in ((1, 2, 4) if fault.times is not None else (1,))
}
ALLOWED = tuple(read_allowance(text) for text in ("delete-ceiling=contact=12", "update-ceiling=customer=11"))
"""Twelve of 42 contacts and eleven of fourteen customers: more than the ceilings let through without a word."""
CODES = {0, 1, 3, 4, 5, 7}


def person(number: int, place: int) -> JsonObject:
    """Give a live contact."""
    return {"externalId": f"P-{number}-{place}", "email": f"p{place}@c{number}.example", "position": "ACCOUNTING"}


def live() -> JsonObject:
    """Give fourteen customers with three contacts each, one of them made by hand, over four pages."""
    customers: list[JsonObject] = [
        {
            "externalId": f"C-{number:02}",
            "name": f"Customer {number}",
            "vatNumber": f"FR{number}",
            "contacts": [person(number, 1), person(number, 2), {"email": f"hand@c{number}.example"}],
        }
        for number in range(1, 15)
    ]
    return {"settings": {"customers_cap": 4, "list_rows_contacts": True}, "customers": [*customers]}


def documents(removed: str) -> dict[str, str]:
    """Give documents that change most of it, and add and remove some."""
    lines = ["customers:"]
    for number in range(1, 9):
        lines += [
            f"  - externalId: C-{number:02}",
            f"    name: Customer {number} renamed",
            "    contacts:",
            f"      - {{externalId: P-{number}-1, email: p1@c{number}.example, position: PAYER}}",
            f"      - {{externalId: P-{number}-9, email: p9@c{number}.example, isMain: true}}",
        ]
        if number % 2:
            lines.append(f"      - {{externalId: P-{number}-H, email: hand@c{number}.example}}")
    for number in range(9, 12):
        lines += [f"  - {{externalId: C-{number:02}, address: {{city: Lyon}}, customFields: {{note: seen}}}}"]
    for number in range(20, 26):
        parent = ", parent: C-29" if number % 2 else ""
        lines += [f"  - {{externalId: C-{number}, name: New {number}{parent}, contacts: [{{externalId: P-{number}, "]
        lines[-1] += f"email: new@c{number}.example}}]}}"
    lines += ["  - {externalId: C-29, name: New parent}"]
    fields = "customFields:\n  - {externalId: note, label: Note, dataType: TEXT, entityType: CUSTOMER}\n"
    goes = f"removed:\n  - {{address: customer/C-14, remoteId: {removed}, reason: left, until: '2026-12-31'}}\n"
    return {"customers.yaml": "\n".join(lines) + "\n", "fields.yaml": fields, "removed.yaml": goes}


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Bring the company to life."""
    here = Company(tmp_path / "company")
    here.seed(live())
    gone = next(str(row["id"]) for row in rows(here.shown()) if row["externalId"] == "C-14")
    here.write(documents(gone))
    here.manage()
    here.allowances = ALLOWED
    return here


def attempt(company: Company) -> Applied | int:
    """Plan and apply as the command does; a plan that cannot be made gives its exit code."""
    try:
        return company.apply()
    except LiveStateUnreadable:
        return 7
    except ReconcilerError:
        return 1


def effects(company: Company) -> Counter[str]:
    """Count the writes that took effect, by method."""
    with company.store() as store:
        return Counter(row.method for row in logged_requests(store) if row.method != "GET" and row.effect)


def settled(company: Company, runs: int = 3) -> Applied:
    """Apply with the faults off until a plan is empty; a few runs must do."""
    company.calm()
    for _ in range(runs):
        applied = company.apply()
        if applied.plan.empty:
            return applied
    pytest.fail(f"not settled: {applied.summary}")


def test_undisturbed_it_is_done_in_one_run(company: Company) -> None:
    """Without a fault one apply does everything, and the next plan is empty."""
    applied = company.apply()
    assert applied.code == 0, applied.summary.unfinished
    assert (applied.summary.totals.add, applied.summary.totals.change, applied.summary.totals.destroy) == (8, 11, 1)
    assert company.plan().empty


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_nothing_but_time(name: str, company: Company, tmp_path: Path) -> None:
    """Struck by any fault: a documented code, nobody twice, nobody lost; then calm: the declared state, no changes."""
    before = company.shown()
    with company.store() as store:
        add_fault(store, FAULTS[name])
    struck = attempt(company)
    check_run(before, company.shown(), struck, FAULTS[name])
    settled(company)
    check_end(company, tmp_path, FAULTS[name])


def check_run(before: JsonObject, after: JsonObject, struck: Applied | int, fault: Fault) -> None:
    """Hold what one struck run did against its plan."""
    code = struck if isinstance(struck, int) else struck.code
    assert code in CODES
    planned = removed_ids(struck.plan.changes) if isinstance(struck, Applied) else set()
    lost = ids(before) - ids(after) - planned - contact_ids(before, of=planned)
    if fault.kind not in WORLD_CHANGING:
        assert not lost
    if isinstance(struck, int) or code == 7:
        assert by_id(after) == by_id(before) or fault.kind in WORLD_CHANGING, "something was written without a plan"


def check_end(company: Company, folder: Path, fault: Fault) -> None:
    """Hold the end state against the one that an undisturbed run reaches, and count what was done."""
    done = effects(company)
    assert done["POST"] >= 8 and done["PUT"] >= 3 and done["DELETE"] >= 1, done
    for row in rows(company.shown()):
        contacts = row["contacts"]
        people = [one for one in contacts if isinstance(one, dict)] if isinstance(contacts, list) else []
        keys = Counter(str(one["externalId"] or one["email"]) for one in people)
        assert max(keys.values(), default=1) == 1, f"{row['externalId']} has somebody twice"
    if fault.kind not in WORLD_CHANGING:
        calm = Company(folder / "calm")
        calm.seed(live())
        calm.allowances = ALLOWED
        calm.write({name: (company.folder / "documents" / name).read_text() for name in documents("")})
        calm.manage()
        assert calm.apply().code == 0
        assert company.state() == calm.state()


def test_the_company_removes_members(company: Company) -> None:
    """The faults strike plans that do remove people: each replaced list loses one or two."""
    plan = company.plan()
    removed = [member for change in plan.changes for member in change.touched(MemberAction.REMOVE)]
    assert len(removed) == 12
