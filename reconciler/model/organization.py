"""One organization as `reconciler.yaml` names it, checked, with its secrets still only referred to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from reconciler.model.kind import Vendor
from reconciler.model.resource import Fields, Source
from reconciler.model.state import Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class InventorySettings:
    """Where an organization's inventory is kept: `file` below `.reconciler`, or `git`, as a ref pushed to `remote`."""

    store: str = "file"
    remote: str = "origin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """One vendor tenant: where it answers, how fast it may be asked, where its documents stand.

    `endpoint` is what the user wrote (`sandbox`, `production`, a URL); `base_url` is None for the embedded sandbox.
    `credentials` go from the vendor's name for one (`key`) to the name of the environment variable that holds it.
    `settings` are the vendor's own keys as `Vendor.read_settings` gave them; `policy` is part of the plan's digest.
    `digest_key` keys the digests that stand for personal values in addresses; it is empty where `digest_variable`, the
    environment variable that holds it, is not set.
    `prune` says for every kind when an object of ours goes that no document declares: `off`, `managed` or `listed`;
    `adopt` which objects may become ours: `never`, `identical` or `always`. Both stand in `policy` as well.
    `ignore` are the globs, relative to `documents`, of files that are no documents; `allowances` the reviewed lines of
    the configuration file, whose days are judged when the documents are loaded.
    """

    name: str
    vendor: Vendor
    endpoint: str
    base_url: str | None
    credentials: Mapping[str, str]
    documents: PurePath
    requests_per_minute: int
    in_flight: int
    digest_key: str
    source: Source
    prune: Mapping[str, str] = field(default_factory=dict)
    adopt: str = "always"
    digest_variable: str = ""
    inventory: InventorySettings = field(default_factory=InventorySettings)
    ignore: tuple[str, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    policy: Fields = field(default_factory=dict)
    settings: Fields = field(default_factory=dict)

    @property
    def decisive(self) -> Fields:
        """The settings that decide what is written; those that are not set are left out."""
        return {
            name: value
            for name in self.vendor.decisive
            for value in (self.settings.get(name),)
            if value not in (None, "", [])
        }
