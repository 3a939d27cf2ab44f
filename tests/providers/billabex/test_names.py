"""Tests of reconciler.providers.billabex.names, and of what the core makes of two names of one account."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import DesiredStateInvalid
from reconciler.sandbox.values import Json, objects
from tests.company import Company
from tests.properties.reviewer import overrides
from tests.providers.billabex.accounts import JOHN, ORGANIZATION, SOURCE, account, refusals

PERSON = "contacts: [{key: j, fullName: John Smith, email: john@acme.com, language: en}]"
BY_SOURCE = f"- source: {{connectionId: erp, sourceId: A-1}}\n  peopleMode: add\n  {PERSON}\n"


def company(folder: Path) -> tuple[Company, str, str]:
    """Have five accounts; give the id of the first, and the documents of the others."""
    made = account(folder, live={})
    rows: list[Json] = [
        {
            "fullName": f"Acme {number}",
            "currencyCode": "EUR",
            "source": {**SOURCE, "sourceId": f"A-{number}"},
            "contacts": [JOHN],
        }
        for number in range(1, 6)
    ]
    made.seed({"organizationId": ORGANIZATION, "emailDomains": [], "settings": {}, "accounts": rows})
    others = "".join(f"- source: {{connectionId: erp, sourceId: A-{number}}}\n" for number in range(2, 6))
    return made, str(objects(made.shown()["accounts"])[0]["id"]), f"accounts:\n{others}"


def by_id(remote_id: str) -> str:
    """Declare the first account by its id."""
    return f"- id: {remote_id}\n  peopleMode: add\n  {PERSON}\n"


def test_an_account_is_not_deleted_under_one_name_and_taken_in_under_another(tmp_path: Path) -> None:
    """Known by its id, declared by its source, removed by its id: whatever is allowed, the account stays."""
    acme, remote_id, others = company(tmp_path)
    acme.write({"a.yaml": others + by_id(remote_id)})
    assert acme.apply().code == 0
    removal = (
        f'removed:\n- address: "account/id:{remote_id}"\n  reason: by its source now\n  until: 2026-02-01\n'
        f"  remoteId: {remote_id}\n  destroys: true\n"
    )
    acme.write({"a.yaml": others + BY_SOURCE + removal})
    acme.allowances = tuple(overrides(acme.plan()))
    assert [code for code, _ in refusals(acme.plan())] == ["object-named-twice", "object-named-twice"]
    acme.apply()
    assert len(objects(acme.shown()["accounts"])) == 5


def test_an_account_declared_by_both_names_in_two_documents_is_refused(tmp_path: Path) -> None:
    """Only the live account tells that the two items mean one; nothing is planned."""
    acme, remote_id, others = company(tmp_path)
    acme.write({"a.yaml": others + BY_SOURCE, "b.yaml": f"accounts:\n{by_id(remote_id)}"})
    with pytest.raises(DesiredStateInvalid) as caught:
        acme.plan()
    assert [(one.code, str(one.where)) for one in caught.value.problems] == [
        ("account-declared-twice", "documents/b.yaml:2:7")
    ]
