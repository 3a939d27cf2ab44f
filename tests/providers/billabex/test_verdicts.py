"""What the plan says of people before anything is sent: whom an upsert hits, and what is refused, both people named."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.model.change import MemberAction
from reconciler.model.event import Unknown
from reconciler.model.resource import Declared, Fields, Observed, Source
from reconciler.providers.billabex.verdicts import warn
from reconciler.providers.billabex.wire import STATUS
from reconciler.sandbox import edit
from reconciler.sandbox.values import JsonObject, objects
from tests.company import Company
from tests.providers.billabex.accounts import ANN, JOHN, account, declare, member, people, refusals


def known(company: Company) -> str:
    """Give the remote id of the first contact."""
    (row,) = objects(company.shown()["accounts"])
    return str(objects(row["contacts"])[0]["id"])


def test_an_email_in_capitals_is_the_same_person_and_no_change(tmp_path: Path) -> None:
    """Guide, "Step 1": John@ACME.com is john@acme.com, so nothing is left to do."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{**JOHN, "key": "john", "email": "John@ACME.com"}])
    assert not [change for change in company.plan().changes if change.members]
    assert company.apply().code == 0
    assert people(company) == [("John Smith", "john@acme.com")]


@pytest.mark.parametrize("name", ["john smith", "John Smth", "Jon Smith"])
def test_a_close_name_with_another_email_is_refused(tmp_path: Path, name: str) -> None:
    """Guide, "Step 2": these match, and the upsert would give John another's address (table, second row)."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{"key": "new", "fullName": name, "email": "new@acme.com", "language": "en"}])
    plan = company.plan()
    assert refusals(plan) == [("person-overwritten", "documents/a.yaml:5:5")]
    detail = plan.blocked[0].problem.detail
    assert "contact/key:new" in detail
    assert "(in no document)" in detail
    assert "by name" in detail


@pytest.mark.parametrize("name", ["Jonathan Smith", "J. Smith"])
def test_a_distant_name_creates(tmp_path: Path, name: str) -> None:
    """Guide, "Step 2": these do not match, so the plan says that it creates, and so it does."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{"key": "new", "fullName": name, "email": "new@acme.com", "language": "en"}])
    assert member(company.plan(), "new").note == "creates: nobody on the account matches"
    assert company.apply().code == 0
    assert people(company) == [("John Smith", "john@acme.com"), (name, "new@acme.com")]


def test_an_email_match_is_told_with_its_rule(tmp_path: Path) -> None:
    """Guide, the table's first row: the e-mail matches, and the record is updated whatever the name."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{"key": "john", "fullName": "Per Gynt", "email": "john@acme.com"}])
    found = member(company.plan(), "john")
    assert (found.action, found.remote_id) == (MemberAction.CHANGE, known(company))
    assert found.note == f"upsert hits {known(company)} by e-mail"
    assert company.apply().code == 0
    assert people(company) == [("Per Gynt", "john@acme.com")]


def test_a_name_match_is_told_with_its_rule(tmp_path: Path) -> None:
    """Guide, the table's second row: John has no address yet, his name is exact, and the upsert gives him one."""
    company = account(tmp_path, live={"contacts": [{"fullName": "John Smith"}]})
    declare(company, contacts=[{**JOHN, "key": "john"}])
    assert member(company.plan(), "john").note == f"upsert hits {known(company)} by name"
    assert company.apply().code == 0
    assert people(company) == [("John Smith", "john@acme.com")]
    assert company.plan().empty


