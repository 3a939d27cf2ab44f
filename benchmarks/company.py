"""A company of any size: customer number N goes in, what a document declares of it comes out. The same on every run.

Customers are as plain as an export makes them: an address of four parts, a dunning plan by name, for every second one
an account manager and a SELECT value, for every tenth one a parent, and contacts with their names and external ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reconciler.model.resource import Value

Item = dict[str, Value]

ORGANIZATION = "acme"
PLANS = ("Standard", "Key accounts")
MANAGERS = ("ada.brook@example.com", "ben.crane@example.com", "cleo.doyle@example.com")
TIERS = ("Gold", "Silver", "Bronze")
POSITIONS = ("ACCOUNTING", "PAYER", "SALES")
TIER = "tier"

_FLOW = "-flow"
_TRADES = ("Atelier", "Maison", "Transports", "Garage", "Imprimerie", "Menuiserie", "Pharmacie")
_NAMES = ("Martin", "Bernard", "Moreau", "Laurent", "Girard", "Fournier", "Lambert", "Rousseau", "Vincent", "Faure")
_FIRST_NAMES = ("Claire", "Hugo", "Léa", "Paul", "Inès", "Marc", "Chloé", "Théo")
_CITIES = (("75002", "Paris"), ("69003", "Lyon"), ("13001", "Marseille"), ("06000", "Nice"), ("44000", "Nantes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """How many customers there are, how many contacts each of them has, and whether documents have flow mappings.

    With a flow mapping in it (`{tier: Gold}`) a file cannot be read by lines: the parser must read it.
    """

    customers: int
    contacts: int
    flow: bool = False

    def items(self) -> Iterator[Item]:
        """Give every customer as a document declares it, in the order of external ids."""
        for number in range(self.customers):
            yield customer(number, self.contacts)

    @property
    def name(self) -> str:
        """The name of its folder, which says how large it is."""
        return f"{self.customers}x{self.contacts}{_FLOW if self.flow else ''}"


def company_in(folder: Path) -> Company:
    """Tell from a folder's name how large the company in it is."""
    sizes, flow = folder.name.removesuffix(_FLOW), folder.name.endswith(_FLOW)
    customers, contacts = sizes.split("x")
    return Company(customers=int(customers), contacts=int(contacts), flow=flow)


def customer_key(number: int) -> str:
    """Give the external id of a customer."""
    return f"C-{number:07}"


def customer(number: int, contacts: int) -> Item:
    """Give one customer as a document declares it."""
    zipcode, city = _CITIES[number % len(_CITIES)]
    item: Item = {
        "externalId": customer_key(number),
        "name": f"{_TRADES[number % len(_TRADES)]} {_NAMES[number % len(_NAMES)]} {number}",
        "vatNumber": f"FR{number:011}",
        "address": {
            "address": f"{number % 180 + 1} rue de la Gare",
            "zipcode": zipcode,
            "city": city,
            "country": "France",
        },
        "dunningPlan": PLANS[number % len(PLANS)],
    }
    if number % 2:
        item["accountManager"] = MANAGERS[number % len(MANAGERS)]
        item["customFields"] = {TIER: TIERS[number % len(TIERS)]}
    if number % 10 == 1:
        item["parent"] = customer_key(number - 1)
    item["contacts"] = [_contact(number, place) for place in range(contacts)]
    return item


def _contact(number: int, place: int) -> Item:
    first, last = _FIRST_NAMES[(number + place) % len(_FIRST_NAMES)], _NAMES[(number // 7 + place) % len(_NAMES)]
    contact: Item = {
        "externalId": f"P-{number:07}-{place}",
        "email": f"{last.lower()}.{place}@client-{number}.example",
        "firstName": first,
        "lastName": last,
    }
    if place == 0:
        contact |= {"position": POSITIONS[number % len(POSITIONS)], "isMain": True}
    return contact
