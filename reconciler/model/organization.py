"""One organization as `reconciler.yaml` names it, checked, with its secrets still only referred to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from reconciler.model.resource import Fields, Source
from reconciler.model.state import Allowance
from reconciler.model.vendor import Vendor


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
    `requests_per_minute` is the organization's limit, `share` the part of it that is ours, `most_per_minute` what this
    run was told to send at most; `pace` is what follows.
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
    share: float = 1.0
    most_per_minute: int | None = None
    inventory: InventorySettings = field(default_factory=InventorySettings)
    ignore: tuple[str, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    policy: Fields = field(default_factory=dict)
    settings: Fields = field(default_factory=dict)

    @property
    def pace(self) -> int:
        """How many requests may be sent in any minute."""
        ours = part_of(self.requests_per_minute, self.share)
        return ours if self.most_per_minute is None else min(ours, self.most_per_minute)

    @property
    def decisive(self) -> Fields:
        """The settings that decide what is written; those that are not set are left out."""
        return {
            name: value
            for name in self.vendor.decisive
            for value in (self.settings.get(name),)
            if value not in (None, "", [])
        }


def part_of(limit: int, share: float) -> int:
    """Give the part of a limit that is ours, in whole requests; at least one."""
    return max(1, int(limit * share + 1e-9))  # 100 * 0.29 is 28.999999999999996