@pytest.mark.parametrize("missing", ["fullName", "language"])
def test_a_new_person_needs_a_name_and_a_language(tmp_path: Path, missing: str) -> None:
    """Guide, the table's last rows: what would be answered with 400 is refused at the person's line."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    body: JsonObject = {"key": "ann", **ANN}
    del body[missing]
    declare(company, contacts=[body])
    assert refusals(company.plan()) == [("field-needed", "documents/a.yaml:5:5")]


def test_two_declared_people_who_would_become_one(tmp_path: Path) -> None:
    """Marie Dupont and Marc Dupont are two edits apart: the second upsert would hit the first one's fresh object."""
    company = account(tmp_path, live={"contacts": []})
    rows: list[JsonObject] = [
        {"key": "marie", "fullName": "Marie Dupont", "email": "marie@acme.com", "language": "fr"},
        {"key": "marc", "fullName": "Marc Dupont", "email": "marc@acme.com", "language": "fr"},
    ]
    declare(company, contacts=rows)
    plan = company.plan()
    assert refusals(plan) == [("people-merged", "documents/a.yaml:6:5")]
    assert "key:marie" in plan.blocked[0].problem.detail
    assert "key:marc" in plan.blocked[0].problem.detail
    before = company.requests("PUT")
    company.apply()
    assert company.requests("PUT") == before


def test_what_tie_breaking_would_decide_is_refused(tmp_path: Path) -> None:
    """Jon Smith is as near to John Smith as to Joan Smith: which of them is hit is not documented."""
    live: list[JsonObject] = [JOHN, {"fullName": "Joan Smith", "email": "joan@acme.com"}]
    company = account(tmp_path, live={"contacts": live})
    declare(company, contacts=[{"key": "jon", "fullName": "Jon Smith", "email": "jon@acme.com", "language": "en"}])
    assert refusals(company.plan()) == [("match-uncertain", "documents/a.yaml:5:5")]


def test_what_one_reading_alone_matches_is_refused(tmp_path: Path) -> None:
    """JOHN SMITH is John Smith only if case is folded, which the guide leaves open."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{"key": "jon", "fullName": "JOHN SMITH", "email": "jon@acme.com", "language": "en"}])
    assert refusals(company.plan()) == [("match-uncertain", "documents/a.yaml:5:5")]


def test_somebody_on_the_other_list_may_be_hit(tmp_path: Path) -> None:
    """Whether a contact's upsert looks at the representatives as well is not known."""
    company = account(tmp_path, live={"internalRepresentatives": [JOHN]})
    declare(company, contacts=[{**JOHN, "key": "john"}])
    assert refusals(company.plan()) == [("match-uncertain", "documents/a.yaml:5:5")]


@pytest.mark.parametrize("both", [False, True])
def test_somebody_changes_lists_by_leaving_first(tmp_path: Path, both: bool) -> None:
    """From contacts to representatives: deleted there, then created here, whatever the upsert looks at."""
    company = account(tmp_path, live={"contacts": [JOHN, ANN]}, search_both=both)
    declare(company, "whole", contacts=[{**ANN, "key": "ann"}, {**JOHN, "key": "john"}])
    assert company.apply().code == 0
    declare(company, "whole", contacts=[{**ANN, "key": "ann"}], internalRepresentatives=[{**JOHN, "key": "john"}])
    assert company.apply().code == 0
    assert people(company) == [("Ann Lee", "ann@acme.com")]
    assert people(company, "internalRepresentatives") == [("John Smith", "john@acme.com")]
    assert company.plan().empty


@pytest.mark.parametrize("verb", ["put", "none"])
def test_two_people_exchange_nothing_unsafely(tmp_path: Path, verb: str) -> None:
    """An exchange of e-mails would need an address that is nobody's for a moment: it is refused, nothing is sent."""
    company = account(tmp_path, live={"contacts": [JOHN, ANN]}, verb=verb)
    declare(company, contacts=[{**JOHN, "key": "john"}, {**ANN, "key": "ann"}])
    assert company.apply().code == 0
    declare(
        company,
        contacts=[{**JOHN, "key": "john", "email": "ann@acme.com"}, {**ANN, "key": "ann", "email": "john@acme.com"}],
    )
    plan = company.plan()
    assert {code for code, _ in refusals(plan)} == {"person-overwritten"} or {code for code, _ in refusals(plan)} == {
        "people-merged"
    }
    assert people(company) == [("John Smith", "john@acme.com"), ("Ann Lee", "ann@acme.com")]


