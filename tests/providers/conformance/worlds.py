"""One small world for each vendor, alike in everything but the words, and what a test may ask of any of them.

Each has four objects that are managed, one that is not, and documents that make one, change one and its list both ways,
change the list of another alone, and remove one. All that a claim needs to know of a vendor stands in its `World`.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.cli.allowing import read_allowance
from reconciler.errors import LiveStateUnreadable, ReconcilerError
from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.sandbox import BillabexSettings, Settings, VendorName, clear_requests
from reconciler.sandbox.values import JsonObject
from tests.company import Applied, Company

ORGANIZATION = "11111111-1111-4111-8111-111111111111"
HEAD = "organizations:\n  acme:\n    endpoint: sandbox\n    documents: documents\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One vendor's: its name, configuration, seed, documents (`{removed}` stands for a remote id), and words.

    `objects` is the key of the objects in what the sandbox shows, `lists` those of the people in each. `target` is whom
    faults are about. `allowed` are the overrides that a first run takes. `lists_while_applying` says whether an apply
    reads listings; `paging` are the settings under which lists of people come in pages, if they may.
    """

    vendor: VendorName
    configuration: str
    seed: JsonObject
    documents: str
    objects: str
    lists: tuple[str, ...]
    target: str
    kind: str
    allowed: tuple[str, ...] = ()
    lists_while_applying: bool = False
    paging: JsonObject = field(default_factory=dict)

    def people(self, row: JsonObject) -> list[JsonObject]:
        """Give the people of one object."""
        lists = [row.get(name) for name in self.lists]
        return [one for people in lists if isinstance(people, list) for one in people if isinstance(one, dict)]

    def rows(self, company: Company) -> list[JsonObject]:
        """Give all objects, with ids."""
        found = company.shown()[self.objects]
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []

    def by_id(self, company: Company) -> dict[str, JsonObject]:
        """Give objects and people by remote id."""
        rows = self.rows(company)
        return {str(row["id"]): row for row in (*rows, *(one for row in rows for one in self.people(row)))}

    def flips(self) -> Iterator[tuple[str, JsonObject]]:
        """Give every setting at every other value, one at a time: its name, and what is to be turned."""
        for name, settings in (Settings() if self.vendor == "upflow" else BillabexSettings()).flips():
            knob = name.partition("=")[0]
            yield name, {knob: settings.to_json()[knob]}


UPFLOW = World(
    vendor="upflow",
    configuration=HEAD + "    provider: upflow\n",
    seed={
        "customers": [
            {
                "externalId": f"C-{number}",
                "name": f"Customer {number}",
                "contacts": [
                    {"externalId": f"P-{number}-{place}", "email": f"p{place}@c{number}.example"} for place in (1, 2)
                ],
            }
            for number in range(1, 6)
        ]
    },
    documents="""
customers:
  - externalId: C-1
    name: Customer 1 renamed
    contacts:
      - {{externalId: P-1-1, email: p1@c1.example, firstName: Ada, isMain: true}}
      - {{externalId: P-1-3, email: p3@c1.example}}
  - externalId: C-2
    contacts:
      - {{externalId: P-2-1, email: p1@c2.example, isMain: true}}
      - {{externalId: P-2-2, email: p2@c2.example}}
      - {{externalId: P-2-3, email: p3@c2.example}}
  - externalId: C-3
    name: Customer 3
  - externalId: C-9
    name: Customer 9
    contacts: [{{externalId: P-9-1, email: p1@c9.example, isMain: true}}]
removed:
  - {{address: customer/C-4, remoteId: {removed}, reason: left, until: "2026-12-31"}}
""",
    objects="customers",
    lists=("contacts",),
    target="customer/C-1",
    kind="customer",
    allowed=("adopt-removes=acme/customer/C-1",),
)


def _person(name: str, number: int) -> JsonObject:
    return {"fullName": f"{name} {number}", "email": f"{name.split()[0].lower()}@a{number}.example", "language": "en"}


