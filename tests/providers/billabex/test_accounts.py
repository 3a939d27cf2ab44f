"""Accounts from documents to the vendor: known by id, managed for their people alone, removed on demand alone."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from reconciler.cli.allowing import read_allowance
from reconciler.errors import DesiredStateInvalid
from reconciler.live.provider import Write
from reconciler.model.change import Action
from reconciler.model.event import Stale, Unknown
from reconciler.model.resource import Value
from reconciler.plan.lost_creates import AGE
from reconciler.providers.billabex.provider import BillabexProvider
from reconciler.sandbox import Fault, add_fault
from reconciler.sandbox.values import Json
from tests.company import Company, error_codes
from tests.providers.billabex.world import ORGANIZATION_ID, account, run

CONFIGURATION = """
organizations:
  acme:
    provider: billabex
    endpoint: sandbox
    documents: documents
    organizationId: 11111111-1111-4111-8111-111111111111
"""
PERSON = "{key: ada, fullName: Ada Lovelace, email: ada@acme.example, language: en}"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Have accounts A-1 to A-3, and one without a source."""
    folder = tmp_path / "company"
    folder.mkdir()
    (folder / "reconciler.yaml").write_text(CONFIGURATION)
    here = Company(folder)
    bertrand: Json = {"fullName": "Bertrand Russell", "email": "bertrand@acme.example", "language": "en"}
    accounts: list[Json] = [account(number, bertrand) for number in (1, 2, 3)] + [account(4, source=False)]
    here.seed({"vendor": "billabex", "organizationId": ORGANIZATION_ID, "accounts": accounts})
    return here


def ids(company: Company) -> dict[str, str]:
    """Give the remote ids by name."""
    accounts = company.shown()["accounts"]
    assert isinstance(accounts, list)
    return {str(row["fullName"]): str(row["id"]) for row in accounts if isinstance(row, dict)}


def declare(company: Company, *items: str, removed: str = "") -> None:
    """Declare these accounts."""
    listed = "".join(f"  - {item}\n" for item in items)
    company.write({"all.yaml": (f"accounts:\n{listed}" if listed else "") + removed})


def by_source(number: int, rest: str) -> str:
    """Declare an account by its source."""
    return f"{{source: {{connectionId: erp, sourceId: A-{number}}}, {rest}}}"


@pytest.mark.parametrize("name", ["Account 1", "Account 4"])
def test_an_account_known_by_its_id_is_found_whether_it_has_a_source_or_not(name: str, company: Company) -> None:
    """Two look at it, one list is not needed; its people are written and the next plan is empty."""
    declare(company, f"{{id: {ids(company)[name]}, manage: people, peopleMode: add, contacts: [{PERSON}]}}")
    applied = company.apply()
    assert applied.code == 0, applied.summary.unfinished
    assert applied.summary.totals.change == 1
    assert "GET /accounts" not in company.requests()
    assert company.plan().empty


def test_beside_accounts_known_by_source_it_is_found_as_well(company: Company) -> None:
    """The list shows it under its source, the plan under the name that the document gives it."""
    declare(
        company,
        f"{{id: {ids(company)['Account 1']}, fullName: One}}",
        by_source(2, "fullName: Two"),
        by_source(3, "fullName: Account 3"),
    )
    applied = company.apply()
    assert applied.code == 0, applied.summary.unfinished
    assert sorted(change.action for change in applied.plan.changes) == [Action.ADOPT, Action.UPDATE, Action.UPDATE]
    assert set(ids(company)) == {"One", "Two", "Account 3", "Account 4"}
    (share,) = company.plan().shares
    assert share.unmanaged == {"account": 1}


def test_one_account_under_two_names_is_refused(company: Company) -> None:
    """Two items would write over each other; nothing is planned."""
    declare(company, f"{{id: {ids(company)['Account 1']}, fullName: One}}", by_source(1, "fullName: Uno"))
    with pytest.raises(DesiredStateInvalid) as caught:
        company.plan()
    assert error_codes(caught.value) == ["account-declared-twice"]


