"""Random small worlds: what lives at the vendor, and documents that want something else, both of a handful of people.

Keys, names and e-mails come out of small sets, so that collisions, moves and takeovers are frequent.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml
from hypothesis import strategies as st

from reconciler.sandbox.values import Json, JsonObject

CUSTOMERS = ["C0", "C1", "C2", "C3", "C4"]
PEOPLE = ["P0", "P1", "P2", "P3"]
NAMES = st.sampled_from(["Alpha", "Beta"])
POSITIONS = st.sampled_from(["ACCOUNTING", "PAYER"])


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A seed for the sandbox, and one document."""

    live: JsonObject
    document: JsonObject

    @property
    def text(self) -> str:
        """The document as YAML."""
        return yaml.safe_dump(self.document, sort_keys=False)


@st.composite
def people(draw: st.DrawFn, *, declared: bool) -> list[Json]:
    """Draw a list of contacts with distinct ids and e-mails, at most one of them main."""
    rows: list[Json] = []
    main = draw(st.sampled_from([None, *PEOPLE])) if declared else None
    emails = draw(st.permutations(PEOPLE))
    for key, email in zip(draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3)), emails, strict=False):
        swapped = draw(st.integers(0, 4)) == 0
        row: JsonObject = {"email": f"{email if swapped else key}@example.com".lower()}
        if declared or draw(st.integers(0, 4)):
            row["externalId"] = key
        if draw(st.booleans()):
            row["firstName"] = draw(NAMES)
        if draw(st.booleans()):
            row["position"] = draw(POSITIONS)
        if key == main:
            row["isMain"] = True
        if all(other["email"] != row["email"] for other in rows if isinstance(other, dict)):
            rows.append(row)
    return rows


@st.composite
def customers(draw: st.DrawFn, *, declared: bool) -> list[Json]:
    """Draw customers; live parents are one level deep, declared ones may be wrong."""
    keys = draw(st.lists(st.sampled_from(CUSTOMERS), unique=True, max_size=5))
    parents: dict[str, str] = {}
    for key in keys:
        parent = draw(st.sampled_from([*CUSTOMERS, None, None, None]))
        known = parent in keys or declared
        if parent is not None and parent != key and known and parent not in parents and key not in parents.values():
            parents[key] = parent
    rows: list[Json] = []
    for key in keys:
        row: JsonObject = {"externalId": key}
        if not declared or draw(st.integers(0, 5)):
            row["name"] = draw(NAMES)
        if key in parents:
            row["parent"] = parents[key]
        if draw(st.booleans()):
            row["address"] = {"city": draw(NAMES)}
        if not declared or draw(st.booleans()):
            row["contacts"] = draw(people(declared=declared))
        rows.append(row)
    return rows


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw both sides."""
    live: JsonObject = {
        "customers": draw(customers(declared=False)),
        "settings": {"customers_cap": draw(st.integers(2, 9))},
    }
    return World(live=live, document={"customers": draw(customers(declared=True))})
