"""After one upsert that landed on another person than foreseen, nothing more is written at that organization."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.model.event import Failed
from reconciler.sandbox import add_fault, fault_from
from reconciler.sandbox.values import JsonObject, objects
from tests.company import Company
from tests.providers.billabex.accounts import ANN, CONFIGURATION, JOHN, ORGANIZATION


def many(folder: Path, count: int, in_flight: int) -> Company:
    """Have accounts with John on each, and declare Ann on each; on the first one John gets her address meanwhile."""
    company = Company(folder / "company")
    limits = f"    limits: {{inFlight: {in_flight}}}\n"
    (company.folder / "reconciler.yaml").write_text(CONFIGURATION.format(verb="put") + limits)
    sources: list[JsonObject] = [{"connectionId": "erp", "sourceId": f"A-{number}"} for number in range(count)]
    rows: list[JsonObject] = [
        {"fullName": "Acme", "currencyCode": "EUR", "source": source, "contacts": [JOHN]} for source in sources
    ]
    company.seed({"organizationId": ORGANIZATION, "emailDomains": ["ours.example"], "accounts": [*rows]})
    company.write(
        {
            "a.yaml": json.dumps(
                {
                    "accounts": [
                        {"source": source, "peopleMode": "add", "contacts": [{"key": "ann", **ANN}]}
                        for source in sources
                    ]
                }
            )
        }
    )
    edit: JsonObject = {"kind": "edited-before", "method": "PUT", "target": "account/A-0/contact/john@acme.com"}
    with company.store() as store:
        add_fault(store, fault_from({**edit, "fields": {"email": ANN["email"]}}))
    return company


@pytest.mark.parametrize("in_flight", [1, 5])
def test_what_was_not_begun_is_not_tried(tmp_path: Path, in_flight: int) -> None:
    """The model of matching is proven wrong there: what is left waits for a person, and the summary counts it."""
    company = many(tmp_path, 20, in_flight)
    applied = company.apply()
    codes = [ending.problem.code for ending in applied.summary.unfinished if isinstance(ending, Failed)]
    assert applied.code == 4
    assert codes[0] == "other-person-hit" and set(codes[1:]) <= {"matching-disproved"}
    assert len(company.requests("PUT")) <= in_flight
    assert len(applied.summary.not_tried) >= 20 - 2 * in_flight
    accounts = objects(company.shown()["accounts"])
    assert sum(len(objects(row["contacts"])) == 1 for row in accounts) >= 20 - in_flight