def test_an_account_known_by_an_id_that_is_not_there_is_never_made(company: Company) -> None:
    """The vendor gives every new one an id of its own."""
    declare(company, "{id: 00000000-0000-4000-8000-000000000000, fullName: New, currencyCode: EUR}")
    plan = company.plan()
    assert [blocked.problem.code for blocked in plan.blocked] == ["account-unknown"]
    assert plan.changes == ()


def test_people_of_an_account_that_is_not_there_make_no_account(company: Company) -> None:
    """`manage: people` never creates."""
    declare(company, by_source(9, f"manage: people, contacts: [{PERSON}]"))
    plan = company.plan()
    assert [blocked.problem.code for blocked in plan.blocked] == ["account-missing"]
    assert plan.changes == ()


def test_people_alone_are_written_and_the_account_is_left_as_it_is(company: Company) -> None:
    """No request but to its people; taken out of the documents, it and its people stay."""
    declare(company, by_source(1, f"manage: people, peopleMode: add, contacts: [{PERSON}]"))
    assert company.apply().code == 0
    assert [line for line in company.requests("PUT") if not line.endswith("/contacts/upsert")] == []
    declare(company)
    company.write({"all.yaml": "accounts: []\n"})
    applied = company.apply()
    assert [(change.action.value, change.address.key) for change in applied.plan.changes] == [("forget", "erp:A-1")]
    assert company.requests("DELETE") == []
    assert company.plan().empty


def removal(company: Company, rest: str = "destroys: true") -> str:
    """Ask for account A-1 to go."""
    entry = f"address: account/erp:A-1, remoteId: {ids(company)['Account 1']}, reason: left, until: '2026-12-31'"
    return f"removed:\n  - {{{entry}, {rest}}}\n"


def test_a_removal_that_does_not_say_what_it_destroys_is_refused(company: Company) -> None:
    """Its people, invoices and credit notes go with it."""
    declare(company, removed=removal(company, "destroys: false"))
    with pytest.raises(DesiredStateInvalid) as caught:
        company.plan()
    assert error_codes(caught.value) == ["removal-needs-destroys"]


def test_a_removal_is_refused_for_what_nobody_can_count(company: Company) -> None:
    """Invoices and credit notes are not to be had here; the people who go are shown."""
    declare(company, removed=removal(company))
    applied = company.apply()
    assert applied.code == 3
    (blocked,) = applied.plan.blocked
    assert blocked.problem.code == "destroys-uncounted"
    assert "invoices and credit notes" in blocked.problem.detail
    assert len(blocked.change.members) == 1
    assert company.requests("DELETE") == []


def test_an_override_lets_exactly_that_account_go(company: Company) -> None:
    """One DELETE, and the others stay."""
    declare(company, removed=removal(company))
    company.allowances = (read_allowance("destroys-uncounted=acme/account/erp:A-1"),)
    gone = ids(company)["Account 1"]
    assert company.apply().code == 0
    assert company.requests("DELETE") == [f"DELETE /accounts/{gone}"]
    assert set(ids(company)) == {"Account 2", "Account 3", "Account 4"}
    assert company.plan().empty


@pytest.fixture
def linked(company: Company) -> Company:
    """Have all accounts with a source managed."""
    declare(company, *(by_source(number, f"fullName: Account {number}, currencyCode: EUR") for number in (1, 2, 3)))
    assert company.apply().code == 0
    return company


def relink(company: Company, *, to: int | None) -> None:
    """Take the source from account A-1, and give it another one."""

    async def done(provider: BillabexProvider) -> None:
        path = f"/accounts/{ids(company)['Account 1']}/source"
        await provider.send(Write(method="DELETE", path=path, body=None, summary="unlink"))
        if to is not None:
            source: Value = {"connectionId": "erp", "sourceId": f"A-{to}"}
            await provider.send(Write(method="PUT", path=path, body=source, summary="link"))

    with company.store() as store:
        run(store, done)