BILLABEX = World(
    vendor="billabex",
    configuration=HEAD
    + f"    provider: billabex\n    organizationId: {ORGANIZATION}\n    emailDomains: [acme.example]\n",
    seed={
        "vendor": "billabex",
        "organizationId": ORGANIZATION,
        "emailDomains": ["acme.example"],
        "accounts": [
            {
                "fullName": f"Account {number}",
                "currencyCode": "EUR",
                "billingAddress": {"city": "Paris", "country": "FR"},
                "source": {"connectionId": "erp", "sourceId": f"A-{number}"},
                "contacts": [_person("Ada Lovelace", number), _person("Bertrand Russell", number)],
            }
            for number in range(1, 6)
        ],
    },
    documents="""
accounts:
  - source: {{connectionId: erp, sourceId: A-1}}
    fullName: Account 1 renamed
    currencyCode: EUR
    billingAddress: {{city: Lyon}}
    contacts:
      - {{key: ada, fullName: Ada Lovelace 1, email: ada@a1.example, language: fr}}
      - {{key: kurt, fullName: Kurt Friedrich Gödel, email: kurt@a1.example, language: de}}
    internalRepresentatives:
      - {{key: sarah, fullName: Sarah Johnson, email: sarah@acme.example, language: en}}
  - source: {{connectionId: erp, sourceId: A-2}}
    contacts:
      - {{key: ada, fullName: Ada Lovelace 2, email: ada@a2.example, language: en}}
      - {{key: bertrand, fullName: Bertrand Russell 2, email: bertrand@a2.example, language: en}}
      - {{key: kurt, fullName: Kurt Friedrich Gödel, email: kurt@a2.example, language: de}}
  - source: {{connectionId: erp, sourceId: A-3}}
    fullName: Account 3
  - source: {{connectionId: erp, sourceId: A-9}}
    fullName: Account 9
    currencyCode: USD
    contacts: [{{key: emmy, fullName: Emmy Noether, email: emmy@a9.example, language: de}}]
removed:
  - address: account/erp:A-4
    remoteId: {removed}
    reason: left
    until: "2026-12-31"
    destroys: true
""",
    objects="accounts",
    lists=("contacts", "internalRepresentatives"),
    target="account/A-1",
    kind="account",
    allowed=("destroys-uncounted=acme/account/erp:A-4", "adopt-removes=acme/account/erp:A-1"),
    lists_while_applying=True,
    paging={"people_list": "envelope", "default_page_size": 1},
)
WORLDS = (BILLABEX, UPFLOW)


def founded(world: World, folder: Path) -> Company:
    """Bring a world to life; nothing of it is managed."""
    folder.mkdir(parents=True)
    (folder / "reconciler.yaml").write_text(world.configuration)
    company = Company(folder)
    company.seed(world.seed)
    removed = next(str(row["id"]) for row in world.rows(company) if "4" in str(row.get("name") or row.get("fullName")))
    company.write({"all.yaml": world.documents.format(removed=removed)})
    return company


def copied(world: World, template: Path, folder: Path) -> Company:
    """Give a company of one's own like the template."""
    shutil.copytree(template, folder)
    company = Company(folder)
    company.allowances = tuple(read_allowance(text) for text in world.allowed)
    with company.store() as store:
        clear_requests(store)
    return company


def attempt(company: Company) -> Applied | int:
    """Plan and apply as the command does; a plan that cannot be made gives its exit code."""
    try:
        return company.apply()
    except LiveStateUnreadable:
        return 7
    except ReconcilerError:
        return 1


def named_for_removal(world: World, changes: tuple[Change, ...], before: Mapping[str, JsonObject]) -> set[str]:
    """Give the remote ids that a plan removes, and of the people who go with an object."""
    named = {str(one.remote_id) for change in changes for one in change.members if one.action.value == "remove"}
    gone = {str(change.remote_id) for change in changes if change.action.value == "delete"}
    return named | gone | {str(one["id"]) for key in gone if key in before for one in world.people(before[key])}


def doubles(world: World, company: Company) -> list[str]:
    """Name what is there twice: objects by their name for us, people of one object by their e-mail."""
    rows = world.rows(company)
    keys = Counter(str(row.get("externalId") or row.get("source")) for row in rows if row.get("externalId", row))
    people = Counter(f"{row['id']} {one.get('email')}" for row in rows for one in world.people(row))
    return [name for name, count in (keys + people).items() if count > 1 and not name.endswith("None")]


def open_keys(plan: Plan) -> list[str]:
    """Give the keys of all that a plan still holds."""
    return sorted({change.address.key for change in (*plan.changes, *(one.change for one in plan.blocked))})
