"""One account at Billabex in a folder of its own: what stands, what is declared, and the product over both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from reconciler.model.change import MemberChange
from reconciler.model.plan import Plan
from reconciler.sandbox.values import Json, JsonObject, objects
from tests.company import Company

ORGANIZATION = "11111111-1111-4111-8111-111111111111"
SOURCE: JsonObject = {"connectionId": "erp", "sourceId": "A-1"}
JOHN: JsonObject = {"fullName": "John Smith", "email": "john@acme.com", "language": "en"}
ANN: JsonObject = {"fullName": "Ann Lee", "email": "ann@acme.com", "language": "en"}
CONFIGURATION = """organizations:
  acme:
    provider: billabex
    endpoint: sandbox
    documents: documents
    organizationId: 11111111-1111-4111-8111-111111111111
    emailDomains: [ours.example]
    personUpdate: {verb}
"""


def account(folder: Path, *, live: Mapping[str, Sequence[JsonObject]], verb: str = "put", **settings: Json) -> Company:
    """Have an account that stands so, at a vendor with these settings."""
    company = Company(folder / "company")
    (company.folder / "reconciler.yaml").write_text(CONFIGURATION.format(verb=verb))
    people: JsonObject = {section: [*rows] for section, rows in live.items()}
    row: JsonObject = {"fullName": "Acme", "currencyCode": "EUR", "source": SOURCE, **people}
    company.seed(
        {"organizationId": ORGANIZATION, "emailDomains": ["ours.example"], "settings": settings, "accounts": [row]}
    )
    return company


def declare(company: Company, mode: str = "add", **lists: Sequence[JsonObject]) -> None:
    """Declare people of the account; line 1 is the account's, every person has a line of their own."""
    lines = [f"accounts:\n- source: {json.dumps(SOURCE)}\n  peopleMode: {mode}\n"]
    for section, rows in lists.items():
        lines.append(f"  {section}:\n" + "".join(f"  - {json.dumps(row, ensure_ascii=False)}\n" for row in rows))
    company.write({"a.yaml": "".join(lines)})


def people(company: Company, section: str = "contacts") -> list[tuple[str, str | None]]:
    """Give a list of the account as (name, address), in the vendor's order."""
    (row,) = objects(company.shown()["accounts"])
    found = []
    for person in objects(row.get(section)):
        email = person.get("email")
        found.append((str(person["fullName"]), str(email["address"]) if isinstance(email, dict) else None))
    return found


def member(plan: Plan, key: str) -> MemberChange:
    """Find a person in a plan."""
    return next(one for change in plan.changes for one in change.members if one.address.key == f"key:{key}")


def refusals(plan: Plan) -> list[tuple[str, str]]:
    """Give what is refused: the code and the place."""
    return [(problem.code, str(problem.where)) for one in plan.blocked for problem in (one.problem, *one.others)]
