"""A company → what Upflow answers about it: rows as they come over the wire, and whole answers by request target.

The rows carry everything that the wire does (fact sheet §3), declared or not; contacts stand on them unless asked
otherwise. `changed` rows differ in a field and in a contact of every customer, so that a plan changes all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.company import MANAGERS, PLANS, TIER, TIERS, Company, Item, customer
from reconciler.model.resource import Value

PAGE = 1000
BASE = "/v1"
SAME, CHANGED, NEW = "same", "changed", "new"  # what is live: as declared, every customer different, nobody

_TIER_ID = "f-tier"
_AMOUNTS = {"balance": 125_000, "amountDue": 0, "amountOverdue": 0, "countInvoicesDue": 3, "countInvoicesOverdue": 0}
_NO_ADDRESS = dict.fromkeys(("address", "zipcode", "city", "state", "country"))


def row(number: int, contacts: int, *, changed: bool = False) -> Item:
    """Give one customer as a listing shows it."""
    item = customer(number, contacts)
    remote_id = f"00000000-0000-4000-a000-{number:012}"
    plan, manager, parent = item["dunningPlan"], item.get("accountManager"), item.get("parent")
    return {
        "id": remote_id,
        "externalId": item["externalId"],
        "name": f"{item['name']}, once" if changed else item["name"],
        "vatNumber": item["vatNumber"],
        "accountingRef": f"411{number:07}",
        "accountManagerId": f"u-{MANAGERS.index(str(manager))}" if manager else None,
        "dunningPlanId": f"d-{PLANS.index(str(plan))}",
        "address": _NO_ADDRESS | _mapping(item["address"]),
        "parent": {"id": f"00000000-0000-4000-a000-{number - 1:012}", "externalId": parent} if parent else None,
        "paymentMethods": {"card": {"enabled": True}, "sepaDebit": {"enabled": False}},
        "customFields": [
            {"id": _TIER_ID, "externalId": name, "value": {"label": label}, "source": "USER_DEFINED"}
            for name, label in _mapping(item.get("customFields", {})).items()
        ],
        "contacts": [_contact(number, place, changed=changed) for place in _contacts(number, contacts)],
        **_AMOUNTS,
        "currency": "EUR",
        "directUrl": f"https://app.upflow.io/customers/{remote_id}",
    }


def write_answers(file: Path, company: Company, live: str) -> None:
    """Write all that a plan asks for into one file: a request target, a tab and the answer on each line."""
    answers = {**catalogues(), **dict(pages(company, live))}
    file.write_bytes(b"".join(target.encode() + b"\t" + body + b"\n" for target, body in answers.items()))


def read_answers(file: Path) -> dict[str, bytes]:
    """Read what `write_answers` wrote."""
    found: dict[str, bytes] = {}
    for line in file.read_bytes().splitlines():
        target, _, body = line.partition(b"\t")
        found[target.decode()] = body
    return found


def pages(company: Company, live: str) -> Iterator[tuple[str, bytes]]:
    """Give the pages of the listing of customers, by request target."""
    total = 0 if live == NEW else company.customers
    rows = (row(number, company.contacts, changed=live == CHANGED) for number in range(total))
    for offset in range(0, max(total, 1), PAGE):
        body = {"offset": offset, "limit": PAGE, "total": total, "customers": list(islice(rows, PAGE))}
        yield f"{BASE}/customers?offset={offset}&limit={PAGE}", encode(body)


def catalogues() -> dict[str, bytes]:
    """Give the answers about what documents name: dunning plans, users, custom fields."""
    definition = {"externalId": TIER, "label": "Tier", "dataType": "SELECT", "entityType": "CUSTOMER"}
    options = [{"label": label} for label in TIERS]
    return {
        target("/dunning_plans"): _listed([{"id": f"d-{at}", "name": name} for at, name in enumerate(PLANS)]),
        target("/users"): encode({"users": [{"id": f"u-{at}", "email": email} for at, email in enumerate(MANAGERS)]}),
        target("/custom_fields"): _listed([{"id": _TIER_ID, **definition, "options": options}]),
    }


def target(path: str) -> str:
    """Give the target by which the client asks for the first page of a short list."""
    return f"{BASE}{path}?offset=0&limit=200"


def encode(value: Value) -> bytes:
    """Write JSON as Upflow does: compact, on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _listed(rows: list[Item]) -> bytes:
    return encode({"offset": 0, "limit": 200, "total": len(rows), "items": rows})


def _contacts(number: int, contacts: int) -> list[Item]:
    found = customer(number, contacts)["contacts"]
    return found if isinstance(found, list) else []


def _contact(number: int, contact: Item, *, changed: bool) -> Item:
    first = contact.get("isMain") is True
    return {
        "id": f"00000000-0000-4000-b000-{number:09}{str(contact['externalId'])[-1]:0>3}",
        "externalId": contact["externalId"],
        "firstName": contact["firstName"],
        "lastName": f"{contact['lastName']}-Petit" if changed and first else contact["lastName"],
        "email": contact["email"],
        "phone": "",
        "position": contact.get("position"),
        "isMain": first,
    }


def _mapping(value: Value) -> Item:
    return value if isinstance(value, dict) else {}