@pytest.mark.parametrize("to", [None, 7])
def test_an_account_whose_source_was_taken_from_it_is_not_made_a_second_time(to: int | None, linked: Company) -> None:
    """It is ours by its remote id, and there under another name: refused, with that name."""
    relink(linked, to=to)
    applied = linked.apply()
    assert applied.code == 3
    (blocked,) = applied.plan.blocked
    assert blocked.problem.code == "object-named-twice"
    assert ("erp:A-7" if to else f"id:{ids(linked)['Account 1']}") in blocked.problem.detail
    assert linked.requests("POST") == []
    assert len(ids(linked)) == 4


def test_nor_is_it_where_the_list_lags_and_shows_it_under_no_name(linked: Company) -> None:
    """Nothing is concluded then."""
    relink(linked, to=None)
    with linked.store() as store:
        add_fault(store, Fault(kind="rows-skipped", path="/accounts", times=None))
    plan = linked.plan()
    assert not plan.complete
    assert plan.changes == ()


@pytest.mark.parametrize("entry", ["", "removed"])
def test_a_plan_made_before_that_is_stale(entry: str, linked: Company) -> None:
    """Neither is the account written to under a name that it lost, nor taken for deleted."""
    items = [by_source(number, f"fullName: Account {number}") for number in (2, 3)]
    if entry:
        declare(linked, *items, removed=removal(linked))
        linked.allowances = (read_allowance("destroys-uncounted=acme/account/erp:A-1"),)
    else:
        declare(linked, by_source(1, "fullName: One"), *items)
    plan = linked.plan()
    assert len(plan.changes) == 1
    relink(linked, to=None)
    applied = linked.carry_out(plan)
    assert [type(event) for event in applied.events] == [Stale]
    assert applied.code == 5
    assert "Account 1" in ids(linked)


def test_declared_by_its_id_it_is_taken_in_again(linked: Company) -> None:
    """The way that the refusal names: the old name is forgotten, the object stays."""
    relink(linked, to=None)
    others = [by_source(number, f"fullName: Account {number}") for number in (2, 3)]
    declare(linked, f"{{id: {ids(linked)['Account 1']}, fullName: One}}", *others)
    applied = linked.apply()
    assert applied.code == 0, applied.summary.unfinished
    assert sorted(change.action for change in applied.plan.changes) == [Action.FORGET, Action.UPDATE]
    assert set(ids(linked)) == {"One", "Account 2", "Account 3", "Account 4"}
    assert linked.plan().empty


def test_an_account_that_this_organization_is_not_known_to_have_is_refused(company: Company) -> None:
    """Neither its row nor the organization's list says whose it is."""
    company.turn({"account_organization": "absent"})
    declare(company, f"{{id: {ids(company)['Account 1']}, fullName: One}}")
    with company.store() as store:
        add_fault(store, Fault(kind="page-empty", path="/accounts", times=None))
    applied = company.apply()
    assert applied.code == 3
    assert [blocked.problem.code for blocked in applied.plan.blocked] == ["account-elsewhere"]
    assert company.requests("PUT") == []
    company.calm()
    assert company.apply().code == 0
    assert "One" in ids(company)


def test_an_account_that_was_made_just_now_and_is_not_listed_yet_is_not_made_again(company: Company) -> None:
    """The list lags; what is managed is asked for by its id, and the plan does not go on as if it were gone."""
    declare(company, by_source(9, "fullName: Nine, currencyCode: EUR"))
    assert company.apply().code == 0
    with company.store() as store:
        store.connection.execute("INSERT INTO old_views SELECT organization, max(number), 0, 4, NULL FROM accounts")
    plan = company.plan()
    assert plan.changes == ()
    assert not plan.complete
    assert company.plan().empty


