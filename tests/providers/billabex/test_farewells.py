"""Tests of reconciler.providers.billabex.farewells: whoever goes is shown as they stand, and asked about."""

from __future__ import annotations

from pathlib import Path

from reconciler.model.change import MemberAction, MemberChange
from reconciler.sandbox.values import JsonObject
from tests.company import Company
from tests.providers.billabex.accounts import ANN, account, declare

GRETA: JsonObject = {"fullName": "Margarethe Lindqvist", "email": "Greta.L@Acme.com", "language": "en"}


def going(company: Company) -> MemberChange:
    """Give the one person who goes by the plan."""
    (change,) = company.plan().changes
    (member,) = change.touched(MemberAction.REMOVE)
    return member


def whole(folder: Path, *rows: JsonObject) -> Company:
    """Have Greta live, and declare others as the whole list."""
    company = account(folder, live={"contacts": [GRETA, ANN]})
    declare(company, "whole", contacts=[{"key": "ann", **ANN}])
    company.manage()
    declare(company, "whole", contacts=[{"key": "ann", **ANN}, *rows])
    return company


def test_whoever_goes_is_shown_with_the_address_as_it_is_spelt_live(tmp_path: Path) -> None:
    """A person looks for it at the vendor, where it has its capitals."""
    before = {row.path[0]: row.before for row in going(whole(tmp_path)).fields}
    assert before["email"] == "Greta.L@Acme.com"


def test_whoever_goes_is_asked_about_where_somebody_of_nearly_that_name_comes(tmp_path: Path) -> None:
    """They may be one person, declared as a new one."""
    new: JsonObject = {"key": "greta", "fullName": "Margareta Lindquist", "email": "greta@acme.com", "language": "en"}
    assert going(whole(tmp_path, new)).note.endswith('perhaps the same person as contact "key:greta"')


def test_nobody_is_asked_about_where_names_are_apart(tmp_path: Path) -> None:
    """Somebody else comes."""
    new: JsonObject = {"key": "per", "fullName": "Per Gynt", "email": "per@acme.com", "language": "en"}
    assert "perhaps" not in going(whole(tmp_path, new)).note
