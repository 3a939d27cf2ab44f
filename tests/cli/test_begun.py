"""What an apply notes in the inventory of the plan that it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.company import CONFIGURATION, Company
from tests.scenarios.fifty import IN_GIT, renew_clone
from tests.store.repositories import make_remote

CUSTOMERS = "customers:\n  - {externalId: C-1, name: Acme}\n"


def test_an_inventory_in_a_file_notes_the_plan_that_was_begun(tmp_path: Path) -> None:
    """So that what is left of it can be told later; nothing is left here."""
    here = Company(tmp_path / "company")
    here.write({"a.yaml": CUSTOMERS})
    applied = here.apply()
    found = here.inventory()
    assert found is not None
    assert found.agreement is not None
    assert (found.agreement.plan, found.agreement.changes) == (applied.plan.digest, ())


def test_an_inventory_in_git_notes_only_what_was_agreed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every checkpoint a digest of each change would be pushed and kept."""
    monkeypatch.setenv("ACME_DIGEST", "a secret of the tests")
    make_remote(tmp_path)
    renew_clone(tmp_path / "company")
    (tmp_path / "company" / "reconciler.yaml").write_text(f"{CONFIGURATION}{IN_GIT}")
    here = Company(tmp_path / "company")
    here.write({"a.yaml": CUSTOMERS})
    assert here.apply().code == 0
    found = here.inventory()
    assert found is not None
    assert found.agreement is None