@pytest.fixture
def kept_elsewhere(company: Company) -> Company:
    """Have account A-1 kept by another system; the later generation says so."""
    (company.folder / "reconciler.yaml").write_text(f"{CONFIGURATION}    generation: contacts\n")
    settings: Json = {"generation": "contacts"}
    kept: Json = {
        "fullName": "Account 1",
        "currencyCode": "EUR",
        "source": {"connectionId": "erp", "sourceId": "A-1", "connectorType": "Xero"},
        "readOnlyReason": "Xero keeps it",
    }
    parts: dict[str, Json] = {"organizationId": ORGANIZATION_ID, "settings": settings, "accounts": [kept]}
    company.seed({"vendor": "billabex", **parts})
    return company


def test_an_account_that_another_system_keeps_is_not_edited(kept_elsewhere: Company) -> None:
    """Its fields are refused while planning."""
    declare(kept_elsewhere, by_source(1, "fullName: One"))
    assert [blocked.problem.code for blocked in kept_elsewhere.plan().blocked] == ["account-read-only"]


def test_nor_is_it_deleted(kept_elsewhere: Company) -> None:
    """Whatever is allowed."""
    declare(kept_elsewhere, removed=removal(kept_elsewhere))
    kept_elsewhere.allowances = (read_allowance("destroys-uncounted=acme/account/erp:A-1"),)
    assert [blocked.problem.code for blocked in kept_elsewhere.plan().blocked] == ["account-read-only"]


def test_its_people_are_written_all_the_same(kept_elsewhere: Company) -> None:
    """The guide's upserts know no such limit."""
    declare(kept_elsewhere, by_source(1, f"manage: people, contacts: [{PERSON}]"))
    assert kept_elsewhere.apply().code == 0
    assert kept_elsewhere.plan().empty


def held_back(company: Company) -> list[str]:
    """Apply, and give the codes of what was refused; nothing was made."""
    before = company.shown()["accounts"]
    applied = company.apply()
    assert company.shown()["accounts"] == before
    return [one.problem.code for one in applied.plan.blocked]


def catch_up(company: Company) -> None:
    """Let reads show what stands; the sandbox's clock begins anew with each run."""
    with company.store() as store:
        store.connection.execute("UPDATE old_views SET until = 0")


@pytest.mark.parametrize("fault", [None, "lost-after", "lost-before"])
def test_an_account_that_does_not_show_yet_is_not_made_twice(
    company: Company, fault: Literal["lost-after", "lost-before"] | None
) -> None:
    """Refused while it may only be late, however often it is tried; then taken in, or made if it was not."""
    declare(company, by_source(5, "fullName: Five, currencyCode: EUR"))
    company.turn({"seconds_behind": 30.0, "source_elsewhere": "accepted"})
    if fault is not None:
        with company.store() as store:
            add_fault(store, Fault(kind=fault, method="POST"))
    first = company.apply()
    assert [type(event) for event in first.events][-1] is Unknown
    before = company.inventory()
    assert before is not None and (before.intents[0].remote_id is not None) is (fault is None)
    assert held_back(company) == held_back(company) == ["create-in-doubt"]
    company.calm()
    catch_up(company)
    company.turn({"seconds_behind": 0.0})
    company.later = AGE
    assert company.apply().code == 0
    assert list(ids(company)).count("Five") == 1
    after = company.inventory()
    assert after is not None and (after.intents, list(after.managed)) == ((), ["account/erp:A-5"])
    assert company.plan().empty


def test_an_account_that_does_not_show_yet_is_asked_for_by_the_id_that_its_create_was_answered_with(
    company: Company,
) -> None:
    """The list may be behind a read by id; once it is seen it is ours, whatever its age."""
    declare(company, by_source(5, "fullName: Five, currencyCode: EUR"))
    company.turn({"seconds_behind": 30.0, "source_elsewhere": "accepted"})
    company.apply()
    asked = f"GET /accounts/{ids(company)['Five']}"
    before = company.requests().count(asked)
    assert held_back(company) == ["create-in-doubt"]
    assert company.requests().count(asked) == before + 1
    catch_up(company)
    assert [(one.action, one.adopts) for one in company.plan().changes] == [(Action.ADOPT, False)]
