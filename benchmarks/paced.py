"""A company at which an apply has so many changes to make, for either vendor: half of them edits, half creations.

The floor is the cheapest way that is known, without any pause: a look, a write and a look again for each change (a
customer, or an account without its people, is one request to read). An account that is not there has no id to be looked
at by, and one listing tells of all of them, so their first look is free. What the plan reads before is not counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.sandbox import Store, VendorName, seed
from reconciler.sandbox.embedding import WayIn, way_in
from reconciler.sandbox.values import JsonObject

NAME = "acme"
_ID = "11111111-1111-4111-8111-111111111111"
_LIMITS: Mapping[VendorName, int] = {"upflow": 600, "billabex": 300}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """So many changes at one vendor, whose limit is known, of which a share is used."""

    vendor: VendorName
    changes: int
    share: float = 0.9

    @property
    def pace(self) -> int:
        """How many requests may be sent in a minute."""
        return int(_LIMITS[self.vendor] * self.share)

    @property
    def floor_seconds(self) -> float:
        """How long the cheapest way takes at the pace."""
        creations = self.changes - self._edits
        return (3 * self._edits + (3 if self.vendor == "upflow" else 2) * creations) * 60 / self.pace

    def prepare(self, folder: Path, endpoint: str = "sandbox") -> None:
        """Write `reconciler.yaml` and the documents."""
        own = f"    organizationId: {_ID}\n    emailDomains: [acme.example]\n" if self.vendor == "billabex" else ""
        given = "" if endpoint == "sandbox" else f"    credentials: {json.dumps(_references(self.vendor))}\n"
        (folder / "documents").mkdir(parents=True)
        (folder / "reconciler.yaml").write_text(
            f"organizations:\n  {NAME}:\n    provider: {self.vendor}\n    endpoint: {endpoint}\n{given}{own}"
            f"    documents: documents\n    limits: {{share: {self.share}}}\n"
        )
        section = "customers" if self.vendor == "upflow" else "accounts"
        rows = [*self._rows(0, "renamed"), *self._rows(self._edits, "new", self.changes)]
        (folder / "documents" / "all.yaml").write_text(json.dumps({section: rows}))

    def plant(self, store: Store) -> WayIn:
        """Let what is to be edited be there; give the way in."""
        live: JsonObject = {"customers": [*self._rows(0, "old")]}
        if self.vendor == "billabex":
            rows: list[JsonObject] = list(self._rows(0, "old"))
            live = {"vendor": "billabex", "organizationId": _ID, "emailDomains": ["acme.example"], "accounts": [*rows]}
        seed(store, NAME, live)
        return way_in(store, NAME, self.vendor)

    @property
    def _edits(self) -> int:
        return self.changes // 2

    def _rows(self, first: int, word: str, end: int | None = None) -> Iterator[JsonObject]:
        for number in range(first, self._edits if end is None else end):
            if self.vendor == "upflow":
                yield {"externalId": f"C-{number:05}", "name": f"Customer {number} {word}"}
            else:
                source: JsonObject = {"connectionId": "erp", "sourceId": f"A-{number:05}"}
                yield {"source": source, "fullName": f"Account {number} {word}", "currencyCode": "EUR"}


def environment(way: WayIn) -> Mapping[str, str]:
    """Give the variables that the configuration refers to."""
    return {_variable(name): text for name, text in way.credentials.items()}


def _references(vendor: VendorName) -> dict[str, str]:
    names = ("key", "secret") if vendor == "upflow" else ("accessToken",)
    return {name: f"${{{_variable(name)}}}" for name in names}


def _variable(name: str) -> str:
    return f"PACED_{name.upper()}"
