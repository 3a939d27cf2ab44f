"""Every fault of the sandbox at several moments: documented codes, nothing twice, nothing lost, and recovery.

The company below makes every sort of change: definitions, parents, creates, updates, list replacements both ways,
contacts made by hand, deletes. Its listing has four pages. What was done is counted beside what must not happen, so
that a tool that does nothing would fail.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.cli.allowing import read_allowance
from reconciler.errors import LiveStateUnreadable, ReconcilerError
from reconciler.model.change import Action, MemberAction
from reconciler.model.event import Stale, Unknown
from reconciler.sandbox import Fault, add_fault, each_fault, edit, logged_requests
from reconciler.sandbox.values import JsonObject
from tests.clock import run_virtual
from tests.company import Applied, Company
from tests.scenarios.test_scenarios import by_id, ids, people_ids, removed_ids, rows

FAULTS = {
    f"{name}-at-{first}": replace(fault, first=first)
    for target, late in (("C-02", ""), ("C-08", "-late"))  # read before the first write, and after the fourth
    for name, fault in ((name + late, fault) for name, fault in each_fault(f"customer/{target}"))
    if not late or fault.kind in {"edited-before", "deleted-before", "added-before"}
    for first in ((1, 2, 4) if fault.times is not None else (1,))
}
ALLOWED = tuple(read_allowance(text) for text in ("delete-ceiling=contact=12", "update-ceiling=customer=11"))
"""Twelve of 42 contacts and eleven of fourteen customers: more than the ceilings let through without a word."""
CODES = {
    "lost-before": 0,  # looked up, and sent again
    "lost-after": 0,  # looked up, and found done
    "refused": 0,
    "error-before": 0,
    "error-after": 0,
    "throttled": 0,
    "slow": 0,
    "garbled": 0,
    "redirected": 1,  # nobody is followed elsewhere, and nothing was written
    "page-fails": 0,
    "page-truncated": 0,  # a listing that does not add up is read again
    "page-empty": 0,
    "total-lies": 0,
    "rows-skipped": 0,
    "rows-repeated": 0,
    "rows-reordered": 0,
    "row-deleted": 0,
    "row-inserted": 0,
    "rewritten": 0,  # it sets what nobody declares
    "edited-before": 0,  # between our last look and our write: a declared value stands over theirs
    "deleted-before": 4,  # the same, but what stands now is another object: that is said
    "added-before": 4,  # the same, but there is somebody whom nobody judged: that is said
}
"""How a run ends that is struck by a fault of this kind once, wherever nothing else is said."""
CODES_OF = {
    "page-empty-at-1": 7,  # the whole listing is empty, and a look-up says otherwise
    **{name: 4 for name in FAULTS if "-late" in name},  # seen before the write: it is left alone as stale
}
TWO = {
    "throttled, and an answer lost": (("throttled-at-1", "lost-after-timeout-at-2"), 0),
    "throttled, and a page that fails": (("throttled-at-2", "page-fails-at-2"), 0),
    "an error after the write, and an answer lost": (("error-500-after-at-1", "lost-before-reset-at-4"), 0),
    "an answer lost, and a colleague who edits": (("lost-after-reset-at-2", "edited-before-late-at-1"), 4),
    "throttled, and a colleague who deletes": (("throttled-retry-after-at-4", "deleted-before-late-at-1"), 4),
    "a page cut short, and a colleague who adds": (("page-truncated-at-2", "added-before-late-at-2"), 4),
}


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


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Bring the company to life once, to be copied."""
    here = Company(tmp_path_factory.mktemp("founded") / "company")
    here.seed(live())
    gone = next(str(row["id"]) for row in rows(here.shown()) if row["externalId"] == "C-14")
    here.write(documents(gone))
    here.manage()
    return here


@pytest.fixture
def company(founded: Company, tmp_path: Path) -> Company:
    """Give a company of one's own."""
    return like(founded, tmp_path / "company")


@pytest.fixture(scope="module")
def calm(founded: Company, tmp_path_factory: pytest.TempPathFactory) -> JsonObject:
    """Give the state that an undisturbed run reaches."""
    here = like(founded, tmp_path_factory.mktemp("calm") / "company")
    assert here.apply().code == 0
    return here.state()


def like(founded: Company, folder: Path) -> Company:
    """Copy the company as it began."""
    here = Company(Path(shutil.copytree(founded.folder, folder)))
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
    """Apply with the faults off until a plan is empty; a few runs must do.

    What somebody did between two writes of ours passes for the vendor's answer to the first: so all is sent again.
    """
    company.calm()
    company.retry_overridden = True
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
def test_a_fault_costs_nothing_but_time(name: str, company: Company, calm: JsonObject) -> None:
    """Struck by any fault: a documented code, nobody twice, nobody lost; then calm: the declared state, no changes."""
    before = company.shown()
    fault = FAULTS[name]
    with company.store() as store:
        add_fault(store, fault)
    struck = attempt(company)
    check_run(before, company.shown(), struck, (fault,), CODES_OF.get(name, CODES[fault.kind]))
    settled(company)
    check_end(company, calm, (fault,))


