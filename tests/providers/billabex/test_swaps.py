"""Two people who exchange their addresses: one problem, and a way out of it."""

from __future__ import annotations

from pathlib import Path

from tests.providers.billabex.accounts import ANN, JOHN, account, declare, people


def test_an_exchange_of_addresses_is_one_problem_with_a_way_out(tmp_path: Path) -> None:
    """Neither can be written first by an upsert; by way of a third address both can."""
    company = account(tmp_path, live={"contacts": [JOHN, ANN]}, verb="none")
    declare(company, contacts=[{"key": "john", **JOHN}, {"key": "ann", **ANN}])
    assert company.apply().code == 0
    swapped = {"key": "ann", **ANN, "email": JOHN["email"]}
    declare(company, contacts=[{"key": "john", **JOHN, "email": ANN["email"]}, swapped])
    (blocked,) = company.plan().blocked
    assert (blocked.problem.code, blocked.others) == ("people-merged", ())
    assert "third e-mail address" in blocked.problem.remedy
    declare(company, contacts=[{"key": "john", **JOHN, "email": "third@elsewhere.example"}, {"key": "ann", **ANN}])
    assert company.apply().code == 0
    declare(company, contacts=[{"key": "john", **JOHN, "email": "third@elsewhere.example"}, swapped])
    assert company.apply().code == 0
    declare(company, contacts=[{"key": "john", **JOHN, "email": ANN["email"]}, swapped])
    assert company.apply().code == 0
    assert sorted(people(company)) == sorted(
        [(str(JOHN["fullName"]), str(ANN["email"])), (str(ANN["fullName"]), str(JOHN["email"]))]
    )