def test_somebody_whom_nothing_finds_any_more_is_refused(tmp_path: Path) -> None:
    """Without an address, a new name and no route by id, an upsert would make a second person."""
    company = account(tmp_path, live={"contacts": [{"fullName": "John Smith"}]}, verb="none")
    declare(company, contacts=[{"key": "john", "fullName": "John Smith"}])
    assert company.apply().code == 0
    declare(company, contacts=[{"key": "john", "fullName": "Per Gynt"}])
    assert refusals(company.plan()) == [("person-unreachable", "documents/a.yaml:5:5")]


def test_an_address_that_somebody_undeclared_keeps_is_adopted_by_it(tmp_path: Path) -> None:
    """Where lists are only added to, a declared address that is live means its bearer; nobody is made beside them."""
    company = account(tmp_path, live={"contacts": [JOHN, ANN]})
    declare(company, contacts=[{"key": "boss", "fullName": "Per Gynt", "email": "ann@acme.com"}])
    assert company.apply().code == 0
    assert people(company) == [("John Smith", "john@acme.com"), ("Per Gynt", "ann@acme.com")]


def test_somebody_known_does_not_take_an_address_that_an_undeclared_person_keeps(tmp_path: Path) -> None:
    """John is known by his key; Ann, whom nobody declares, stays and keeps her address."""
    company = account(tmp_path, live={"contacts": [JOHN, ANN]})
    declare(company, contacts=[{**JOHN, "key": "john"}])
    assert company.apply().code == 0
    declare(company, contacts=[{**JOHN, "key": "john", "email": "ann@acme.com"}])
    assert refusals(company.plan())[0][0] == "email-held"
    assert "external id" not in str(company.plan().blocked[0].problem)


def test_what_an_account_lacks_is_told_in_words_that_billabex_has(tmp_path: Path) -> None:
    """An account goes by its source: nobody is sent to look for an external id."""
    company = account(tmp_path, live={})
    company.write({"a.yaml": "accounts:\n- source: {connectionId: erp, sourceId: NEW}\n  contacts: []\n"})
    (blocked,) = company.plan().blocked
    assert blocked.problem.remedy == "Declare `fullName`, or correct the source."


def test_a_party_says_where_it_is_foreseen(tmp_path: Path) -> None:
    """The domain decides, and the plan says which list (guide, "Upsert Party")."""
    company = account(tmp_path, live={}, email_domains=["ours.example"])
    alex: JsonObject = {"key": "alex", "fullName": "Alex Brown", "email": "alex@ours.example", "language": "en"}
    declare(company, parties=[alex])
    assert member(company.plan(), "alex").note.endswith("a party, foreseen on internalRepresentatives")
    assert company.apply().code == 0
    assert people(company, "internalRepresentatives") == [("Alex Brown", "alex@ours.example")]
    assert company.plan().empty