@pytest.mark.parametrize("name", TWO)
def test_two_faults_cost_no_more_than_time(name: str, company: Company, calm: JsonObject) -> None:
    """One does not hide the other: what holds under each holds under both."""
    before = company.shown()
    names, code = TWO[name]
    faults = tuple(FAULTS[one] for one in names)
    with company.store() as store:
        for fault in faults:
            add_fault(store, fault)
    struck = attempt(company)
    check_run(before, company.shown(), struck, faults, code)
    settled(company)
    check_end(company, calm, faults)


def test_an_edit_while_a_throttled_write_waits_is_not_written_over(company: Company) -> None:
    """In the minute that we wait, because the vendor said so, a colleague edits: the change is stale, theirs stays."""
    with company.store() as store:
        add_fault(store, Fault(kind="throttled", method="PUT", retry_after=60))
    target = run_virtual(struck_and_edited(company))
    row = next(row for row in rows(company.shown()) if row["id"] == target)
    assert row["name"] == "Edited meanwhile"


async def struck_and_edited(company: Company) -> str:
    """Apply, and edit the customer whose write was throttled while it waits; give its remote id."""
    applying = asyncio.ensure_future(company.applied())
    while not (throttled := [path for path, status in company.answers("PUT") if status == 429]):
        await asyncio.sleep(1)
        assert not applying.done()
    target = throttled[0].split("/")[2]
    await asyncio.sleep(20)
    with company.store() as store:
        edit(store, "acme", f"customer/{target}", {"name": "Edited meanwhile"})
    applied = await applying
    assert applied.code == 4
    stale = [event.change.remote_id for event in applied.events if isinstance(event, Stale)]
    assert stale == [target]
    return target


def check_run(
    before: JsonObject, after: JsonObject, struck: Applied | int, faults: tuple[Fault, ...], expected: int
) -> None:
    """Hold what one struck run did against its plan: nobody but whom others removed went, nobody came twice."""
    code = struck if isinstance(struck, int) else struck.code
    assert code == expected
    changes = struck.plan.changes if isinstance(struck, Applied) else ()
    planned = removed_ids(changes)
    lost = ids(before) - ids(after) - planned - people_ids(before, of=planned)
    by_others = {row["id"] for row in rows(before) if row["externalId"] in gone_keys(faults)}
    assert lost <= by_others | people_ids(before, of={str(one) for one in by_others})
    check_nobody_is_made_anew(before, after, struck)
    if isinstance(struck, int) or code == 7:
        assert by_id(after) == by_id(before), "something was written without a plan"


def check_nobody_is_made_anew(before: JsonObject, after: JsonObject, struck: Applied | int) -> None:
    """A customer that stands under another remote id than before was planned so, or is reported as unknown."""
    then = {row["externalId"]: row["id"] for row in rows(before)}
    anew = {row["externalId"] for row in rows(after) if then.get(row["externalId"], row["id"]) != row["id"]}
    if isinstance(struck, int):
        assert not anew
        return
    planned = {change.address.key for change in struck.plan.changes if change.action is Action.CREATE}
    told = {event.change.address.key for event in struck.events if isinstance(event, Unknown)}
    assert anew <= planned | told


def gone_keys(faults: tuple[Fault, ...]) -> set[str]:
    """Name the customers that somebody else deletes."""
    targets = (fault.target or "customer/C-01" for fault in faults if fault.kind in {"deleted-before", "row-deleted"})
    return {target.removeprefix("customer/") for target in targets}


def check_end(company: Company, calm: JsonObject, faults: tuple[Fault, ...]) -> None:
    """Hold the end state against the one that an undisturbed run reaches, and count what was done.

    Left out is only what others did: whom they deleted (made anew, without what nobody declares), whom they entered,
    and the field that the vendor set.
    """
    done = effects(company)
    assert done["POST"] >= 8 and done["PUT"] >= 3 and done["DELETE"] >= 1, done
    for row in rows(company.shown()):
        contacts = row["contacts"]
        people = [one for one in contacts if isinstance(one, dict)] if isinstance(contacts, list) else []
        keys = Counter(str(one["externalId"] or one["email"]) for one in people)
        assert max(keys.values(), default=1) == 1, f"{row['externalId']} has somebody twice"
    assert ours(company.state(), faults) == ours(calm, faults)


def ours(state: JsonObject, faults: tuple[Fault, ...]) -> JsonObject:
    """Leave out of a state what others did."""
    gone, kinds = gone_keys(faults), {fault.kind for fault in faults}
    unset = {"accountingRef"} if "rewritten" in kinds else set()
    customers = state["customers"]
    assert isinstance(customers, list)
    kept: list[JsonObject] = [
        {name: value for name, value in row.items() if name not in unset}
        for row in customers
        if isinstance(row, dict) and row.get("externalId") not in gone and row.get("name") != "Entered by hand"
    ]
    return {**state, "customers": [*sorted(kept, key=lambda row: str(row.get("externalId")))]}


def test_the_company_removes_members(company: Company) -> None:
    """The faults strike plans that do remove people: each replaced list loses one or two."""
    plan = company.plan()
    stay = [change for change in plan.changes if change.action is not Action.DELETE]
    removed = [member for change in stay for member in change.touched(MemberAction.REMOVE)]
    assert len(removed) == 12
