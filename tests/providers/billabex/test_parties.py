"""Parties: a newcomer goes by the route that decides by domain, whoever stands already by that of their own list."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.sandbox.values import Json, JsonObject
from tests.company import Company
from tests.providers.billabex.accounts import account, declare, member, people, refusals

ALEX: JsonObject = {"fullName": "Alex Brown", "email": "alex@second.example", "language": "en"}
ALEC: JsonObject = {"fullName": "Alec Brown", "email": "alec@second.example", "language": "en"}
REPRESENTATIVES = "internalRepresentatives"
TWO_DOMAINS: list[Json] = ["ours.example", "second.example"]


def routes(company: Company) -> list[str]:
    """Give the routes of people that were written to, without the account's id."""
    return [path.rpartition("/accounts/")[2].partition("/")[2] for path in company.requests("PUT")]


@pytest.mark.parametrize("verb", ["put", "none"])
@pytest.mark.parametrize("representatives", [[], [ALEC]])
def test_somebody_who_stands_is_written_by_their_own_list(
    tmp_path: Path, verb: str, representatives: list[JsonObject]
) -> None:
    """The vendor has a domain more than emailDomains and looks there alone: no second Alex is made, no Alec hit."""
    live = {"contacts": [ALEX], REPRESENTATIVES: representatives}
    company = account(tmp_path, live=live, verb=verb, party_search="decided")
    company.turn({"email_domains": TWO_DOMAINS})
    declare(company, parties=[{"key": "alex", **ALEX, "language": "fr", "role": "CFO"}])
    assert "party" not in member(company.plan(), "alex").note
    assert company.apply().code == 0
    assert routes(company) == ["contacts/upsert"]
    assert people(company) == [("Alex Brown", "alex@second.example")]
    assert people(company, REPRESENTATIVES) == [(str(one["fullName"]), str(one["email"])) for one in representatives]
    assert company.plan().empty


@pytest.mark.parametrize("email", ["john@ours.example", "john@sub.ours.example"])
def test_two_upserts_do_not_begin_at_the_domain_that_was(tmp_path: Path, email: str) -> None:
    """John becomes a party at a client's address: the first upsert bears the old one, whose domain is our own."""
    john: JsonObject = {"fullName": "John Smith", "email": email, "language": "en"}
    company = account(tmp_path, live={"contacts": [john]}, verb="none", party_search="decided", party_subdomains=True)
    declare(company, contacts=[{"key": "john", **john}])
    assert company.apply().code == 0
    declare(company, parties=[{**john, "key": "john", "fullName": "Peter Quill", "email": "peter@acme.com"}])
    assert refusals(company.plan()) == []
    assert company.apply().code == 0
    assert routes(company) == ["contacts/upsert", "contacts/upsert"]
    assert (people(company), people(company, REPRESENTATIVES)) == ([("Peter Quill", "peter@acme.com")], [])
    assert company.plan().empty


def test_a_newcomer_goes_by_the_route_that_decides(tmp_path: Path) -> None:
    """The list is the vendor's to choose (guide, "Upsert Party")."""
    company = account(tmp_path, live={})
    declare(company, parties=[{"key": "alex", **ALEX}])
    assert member(company.plan(), "alex").note.endswith("a party, foreseen on contacts")
    assert company.apply().code == 0
    assert routes(company) == ["party/upsert"]