def test_a_party_that_lands_elsewhere_is_told_so_and_refused_from_then_on(tmp_path: Path) -> None:
    """Where the vendor's own domains are others, the run says so; the next plan does not remove and add for ever."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    company.turn({"email_domains": ["theirs.example"]})
    alex: JsonObject = {"key": "alex", "fullName": "Alex Brown", "email": "alex@ours.example", "language": "en"}
    declare(company, parties=[alex])
    applied = company.apply()
    told = " ".join(problem.detail for event in applied.events if (problem := getattr(event, "problem", None)))
    assert applied.code != 0
    assert "key:alex was foreseen on internalRepresentatives, and Billabex has put them on contacts" in told
    plan = company.plan()
    assert refusals(plan) == [("party-elsewhere", "documents/a.yaml:5:5")]
    assert "emailDomains" in plan.blocked[0].problem.remedy


def test_a_party_of_a_new_account_that_lands_elsewhere_is_told_so(tmp_path: Path) -> None:
    """The account is made in the same run: that the person stands on the other list is no overridden field."""
    company = account(tmp_path, live={})
    company.turn({"email_domains": ["theirs.example"]})
    company.write(
        {
            "a.yaml": "accounts:\n- source: {connectionId: erp, sourceId: NEW}\n  fullName: New\n  currencyCode: EUR\n"
            "  parties: [{key: alex, fullName: Alex Brown, email: alex@ours.example, language: en}]\n"
        }
    )
    applied = company.apply()
    (ending,) = applied.summary.unfinished
    assert isinstance(ending, Unknown) and applied.code == 4
    assert ending.problem.code == "party-misplaced"
    assert "key:alex was foreseen on internalRepresentatives, and Billabex has put them" in ending.problem.detail
    assert "emailDomains" in ending.problem.remedy and "email_domains" in ending.problem.remedy
    assert not applied.summary.overridden
    assert refusals(company.plan()) == [("party-elsewhere", "documents/a.yaml:5:13")]


def test_who_becomes_primary_beside_another_is_marked(tmp_path: Path) -> None:
    """Whether the vendor takes the mark from Ann is not known, and nobody declares that she loses it."""
    company = account(tmp_path, live={"contacts": [JOHN, {**ANN, "isPrimary": True}]})
    declare(company, contacts=[{**JOHN, "key": "john", "isPrimary": True}])
    (change,) = company.plan().changes
    assert [(mark.code, mark.path) for mark in change.marks] == [("primary-unverified", ("contacts", 0))]


def test_an_address_that_bounces_is_warned_of_though_nothing_changes(tmp_path: Path) -> None:
    """The status is read-only; the warning stands at the address."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{**JOHN, "key": "john"}])
    assert company.apply().code == 0
    with company.store() as store:
        edit(store, "acme", "account/A-1/contact/john@acme.com", {"emailStatus": "Bounced"})
    plan = company.plan()
    assert plan.empty
    assert [(one.code, str(one.where)) for one in plan.warnings] == [("email-undeliverable", "documents/a.yaml:5:41")]


@pytest.mark.parametrize("statuses", [("Bounced", "Valid"), ("Valid", "Bounced")])
def test_an_address_that_bounces_at_one_of_two_is_warned_of(statuses: tuple[str, str]) -> None:
    """Two people share it, and the vendor has it as good at one: the other is not hidden behind that."""
    rows: list[Fields] = [
        {"id": status, "email": "info@acme.com", STATUS: status, "fullName": status} for status in statuses
    ]
    found = Observed(kind="account", key="k", remote_id="a", fields={}, members={"contacts": rows})
    members = {"contacts": [{"key": "info", "email": "info@acme.com"}]}
    source = Source(file="a.yaml", line=1, column=1)
    declared = Declared(kind="account", key="k", fields={}, source=source, members=members)
    assert [(flaw.code, flaw.path) for flaw in warn(declared, found)] == [
        ("email-undeliverable", ("contacts", 0, "email"))
    ]


def test_a_key_moves_without_a_write(tmp_path: Path) -> None:
    """`moved:` gives a person's key a new name: the inventory follows, nothing is sent."""
    company = account(tmp_path, live={"contacts": [JOHN]})
    declare(company, contacts=[{**JOHN, "key": "john"}])
    assert company.apply().code == 0
    writes = company.requests("PUT")
    declare(company, contacts=[{**JOHN, "key": "smith"}])
    text = (company.folder / "documents" / "a.yaml").read_text()
    moved = "moved:\n- from: account/erp:A-1/contact/key:john\n  to: account/erp:A-1/contact/key:smith\n"
    company.write({"a.yaml": text + moved})
    assert company.apply().code == 0
    assert company.requests("PUT") == writes
    inventory = company.inventory()
    assert inventory is not None
    assert inventory.managed["account/erp:A-1"].members["contacts"] == {"key:smith": known(company)}
